"""Old .xls workbooks, read by calamine in the bounded child process.

Calamine gives values only: hidden rows, filters and the stored form of a formula are not known (None in the answer).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bangfu.analytics.workbooks.limits import Limits
from bangfu.analytics.workbooks.numbers import number_text
from bangfu.analytics.workbooks.plain_rows import PlainRows
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.values import MergedCells, SheetRead, WorkbookRead

Stored = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - dates of a sheet have no zone


def read_legacy(path: Path, out_dir: Path, limits: Limits) -> WorkbookRead:
    """Every sheet with values of an .xls workbook."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if not worksheets:
                raise FileRefused("no_worksheet")
            read = [_read_sheet(workbook, sheet, out_dir / f"sheet{k}", limits) for k, sheet in enumerate(worksheets)]
            names = tuple(workbook.sheet_names)
    except PasswordError as error:
        raise FileRefused("encrypted") from error
    except (CalamineError, OSError) as error:
        raise FileRefused("damaged", part="Workbook") from error
    sheets = tuple(sheet for sheet in read if sheet.n_rows)
    if not sheets:
        raise FileRefused("workbook_empty")
    filled = {sheet.name for sheet in sheets}
    return WorkbookRead("xls", sheets, skipped_sheets=tuple(name for name in names if name not in filled))


def _read_sheet(workbook: CalamineWorkbook, metadata: SheetMetadata, target: Path, limits: Limits) -> SheetRead:
    sheet = workbook.get_sheet_by_name(metadata.name)
    with PlainRows(metadata.name, target, limits) as rows:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            texts, codes = zip(*map(stored_text, cells), strict=True) if cells else ((), ())
            rows.add(number, list(texts))
            for column, code in enumerate(codes):
                if code is not None:
                    rows.fault(number, column, code, texts[column])
    merged = tuple(MergedCells(a + 1, b, c + 1, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    return rows.sheet_read(merged=merged, hidden_sheet=metadata.visible != SheetVisibleEnum.Visible)


def stored_text(value: Stored) -> tuple[str, str | None]:
    """A value of calamine as text, and its fault's code or None."""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return number_text(repr(value))
    if isinstance(value, dt.timedelta):
        value = _EPOCH + value
    if isinstance(value, dt.datetime):
        return _dated(value.isoformat(" ", "seconds").removesuffix(" 00:00:00"))
    if isinstance(value, dt.date):
        return _dated(value.isoformat())
    return (value.isoformat("seconds") if isinstance(value, dt.time) else value), None


def _dated(text: str) -> tuple[str, str | None]:
    """An .xls date; the days around 1900-01-00 are an empty cell turned into a date."""
    empty = text[:10] in ("1899-12-30", "1899-12-31", "1900-01-01")
    return ("1900-01-00" if empty else text), ("date_empty_1900" if empty else None)
