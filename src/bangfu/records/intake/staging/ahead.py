"""Staging ahead: what can be done for a batch before its transaction begins, away from the database's one writer.

On PostgreSQL the rows are made into pieces of COPY text. On SQLite they are written into a staging file of their own,
which the connection attaches before it begins; inside a transaction nothing can be attached (tests run in one), so
there the rows go into tables of the connection's memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bangfu.records.bulk import copy_pieces, insert_rows
from bangfu.records.households.actions import NewRows, StagedTarget
from bangfu.records.intake.staging import sql
from bangfu.records.intake.staging.fill import Prepared, copy_text, csv_pieces, python_rows
from bangfu.records.intake.targets import TABLES
from bangfu.records.rows import Placed


@dataclass(frozen=True)
class Ready:
    """A batch's targets, and where their rows wait: in COPY text, in a file, or still in arrays.

    ``new`` is the batch as its tables take it, where it need not be staged.
    """

    targets: tuple[Prepared, ...]
    pieces: tuple[list[memoryview], ...] = ()
    file: Path | None = None
    new: NewRows | None = None


@dataclass(frozen=True)
class Place:
    """Where staged rows go: a folder for SQLite's staging files, or None where nothing can be attached."""

    vendor: str
    folder: Path | None

    @classmethod
    def of_now(cls, folder: Path) -> Place:
        """The place for the connection as it is."""
        return cls(connection.vendor, None if connection.in_atomic_block else folder)


def make_ready(targets: Sequence[Prepared], place: Place, number: int) -> Ready:
    """Stage a batch as far as it goes without a transaction; may run in another thread."""
    if place.vendor == "postgresql":
        return Ready(tuple(targets), tuple(csv_pieces(copy_text(each.arrays)) for each in targets))
    if place.folder is None:
        return Ready(tuple(targets))
    path = place.folder / f"staged-{number}.sqlite3"
    with closing(sqlite3.connect(path)) as file:
        for pragma in sql.CARELESS:
            file.execute(pragma.format(schema="main"))
        for each in targets:
            _write(file, each)
        file.commit()
    return Ready(tuple(targets), file=path)


def _write(file: sqlite3.Connection, prepared: Prepared) -> None:
    name = str(prepared.staging._meta.db_table)
    file.execute(sql.twin("main", name, _columns(prepared)))
    columns, rows = python_rows(prepared)
    file.executemany(sql.fill(name, columns), rows)


def _columns(prepared: Prepared) -> list[str]:
    return [str(field.column) for field in prepared.staging._meta.concrete_fields]


@contextmanager
def at_hand(ready: Ready) -> Iterator[None]:
    """The staging file within the connection's reach; to be entered before the transaction begins."""
    if ready.file is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(sql.ROOMY)
        cursor.execute(sql.ATTACH, [str(ready.file)])
        try:
            for pragma in sql.CARELESS:
                cursor.execute(pragma.format(schema="staged"))
            yield
        finally:
            cursor.execute(sql.DETACH)
            ready.file.unlink()


def stage(ready: Ready) -> dict[type[Placed], StagedTarget]:
    """Put a batch's rows where the merge finds them, inside the merge's transaction."""
    if ready.file is not None:
        return {TABLES[each.table]: each.staged_in("staged.") for each in ready.targets}
    for position, each in enumerate(ready.targets):
        if ready.pieces:
            copy_pieces(each.staging, list(each.arrays), ready.pieces[position])
        else:
            _stage_in_memory(each)
    return {TABLES[each.table]: each.staged_in("") for each in ready.targets}


def _stage_in_memory(prepared: Prepared) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.twin("temp", str(prepared.staging._meta.db_table), _columns(prepared)))
    columns, rows = python_rows(prepared)
    insert_rows(prepared.staging, columns, rows)
