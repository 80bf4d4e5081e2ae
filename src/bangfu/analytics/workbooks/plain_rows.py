"""Rows that arrive as lists of text (CSV, old .xls), written to the same two Parquet files as a sheet's."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.workbooks.cells import TEXT_DATE, odd_code, odd_texts
from bangfu.analytics.workbooks.limits import Limits
from bangfu.analytics.workbooks.refusals import CellFault, FileRefused, column_letters
from bangfu.analytics.workbooks.rows import FaultWriter, RowWriter
from bangfu.analytics.workbooks.values import ColumnRead, MergedCells, SheetRead, answer_headings

RowNumbers = npt.NDArray[np.int32]
_BATCH_CELLS = 400_000
_HEADING_ROWS = 20


class PlainRows:
    """Collects rows, writes them in batches, counts columns, and finds what is odd in their texts."""

    def __init__(self, name: str, target: Path, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self._rows = RowWriter(target.with_suffix(".parquet"))
        self._faults = FaultWriter(target.with_suffix(".faults.parquet"))
        self._numbers: list[int] = []
        self._cells: list[list[str]] = []
        self._waiting = 0
        self._seen = 0
        self._answer_columns: set[int] = set()
        self._texts: list[int] = []
        self._text_dates: list[int] = []

    def __enter__(self) -> PlainRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
        self._faults.__exit__(kind, error, trace)
        self._rows.__exit__(kind, error, trace)

    def add(self, number: int, cells: list[str]) -> None:
        """Append one row; a row without any text is left out."""
        if not any(cells):
            return
        if self._seen < _HEADING_ROWS:
            self._seen += 1
            self._answer_columns.update(column for column, text in enumerate(cells) if text in answer_headings())
        if len(cells) > self.limits.columns:
            letters = column_letters(len(cells) - 1)
            raise FileRefused(
                "too_many_columns", sheet=self.name, row=number, column=letters, limit=self.limits.columns
            )
        self._numbers.append(number)
        self._cells.append(cells)
        self._waiting += len(cells)
        if self._waiting >= _BATCH_CELLS:
            self._flush()

    def fault(self, row: int, column: int, code: str, value: str) -> None:
        """Report one exceptional cell."""
        if column not in self._answer_columns:
            self._faults.add(CellFault(row, column, code, value))

    def sheet_read(self, *, merged: tuple[MergedCells, ...] = (), hidden_sheet: bool = False) -> SheetRead:
        """What was written; call after the block has ended."""
        counts = zip(self._texts, self._text_dates, strict=True)
        columns = tuple(ColumnRead(index, texts=texts, text_dates=dates) for index, (texts, dates) in enumerate(counts))
        return SheetRead(
            self.name,
            self._rows.path,
            self._faults.path,
            self._rows.n_rows,
            self._faults.n_faults,
            columns,
            merged=merged,
            answer_columns=tuple(sorted(self._answer_columns)),
            hidden_sheet=hidden_sheet,
        )

    def _flush(self) -> None:
        if not self._numbers:
            return
        width = max(len(cells) for cells in self._cells)
        for cells in self._cells:
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
        columns = [pa.array(cells, pa.string()) for cells in zip(*self._cells, strict=True)]
        self._write(np.array(self._numbers, np.int32), columns)
        self._numbers.clear()
        self._cells.clear()
        self._waiting = 0

    def _write(self, rows: RowNumbers, columns: list[pa.StringArray]) -> None:
        columns = [self._column(index, texts, rows) for index, texts in enumerate(columns)]
        while columns and columns[-1].null_count == len(rows):
            columns.pop()
        self._rows.add(rows, columns)

    def add_columns(self, rows: RowNumbers, columns: list[pa.StringArray]) -> None:
        """Append many rows at once, column by column; rows without any text are left out."""
        self._flush()
        if self._seen < _HEADING_ROWS:
            self._seen += len(rows)
            for column, texts in enumerate(columns):
                if answer_headings() & set(texts.slice(0, _HEADING_ROWS).to_pylist()):
                    self._answer_columns.add(column)
        filled = np.zeros(len(rows), np.bool_)
        for texts in columns:
            filled |= pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
            if filled.all():
                self._write(rows, columns)
                return
        self._write(rows[filled], [texts.filter(pa.array(filled)) for texts in columns])

    def _column(self, index: int, texts: pa.StringArray, rows: RowNumbers) -> pa.StringArray:
        if index in self._answer_columns:
            return pa.nulls(len(texts), pa.string())
        texts = _without_text_trick(texts)
        texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
        odd = odd_texts(texts)
        while len(self._texts) <= index:
            self._texts.append(0)
            self._text_dates.append(0)
        self._texts[index] += len(texts) - texts.null_count
        self._text_dates[index] += int((odd == TEXT_DATE).sum())
        for at in np.flatnonzero(odd).tolist():
            code = odd_code(int(odd[at]))
            if code is not None:
                self.fault(int(rows[at]), index, code, texts[at].as_py())
        return texts


def _without_text_trick(texts: pa.StringArray) -> pa.StringArray:
    """``="0012"`` is how exports keep Excel from eating zeros; the cell says 0012."""
    tricked = pc.starts_with(texts, pattern='="')
    if not pc.any(tricked).as_py():
        return texts
    return pc.replace_substring_regex(texts, r'^="([^"]*)"$', r"\1")
