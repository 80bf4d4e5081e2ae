"""Households as the rows of a superior's list: through the gate, masked where they have to be.

Which households a list is of, the dictionary says: they are the rows behind an indicator of the current snapshot, so
that a list is as long as the figure that stands for it elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.parameters.schema import Column, FieldClass
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.access.reveal import in_file
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.queries import figures, rows_behind
from bangfu.records.households.models import HouseholdYear, Person
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_named
from bangfu.records.reports.meanings import list_columns

MOST_ROWS = 20_000
#: The indicator whose rows a list holds.
INDICATORS = {
    "poor": "households_registered",
    "exited": "households_exited",
    "monitored": "households_monitored",
    "register": "households_on_register",
}
#: The relation code of the head of a household.
HEAD = "01"
#: Levels whose places a row can name.
PLACE_LEVELS = ("county", "township", "village")
#: Households that one query names.
A_QUERY = 500


@dataclass(frozen=True, slots=True)
class RowValue:
    """A value of a row: what goes into the cell, or why it stays empty; ``masked``.

    Reasons are ``missing``, ``withheld`` and, of a head's ID number, ``two_heads``.
    """

    value: str | float | None
    reason: str = ""
    masked: bool = False


@dataclass(frozen=True)
class ListRow:
    """One household: its address here, the place where it hangs, and its values by field."""

    ref: str
    place_code: str
    values: Mapping[str, RowValue]


@dataclass(frozen=True)
class _Around:
    """What the rows of one piece share: places by code, and those who head each household at the end of the year."""

    places: Mapping[str, Place]
    heads: Mapping[int, Sequence[Person]]
    columns: Mapping[str, Column]
    scope: Scope
    year: int


def households_listed(which: str, area: Place, year: int, snapshot: Snapshot | None, scope: Scope) -> list[int]:
    """The ids of the households that a list is of, within the scope, in order of place.

    **Errors** ``FileRefused`` where no figures of the year are there to say it, or the list is too long to be filled.
    """
    found = None
    if snapshot is not None:
        asked = figures(snapshot, scope, indicator=INDICATORS[which], year=year)
        found = asked.filter(place_code=area.code, group="").first()
    if found is None:
        raise FileRefused("list_of_no_register", year=year)
    counted = rows_behind(found, scope, limit=0)
    if counted.withheld:
        raise FileRefused("list_withheld")
    if counted.count - counted.unknown > MOST_ROWS:
        raise FileRefused("list_too_long", count=counted.count - counted.unknown, limit=MOST_ROWS)
    return [row["household_id"] for row in rows_behind(found, scope, limit=counted.count).rows if row["numerator"]]


def rows(households: Sequence[int], fields: Collection[str], year: int, scope: Scope) -> Iterator[ListRow]:
    """The rows of a list with the fields that are asked for."""
    for first in range(0, len(households), A_QUERY):
        piece = households[first : first + A_QUERY]
        asked = scoped(HouseholdYear.objects.filter(household__in=piece, year=year), scope)
        sheets = list(asked.select_related("household").order_by("place_code", "id"))
        around = _around(sheets, fields, year, scope)
        for sheet in sheets:
            classes = scope.classes_at(sheet.place_code, sheet.household_id)
            values = {name: found for name in fields if (found := _value(sheet, name, classes, around)) is not None}
            yield ListRow(sheet.household.ref, sheet.place_code, values)


def _around(sheets: Sequence[HouseholdYear], fields: Collection[str], year: int, scope: Scope) -> _Around:
    levels = [level for code, level in current_scheme().by_code.items() if code in PLACE_LEVELS and code in fields]
    places = places_named({sheet.place_code[: level.length] for sheet in sheets for level in levels})
    heads = _heads([sheet.household_id for sheet in sheets], year, scope) if "id_no" in fields else {}
    return _Around(places, heads, list_columns(), scope, year)


def _heads(households: Sequence[int], year: int, scope: Scope) -> Mapping[int, Sequence[Person]]:
    """Those who head each household at the end of a year, as far as their dates say; an open date does not exclude."""
    end = date(year, 12, 31)
    come = Q(joined_on__isnull=True) | Q(joined_on__lte=end)
    there = Q(left_on__isnull=True) | Q(left_on__gt=end)
    people = scoped(Person.objects.filter(come, there, household__in=households, relation=HEAD), scope)
    found = defaultdict(list)
    for person in people.select_related("household"):
        found[person.household_id].append(person)
    return found


def _value(sheet: HouseholdYear, name: str, classes: frozenset[FieldClass], around: _Around) -> RowValue | None:
    """The value of one field; None for what is no field of a list."""
    if name in PLACE_LEVELS:
        return _place(sheet.place_code, name, around.places)
    if name == "id_no":
        return _of_head(around.heads.get(sheet.household_id, ()), classes, around.scope)
    if name == "phone":
        return _personal(sheet.household, name, around.scope, classes)
    if name == "year":
        return RowValue(around.year)
    return _plain(sheet, around.columns[name], classes) if name in around.columns else None


def _of_head(heads: Sequence[Person], classes: frozenset[FieldClass], scope: Scope) -> RowValue:
    if len(heads) > 1 and FieldClass.PERSONAL in classes:
        return RowValue(None, "two_heads")
    return _personal(heads[0] if heads else None, "id_no", scope, classes)


def _personal(row: Any, field: str, scope: Scope, classes: frozenset[FieldClass]) -> RowValue:
    if FieldClass.PERSONAL not in classes:
        return RowValue(None, "withheld")
    if row is None:
        return RowValue(None, "missing")
    value, masked = in_file(row, field, scope)
    return RowValue(value, "" if value else "missing", masked)


def _place(code: str, level: str, places: Mapping[str, Place]) -> RowValue:
    """The place of a level that a household hangs at or under; one that hangs higher has none."""
    described = current_scheme().by_code.get(level)
    found = places.get(code[: described.length]) if described and len(code) >= described.length else None
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
