"""Where a blank waits for values: headings, row names, and the cells where they meet; nothing here knows a figure.

A sheet is titles, rows of headings, rows to fill and footers, perhaps several times below each other. Each cell to
fill carries the words above it and beside it; which of them name a place, a year or an indicator is found later, so
that a sheet with indicators down and places across is no special case.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bangfu.analytics.workbooks.blank import BlankSheet

#: Words longer than this are no headings that anybody matches; they are cut.
LONGEST = 200
FULL = 0.8
_SPACES = re.compile(r"\s+")
_PREAMBLE = re.compile(
    r"^[（(]?(?:填报|计量|编制|报送|制表|填表|上报|汇总)?(?:单位|日期|时间|部门|机关|表号|文号|人)(?:名称|（盖章）|\(盖章\))?\s*[：:]"
    r"|^(?:unit|reporting unit|date|form no)\b.*:",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|填报人|填表人|制表人|制表|审核|审核人|复核|单位负责人|负责人|联系电话|联系人|数据来源|资料来源)"
    r"\s*[0-9一二三四五]*\s*[：:.、]|^(?:notes?|source|prepared by|checked by)\b.*:",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:^|[\s（(])(?:计量)?单位\s*[：:]\s*([^\s）)]+)|^unit\s*:\s*(.+)$", re.IGNORECASE)
_ORDINAL = re.compile(r"^(?:\d{1,6}|[甲乙丙丁戊己]|[一二三四五六七八九十]{1,3}|[（(]\d{1,3}[)）])$")
_ORDINAL_HEAD = frozenset({"序号", "编号", "栏次", "行次", "no", "no.", "#", "nr", "row"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MOST_LABEL_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that waits for a value, the words above it from the top, and the words beside it from the left.

    ``label_columns`` are the columns of these; ``decimals`` of its number format, None where it shows what there is.
    """

    row: int
    column: int
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    label_columns: tuple[int, ...]
    percent: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list, where each row is one household."""

    column: int
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One table of a sheet. ``columns`` is filled for a list only, ``slots`` for any other table.

    ``first_row`` … ``last_row`` are the rows that a list offers; ``may_grow``: nothing stands below them. ``corner``
    has the headings of the columns of row names.
    """

    sheet: str
    titles: tuple[str, ...]
    units: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    columns: tuple[ListColumn, ...] = ()
    first_row: int = 0
    last_row: int = 0
    may_grow: bool = False
    #: The column that numbers the rows of a list, or -1, and whether its numbers are still to be written.
    ordinals: int = -1
    corner: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether each row is one household."""
        return bool(self.columns)


def clean(text: str) -> str:
    """A heading as it is compared and shown: one space between words, none at the ends, not endless."""
    return _SPACES.sub(" ", text).strip()[:LONGEST]


def is_ordinal(text: str) -> bool:
    """Whether a text only numbers a row or a column."""
    return _ORDINAL.match(text) is not None and _YEAR.fullmatch(text) is None


def find_blocks(sheets: Iterable[BlankSheet]) -> tuple[Block, ...]:
    """The tables of all sheets that are shown, in order."""
    return tuple(block for sheet in sheets if not sheet.hidden for block in _Finder(sheet).blocks())


def digest_of(blocks: Sequence[Block]) -> str:
    """What tells a layout from others: its headings and row names. Years in them do not count, nor how many rows a
    list offers."""
    told = [
        [
            _yearless(block.sheet),
            [_yearless(title) for title in block.titles],
            block.units,
            [[slot.row, slot.column, _yearlesses(slot.heads), _yearlesses(slot.labels)] for slot in block.slots],
            [[column.column, _yearlesses(column.heads)] for column in block.columns],
        ]
        for block in blocks
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _yearless(text: str) -> str:
    return _YEAR.sub("YYYY", text)


def _yearlesses(texts: tuple[str, ...]) -> list[str]:
    return [_yearless(text) for text in texts]


class _Finder:
    """Finds the blocks of one sheet."""

    def __init__(self, sheet: BlankSheet) -> None:
        self.sheet = sheet
        self.covered: set[tuple[int, int]] = set()
        self.words: dict[int, dict[int, str]] = {}
        self.anchors: dict[int, dict[int, str]] = {}
        self.formulas = {at for at, cell in sheet.cells.items() if cell.formula}
        for (row, column), cell in sheet.cells.items():
            if cell.text and not cell.formula and (text := clean(cell.text)):
                self.words.setdefault(row, {})[column] = text
                self.anchors.setdefault(row, {})[column] = text
        for merged in sheet.merged:
            self._spread(merged.first_row, merged.first_column, merged.last_row, merged.last_column)
        self.last = sheet.last_row

    def _spread(self, top: int, left: int, bottom: int, right: int) -> None:
        """Let merged cells speak for all that they cover, as far as the sheet is in use."""
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            return
        text = self.anchors.get(top, {}).get(left, "")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self.covered.add((row, column))
                    if text:
                        self.words.setdefault(row, {})[column] = text

    def blocks(self) -> Iterable[Block]:
        """The blocks from the top down."""
        start = 1
        while start <= self.last:
            titles, first = self._titles(start)
            if first is None:
                return
            last_head = self._last_head(first)
            end = self._end(last_head + 1, first)
            block = self._block(titles, first, last_head, end)
            if block is not None:
                yield block
            start = max(end, last_head) + 1

    def _titles(self, start: int) -> tuple[list[str], int | None]:
        """The texts above the headings, and the row where the headings begin."""
        titles: list[str] = []
        for row in range(start, self.last + 1):
            texts = list(dict.fromkeys(self.words.get(row, {}).values()))
            own = self.anchors.get(row, {})
            preamble = any(_PREAMBLE.search(text) for text in texts) or any(_FOOTER.search(text) for text in texts)
            if len(texts) >= 2 and len(own) >= 2 and not preamble:
                return titles, row
            titles += texts
        return titles, None

    def _span(self, first: int) -> tuple[int, int]:
        columns = self.words[first]
        return min(columns), max(columns)

    def _fullness(self, row: int, left: int, right: int) -> float:
        texts = self.words.get(row, {})
        return sum(left <= column <= right for column in texts) / (right - left + 1)

    def _last_head(self, first: int) -> int:
        """The last row of headings: those below the first are as good as full of words."""
        left, right = self._span(first)
        row = first
        while row < self.last and self._fullness(row + 1, left, right) >= FULL:
            row += 1
        return row

    def _end(self, start: int, first: int) -> int:
        """The last row before a footer or the headings of the next table."""
        left, right = self._span(first)
        for row in range(start, self.last + 1):
            texts = self.anchors.get(row, {})
            leading = texts[min(texts)] if texts else ""
            if _FOOTER.search(leading):
                return row - 1
            alone = row > start and not self.words.get(row - 1, {})
            if alone and right - left >= 2 and self._fullness(row, left, right) >= FULL:
                return row - 1
            wide = [merged for merged in self.sheet.merged if merged.first_row == row and merged.first_column <= left]
            if wide and len(texts) == 1 and max(merged.last_column for merged in wide) >= right and right > left:
                return row - 1
        return self.last

    def _heads(self, first: int, last: int, column: int) -> tuple[str, ...]:
        texts = [self.words.get(row, {}).get(column, "") for row in range(first, last + 1)]
        numbered = {row for row in range(first + 1, last + 1) if self._numbers_only(row)}
        kept = [text for row, text in zip(range(first, last + 1), texts, strict=True) if text and row not in numbered]
        return tuple(dict.fromkeys(kept))

    def _numbers_only(self, row: int) -> bool:
        texts = set(self.words.get(row, {}).values())
        return all(is_ordinal(text) or text.lower() in _ORDINAL_HEAD for text in texts)

    def _block(self, titles: list[str], first: int, last_head: int, end: int) -> Block | None:
        left, right = self._span(first)
        for row in range(first, last_head + 1):
            left, right = min(left, min(self.words[row])), max(right, max(self.words[row]))
        rows = range(last_head + 1, end + 1)
        labels = self._label_columns(rows, left, right)
        plain = [column for column in labels if not self._is_ordinal_column(column, first, last_head, rows)]
        units = tuple(dict.fromkeys(unit for title in titles for unit in _units(title)))
        shown = tuple(title for title in titles if not _FOOTER.search(title))
        if not plain:
            return self._list(shown, units, first, last_head, rows, left, right)
        slots = tuple(self._slots(first, last_head, rows, plain, range(labels[-1] + 1, right + 1)))
        corner = {column: self._heads(first, last_head, column) for column in plain}
        return Block(self.sheet.name, shown, units, slots, corner=corner) if slots else None

    def _label_columns(self, rows: range, left: int, right: int) -> list[int]:
        """The first columns that have words in most rows that have any."""
        named = [row for row in rows if self.words.get(row)]
        found: list[int] = []
        for column in range(left, min(right, left + MOST_LABEL_COLUMNS - 1) + 1):
            count = sum(column in self.words[row] for row in named)
            if not named or count * 2 < len(named):
                break
            found.append(column)
        return found[: right - left]

    def _is_ordinal_column(self, column: int, first: int, last_head: int, rows: range) -> bool:
        heads = self._heads(first, last_head, column)
        if heads and heads[-1].lower() in _ORDINAL_HEAD:
            return True
        texts = [self.words[row][column] for row in rows if column in self.words.get(row, {})]
        return bool(texts) and all(text.isdigit() and is_ordinal(text) and len(text) < 4 for text in texts)

    def _slots(self, first: int, last_head: int, rows: range, labels: list[int], columns: range) -> Iterable[Slot]:
        heads = {column: self._heads(first, last_head, column) for column in columns}
        for row in rows:
            words = self.words.get(row, {})
            beside: dict[str, int] = {}
            for column in labels:
                if column in words:
                    beside.setdefault(words[column], column)
            if not beside:
                continue
            names, columns_of_names = tuple(beside), tuple(beside.values())
            for column in columns:
                cell = self.sheet.cells.get((row, column))
                taken = column in words or (row, column) in self.covered or (row, column) in self.formulas
                if heads[column] and not taken and not (cell is not None and cell.text):
                    looks = (cell.percent, cell.decimals) if cell is not None else (False, None)
                    yield Slot(row, column, heads[column], names, columns_of_names, *looks)

    def _list(
        self,
        titles: tuple[str, ...],
        units: tuple[str, ...],
        first: int,
        last_head: int,
        rows: range,
        left: int,
        right: int,
    ) -> Block | None:
        heads = {column: self._heads(first, last_head, column) for column in range(left, right + 1)}
        ordinals = next((c for c, told in heads.items() if told and told[-1].lower() in _ORDINAL_HEAD), -1)
        columns = tuple(ListColumn(column, told) for column, told in heads.items() if told and column != ordinals)
        if len(columns) < 2:
            return None
        offered = {row for row in rows if self._is_open(row, left, right)}
        top = min(offered, default=last_head + 1)
        count = 0
        while top + count in offered:
            count += 1
        bottom = top + max(count, 1) - 1
        return Block(
            self.sheet.name, titles, units, (), columns, top, bottom, may_grow=bottom >= self.last, ordinals=ordinals
        )

    def _is_open(self, row: int, left: int, right: int) -> bool:
        """Whether a row waits for a household: nothing but an ordinal stands in it, and no formula."""
        texts = self.words.get(row, {})
        if any(not is_ordinal(text) for text in texts.values()):
            return False
        return not any(
            (row, column) in self.formulas or (row, column) in self.covered for column in range(left, right + 1)
        )


def _units(title: str) -> list[str]:
    match = _UNIT.search(title)
    if match is None or re.search(r"(?:填报|编制|报送|上报)单位", title):
        return _after_issuer(title)
    return _split_units(match[1] or match[2])


def _after_issuer(title: str) -> list[str]:
    """「填报单位：德钦县    单位：万元」 in one cell: only the second says a unit."""
    cut = re.sub(r"(?:填报|编制|报送|上报)单位\s*[：:]\s*\S*", "", title)
    match = _UNIT.search(cut)
    return _split_units(match[1] or match[2]) if match else []


def _split_units(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[、,，;；/]", text) if part.strip()]
