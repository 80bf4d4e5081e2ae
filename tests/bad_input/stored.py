"""What an instance holds, asked of its database and not of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg
from django.apps import apps
from psycopg import sql

from tests.instances import Instance

CURRENT = ("household", "householdyear", "person", "personyear")


def values(instance: Instance, table: str, *columns: str) -> list[tuple[str, ...]]:
    """Some columns of a table as texts, in order."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("SELECT {} FROM {} ORDER BY id").format(listed, sql.Identifier(table)).as_string(None)
    return [tuple(map(str, row)) for row in _fetched(instance, statement)]


def _fetched(instance: Instance, statement: str) -> Sequence[tuple[Any, ...]]:
    if instance.database_url is None:
        with closing(sqlite3.connect(instance.home / "bangfu.sqlite3")) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(instance.database_url) as server:
        return server.execute(statement.encode()).fetchall()


def register_tables() -> list[str]:
    """Every table that a merge writes to: the register with its history and events, and the staging before it."""
    found = [model._meta.db_table for model in apps.get_app_config("households").get_models()]
    return found + [name for name in _tables_of_intake() if name.startswith("intake_staging_")]


def _tables_of_intake() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("intake").get_models()]


def written(instance: Instance) -> dict[str, int]:
    """Rows by table of all the tables of the register that hold any."""
    counts = {table: instance.count(table) for table in register_tables()}
    return {table: count for table, count in counts.items() if count}


def whole(people: int) -> dict[str, int]:
    """What stands in all tables once so many persons of a household each are in, and nothing besides."""
    names = [f"households_{name}{of}" for name in CURRENT for of in ("", "_history")]
    return dict.fromkeys(names, people)
