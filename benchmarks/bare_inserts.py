"""The bare limit of an intake: the stored persons written once more, into the same columns and indexes."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

from tests.instances import Instance

PERSONS = "households_person"
ROWS_AT_ONCE = 20_000
DEFINITIONS = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"


def seconds_of_copy(instance: Instance, folder: Path) -> float:
    """PostgreSQL: one COPY of all persons from a file into a table with the same indexes, committed."""
    assert instance.database_url is not None
    dump = folder / "persons.copy"
    names = {"table": sql.Identifier(PERSONS), "bare": sql.Identifier("bare_persons")}
    out = sql.SQL("COPY {table} TO STDOUT (FORMAT binary)").format(**names)
    back = sql.SQL("COPY {bare} FROM STDIN (FORMAT binary)").format(**names)
    with psycopg.connect(instance.database_url) as server, dump.open("wb") as file, server.cursor().copy(out) as rows:
        for block in rows:
            file.write(block)
    with psycopg.connect(instance.database_url) as server:
        server.execute(sql.SQL("CREATE TABLE {bare} (LIKE {table} INCLUDING ALL)").format(**names))
        server.commit()
        started = time.perf_counter()
        with dump.open("rb") as file, server.cursor().copy(back) as rows:
            while block := file.read(1 << 20):
                rows.write(block)
        server.commit()
        return time.perf_counter() - started


def seconds_of_executemany(instance: Instance, folder: Path) -> float:
    """SQLite: all persons by executemany into a file with the same table and indexes; reading them is not counted."""
    with (
        closing(sqlite3.connect(instance.home / "bangfu.sqlite3")) as source,
        closing(sqlite3.connect(folder / "bare.sqlite3")) as bare,
    ):
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=NORMAL")
        bare.execute("PRAGMA cache_size=-65536")
        for (definition,) in source.execute(DEFINITIONS, (PERSONS,)):
            bare.execute(definition)
        rows = source.execute(f"SELECT * FROM {PERSONS}")
        insert = f"INSERT INTO {PERSONS} VALUES ({', '.join('?' * len(rows.description))})"
        spent = 0.0
        while block := rows.fetchmany(ROWS_AT_ONCE):
            started = time.perf_counter()
            bare.executemany(insert, block)
            spent += time.perf_counter() - started
        started = time.perf_counter()
        bare.commit()
        return spent + time.perf_counter() - started
