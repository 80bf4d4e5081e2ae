"""The columns that can be compared: which they are, and the register's rows as Arrow tables of the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet

from bangfu.parameters.schema import FieldClass
from bangfu.records.fields import column_of
from bangfu.records.households.models import HouseholdYear, PersonYear
from bangfu.records.intake.targets import TABLES, CellForm, Target
from bangfu.records.places.queries import under

ROWS_A_PART = 20_000
#: What names the rows themselves, and what has a comparison of its own.
OF_THE_ROW = {"household.household_no"}
#: Answers to one question: their order says nothing.
ANSWERS = (
    ("person_year.health", "person_year.second_health"),
    ("household_year.other_cause_1", "household_year.other_cause_2"),
    tuple(f"household_year.risk_{number}" for number in range(1, 6)),
)
#: Differences that are not those of one column.
OWN_PATHS = ("household", "person", "person.identity", "person.household_no", "row.place")
#: Those of a whole household or person: no values stand beside each other.
WHOLE = ("household", "person")
PERSON_PATHS = ("person", "person.identity", "person.household_no")
_ARROW = {
    CellForm.WHOLE: pa.int64(),
    CellForm.FEN: pa.int64(),
    CellForm.YEAR: pa.int64(),
    CellForm.DECIMAL: pa.float64(),
    CellForm.FLAG: pa.bool_(),
    CellForm.DAY: pa.date32(),
}
_HOME_KEYS = ("household_id", "household__household_no", "household__place_code", "household__head_name")
_HOME_NAMES = ("id", "no", "place_code", "head")
_PERSON_KEYS = (
    "person_id",
    "person__household_id",
    "person__household__household_no",
    "person__person_no",
    "person__id_no_hash",
    "person__name",
    "person__birth_date",
)
_PERSON_NAMES = ("id", "household_id", "no", "person_no", "id_hash", "name", "birth")
_PERSON_TYPES = (pa.int64(), pa.int64(), pa.string(), pa.string(), pa.binary(), pa.string(), pa.date32())


def comparable(targets: Iterable[Target]) -> list[Target]:
    """The targets that are columns of the register; fields that only one form has are left to that form."""
    return [each for each in targets if each.table in TABLES and not each.extension and each.path not in OF_THE_ROW]


def class_of(path: str) -> FieldClass:
    """Who may see a difference of a column."""
    table, _, name = path.partition(".")
    if path in ("household", "person", "row.place"):
        return FieldClass.OPEN
    model = TABLES.get(table)
    if model is None or name in getattr(model, "PERSONAL_FIELDS", ()):
        return FieldClass.PERSONAL
    column = next((column_of(each) for each in model._meta.concrete_fields if each.name == name), None)
    return FieldClass.PERSONAL if column is None else column.seen_by


def registered_homes(area: str, year: int) -> QuerySet[HouseholdYear]:
    """The yearly rows of the households that the register has in an area; what only a survey has is not of it."""
    found = HouseholdYear.objects.filter(under(area, "household__place_code"), year=year)
    return found.filter(Q(poverty_status__isnull=False) | Q(household__status__isnull=False))


def our_homes(area: str, year: int, targets: Sequence[Target]) -> pa.Table:
    """The register's households of a year under a place, with the columns of these targets under their paths."""
    columns = [_column(each, {"household": "household__", "household_year": ""}) for each in targets]
    rows = registered_homes(area, year).values_list(*_HOME_KEYS, *columns)
    types = [pa.int64(), pa.string(), pa.string(), pa.string(), *map(_type, targets)]
    return _table([*_HOME_NAMES, *(each.path for each in targets)], types, rows)


def our_people(area: str, year: int, targets: Sequence[Target]) -> pa.Table:
    """The persons of these households who were members at the end of the year."""
    columns = [_column(each, {"person": "person__", "person_year": ""}) for each in targets]
    homes = registered_homes(area, year).values("household_id")
    found = PersonYear.objects.filter(year=year, person__household_id__in=homes)
    there = Q(person__left_on__isnull=True) | Q(person__left_on__year__gt=year)
    rows = found.filter(there).values_list(*_PERSON_KEYS, *columns)
    return _table([*_PERSON_NAMES, *(each.path for each in targets)], [*_PERSON_TYPES, *map(_type, targets)], rows)


def _column(target: Target, prefixes: dict[str, str]) -> str:
    return f"{prefixes[target.table]}{target.name}{'_hash' if target.sealed else ''}"


def _type(target: Target) -> pa.DataType:
    return pa.binary() if target.sealed else _ARROW.get(target.form, pa.string())


def _table(names: Sequence[str], types: Sequence[pa.DataType], rows: QuerySet[Any, Any]) -> pa.Table:
    """The rows as a table, part by part: no more than one part of them ever stands as Python values."""
    schema = pa.schema(list(zip(names, types, strict=True)))
    read = rows.iterator(chunk_size=ROWS_A_PART)
    parts = iter(lambda: list(islice(read, ROWS_A_PART)), [])
    return pa.Table.from_batches((_part(part, schema) for part in parts), schema)


def _part(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [_array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        return pa.array([None if value is None else bytes(value) for value in values], kind)
    return pa.array(values, kind)
