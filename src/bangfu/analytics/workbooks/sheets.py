"""Sheets of an .xlsx workbook as Parquet of text cells, in one streamed pass over the sheet's XML.

Why not calamine: it shows neither hidden rows nor formulas nor the stored form, so a pass over the XML is needed
beside it, and it holds a whole sheet in memory. One pass of our own over the tags as arrays gives everything, in less
time than calamine alone (100 000 × 40: 5 s and 200 MB against 6 s and 600 MB). Calamine reads the old .xls.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.workbooks.canonical import plain_spelling
from bangfu.analytics.workbooks.cells import Book, Stored, Values, odd_texts, plain_texts, resolve
from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.package import (
    SheetPart,
    elements,
    open_part,
    open_workbook,
    read_looks,
    read_package,
    relations,
    small_part,
)
from bangfu.analytics.workbooks.refusals import FileRefused, column_index, column_letters
from bangfu.analytics.workbooks.rows import FaultWriter, RowWriter
from bangfu.analytics.workbooks.tokens import NotPlain, cells_of, split, strings_of
from bangfu.analytics.workbooks.values import ColumnRead, MergedCells, SheetRead, WorkbookRead, answer_headings

_COLUMN = re.compile(rb"<col\b([^>]*)>")
_MERGE = re.compile(rb'<mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FILTER = re.compile(
    rb'<autoFilter\b[^>]*\bref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"[^>]*>(.*?)</autoFilter>', re.DOTALL
)
_STORED_FIELD = {
    Stored.SHARED: "texts",
    Stored.TEXT: "texts",
    Stored.NUMBER: "numbers",
    Stored.DATE: "dates",
    Stored.TIME: "dates",
    Stored.ISO_DATE: "dates",
    Stored.BOOLEAN: "booleans",
    Stored.ERROR: "errors",
}
_HEADING_ROWS = 20
_TABLE_ROWS = 16_384  # a thousand columns of so many rows are still small


def read_sheets(path: Path, out_dir: Path, limits: Limits) -> WorkbookRead:
    """Every sheet with values. Runs in the bounded child process; the guard has passed the file."""
    with open_workbook(path) as archive:
        package = read_package(archive, limits)
        if not package.worksheets:
            raise FileRefused("no_worksheet")
        book = Book(
            *shared_strings(archive, package.strings_part, limits),
            read_looks(archive, package, limits),
            package.date1904,
        )
        read = [
            _read_sheet(archive, sheet, out_dir / f"sheet{k}", book, limits)
            for k, sheet in enumerate(package.worksheets)
        ]
    sheets = tuple(sheet for sheet in read if sheet.n_rows)
    if not sheets:
        raise FileRefused("workbook_empty")
    names = {sheet.name for sheet in sheets}
    skipped = tuple(sheet.name for sheet in package.sheets if sheet.name not in names)
    return WorkbookRead("xlsx", sheets, package.date1904, skipped)


def plain_parts(
    archive: zipfile.ZipFile,
    part: str,
    container: bytes,
    element: bytes,
    limits: Limits,
    stack: ExitStack,
    *,
    anew: bool,
) -> Iterator[tuple[str, bytes]]:
    """A part as head, pieces and tail; ``anew`` writes it in the plain spelling to a temporary file first."""
    stream: IO[bytes] = stack.enter_context(open_part(archive, part))
    if anew:
        copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        for piece in plain_spelling(stream, part):
            copy.write(piece)
        copy.seek(0)
        stream = copy
    return split(stream, container, element, part, limits)


def shared_strings(
    archive: zipfile.ZipFile, part: str | None, limits: Limits
) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    """The texts that the cells of a workbook share, and which of them are odd."""
    if part is None or part not in archive.NameToInfo:
        return pa.array([], pa.string()), np.zeros(0, np.int8)
    try:
        texts = _read_strings(archive, part, limits, anew=False)
    except NotPlain:
        try:
            texts = _read_strings(archive, part, limits, anew=True)
        except NotPlain as error:
            raise FileRefused("damaged", part=part) from error
    return texts, odd_texts(texts)


def _read_strings(archive: zipfile.ZipFile, part: str, limits: Limits, *, anew: bool) -> pa.StringArray:
    with ExitStack() as stack:
        found = [pa.array([], pa.string())]
        for kind, piece in plain_parts(archive, part, b"<sst", b"<si", limits, stack, anew=anew):
            if kind == "piece":
                found.append(plain_texts(strings_of(piece), part))
        return pa.concat_arrays(found)


def _read_sheet(archive: zipfile.ZipFile, sheet: SheetPart, target: Path, book: Book, limits: Limits) -> SheetRead:
    try:
        return _read_plain(archive, sheet, target, book, limits, anew=False)
    except NotPlain:
        try:
            return _read_plain(archive, sheet, target, book, limits, anew=True)
        except NotPlain as error:
            raise FileRefused("damaged", part=str(sheet.part)) from error


@dataclass
class _Tally:
    """What is counted while the pieces of a sheet pass."""

    limits: Limits
    name: str
    last_row: int = 0
    hidden: list[npt.NDArray[np.int32]] = field(default_factory=list)
    answer_columns: set[int] = field(default_factory=set)
    headings_done: bool = False
    stored: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, len(Stored) + 1), np.int64))

    def rows_in_order(self, rows: npt.NDArray[np.int32]) -> bool:
        """Whether rows go on upwards; a sheet with a row twice is damaged, and no program writes one."""
        if not len(rows):
            return True
        in_order = bool(rows[0] > self.last_row and (np.diff(rows) > 0).all())
        self.last_row = int(rows[-1])
        return in_order

    def find_answer_columns(self, values: Values) -> None:
        """Columns headed as our answer's, looked for in the first rows of the sheet only."""
        if self.headings_done or not len(values.row):
            return
        self.headings_done = True
        top = np.flatnonzero(values.row < values.row[0] + _HEADING_ROWS)
        ours = pc.is_in(values.text.take(pa.array(top)), pa.array(sorted(answer_headings())))
        self.answer_columns.update(values.column[top[ours.to_numpy(zero_copy_only=False)]].tolist())

    def kept(self, values: Values) -> Values:
        """The values that are neither empty nor in an answer column."""
        keep = pc.not_equal(values.text, "").to_numpy(zero_copy_only=False)
        if self.answer_columns:
            keep &= ~np.isin(values.column, sorted(self.answer_columns))
        if keep.all():
            return values
        at = np.flatnonzero(keep)
        text = values.text.take(pa.array(at))
        return Values(values.row[at], values.column[at], text, values.stored[at], values.text_date[at])

    def count(self, values: Values) -> None:
        """Count stored forms per column, refusing a sheet that is too wide."""
        if not len(values.row):
            return
        widest = int(values.column.argmax())
        width = int(values.column[widest]) + 1
        if width > self.limits.columns:
            letters = column_letters(width - 1)
            raise FileRefused(
                "too_many_columns",
                sheet=self.name,
                row=int(values.row[widest]),
                column=letters,
                limit=self.limits.columns,
            )
        if width > len(self.stored):
            self.stored = np.concatenate([self.stored, np.zeros((width - len(self.stored), len(Stored) + 1), np.int64)])
        forms = len(Stored) + 1
        flat = np.bincount(values.column.astype(np.int64) * forms + values.stored, minlength=width * forms)
        self.stored[:width] += flat.reshape(width, forms)
        self.stored[:width, -1] += np.bincount(values.column[values.text_date], minlength=width)

    def columns(self) -> tuple[ColumnRead, ...]:
        """The counts per column."""
        found = []
        for index, counts in enumerate(self.stored.tolist()):
            fields = dict.fromkeys(_STORED_FIELD.values(), 0)
            for form, name in _STORED_FIELD.items():
                fields[name] += counts[form]
            found.append(ColumnRead(index, text_dates=counts[-1], **fields))
        return tuple(found)


def _read_plain(
    archive: zipfile.ZipFile, sheet: SheetPart, target: Path, book: Book, limits: Limits, *, anew: bool
) -> SheetRead:
    part = str(sheet.part)
    tally = _Tally(limits, sheet.name)
    head = tail = b""
    with (
        ExitStack() as stack,
        RowWriter(target.with_suffix(".parquet")) as rows,
        FaultWriter(target.with_suffix(".faults.parquet")) as faults,
    ):
        for kind, piece in plain_parts(archive, part, b"<sheetData", b"<row", limits, stack, anew=anew):
            if kind == "head":
                head = piece
            elif kind == "tail":
                tail += piece
            else:
                cells = cells_of(piece)
                if not tally.rows_in_order(cells.rows):
                    raise FileRefused("damaged", part=part)
                values = resolve(cells, book, part, faults.add)
                tally.find_answer_columns(values)
                values = tally.kept(values)
                tally.count(values)
                tally.hidden.append(np.intersect1d(cells.rows[cells.hidden], values.row))
                for table in tables_of(values):
                    rows.add(*table)
            if len(tail) > limits.small_part_bytes:
                raise FileRefused("row_too_large", part=part, limit_mb=limits.small_part_bytes // MB)
    return _sheet_read(sheet, rows, faults, tally, head, tail, _table_filters(archive, part, limits))


def tables_of(values: Values) -> Iterator[tuple[npt.NDArray[np.int32], list[pa.StringArray]]]:
    """Cells as tables: the rows that hold any, and one array per column with NULL where a row has none."""
    if not len(values.row):
        return
    rows = np.unique(values.row)
    width = int(values.column.max()) + 1
    for start in range(0, len(rows), _TABLE_ROWS):
        some = rows[start : start + _TABLE_ROWS]
        first, end = np.searchsorted(values.row, some[0]), np.searchsorted(values.row, some[-1], side="right")
        at = np.full((width, len(some)), -1, np.int64)
        at[values.column[first:end], np.searchsorted(some, values.row[first:end])] = np.arange(first, end)
        yield some, [values.text.take(pa.array(index, mask=index < 0)) for index in at]


def _sheet_read(
    sheet: SheetPart,
    rows: RowWriter,
    faults: FaultWriter,
    tally: _Tally,
    head: bytes,
    tail: bytes,
    filters: list[tuple[int, int]],
) -> SheetRead:
    hidden = np.concatenate([np.empty(0, np.int32), *tally.hidden])
    filters = filters + [
        (int(match[2]), int(match[4])) for match in _FILTER.finditer(tail) if b"<filterColumn" in match[5]
    ]
    filtered = np.zeros(len(hidden), np.bool_)
    for first, last in filters:
        filtered |= (hidden > first) & (hidden <= last)
    return SheetRead(
        name=sheet.name,
        rows_path=rows.path,
        faults_path=faults.path,
        n_rows=rows.n_rows,
        n_faults=faults.n_faults,
        columns=tally.columns(),
        hidden_rows=len(hidden),
        filtered_rows=int(filtered.sum()),
        hidden_columns=_hidden_columns(head, len(tally.stored)),
        merged=tuple(merged_cells(tail)),
        answer_columns=tuple(sorted(tally.answer_columns)),
        hidden_sheet=sheet.hidden,
    )


def _hidden_columns(head: bytes, width: int) -> tuple[int, ...]:
    found: set[int] = set()
    for match in _COLUMN.finditer(head):
        bounds = re.search(rb'\smin="(\d+)"', match[1]), re.search(rb'\smax="(\d+)"', match[1])
        if bounds[0] and bounds[1] and re.search(rb'\shidden="(?:1|true|on)"', match[1]):
            found.update(range(int(bounds[0][1]) - 1, min(int(bounds[1][1]), width)))
    return tuple(sorted(found))


def merged_cells(tail: bytes) -> Iterator[MergedCells]:
    """The merged cells that the end of a sheet names."""
    for match in _MERGE.finditer(tail):
        first, last = column_index(match[1].decode()), column_index(match[3].decode())
        yield MergedCells(int(match[2]), first, int(match[4]), last)


def _table_filters(archive: zipfile.ZipFile, part: str, limits: Limits) -> list[tuple[int, int]]:
    """The rows that active filters of the sheet's tables cover: first (the heading) and last."""
    found = []
    for kind, table in relations(archive, part, limits).values():
        if kind == "table" and table in archive.NameToInfo:
            tags = list(elements(small_part(archive, table, limits), table))
            if any(tag.name == "filterColumn" for tag in tags):
                ref = next((tag.attributes.get("ref", "") for tag in tags if tag.name == "autoFilter"), "")
                rows = [int(number) for number in re.findall(r"\d+", ref)]
                found.extend([(rows[0], rows[1])] if len(rows) == 2 else [])
    return found
