"""Sheet XML cut into cells with whole-array operations instead of one call per tag.

Four million cells are 20 million tags; a call of Python for each costs 10 s and more. Spreadsheet programs all write
sheets in one plain spelling (:mod:`canonical` turns every other legal spelling into it), and in that spelling every
``<`` and ``>`` bounds a tag, so two array comparisons find all tags of a piece and the rest is arithmetic on positions.
Whatever does not fit the spelling raises :class:`NotPlain`; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.refusals import FileRefused

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

PIECE = 4 * MB
_LT, _GT, _SLASH, _SPACE, _QUOTE = b'<>/ "'
_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true|on)"')


class NotPlain(Exception):
    """The XML is not in the plain spelling; write it anew with :mod:`canonical` and read that."""


def split(
    stream: IO[bytes], container: bytes, element: bytes, part: str, limits: Limits
) -> Iterator[tuple[str, bytes]]:
    """A part as ``("head", …)``, then ``("piece", …)`` of whole elements, then ``("tail", …)``, joined giving the part.

    ``container`` is ``<sheetData`` or ``<sst``; the head ends with its ``>``. Raises :class:`NotPlain` where it is not
    found, and :class:`FileRefused` where one element is larger than ``limits.row_bytes``.
    """
    head, rest, closed = _head(stream, container, limits)
    yield "head", head
    ending = b"</" + container[1:]
    while not closed:
        at = rest.find(ending)
        if at >= 0:
            yield "piece", rest[:at]
            rest = rest[at:]
            break
        cut = rest.rfind(element)
        if cut > 0:
            yield "piece", rest[:cut]
            rest = rest[cut:]
        if len(rest) > limits.row_bytes:
            raise FileRefused("row_too_large", part=part, limit_mb=limits.row_bytes // MB)
        more = stream.read(PIECE)
        if not more:
            raise FileRefused("damaged", part=part)
        rest += more
    yield "tail", rest
    while more := stream.read(PIECE):
        yield "tail", more


def _head(stream: IO[bytes], container: bytes, limits: Limits) -> tuple[bytes, bytes, bool]:
    text = b""
    while len(text) <= limits.row_bytes:
        more = stream.read(PIECE)
        text += more
        at = text.find(container)
        end = text.find(b">", at) + 1
        if at >= 0 and end:
            if b"<!" in text[:at] or not _is_utf8(text[:at]):
                raise NotPlain
            return text[:end], text[end:], text[end - 2 : end] == b"/>"
        if not more:
            break
    raise NotPlain


def _is_utf8(head: bytes) -> bool:
    declaration = head[:200].lower()
    return b"encoding" not in declaration.split(b"?>")[0] or b"utf-8" in declaration.split(b"?>")[0]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a piece that have content or a formula. One entry each; ``value`` is escaped XML text.

    ``attributes`` numbers the distinct attribute texts in ``attribute_texts`` (style and type; a sheet has few).
    ``formulas`` gives the formula's text where ``formula`` is set. ``rows`` and ``hidden`` are per row of the piece.
    """

    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.int32]
    attributes: npt.NDArray[np.int32]
    attribute_texts: tuple[bytes, ...]
    value: pa.BinaryArray
    filled: Flags
    formula: Flags
    formulas: pa.BinaryArray
    rows: npt.NDArray[np.int32]
    hidden: Flags


@dataclass(frozen=True, slots=True)
class _Tags:
    """Positions of all tags of a piece, and the first two letters of each name."""

    data: Bytes
    opens: Ints
    closes: Ints
    first: Bytes
    second: Bytes

    @classmethod
    def of(cls, piece: bytes) -> _Tags:
        data = np.frombuffer(piece + b"<//><//><//><//><//>", np.uint8)  # so that looking ahead stays inside
        opens = np.flatnonzero(data == _LT)
        closes = np.flatnonzero(data == _GT)
        if len(opens) != len(closes) or (opens > closes).any() or (closes[:-1] > opens[1:]).any():
            raise NotPlain
        first = data[opens + 1]
        if ((first == ord("!")) | (first == ord("?"))).any():
            raise NotPlain
        return cls(data, opens, closes, first, data[opens + 2])

    def named(self, first: str, second: str) -> Flags:
        """Which tags begin with these two characters."""
        flags: Flags = (self.first == ord(first)) & (self.second == ord(second))
        return flags

    def self_closed(self, tags: Ints) -> Flags:
        """Which of these tags are like ``<v/>``."""
        flags: Flags = self.data[self.closes[tags] - 1] == _SLASH
        return flags


def cells_of(piece: bytes) -> Cells:
    """The cells of a piece of whole ``<row>`` elements in the plain spelling."""
    tags = _Tags.of(piece)
    numbers, hidden, row_tags = _rows(piece, tags)
    cell = np.flatnonzero(tags.named("c", " "))
    if any(tags.named("c", other).any() for other in ">\t\n\r") or (
        len(cell) and (not len(row_tags) or cell[0] < row_tags[0])
    ):
        raise NotPlain
    if int((~tags.self_closed(cell)).sum()) != int(tags.named("/", "c").sum()):
        raise NotPlain
    row = numbers[np.searchsorted(row_tags, cell) - 1] if len(cell) else np.empty(0, np.int32)
    column, after = _columns(tags, cell, row)
    attributes = spans(piece, after, tags.closes[cell] - tags.self_closed(cell)).dictionary_encode()
    starts, ends, formula, formula_starts, formula_ends, rich = _values(piece, tags, cell)
    value = spans(piece, starts, ends)
    if rich:
        value = _replaced(value, rich)
    return Cells(
        row=row,
        column=column,
        attributes=attributes.indices.to_numpy(),
        attribute_texts=tuple(attributes.dictionary.to_pylist()),
        value=value,
        filled=np.diff(np.frombuffer(value.buffers()[1], np.int32)[value.offset : value.offset + len(value) + 1]) > 0,
        formula=formula,
        formulas=spans(piece, formula_starts, formula_ends),
        rows=numbers,
        hidden=hidden,
    )


def spans(piece: bytes, starts: Ints, ends: Ints) -> pa.BinaryArray:
    """The bytes from each start to its end; spans must be in order and must not overlap."""
    if not len(starts):
        return pa.array([], pa.binary())
    # The bytes between two spans are an entry too, so that the offsets are shared with the piece; every second is kept.
    offsets = np.empty(2 * len(starts), np.int32)
    offsets[0::2] = starts
    offsets[1::2] = ends
    both = pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(piece)])
    return both.take(pa.array(np.arange(0, len(offsets) - 1, 2)))


def _rows(piece: bytes, tags: _Tags) -> tuple[npt.NDArray[np.int32], Flags, Ints]:
    texts = _ROW.findall(piece)
    found = [_ROW_NUMBER.search(text) for text in texts]
    if not all(found):
        raise NotPlain
    numbers = np.array([int(match[1]) for match in found if match], np.int32)
    hidden = np.array([_HIDDEN.search(text) is not None for text in texts], np.bool_)
    row_tags = np.flatnonzero(tags.named("r", "o"))
    if len(row_tags) != len(numbers):
        raise NotPlain
    return numbers, hidden, row_tags


def _columns(tags: _Tags, cell: Ints, row: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Ints]:
    """Each cell's column and where its reference (``r="AB12"``) ends. Its row must be as long as its row's number."""
    data = tags.data
    at = tags.opens[cell] + 3
    plain = (data[at] == ord("r")) & (data[at + 1] == ord("=")) & (data[at + 2] == _QUOTE)
    letters = [data[at + 3 + k].astype(np.int32) - 64 for k in range(3)]
    two = (letters[1] > 0) & (letters[1] <= 26)
    three = two & (letters[2] > 0) & (letters[2] <= 26)
    column = letters[0]
    column = np.where(two, column * 26 + letters[1], column)
    column = np.where(three, column * 26 + letters[2], column)
    digits = np.searchsorted(10 ** np.arange(1, 8), row, side="right") + 1
    after = at + 3 + 1 + two + three + digits
    # A reference longer than it should be would end past the piece only in broken XML; the bound keeps it inside.
    ended = data[np.minimum(after, len(data) - 1)] == _QUOTE
    if not (plain & ended & (letters[0] > 0) & (letters[0] <= 26)).all():
        raise NotPlain
    return (column - 1).astype(np.int32), after + 1


def _values(piece: bytes, tags: _Tags, cell: Ints) -> tuple[Ints, Ints, Flags, Ints, Ints, dict[int, bytes]]:
    """Where each cell's value and formula stand; texts in several runs are put together one by one."""
    filled = ~tags.self_closed(cell)
    at = cell + 1
    formula = filled & (tags.first[at] == ord("f")) & (tags.second[at] != ord("o"))
    open_formula = formula & ~tags.self_closed(at)
    formula_starts = np.where(open_formula, tags.closes[at] + 1, tags.opens[at])
    formula_ends = np.where(open_formula, tags.opens[at + 1], tags.opens[at])
    at = at + formula + open_formula
    value = filled & (tags.first[at] == ord("v")) & ~tags.self_closed(at)
    inline = filled & tags.named("i", "s")[at] & ~tags.self_closed(at)
    single = inline & (tags.first[at + 1] == ord("t")) & (tags.first[at + 2] == _SLASH) & (tags.first[at + 3] == _SLASH)
    single &= ~tags.self_closed(at + 1)
    taken = value | single
    at_text = at + single
    starts = np.where(taken, tags.closes[at_text] + 1, tags.closes[cell])
    ends = np.where(taken, tags.opens[at_text + 1], tags.closes[cell])
    several = np.flatnonzero(inline & ~single)
    rich = {int(k): joined_runs(piece[tags.opens[at[k]] : piece.find(b"</is>", tags.opens[at[k]])]) for k in several}
    return starts, ends, formula, formula_starts, formula_ends, rich


_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_RUN = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")


def joined_runs(text: bytes) -> bytes:
    """The text of a rich string: its runs together, without formats and without the reading aid of Japanese."""
    return b"".join(_RUN.findall(_PHONETIC.sub(b"", text)))


def _replaced(value: pa.BinaryArray, rich: dict[int, bytes]) -> pa.BinaryArray:
    mask = np.zeros(len(value), np.bool_)
    mask[list(rich)] = True
    return pc.replace_with_mask(value, pa.array(mask), pa.array(list(rich.values()), pa.binary()))


def strings_of(piece: bytes) -> pa.BinaryArray:
    """The texts of a piece of whole ``<si>`` elements in the plain spelling, escaped."""
    tags = _Tags.of(piece)
    item = np.flatnonzero(tags.named("s", "i"))
    filled = ~tags.self_closed(item)
    single = (
        filled
        & (tags.first[item + 1] == ord("t"))
        & (tags.first[item + 2] == _SLASH)
        & (tags.first[item + 3] == _SLASH)
    )
    single &= ~tags.self_closed(item + 1)
    at = item + single
    starts = np.where(single, tags.closes[at] + 1, tags.closes[item])
    ends = np.where(single, tags.opens[at + 1], tags.closes[item])
    value = spans(piece, starts, ends)
    several = np.flatnonzero(filled & ~single)
    rich = {
        int(k): joined_runs(piece[tags.opens[item[k]] : piece.find(b"</si>", tags.opens[item[k]])]) for k in several
    }
    return _replaced(value, rich) if rich else value
