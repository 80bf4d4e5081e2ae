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

from bangfu.records.households.actions import StagedTarget
from bangfu.records.households.digest import table_digest
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.households.sql import quote
from bangfu.records.intake.models import STAGING
from bangfu.records.intake.staging import sql
from bangfu.records.intake.targets import TABLES
from bangfu.records.personal import Keyring
from bangfu.records.rows import REF_LENGTH, REF_LETTERS, Placed

SEALED: dict[type[Placed], tuple[str, ...]] = {Household: ("phone", "bank_account"), Person: ("id_no", "phone")}
YEARLY = (HouseholdYear, PersonYear)


@dataclass(frozen=True)
class Carried:
    """What a file carries for one target: plain and sealed columns, extension fields, columns it erases."""

    plain: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    extension: bool = False
    erased: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stamp:
    """What every row of a batch bears."""

    batch_id: int
    known_at: datetime
    by_id: int | None


@dataclass(frozen=True)
class Prepared:
    """One target's rows of a batch, column by column, ready to be staged.

    ``stamps`` are the columns that hold one value in the whole batch; they are not staged row by row. ``digest`` is
    that of the rows as history rows.
    """

    table: str
    arrays: Mapping[str, Any]
    stamps: Mapping[str, Any]
    erased: frozenset[str]
    known: bool
    digest: bytes

    @property
    def staging(self) -> type[models.Model]:
        """The staging model."""
        return STAGING[TABLES[self.table]]

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.arrays["id"])

    def staged_in(self, schema: str) -> StagedTarget:
        """What the merge is told, once the rows stand in a staging table of a schema."""
        name = quote(str(self.staging._meta.db_table))
        carried = tuple(column for column in self.arrays if column not in ("change", "line"))
        return StagedTarget(f"{schema}{name}", carried, self.count, self.erased, self.known, self.digest, self.stamps)


def prepare(
    con: duckdb.DuckDBPyConnection,
    table: str,
    carried: Carried,
    span: tuple[int, int, int],
    ring: Keyring,
    stamp: Stamp,
) -> Prepared:
    """The rows of one target in a span (sheet, first, last), with personal fields sealed to their target's id."""
    model = TABLES[table]
    found = con.execute(sql.batch_rows(table, _columns(table, carried)), list(span)).to_arrow_table()
    arrays: dict[str, Any] = {name: found.column(name) for name in found.column_names}
    if "x" in arrays:
        arrays["x"] = arrays["x"].fill_null("{}")
    if model is Household:
        arrays["ref"] = pa.array(new_refs(found.num_rows), pa.string())
    _seal(model, carried, arrays, ring)
    size = found.num_rows
    arrays |= {"batch_id": _constant(stamp.batch_id, size), "line": pa.array(range(1, size + 1), pa.int64())}
    stamps = {"known_at": connection.ops.adapt_datetimefield_value(stamp.known_at), "by_id": stamp.by_id}
    if model in YEARLY and not carried.extension:
        stamps["x"] = "{}"
    known = "known" in pc.unique(arrays["change"]).to_pylist()
    # Rows that stand already may turn out to be the same; what is then remembered is read back.
    digest = (
        b"" if known else table_digest(model, {**arrays, **{name: [value] * size for name, value in stamps.items()}})
    )
    return Prepared(table, arrays, stamps, carried.erased, known, digest)


def _constant(value: int, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.int64()), size)


def _columns(table: str, carried: Carried) -> list[tuple[str, str]]:
    values = sql.VALUES[table]
    columns = [*sql.KEYS[table], *sql.PLACED]
    columns += [(name, f'{values}."{table}.{name}"') for name in (*carried.plain, *carried.sealed)]
    if table == "person" and "name" in carried.plain:
        columns += sql.PINYIN
    if "id_no" in carried.sealed:
        columns.append(("id_hash", "t.id_hash"))
    if carried.extension:
        columns.append(("x", f'{values}."{table}.x"'))
    return columns


def _seal(model: type[Placed], carried: Carried, arrays: dict[str, Any], ring: Keyring) -> None:
    """Replace personal columns by ciphertext and keyed hash; the hash of an ID is known from the matching."""
    ids = arrays["id"].to_pylist()
    for name in carried.sealed:
        values = arrays.pop(name).to_pylist()
        arrays[f"{name}_enc"] = ring.seal_many(model._meta.db_table, name, ids, values)
        known = arrays.pop("id_hash").to_pylist() if name == "id_no" else None
        arrays[f"{name}_hash"] = known or ring.hash_many(model._meta.db_table, name, values)


def python_rows(prepared: Prepared) -> tuple[list[str], Iterable[Sequence[Any]]]:
    """Columns and rows as SQLite stores them; it numbers the lines itself."""
    columns = [name for name in prepared.arrays if name != "line"]
    return columns, zip(*(_values(prepared.arrays[name]) for name in columns), strict=True)


def _values(array: Any) -> Sequence[Any]:
    if not isinstance(array, pa.Array | pa.ChunkedArray):
        return array  # type: ignore[no-any-return]
    dated = pa.types.is_date(array.type)
    return (array.cast(pa.string()) if dated else array).to_pylist()  # type: ignore[no-any-return]


#: Rows of one piece of a COPY: large enough for speed, small enough for memory.
PIECE = 50_000


def copy_text(arrays: Mapping[str, Any]) -> pa.Table:
    """Columns as :func:`csv_pieces` takes them: what Arrow cannot print itself as text."""
    return pa.table({name: _text(array) for name, array in arrays.items()})


def csv_pieces(table: pa.Table) -> list[memoryview]:
    """Rows as PostgreSQL's COPY takes them."""
    return [_csv(table.slice(start, PIECE)) for start in range(0, table.num_rows, PIECE)]


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
    return pa.array(array, pa.string())


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
