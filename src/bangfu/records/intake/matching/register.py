"""What the register knows by key, fetched for a file: all of it where the file is large, else only what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection

from bangfu.records.households import sql
from bangfu.records.households.models import Household, Person
from bangfu.records.personal import keyring

#: A scan of the register costs as much per row as a look-up costs per key, about.
SCAN_PER_KEY = 4
SCAN_ROWS = 20_000
KEYS_AT_ONCE = 5_000
HOUSEHOLD_SCHEMA = pa.schema(
    [("id", pa.int64()), ("household_no", pa.string()), ("place_id", pa.int64()), ("place_code", pa.string())]
)
PERSON_SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("person_no", pa.string()),
        ("id_no_hash", pa.binary()),
        ("household_id", pa.int64()),
        ("household_no", pa.string()),
        ("name", pa.string()),
        ("birth_date", pa.date32()),
        ("place_code", pa.string()),
    ]
)
YEAR_SCHEMA = pa.schema([("id", pa.int64()), ("owner", pa.int64()), ("year", pa.int16())])


def known_households(numbers: Sequence[str]) -> pa.Table:
    """The register's households with these numbers."""
    if _scan(Household.objects.count(), len(numbers)):
        return _table(HOUSEHOLD_SCHEMA, _rows(sql.HOUSEHOLD_KEYS, []))
    return _table(HOUSEHOLD_SCHEMA, _looked_up(sql.HOUSEHOLD_KEYS, "household_no", numbers))


def known_persons(wanted: pa.Table) -> pa.Table:
    """The register's persons with these numbers or ID hashes, or in these households."""
    if _scan(Person.objects.count(), wanted.num_rows):
        return _table(PERSON_SCHEMA, _rows(sql.PERSON_KEYS, []))
    found: dict[int, Sequence[Any]] = {}
    for name, column in (("person_no", "p.person_no"), ("id_hash", "p.id_no_hash"), ("household_id", "p.household_id")):
        keys = wanted.column(name).unique().drop_null().to_pylist()
        found |= {row[0]: row for row in _looked_up(sql.PERSON_KEYS, column, keys)}
    return _table(PERSON_SCHEMA, found.values())


def known_years(statement: str, owner: str, owners: Sequence[int], years: Sequence[int], rows: int) -> pa.Table:
    """The ids of yearly rows of these owners."""
    if not owners:
        return YEAR_SCHEMA.empty_table()
    if _scan(rows, len(owners)):
        return _table(YEAR_SCHEMA, _rows(f"{sql.where_in(statement, 'year', len(years))}", list(years)))
    return _table(YEAR_SCHEMA, _looked_up(statement, owner, owners))


def hashes(numbers: Sequence[str]) -> Sequence[bytes | None]:
    """The keyed hashes of ID numbers."""
    return keyring().hash_many(Person._meta.db_table, "id_no", list(numbers))


def _scan(rows: int, keys: int) -> bool:
    return rows <= SCAN_ROWS or rows <= SCAN_PER_KEY * keys


def _looked_up(statement: str, column: str, keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        part = list(keys[start : start + KEYS_AT_ONCE])
        yield from _rows(sql.where_in(statement, column, len(part)), part)


def _rows(statement: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(20_000):
            yield from rows


def _table(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        return pa.array([None if value is None else bytes(value) for value in values], kind)
    return pa.array(values, kind)
