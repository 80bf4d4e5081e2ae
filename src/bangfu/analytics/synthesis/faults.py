"""Ten faults as offices make them, planted into a workbook, with a key that says where each is and what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

Cells = list[list[Any]]
#: Headings that the faults go into, as titles of the register's columns.
ID_NO, BIRTH, SEX, HEALTH, VILLAGE, MONTHS = "证件号码", "出生日期", "性别", "健康状况", "行政村", "务工时间"
FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"}


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault: its kind, sheet, row (from 1) and heading, what stands there now and what should."""

    kind: str
    sheet: str
    row: int
    heading: str
    wrong: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula whose result nobody ever computed."""

    text: str


@dataclass(frozen=True, slots=True)
class EmptyDay:
    """A cell with a date's format and the number 0 in it: what is left of an empty cell."""


def plant(rng: np.random.Generator, cells: Cells, sheet: str) -> list[Planted]:
    """Put ten faults into ten rows (of different households) of a sheet of members, in place; returns the key.

    The row of the duplicate ID has no birth date, which would contradict that ID before anyone saw it twice.
    **Errors** ``ValueError`` where the sheet has too few rows that can bear them.
    """
    heading, rows = cells[0], cells[1:]
    at_of = {name: heading.index(name) for name in (ID_NO, BIRTH, SEX, HEALTH, VILLAGE, MONTHS)}
    chosen = _bearers(rng, rows, at_of[ID_NO], heading.index("户编号"))
    rows[chosen[KINDS.index("duplicate_id")]][at_of[BIRTH]] = None
    planted = []
    for kind, row in zip(KINDS, chosen, strict=True):
        column, wrong = _fault(kind, rows, row, at_of)
        at = at_of[column]
        planted.append(Planted(kind, sheet, row + 2, column, wrong, rows[row][at]))
        rows[row][at] = wrong
    return planted


def mended(cells: Cells, key: Sequence[Planted]) -> Cells:
    """The cells with what is right in the places of the key."""
    found = [list(values) for values in cells]
    for each in key:
        found[each.row - 1][found[0].index(each.heading)] = each.right
    return found


#: The kinds of fault, each once.
KINDS = (
    "wrong_check_digit",
    "fifteen_digits",
    "id_as_number",
    "date_1900",
    "unknown_code",
    "unknown_village",
    "text_in_number",
    "duplicate_id",
    "full_width_digits",
    "formula_without_value",
)


def _bearers(rng: np.random.Generator, rows: Cells, id_at: int, household_at: int) -> list[int]:
    """Rows with an ID number ending in a digit, one a household, in order; and one more that is left as it is."""
    found: dict[Any, int] = {}
    for row in rng.permutation(len(rows)).tolist():
        number = rows[row][id_at]
        if number and number[-1] != "X":
            found.setdefault(rows[row][household_at], row)
    if len(found) <= len(KINDS):
        raise ValueError(f"Ten faults need eleven households with ID numbers; there are {len(found)}.")
    return sorted(list(found.values())[: len(KINDS)])


def _fault(kind: str, rows: Cells, row: int, at_of: Mapping[str, int]) -> tuple[str, Any]:
    id_at, sex_at = at_of[ID_NO], at_of[SEX]
    number = str(rows[row][id_at])
    alike = (other for other in rows if other is not rows[row] and other[sex_at] == rows[row][sex_at])
    others = [str(other[id_at]) for other in alike if other[id_at]]
    return {
        "wrong_check_digit": (ID_NO, number[:-1] + str((int(number[-1]) + 1) % 10)),
        "fifteen_digits": (ID_NO, number[:6] + number[8:17]),
        "id_as_number": (ID_NO, int(number)),
        "date_1900": (BIRTH, EmptyDay()),
        "unknown_code": (HEALTH, "不太好"),
        "unknown_village": (VILLAGE, "没有这个村"),
        "text_in_number": (MONTHS, "三个月"),
        "duplicate_id": (ID_NO, others[0]),
        "full_width_digits": (ID_NO, number.translate(FULL_WIDTH)),
        "formula_without_value": (MONTHS, Formula("=1+2")),
    }[kind]


def write_workbook(path: Path, sheets: Sequence[tuple[str, Cells]]) -> None:
    """A workbook of sheets; text stays text, dates are dates, and the same cells give the same bytes."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime(2016, 1, 4, tzinfo=UTC)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, cells in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for row, values in enumerate(cells):
                for column, value in enumerate(values):
                    _write(sheet, row, column, value, day)


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    match value:
        case None:
            return
        case Formula(text=text):
            sheet.write_formula(row, column, text, None, "")
        case EmptyDay():
            sheet.write_number(row, column, 0, day)
        case str():
            sheet.write_string(row, column, value)
        case _:
            sheet.write(row, column, value)
