"""One sheet's XML with its faulty cells marked and the answer column at the right end; all else stays as sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from bangfu.analytics.workbooks.cells import plain_texts
from bangfu.analytics.workbooks.mark_styles import Styles
from bangfu.analytics.workbooks.refusals import column_index, column_letters
from bangfu.analytics.workbooks.tokens import NotPlain, cells_of

_ROW = re.compile(rb'<row\b[^>]*?\sr="(\d+)"[^>]*>')
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*)>')
_STYLE = re.compile(rb'\ss="(\d+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_HIDDEN = re.compile(rb'\shidden="\w+"')
_FORMULA = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>")
_DIMENSION = re.compile(rb'(<dimension\b[^>]*\bref=")([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?(")')
_COLS = re.compile(rb"<cols\b[^>]*>(.*?)</cols>", re.DOTALL)
_COL = re.compile(rb"<col\b[^>]*?/?>")
_BOUND = {name: re.compile(rb'(\s%b=")(\d+)(")' % name) for name in (b"min", b"max")}
_BY_ROW = re.compile(
    rb"<autoFilter\b[^>]*?/>|<autoFilter\b.*?</autoFilter>|<(conditionalFormatting|hyperlinks|rowBreaks)\b.*?</\1>"
    rb"|<legacyDrawing\b[^>]*/>",
    re.DOTALL,
)
_MERGES = re.compile(rb"<mergeCells\b[^>]*>(.*?)</mergeCells>", re.DOTALL)
_MERGE = re.compile(rb'<mergeCell\b[^>]*ref="[A-Z]+\d+:[A-Z]+(\d+)"[^>]*/>')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEX = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CELL_CHARACTERS = 32_767
_ANSWER_WIDTH = 60


@dataclass
class RowMarks:
    """What is said of one row: columns with a fault and with a note, from 0, and the sentences in order."""

    columns: set[int] = field(default_factory=set)
    noted: set[int] = field(default_factory=set)
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SheetPlan:
    """What to do with one sheet. ``row_heading`` is None unless only the faulty rows are wanted."""

    marks: dict[int, RowMarks]
    heading: str
    row_heading: str | None
    header_row: int
    heading_texts: frozenset[str]
    heading_strings: frozenset[int]

    @property
    def only_faulty(self) -> bool:
        """Whether sound rows are left out."""
        return self.row_heading is not None


@dataclass
class Shape:
    """What must be known of a sheet before its first byte is written."""

    width: int = 0
    last_row: int = 0
    header_style: int = 0
    old_columns: frozenset[int] = frozenset()


def shape_of(parts: Iterable[tuple[str, bytes]], plan: SheetPlan) -> Shape:
    """The width of a sheet, its last row and the columns that an earlier answer added; raises ``NotPlain``."""
    shape = Shape()
    for kind, piece in parts:
        if kind == "piece" and piece.strip():
            _check_plain(piece)
            rows = list(_ROW.finditer(piece))
            if shape.last_row == 0:
                shape.old_columns = _old_columns(piece, rows, plan)
            for match, end in _with_ends(rows, piece):
                _widen(shape, piece, match, end, plan)
            shape.last_row = max(shape.last_row, *(int(match[1]) for match in rows[-1:]))
    if shape.old_columns and max(shape.old_columns) == shape.width - 1:
        kept = [column for column in range(shape.width) if column not in shape.old_columns]
        shape.width = kept[-1] + 1 if kept else 0
    return shape


def _check_plain(piece: bytes) -> None:
    plain, others = piece.count(b'<c r="'), piece.count(b"<c")
    if others != plain:  # texts in several runs have <color> and <charset>
        others -= piece.count(b"<co") + piece.count(b"<ch")
    if b"<!" in piece or b"<?" in piece or others != plain:
        raise NotPlain
    if piece.count(b"<row") != len(_ROW.findall(piece)):
        raise NotPlain


def _with_ends(rows: list[re.Match[bytes]], piece: bytes) -> Iterator[tuple[re.Match[bytes], int]]:
    ends = [*(match.start() for match in rows[1:]), len(piece)]
    return zip(rows, ends if rows else [], strict=True)


def _widen(shape: Shape, piece: bytes, match: re.Match[bytes], end: int, plan: SheetPlan) -> None:
    at = piece.rfind(b'<c r="', match.end(), end)
    if at < 0:
        return
    last = _CELL.match(piece, at)
    if last is None:
        raise NotPlain
    shape.width = max(shape.width, column_index(last[1].decode()) + 1)
    if int(match[1]) == plan.header_row:
        style = _STYLE.search(last[3])
        shape.header_style = int(style[1]) if style else 0


def _old_columns(piece: bytes, rows: list[re.Match[bytes]], plan: SheetPlan) -> frozenset[int]:
    top = piece[: rows[20].start()] if len(rows) > 20 else piece
    cells = cells_of(top)
    found = set()
    for at in np.flatnonzero(cells.filled).tolist():
        value = plain_texts(cells.value.slice(at, 1), "sheet")[0].as_py()
        shared = b't="s"' in cells.attribute_texts[cells.attributes[at]]
        if (int(value) in plan.heading_strings) if shared else (value in plan.heading_texts):
            found.add(int(cells.column[at]))
    return frozenset(found)


class SheetMarker:
    """Writes a sheet anew, piece by piece, according to a plan."""

    def __init__(self, plan: SheetPlan, shape: Shape, styles: Styles) -> None:
        self.plan = plan
        self.shape = shape
        self.styles = styles
        self.answer = shape.width
        self.written = 0
        self._waiting = sorted(plan.marks)
        self._next = 0
        added = 2 if plan.only_faulty else 1
        self.last_column = self.answer + added - 1
        self._stale = self._stale_pattern()

    def parts(self, parts: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
        """The new sheet's bytes."""
        tail = b""
        for kind, piece in parts:
            if kind == "head":
                yield self._head(piece)
            elif kind == "piece":
                yield b"".join(self._rows(piece))
            elif self.plan.only_faulty:
                tail += piece
            else:
                yield self._ending(piece) if not tail else piece
                tail = b"written"
        if self.plan.only_faulty:
            yield self._tail(self._ending(tail))

    def _ending(self, tail: bytes) -> bytes:
        """Rows that the sheet does not have come last, before its end."""
        return b"".join(self._missing_rows(1 << 31)) + tail

    def _stale_pattern(self) -> re.Pattern[bytes] | None:
        """Cells that an earlier answer added or marked."""
        found = [rb'<c r="(?:%b)\d' % b"|".join(column_letters(c).encode() for c in sorted(self.shape.old_columns))]
        if self.styles.marks:
            ids = b"|".join(b"%d" % style for style in sorted(self.styles.marks))
            found.append(rb'<c r="[A-Z]+\d+"[^>]*\ss="(?:%b)"' % ids)
        patterns = found if self.shape.old_columns else found[1:]
        return re.compile(b"|".join(patterns)) if patterns else None

    def _rows(self, piece: bytes) -> Iterator[bytes]:
        copied = 0
        for match, end in _with_ends(list(_ROW.finditer(piece)), piece):
            number = int(match[1])
            wanted = number in self.plan.marks or number == self.plan.header_row
            heading = self.plan.only_faulty and number < self.plan.header_row
            stale = self._stale is not None and self._stale.search(piece, match.start(), end) is not None
            if not (wanted or heading or stale or self.plan.only_faulty or self._is_due(number)):
                continue
            if not self.plan.only_faulty:
                yield piece[copied : match.start()]
            yield from self._missing_rows(number)
            if wanted or heading or not self.plan.only_faulty:
                yield self._row(piece[match.start() : end], match, number)
            copied = end
        if not self.plan.only_faulty:
            yield piece[copied:]

    def _is_due(self, number: int) -> bool:
        return self._next < len(self._waiting) and self._waiting[self._next] < number

    def _missing_rows(self, before: int) -> Iterator[bytes]:
        """Marked rows that the sheet does not have, made here so that their sentences are not lost."""
        while self._is_due(before):
            number = self._waiting[self._next]
            text = b'<row r="%d"></row>' % number
            match = _ROW.match(text)
            assert match is not None
            yield self._row(text, match, number)

    def _row(self, text: bytes, match: re.Match[bytes], number: int) -> bytes:
        marks = self.plan.marks.get(number)
        if marks is not None:
            self._next += 1
        opening = _SPANS.sub(b"", match[0])
        self_closed = opening.endswith(b"/>")
        opening = opening[:-2] + b">" if self_closed else opening
        body = b"</row>" if self_closed else text[match.end() - match.start() :]
        cells, rest = _cells(body)
        self.written += 1
        place = number
        if self.plan.only_faulty:
            place = self.written
            opening = _HIDDEN.sub(b"", re.sub(rb'\sr="\d+"', b' r="%d"' % place, opening, count=1))
        row = self._edited(cells, marks, number, place)
        return opening + b"".join(row[column] for column in sorted(row)) + rest

    def _edited(self, cells: dict[int, bytes], marks: RowMarks | None, number: int, place: int) -> dict[int, bytes]:
        row = {
            column: self._cell(text, place) for column, text in cells.items() if column not in self.shape.old_columns
        }
        for column in marks.columns | marks.noted if marks else ():
            if column < self.answer:
                change = self.styles.marked if marks and column in marks.columns else self.styles.noted
                row[column] = _restyled(row.get(column, _empty(column, place)), change)
        if marks is not None:
            row[self.answer] = _text_cell(self.answer, place, self.styles.answer(), "\n".join(marks.sentences))
        elif number == self.plan.header_row:
            row[self.answer] = _text_cell(self.answer, place, self.shape.header_style, self.plan.heading)
        if self.plan.row_heading is not None and number >= self.plan.header_row:
            heading = number == self.plan.header_row
            style = self.shape.header_style if heading else self.styles.answer()
            text = self.plan.row_heading if heading else str(number)
            row[self.answer + 1] = _text_cell(self.answer + 1, place, style, text)
        return row

    def _cell(self, text: bytes, place: int) -> bytes:
        if self.styles.marks:
            text = _restyled(text, self.styles.unmarked)
        if self.plan.only_faulty:
            text = _FORMULA.sub(b"", text)
            text = _CELL.sub(lambda match: b'<c r="%b%d"%b>' % (match[1], place, match[3]), text, count=1)
        return text

    def _head(self, head: bytes) -> bytes:
        rows = self.shape.last_row
        if self.plan.marks:
            rows = max(rows, *self.plan.marks)
        head = _DIMENSION.sub(lambda match: self._dimension(match, rows), head, count=1)
        head = _with_columns(head, self.answer + 1, self.last_column + 1)
        return head[:-2] + b">" if head.endswith(b"/>") else head

    def _dimension(self, match: re.Match[bytes], rows: int) -> bytes:
        last = column_letters(self.last_column).encode()
        first, top = (b"A", b"1") if self.plan.only_faulty else (match[2], match[3])
        bottom = (
            max(self.plan.header_row, 1) + len(self.plan.marks)
            if self.plan.only_faulty
            else max(rows, int(match[5] or 0))
        )
        return b"%b%b%b:%b%d%b" % (match[1], first, top, last, bottom, match[6])

    def _tail(self, tail: bytes) -> bytes:
        """Without what belongs to rows that moved: filters, links, comments, and merged cells below the heading."""
        return _MERGES.sub(self._heading_merges, _BY_ROW.sub(b"", tail))

    def _heading_merges(self, match: re.Match[bytes]) -> bytes:
        kept = [merge[0] for merge in _MERGE.finditer(match[1]) if int(merge[1]) <= self.plan.header_row]
        return b'<mergeCells count="%d">%b</mergeCells>' % (len(kept), b"".join(kept)) if kept else b""


def _cells(body: bytes) -> tuple[dict[int, bytes], bytes]:
    """A row's cells by column, and what follows the last."""
    cells: dict[int, bytes] = {}
    end = 0
    for match in _CELL.finditer(body):
        end = match.end() if match[3].endswith(b"/") else body.index(b"</c>", match.end()) + 4
        cells[column_index(match[1].decode())] = body[match.start() : end]
    return cells, body[end:]


def _restyled(text: bytes, change: object) -> bytes:
    match = _CELL.match(text)
    if match is None or not callable(change):
        raise NotPlain
    style = _STYLE.search(match[3])
    number = change(int(style[1]) if style else 0)
    attributes = _STYLE.sub(b"", match[3])
    return b'<c r="%b%b" s="%d"%b>' % (match[1], match[2], number, attributes) + text[match.end() :]


def _empty(column: int, row: int) -> bytes:
    return b'<c r="%b%d"/>' % (column_letters(column).encode(), row)


def _text_cell(column: int, row: int, style: int, text: str) -> bytes:
    """A cell that is text and stays text, whatever it begins with: an inline string is never computed."""
    reference = column_letters(column).encode()
    return b'<c r="%b%d" s="%d" t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (
        reference,
        row,
        style,
        xml_text(text),
    )


def xml_text(text: str) -> bytes:
    """Text for an XML element as Excel takes it: no control characters, no longer than a cell may be."""
    text = _HEX.sub("_x005F_", _FORBIDDEN.sub("", text))[:_CELL_CHARACTERS]
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8", "replace")


def _with_columns(head: bytes, first: int, last: int) -> bytes:
    """The head with a width for the columns first … last (from 1), whatever column ranges covered them before."""
    ours = b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (first, last, _ANSWER_WIDTH)
    match = _COLS.search(head)
    if match is None:
        at = head.rindex(b"<sheetData")
        return head[:at] + b"<cols>%b</cols>" % ours + head[at:]
    before, after = [], []
    for col in _COL.findall(match[1]):
        low, high = _bound(col, b"min"), _bound(col, b"max")
        if low < first:
            before.append(_with_bound(col, b"max", min(high, first - 1)))
        if high > last:
            after.append(_with_bound(col, b"min", max(low, last + 1)))
    return head[: match.start(1)] + b"".join([*before, ours, *after]) + head[match.end(1) :]


def _bound(col: bytes, name: bytes) -> int:
    match = _BOUND[name].search(col)
    if match is None:
        raise NotPlain
    return int(match[2])


def _with_bound(col: bytes, name: bytes, value: int) -> bytes:
    return _BOUND[name].sub(lambda match: match[1] + b"%d" % value + match[3], col, count=1)
