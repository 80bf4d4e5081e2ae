"""The income of a household: bars with each year's poverty line, the sheet over the years, its parts in one year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bangfu.parameters.schema import Column
from bangfu.records.households.models import HouseholdYear
from bangfu.records.households.models.household_year import IncomeStatement
from bangfu.records.households.past import Register
from bangfu.records.instance.parameters import current
from bangfu.records.schema import columns_of
from bangfu.web import charts, numbers
from bangfu.web.pages.described import Pair, written
from bangfu.web.pages.readings import words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable

BARS, COLUMNS = 5, 3
LINE = "poverty_line"
#: The lines of the sheet that every year shows; the parts of a year stand under them.
MAIN = (
    *("wage_fen", "business_fen", "property_fen", "transfer_fen", "cost_fen"),
    *("net_income_fen", "net_income_per_capita_fen"),
)
PER_HEAD = "net_income_per_capita_fen"


def _columns() -> dict[str, Column]:
    own = {field.name for field in IncomeStatement._meta.local_fields}
    return {column.name: column for column in columns_of(HouseholdYear) if column.name in own}


def line_of(year: int, place_code: str) -> float | None:
    """The poverty line of a year at a place, in yuan a head; None where none is known."""
    line = current().lines.get(LINE)
    value = line.on(date(year, 12, 31), place_code) if line is not None else None
    return None if value is None else float(value.value)


def bars(register: Register, until: int) -> charts.Bars | None:
    """Net income a head of the last years, each with the poverty line of its own year."""
    years = [year for year in register.years if year <= until][-BARS:]
    if not years:
        return None
    points = tuple(_point(year, register.years[year]) for year in years)
    lines = tuple(line_of(year, register.years[year].place_code) for year in years)
    key = _("poverty line of the year") if any(lines) else ""
    return charts.income_bars(_("Net income a head"), _("yuan"), points, lines=lines, lines_words=key)


def _point(year: int, sheet: Any) -> charts.Point:
    fen = sheet.net_income_per_capita_fen
    value = None if fen is None else fen / 100
    return charts.Point(str(year), value, numbers.figure(value))


def table(register: Register, until: int) -> DrillTable | None:
    """The sheet of the last years with the poverty line under it; amounts in yuan."""
    years = [year for year in register.years if year <= until][-COLUMNS:]
    if not years:
        return None
    columns = _columns()
    rows = [
        DrillRow(words(columns[name].title), tuple(_amount(getattr(register.years[year], name)) for year in years))
        for name in MAIN
    ]
    lines = [line_of(year, register.years[year].place_code) for year in years]
    cells = tuple(DrillCell(numbers.decimal(line, 2) if line is not None else "—") for line in lines)
    rows.append(DrillRow(_("Poverty line of the year"), cells))
    heads = tuple(DrillColumn(str(year), _("yuan")) for year in years)
    return DrillTable(_("Income sheet"), _("Part"), heads, tuple(rows))


def _amount(fen: int | None) -> DrillCell:
    return DrillCell(numbers.decimal(None if fen is None else fen / 100, 2))


def parts(sheet: Any) -> list[Pair]:
    """The parts of one year that the sheet has."""
    further = (column for name, column in _columns().items() if name not in MAIN)
    return [
        Pair(words(column.title), written(getattr(sheet, column.name), column))
        for column in further
        if getattr(sheet, column.name) is not None
    ]
