"""A database that DuckDB may read: PostgreSQL in one transaction, or a copy of SQLite that is deleted after use.

DuckDB never opens a live SQLite file: attached in the same process it drops Django's locks (measured: two foreign
commits and 1 000 acknowledged rows lost). ``VACUUM INTO`` gives one consistent state, and nothing else reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import connection

from bangfu.records.figures import sql
from bangfu.records.scratch import scratch

MEMORY = "4GB"


def connect() -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that fetches nothing from anywhere and spills into the instance's home."""
    spill = Path(settings.HOME) / "tmp"
    spill.mkdir(exist_ok=True)
    options: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
    }
    opened = duckdb.connect(":memory:", config=options)
    # Both databases keep times in UTC; SQLite's come without a zone, so the session's must be UTC too.
    opened.execute(sql.LOAD_TIME_ZONES)
    opened.execute(sql.USE_UTC)
    return opened


@contextmanager
def consistent_source() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection with this instance's database attached as ``src``, at one state throughout."""
    if connection.vendor == "postgresql":
        with _postgresql() as source:
            yield source
    else:
        with _sqlite_copy() as source:
            yield source


@contextmanager
def _postgresql() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as source:
        source.execute(sql.load_extension(_extension("postgres_scanner")))
        source.execute(sql.attach("postgres", _connection_string()))
        source.execute("BEGIN TRANSACTION READ ONLY")
        try:
            yield source
        finally:
            source.execute("ROLLBACK")


@contextmanager
def _sqlite_copy() -> Iterator[duckdb.DuckDBPyConnection]:
    with scratch(Path(settings.HOME) / "tmp") as folder:
        copy = folder / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute(sql.VACUUM_INTO, [str(copy)])
        with connect() as source:
            source.execute(sql.load_extension(_extension("sqlite_scanner")))
            source.execute(sql.attach("sqlite", str(copy)))
            yield source


def _extension(name: str) -> Path:
    """The extension file of the installed wheel ``duckdb-extension-<name>``."""
    base = resources.files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
    return Path(str(base / f"{name}.duckdb_extension"))


def _connection_string() -> str:
    facts = connection.get_connection_params()
    names = {"dbname": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}
    parts = {key: str(facts[name]) for name, key in names.items() if facts.get(name)}
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in parts.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
