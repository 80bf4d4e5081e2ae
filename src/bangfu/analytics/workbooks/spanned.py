"""Rows whose cells span columns and rows (web pages, XML spreadsheets), laid out as a sheet lays them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from bangfu.analytics.workbooks.plain_rows import PlainRows
from bangfu.analytics.workbooks.refusals import FileRefused, column_letters
from bangfu.analytics.workbooks.values import MergedCells

#: No sheet of Excel has more rows; a span beyond is cut.
LAST_ROW = 1_048_576


@dataclass
class SpannedRows:
    """Places cells at the first free column, as a browser does; memory grows with filled cells and spans only."""

    rows: PlainRows
    number: int = 0
    merged: list[MergedCells] = field(default_factory=list)
    _cells: dict[int, str] = field(default_factory=dict)
    _column: int = 0
    #: column → the last row that a cell from above still covers.
    _covered: dict[int, int] = field(default_factory=dict)

    def begin_row(self, number: int | None = None) -> None:
        """Begin the next row, or the one of a number."""
        self.number = number or self.number + 1
        self._cells.clear()
        self._column = 0

    def cell(
        self, text: str, *, across: int = 1, down: int = 1, code: str | None = None, column: int | None = None
    ) -> None:
        """Add a cell of so many columns and rows; ``code`` is the fault of its stored value, if it has one."""
        column = self._free() if column is None else column
        limit = self.rows.limits.columns
        if column + 1 > limit:
            self._refuse_beyond(column, text)
            self._column = column + 1
            return
        across = max(1, min(across, limit - column))
        last = min(self.number + max(down, 1) - 1, LAST_ROW)
        self._column = column + across
        if last > self.number:
            self._covered.update(dict.fromkeys(range(column, column + across), last))
        if text:
            self._cells[column] = text
            if code is not None:
                self.rows.fault(self.number, column, code, text)
            if across > 1 or last > self.number:
                self.merged.append(MergedCells(self.number, column, last, column + across - 1))

    def end_row(self) -> None:
        """Write the row; one without text is counted and left out."""
        if self._cells:
            self.rows.add(self.number, [self._cells.get(column, "") for column in range(max(self._cells) + 1)])

    def _free(self) -> int:
        column = self._column
        while self._covered.get(column, 0) >= self.number:
            column += 1
        return column

    def _refuse_beyond(self, column: int, text: str) -> None:
        if text:
            limit, letters = self.rows.limits.columns, column_letters(column)
            raise FileRefused("too_many_columns", sheet=self.rows.name, row=self.number, column=letters, limit=limit)
