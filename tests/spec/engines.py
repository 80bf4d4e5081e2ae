"""Every engine as one function: rows and expressions in, a list of answers per expression out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

from bangfu.analytics.engines.duckdb import compile_rows
from bangfu.analytics.engines.memory import evaluate
from bangfu.analytics.language import ParameterValue, TypedExpr
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.scope import EVERYTHING

Rows = Sequence[Mapping[str, Any]]
Answers = dict[str, list[Any]]

_TYPES = {
    Kind.STRING: "varchar", Kind.CODE: "varchar", Kind.INTEGER: "bigint", Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean", Kind.DATE: "date",
}  # fmt: skip


def numbered(rows: Rows) -> list[dict[str, Any]]:
    """The rows as households of their own, so that each finds its members again."""
    return [{"household_id": number, "year": 2020, **row} for number, row in enumerate(rows)]


def in_memory(table: Table, rows: Rows, exprs: Mapping[str, TypedExpr], values: Sequence[ParameterValue]) -> Answers:
    """What the oracle answers."""
    return {
        name: [evaluate(expr, row, {"persons": row.get("persons", ())}, values) for row in numbered(rows)]
        for name, expr in exprs.items()
    }


def on_duckdb(table: Table, rows: Rows, exprs: Mapping[str, TypedExpr], values: Sequence[ParameterValue]) -> Answers:
    """What DuckDB answers, in the order of the rows."""
    sql = compile_rows(exprs, table=table, scope=EVERYTHING, keep=["household_id"])
    with stored(table, numbered(rows), values) as connection:
        return answered(connection, sql, exprs)


ENGINES: dict[str, Callable[..., Answers]] = {
    "memory": in_memory,
    "duckdb": on_duckdb,
}


def answered(connection: duckdb.DuckDBPyConnection, sql: str, exprs: Mapping[str, TypedExpr]) -> Answers:
    """The answers of a text by expression, rows in the order of their household."""
    found = sorted(connection.execute(sql).fetchall())
    return {name: [row[number] for row in found] for number, name in enumerate(exprs, start=1)}


def stored(table: Table, rows: Rows, values: Sequence[ParameterValue]) -> duckdb.DuckDBPyConnection:
    """A database that holds the rows, their members and the parameters."""
    connection = duckdb.connect()
    _store(connection, table, rows)
    for member in table.members:
        keys = [{name: row[name] for name in member.on} for row in rows]
        members = [key | dict(person) for key, row in zip(keys, rows, strict=True) for person in row.get("persons", ())]
        _store(connection, member.table, members)
    connection.execute(
        "create table parameter_values"
        " (name varchar, place_prefix varchar, valid_from date, valid_until date, value double)"
    )
    rows_of_values = [[v.name, v.place_prefix, v.valid_from, v.valid_until, v.value] for v in values]
    _insert(connection, "parameter_values", rows_of_values)
    return connection


def _store(connection: duckdb.DuckDBPyConnection, table: Table, rows: Rows) -> None:
    columns = ", ".join(f'"{column.name}" {_TYPES[column.kind]}' for column in table.columns)
    connection.execute(f'create table "{table.name}" ({columns})')
    _insert(connection, table.name, [[row.get(column.name) for column in table.columns] for row in rows])


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[list[Any]]) -> None:
    places = ", ".join("?" * len(rows[0])) if rows else ""
    insert = f'insert into "{name}" values ({places})'
    connection.executemany(insert, rows) if rows else None
