"""CSV text as offices send it, decoded strictly: UTF-8, UTF-8 with a mark, or GB18030; anything else is refused.

Every function reads in pieces, so memory does not grow with the file. A *row* is what Excel shows as one: the first
record is row 1, a line break inside quotation marks stays inside its row, an empty line is an empty row. A *line* (only
named when the encoding is damaged) is what a text editor counts.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bangfu.analytics.workbooks.limits import MB
from bangfu.analytics.workbooks.refusals import FileRefused

_BOM = codecs.BOM_UTF8
_HAN = re.compile("[\u3000-\u9fff\uff00-\uffef\U00020000-\U0003ffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_EVIDENCE = 100_000  # characters that decide which encoding was meant; a large file has enough in its first pieces
_DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text table is written: its encoding (``utf-8``, ``utf-8-sig``, ``gb18030``) and its delimiter."""

    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class _Trial:
    """How far a file decodes: ``position`` of the first bad byte or None, and the non-ASCII text before it."""

    position: int | None
    line: int
    han: int
    others: int
    common: int
    private: int

    def looks_like_utf8(self) -> bool:
        """Text in GB18030 hardly ever forms three-byte characters by chance, so a few Han before are proof."""
        return self.han >= 4 and self.han >= self.others

    def looks_like_gb18030(self) -> bool:
        """Chinese text uses mostly the characters of 1980 (GB 2312) and no private ones; Latin or Big5 bytes do not."""
        foreign = self.han + self.others
        return self.common * 2 >= foreign and self.private * 20 <= foreign


def text_form(path: Path) -> TextForm:
    """The encoding and delimiter of a text table; raises :class:`FileRefused` naming line and byte of damage."""
    encoding = _encoding(path)
    _check_zeros(path, encoding)
    with path.open("r", encoding=encoding, newline="") as file:
        return TextForm(encoding, _delimiter(file.read(MB)))


def decode_to_utf8(source: Path, target: Path) -> TextForm:
    """Write the table as clean UTF-8 without mark (line ends and cells untouched), for engines that read only that."""
    form = text_form(source)
    with (
        source.open("r", encoding=form.encoding, newline="") as reading,
        target.open("w", encoding="utf-8", newline="") as writing,
    ):
        while piece := reading.read(MB):
            writing.write(piece)
    return form


def text_blocks(path: Path, form: TextForm) -> Iterator[tuple[str, TextIO | None]]:
    """The text of a table in pieces of whole rows, as long as no quotation mark occurs; the last with what follows it.

    Without quotation marks every line is a row, and a whole piece can be cut at once. From the first one on only a
    reader that knows quoting can tell rows, so the rest is handed over as a stream.
    """
    with path.open("r", encoding=form.encoding, newline="") as file:
        rest = ""
        while piece := file.read(4 * MB):
            rest += piece
            cut = rest.rfind("\n") + 1
            if '"' in piece or not cut:
                break
            yield rest[:cut], None
            rest = rest[cut:]
        yield rest, file


def text_rows(
    lines: Iterable[str], form: TextForm, cell_characters: int, first: int
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text table with their numbers from ``first`` on, an empty list of cells for an empty line."""
    # The reader's own bound is a global of the module; a field beyond it means that a quotation mark was never closed.
    csv.field_size_limit(cell_characters)
    row = first - 1
    try:
        for cells in csv.reader(lines, delimiter=form.delimiter, strict=True):
            row += 1
            yield row, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise FileRefused("cell_too_long", row=row + 1, limit=cell_characters) from error
        raise FileRefused("quotes_unpaired", row=row + 1) from error


def _encoding(path: Path) -> str:
    utf8 = _try(path, "utf-8")
    if utf8.position is None:
        with path.open("rb") as file:
            return "utf-8-sig" if file.read(3) == _BOM else "utf-8"
    with path.open("rb") as file:
        marked = file.read(3) == _BOM
    if marked or utf8.looks_like_utf8():
        raise FileRefused("encoding_damaged", encoding="UTF-8", line=utf8.line, position=utf8.position + 1)
    chinese = _try(path, "gb18030")
    if not chinese.looks_like_gb18030():
        raise FileRefused("encoding_unknown", line=utf8.line, position=utf8.position + 1)
    if chinese.position is not None:
        raise FileRefused("encoding_damaged", encoding="GB18030", line=chinese.line, position=chinese.position + 1)
    return "gb18030"


def _try(path: Path, encoding: str) -> _Trial:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    done = line = han = others = common = private = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(MB)
            held = len(decoder.getstate()[0])
            try:
                text, bad = decoder.decode(piece, final=not piece), None
            except UnicodeDecodeError as error:
                text, bad = error.object[: error.start].decode(encoding), done - held + error.start
            foreign = "".join(_NOT_ASCII.findall(text)) if han + others < _EVIDENCE else ""
            found = len(_HAN.findall(foreign))
            han, others = han + found, others + len(foreign) - found
            common += len(foreign.encode("gb2312", "ignore")) // 2 if encoding == "gb18030" else 0
            private += len(_PRIVATE.findall(foreign))
            line += _line_ends(text)
            if bad is not None or not piece:
                return _Trial(bad, line + 1, han, others, common, private)
            done += len(piece)


def _check_zeros(path: Path, encoding: str) -> None:
    """Raise :class:`FileRefused` for a zero byte, by its line and its character there: no cell can hold one."""
    with path.open("rb") as file:
        if not any(b"\0" in piece for piece in iter(lambda: file.read(MB), b"")):
            return
    with path.open("r", encoding=encoding) as text:
        for number, line in enumerate(text, 1):
            if "\0" in line:
                raise FileRefused("zero_byte", line=number, character=line.index("\0") + 1)


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _delimiter(sample: str) -> str:
    """The delimiter that splits the first rows into the same, largest number of cells; a comma where none does."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = _widths(sample, delimiter)
        agreeing = sum(width == widths[0] for width in widths) / len(widths) if widths else 0
        score = agreeing * (widths[0] - 1) if widths else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) == 20:
                break
    except csv.Error:
        return widths
    return widths
