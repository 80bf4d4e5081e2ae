"""What a reading gives back: sheets of text cells in Parquet files, with what was odd about them beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bangfu.analytics.workbooks.refusals import CellFault, column_letters
from bangfu.parameters.text import Text

#: Heading of the column that the answer workbook adds; a column headed so, in either language or both, is never read.
ANSWER_HEADING = Text("问题和改法", "What to mend")
#: Heading of the column that an answer with only the faulty rows adds beside it.
ROW_HEADING = Text("原行号", "Row in the file sent")
#: Heading of the first column of a template, which tells its reader what a row is for; it is never taken in.
TEMPLATE_HEADING = Text("填写说明", "How to fill in")
#: The hidden sheet of a template that holds the entries of its drop-downs.
LIST_SHEET = "_lists"


def answer_headings() -> frozenset[str]:
    """Every spelling under which an added column may come back."""
    both = (ANSWER_HEADING, ROW_HEADING)
    return frozenset(spelling for text in both for spelling in (text.zh, text.en, f"{text.zh} / {text.en}"))


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """How many cells of a column are stored as what. ``text_dates`` counts the texts that look like dates."""

    index: int
    texts: int = 0
    numbers: int = 0
    dates: int = 0
    booleans: int = 0
    errors: int = 0
    text_dates: int = 0

    @property
    def letters(self) -> str:
        """The column's letters as the sender sees them."""
        return column_letters(self.index)


@dataclass(frozen=True, slots=True)
class MergedCells:
    """A merged block; rows as a person counts, columns from 0, both ends inside. Only its first cell holds a value."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One sheet that holds values.

    **rows_path**: Parquet, one line per row with at least one value, in sheet order: ``row`` (int32, as a person counts
    in Excel: the first row is 1) and ``c0`` … ``cN`` (string, NULL where empty), ``c0`` being column A.
    **faults_path**: Parquet of the exceptional cells: ``row`` int32, ``column`` int32 (from 0), ``code``, ``value``
    strings. In the rows such a cell is what the sender sees (an error's name, a number with its lost digits as 0) or
    NULL (formula without value). Which of them matter depends on which columns a mapping uses.
    **hidden_rows, hidden_columns, filtered_rows**: counted, not left out; None where the kind of file cannot say.
    ``filtered_rows`` are those of ``hidden_rows`` that an active filter hides.
    **answer_columns**: columns added by an earlier answer workbook (from 0); their cells are not in the rows.
    """

    name: str
    rows_path: Path
    faults_path: Path
    n_rows: int
    n_faults: int
    columns: tuple[ColumnRead, ...]
    hidden_rows: int | None = None
    filtered_rows: int | None = None
    hidden_columns: tuple[int, ...] | None = None
    merged: tuple[MergedCells, ...] = ()
    answer_columns: tuple[int, ...] = ()
    hidden_sheet: bool = False

    def faults(self) -> Iterator[CellFault]:
        """The exceptional cells one by one, read in batches."""
        for batch in pq.ParquetFile(self.faults_path).iter_batches():
            for line in batch.to_pylist():
                yield CellFault(**line)


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """All sheets with values, in workbook order; for CSV one sheet. ``skipped_sheets``: charts and empty ones."""

    kind: str
    sheets: tuple[SheetRead, ...]
    date1904: bool = False
    skipped_sheets: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The value as text, for handing from process to process."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> WorkbookRead:
        """The value that :meth:`to_json` wrote."""
        fields: dict[str, Any] = json.loads(text)
        sheets = tuple(_sheet_from(sheet) for sheet in fields.pop("sheets"))
        return cls(sheets=sheets, skipped_sheets=tuple(fields.pop("skipped_sheets")), **fields)


def _sheet_from(fields: dict[str, Any]) -> SheetRead:
    hidden = fields.pop("hidden_columns")
    return SheetRead(
        rows_path=Path(fields.pop("rows_path")),
        faults_path=Path(fields.pop("faults_path")),
        columns=tuple(ColumnRead(**column) for column in fields.pop("columns")),
        merged=tuple(MergedCells(**block) for block in fields.pop("merged")),
        answer_columns=tuple(fields.pop("answer_columns")),
        hidden_columns=None if hidden is None else tuple(hidden),
        **fields,
    )
