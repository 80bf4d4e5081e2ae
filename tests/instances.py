"""Whole instances for tests: a home and a database of their own, driven through the ``bangfu`` command as people do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PLACES = Path(__file__).resolve().parent / "places"


@dataclass(frozen=True)
class Instance:
    """An instance on disk; ``database_url`` is None where its database is the SQLite file in its home."""

    home: Path
    database_url: str | None

    @property
    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to be this instance, speaking English."""
        kept = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        chosen = {} if self.database_url is None else {"DATABASE_URL": self.database_url}
        return kept | {"BANGFU_HOME": str(self.home), "BANGFU_LANG": "en", "PYTHONWARNINGS": "error"} | chosen

    def run(self, *arguments: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
        """Run ``bangfu …`` to its end; the caller looks at the exit code, stdout and stderr."""
        command = [str(Path(sys.executable).with_name("bangfu")), *map(str, arguments)]
        environment = self.environment | {"BANGFU_LANG": language}
        return subprocess.run(command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=600)

    def done(self, *arguments: str | Path) -> str:
        """Run ``bangfu …``, which must succeed; what it wrote to stdout."""
        ended = self.run(*arguments)
        assert ended.returncode == 0, f"bangfu {arguments[0]} ended with {ended.returncode}: {ended.stderr}"
        return ended.stdout

    def count(self, table: str) -> int:
        """How many rows a table holds."""
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)).as_string(None)
        if self.database_url is None:
            with closing(sqlite3.connect(self.home / "bangfu.sqlite3")) as connection:
                return int(connection.execute(statement).fetchone()[0])
        with psycopg.connect(self.database_url) as server:
            row = server.execute(statement.encode()).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def migrated_instance(home: Path) -> Iterator[Instance]:
    """A new, migrated instance that knows no place yet."""
    with _database(None) as url:
        made = Instance(home, url)
        made.done("migrate")
        yield made


@contextmanager
def founded_instance(home: Path) -> Iterator[Instance]:
    """A new, migrated instance that knows the places of ``tests/places``."""
    with migrated_instance(home) as made:
        made.done("places", "load", *sorted(PLACES.glob("*.csv")))
        yield made


@contextmanager
def copied_instance(template: Instance, home: Path) -> Iterator[Instance]:
    """The same instance again under ``home``; quicker than founding one."""
    shutil.copytree(template.home, home)
    with _database(template.database_url) as url:
        yield Instance(home, url)


@contextmanager
def _database(template: str | None) -> Iterator[str | None]:
    """A database of its own on the run's PostgreSQL, empty or copied; None where the run is on SQLite."""
    server = os.environ.get("DATABASE_URL")
    if server is None:
        yield None
        return
    name = sql.Identifier(f"instance_{uuid.uuid4().hex[:12]}")
    copied = sql.SQL("") if template is None else sql.SQL(" TEMPLATE {}").format(sql.Identifier(_name(template)))
    _execute(server, sql.SQL("CREATE DATABASE {}{}").format(name, copied))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name.as_string(None).strip(chr(34))}"))
    finally:
        _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _execute(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
