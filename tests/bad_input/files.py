"""Files for tests of bad input: a register of synthetic people with one fault each, as CSV or as a workbook.

Every ID number is impossible: its region prefix is not assigned to any place.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

SHEET = "成员"
VILLAGE = "539901100201"
HEADINGS = (
    "村代码",
    "年度",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "健康状况",
    "出生日期",
    "家庭纯收入",
)
HOUSEHOLD_HEADINGS = ("村代码", "年度", "户编号", "户主姓名")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

Row = Mapping[str, Any]


def id_number(serial: int) -> str:
    """A right-checked ID number (GB 11643) of an impossible region; serials give different numbers."""
    born = date(1950, 1, 1) + timedelta(days=serial // 500)
    first = f"990101{born:%Y%m%d}{serial % 500 * 2 + 1:03d}"
    return first + CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def good_row(serial: int, **other: Any) -> dict[str, Any]:
    """A row without fault: the head of a household of one; ``other`` puts faults in by heading."""
    number = id_number(serial)
    values = (VILLAGE, "2015", f"H{serial:06d}", f"P{serial:06d}", "试验人", number, "户主", "健康")
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return dict(zip(HEADINGS, (*values, born, "12000"), strict=True)) | other


def cells(rows: Sequence[Row], headings: Sequence[str] = HEADINGS) -> list[list[Any]]:
    """Heading row and value rows."""
    return [list(headings), *([row.get(heading, "") for heading in headings] for row in rows)]


def csv_file(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8", headings: Sequence[str] = HEADINGS) -> Path:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(cells(rows, headings))
    path.write_bytes(codecs.encode(text.getvalue(), encoding))
    return path


def workbook(path: Path, rows: Sequence[Row], *, headings: Sequence[str] = HEADINGS, **options: Any) -> Path:
    """The rows as a workbook with one sheet: text stays text, numbers and dates are what they are.

    A value that is a string and starts with ``=`` becomes a formula whose result nobody ever computed.
    """
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", **options}) as book:
        sheet = book.add_worksheet(SHEET)
        for line, values in enumerate(cells(rows, headings)):
            for column, value in enumerate(values):
                _write(sheet, line, column, value)
    return path


def two_sheets(path: Path, households: Sequence[Row], members: Sequence[Row]) -> Path:
    """A workbook with a sheet of households before that of their members; either may have headings only."""
    named = (("户", HOUSEHOLD_HEADINGS, households), (SHEET, HEADINGS, members))
    with xlsxwriter.Workbook(path) as book:
        for name, headings, rows in named:
            sheet = book.add_worksheet(name)
            for line, values in enumerate(cells(rows, headings)):
                sheet.write_row(line, 0, values)
    return path


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, str) and value.startswith("="):
        sheet.write_formula(line, column, value, None, "")
    elif isinstance(value, str):
        sheet.write_string(line, column, value)
    else:
        sheet.write(line, column, value)


def page_without_table(path: Path) -> Path:
    """The notice of a system, saved under the name of a workbook."""
    path.write_text("<html><body><p>登录超时</p></body></html>", encoding="utf-8")
    return path
