"""Households as the rows of a superior's list: through the gate, masked where they have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.parameters.schema import Column, FieldClass
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.access.reveal import in_file
from bangfu.records.households.models import HouseholdYear, Person
from bangfu.records.households.queries import REGISTERED
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import places_named, under
from bangfu.records.reports.matching import list_columns

MOST_ROWS = 20_000
#: The relation code of the head of a household.
HEAD = "01"
#: Lengths of the codes of the places that a row can name.
PLACE_LEVELS = {"county": 2, "township": 3, "village": 4}
OTHERS = {"monitored": Q(monitoring_category__isnull=False)}


@dataclass(frozen=True, slots=True)
class RowValue:
    """A value of a row: what goes into the cell, or why it stays empty (``missing``, ``withheld``); ``masked``."""

    value: str | float | None
    reason: str = ""
    masked: bool = False


@dataclass(frozen=True)
class ListRow:
    """One household: its address here, the place where it hangs, and its values by field."""

    ref: str
    place_code: str
    values: dict[str, RowValue]


def chosen(which: str, area: Place, year: int, scope: Scope) -> QuerySet[HouseholdYear]:
    """The yearly sheets of the households that a list is of, within the scope, in order of place."""
    rows = scoped(HouseholdYear.objects.filter(under(area.code, "place_code"), year=year), scope)
    on_register = rows.filter(poverty_status__isnull=False)
    if which == "poor":
        found = on_register.filter(poverty_status__in=REGISTERED)
    elif which == "exited":
        found = on_register.filter(household__exited_year=year)
    else:
        found = on_register.filter(OTHERS[which]) if which in OTHERS else on_register
    return found.select_related("household").order_by("place_code", "id")


def rows(which: str, fields: list[str], area: Place, year: int, scope: Scope) -> Iterator[ListRow]:
    """The rows of a list with the fields that are asked for."""
    listed = list(chosen(which, area, year, scope)[:MOST_ROWS])
    columns = list_columns()
    scheme = {code[:length] for sheet in listed for code in [sheet.place_code] for length in (6, 9, 12)}
    places = places_named(scheme)
    heads = _heads(listed) if "id_no" in fields else {}
    for sheet in listed:
        classes = scope.classes_at(sheet.place_code, sheet.household_id)
        values = {}
        for name in fields:
            if name in PLACE_LEVELS:
                values[name] = _place(places, sheet.place_code, PLACE_LEVELS[name])
            elif name == "id_no":
                values[name] = _personal(heads.get(sheet.household_id), name, scope, classes)
            elif name == "phone":
                values[name] = _personal(sheet.household, name, scope, classes)
            elif name == "year":
                values[name] = RowValue(year)
            elif name in columns:
                values[name] = _plain(sheet, columns[name], classes)
        yield ListRow(sheet.household.ref, sheet.place_code, values)


def _heads(listed: list[HouseholdYear]) -> dict[int, Person]:
    people = Person.objects.filter(household__in=[sheet.household_id for sheet in listed], relation=HEAD)
    return {person.household_id: person for person in people.select_related("household")}


def _personal(row: Any, field: str, scope: Scope, classes: frozenset[FieldClass]) -> RowValue:
    if FieldClass.PERSONAL not in classes:
        return RowValue(None, "withheld")
    if row is None:
        return RowValue(None, "missing")
    value, masked = in_file(row, field, scope)
    return RowValue(value, "" if value else "missing", masked)


def _place(places: dict[str, Place], code: str, level: int) -> RowValue:
    found = next((place for other, place in places.items() if code.startswith(other) and place.level == level), None)
    return RowValue(found.name) if found else RowValue(None, "missing")


def _plain(sheet: HouseholdYear, column: Column, classes: frozenset[FieldClass]) -> RowValue:
    if column.field_class not in classes:
        return RowValue(None, "withheld")
    holder = sheet if hasattr(sheet, column.name) else sheet.household
    value = getattr(holder, column.name)
    if value is None or value == "":
        return RowValue(None, "missing")
    return RowValue(_written(value, column))


def _written(value: Any, column: Column) -> str | float:
    """A value as a sheet holds it: codes as their Chinese names, money in yuan, days as text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.codes is not None:
        listed = current().codes.get(column.codes)
        return listed.titles[value].zh if listed and value in listed.titles else str(value)
    if column.unit == "fen":
        return int(value) / 100
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, int | float) else str(value)
