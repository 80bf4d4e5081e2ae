"""From matched rows to the typed staging tables: ids, ciphertext, and the columns as each database takes them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from django.db import connection, models

from bangfu.records.bulk import copy_pieces, insert_rows
from bangfu.records.households.actions import StagedTarget
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.intake.models import STAGING
from bangfu.records.intake.staging import sql
from bangfu.records.intake.targets import TABLES
from bangfu.records.personal import Keyring
from bangfu.records.rows import REF_LENGTH, REF_LETTERS, Placed

SEALED: dict[type[Placed], tuple[str, ...]] = {Household: ("phone", "bank_account"), Person: ("id_no", "phone")}
YEARLY = (HouseholdYear, PersonYear)


@dataclass(frozen=True)
class Carried:
    """What a file carries for one target: plain and sealed columns by name, extension fields, columns it erases."""

    plain: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    extension: bool = False
    erased: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Prepared:
    """One target's rows of a batch, column by column, ready to be staged."""

    table: str
    columns: tuple[str, ...]
    arrays: tuple[Sequence[Any], ...]
    erased: frozenset[str]

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.arrays[0])

    @property
    def any_known(self) -> bool:
        """Whether any row was matched to one that stands."""
        changes = self.arrays[self.columns.index("change")]
        return "known" in pc.unique(changes).to_pylist()


def prepare(
    con: duckdb.DuckDBPyConnection, table: str, carried: Carried, span: tuple[int, int, int], ring: Keyring
) -> Prepared:
    """The rows of one target in a span (sheet, first, last), with personal fields sealed to their target's id."""
    model = TABLES[table]
    columns = [*sql.KEYS[table], *sql.PLACED]
    values = sql.VALUES[table]
    columns += [(name, f'{values}."{table}.{name}"') for name in (*carried.plain, *carried.sealed)]
    hashed = [("id_hash", "t.id_hash")] if "id_no" in carried.sealed else []
    columns += sql.PINYIN if "name" in carried.plain and model is Person else ()
    if model in YEARLY:
        columns.append(("x", f'{values}."{table}.x"' if carried.extension else "'{}'"))
    found = con.execute(sql.batch_rows(table, [*columns, *hashed]), list(span)).to_arrow_table()
    arrays: dict[str, Any] = {name: found.column(name) for name in found.column_names}
    if "x" in arrays:
        arrays["x"] = arrays["x"].fill_null("{}")
    if model is Household:
        arrays["ref"] = pa.array(new_refs(found.num_rows), pa.string())
    ids = arrays["id"].to_pylist()
    for name in carried.sealed:
        values = arrays.pop(name).to_pylist()
        arrays[f"{name}_enc"] = ring.seal_many(model._meta.db_table, name, ids, values)
        known = arrays.pop("id_hash").to_pylist() if name == "id_no" else None
        arrays[f"{name}_hash"] = known or ring.hash_many(model._meta.db_table, name, values)
    return Prepared(table, tuple(arrays), tuple(arrays.values()), carried.erased)


def stage(prepared: Prepared, batch_id: int, known_at: datetime, by_id: int | None) -> StagedTarget:
    """Write prepared rows into the staging table of their target, inside the caller's transaction."""
    staging = STAGING[TABLES[prepared.table]]
    stamps = {"batch_id": batch_id, "known_at": connection.ops.adapt_datetimefield_value(known_at), "by_id": by_id}
    columns = (*prepared.columns, *stamps)
    if connection.vendor == "sqlite":
        _twin(staging)
    if prepared.count:
        fill = _copy if connection.vendor == "postgresql" else _insert
        fill(staging, columns, [*prepared.arrays, *([value] * prepared.count for value in stamps.values())])
    carried = tuple(column for column in columns if column != "change")
    return StagedTarget(str(staging._meta.db_table), carried, prepared.count, prepared.erased, prepared.any_known)


def _twin(staging: type[models.Model]) -> None:
    """A twin of a staging table in this connection's memory, which its name then means: no journal, no index."""
    columns = [str(field.column) for field in staging._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(sql.twin(str(staging._meta.db_table), columns))


def _insert(staging: type[models.Model], columns: Sequence[str], arrays: Iterable[Any]) -> None:
    insert_rows(staging, columns, zip(*map(_values, arrays), strict=True))


def _values(array: Any) -> Sequence[Any]:
    """Python values as SQLite stores them: dates as text."""
    if not isinstance(array, pa.Array | pa.ChunkedArray):
        return array  # type: ignore[no-any-return]
    dated = pa.types.is_date(array.type)
    return (array.cast(pa.string()) if dated else array).to_pylist()  # type: ignore[no-any-return]


#: Rows of one piece of a COPY: large enough for speed, small enough for memory.
PIECE = 50_000


def _copy(staging: type[models.Model], columns: Sequence[str], arrays: Iterable[Any]) -> None:
    table = pa.table({name: _text(array) for name, array in zip(columns, arrays, strict=True)})
    copy_pieces(staging, columns, (_csv(table.slice(start, PIECE)) for start in range(0, table.num_rows, PIECE)))


def _csv(table: pa.Table) -> memoryview:
    # Arrow quotes every present text and leaves missing ones bare: what COPY takes for NULL.
    piece = io.BytesIO()
    arrow_csv.write_csv(table, piece, arrow_csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return piece.getbuffer()


def _text(array: Any) -> Any:
    if isinstance(array, pa.Array | pa.ChunkedArray):
        return array
    first = next((value for value in array if value is not None), None)
    if isinstance(first, bytes):
        return pa.array([None if value is None else "\\x" + value.hex() for value in array], pa.string())
    if isinstance(first, datetime):
        return pa.array([value.isoformat() for value in array], pa.string())
    return pa.array(array, pa.int64() if isinstance(first, int) or first is None else pa.string())


def assign_ids(con: duckdb.DuckDBPyConnection, first: Mapping[str, int], *, years: int) -> None:
    """Give households and persons their ids; ``first`` holds the first new ones, ``years`` how many the file has."""
    con.execute(sql.FINAL_HOMES, [first["household"]])
    con.execute(sql.PERSONS_OF_ONE_YEAR if years < 2 else sql.PERSONS_OF_YEARS, [first["person"]])


def new_refs(count: int) -> list[str]:
    """Random addresses for many rows, as ``rows.new_ref`` makes them for one."""
    letters = np.frombuffer(REF_LETTERS.encode(), np.uint8)
    # Bytes beyond the last whole multiple of the alphabet would favour its first letters, so they are passed over.
    fair = 256 - 256 % len(letters)
    wanted, found = count * REF_LENGTH, np.empty(0, np.uint8)
    while len(found) < wanted:
        drawn = np.frombuffer(os.urandom(wanted + wanted // 4 + 64), np.uint8)
        found = np.concatenate([found, drawn[drawn < fair]])
    text = letters[found[:wanted] % len(letters)].tobytes().decode()
    return [text[start : start + REF_LENGTH] for start in range(0, wanted, REF_LENGTH)]


def text_table(**columns: Sequence[str]) -> pa.Table:
    """Texts side by side."""
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
