"""CSV as one sheet of text cells, in the same shape as a workbook's sheet."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, Limits
from bangfu.analytics.workbooks.plain_rows import PlainRows
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.text import TextForm, text_blocks, text_form, text_rows
from bangfu.analytics.workbooks.values import WorkbookRead


def read_csv(path: Path, out_dir: Path, limits: Limits = DEFAULT_LIMITS, *, name: str = "CSV") -> WorkbookRead:
    """The table of a CSV file as one sheet called ``name``; memory does not grow with the file.

    Rows are numbered as Excel shows them (see :mod:`text`). Cells to the right of the first row's are kept; the first
    of each row is reported as ``cell_beyond_header``: a separator inside an unquoted value shifts all cells after it.
    """
    form = text_form(path)
    with PlainRows(name, out_dir / "sheet0", limits) as rows:
        reader = _Reader(form, limits, rows)
        for block, rest in text_blocks(path, form):
            if rest is not None:
                reader.row_by_row(itertools.chain(io.StringIO(block, newline=""), rest))
            elif not reader.whole_block(block):
                reader.row_by_row(io.StringIO(block, newline=""))
    sheet = rows.sheet_read()
    if not sheet.n_rows:
        raise FileRefused("workbook_empty")
    return WorkbookRead("csv", (sheet,))


@dataclass
class _Reader:
    """Cuts text into rows; ``width`` is that of the first row, ``row`` the last row's number."""

    form: TextForm
    limits: Limits
    rows: PlainRows
    width: int = 0
    row: int = 0

    def row_by_row(self, lines: Iterable[str]) -> None:
        """Add rows of any shape."""
        for row, cells in text_rows(lines, self.form, self.limits.cell_characters, self.row + 1):
            self.row = row
            self.width = self.width or len(cells)
            beyond = next((column for column in range(self.width, len(cells)) if cells[column]), None)
            if beyond is not None:
                self.rows.fault(self.row, beyond, "cell_beyond_header", cells[beyond])
            self.rows.add(self.row, cells)

    def whole_block(self, block: str) -> bool:
        """Add a block whose lines all have the first row's width, at once; False, adding nothing, if not so."""
        self.width = self.width or block.split("\n", 1)[0].count(self.form.delimiter) + 1
        if self.width > self.limits.columns:
            return False
        names = [f"c{index}" for index in range(self.width)]
        data = block.encode()
        try:
            table = csv.read_csv(
                io.BytesIO(data),
                csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
                csv.ParseOptions(delimiter=self.form.delimiter, quote_char=False, ignore_empty_lines=False),
                csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
            ).combine_chunks()
        except pa.ArrowInvalid:
            return False
        columns = [column.chunk(0) for column in table.columns if column.num_chunks]
        if any(pc.max(pc.binary_length(column)).as_py() > self.limits.cell_characters for column in columns):
            return False
        self.rows.add_columns(np.arange(self.row + 1, self.row + 1 + len(table), dtype=np.int32), columns)
        self.row += len(table)
        return True
