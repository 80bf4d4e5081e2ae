"""Intake: a million persons of 25 columns, two of them encrypted, with checks, history and audit.

``BANGFU_BENCH_ROWS`` tries the code with fewer rows: what comes out is told and not kept as a measurement.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from statistics import median

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark
from bangfu.cli.say import note
from bangfu.parameters.text import Text
from benchmarks.bare_inserts import seconds_of_copy, seconds_of_executemany
from benchmarks.instances import divisions, fresh_instance, postgresql, seconds_aloud
from benchmarks.people import write_people
from benchmarks.stored import check_taken_in, village_codes
from tests.instances import Instance

PERSONS = 1_000_000
SMALLER = 4
#: Machines are noisy: the middle one counts.
ROUNDS = 3
WRITING = Text("正在写{rows:,}行的文件", "writing a file of {rows:,} rows")
PLACES = Text("{database}：装入地点", "{database}: loading places")

Database = Callable[[], AbstractContextManager[str | None]]
DATABASES: dict[str, Database] = {"SQLite": lambda: nullcontext(None), "PostgreSQL": postgresql}
BARE = {"SQLite": seconds_of_executemany, "PostgreSQL": seconds_of_copy}


@benchmark(
    name="intake-postgresql",
    unit="rows/s",
    bar=20_000,
    holds=">=",
    beside="a bare COPY of the same persons, as stored, into a table with the same indexes",
)
def intake_postgresql(progress: Progress) -> Measured:
    """``bangfu intake`` of 1 M persons from CSV into PostgreSQL, start of the process included."""
    return _rate("PostgreSQL", progress)


@benchmark(
    name="intake-sqlite",
    unit="rows/s",
    bar=15_000,
    holds=">=",
    beside="a bare executemany of the same persons, as stored, into a table with the same indexes",
)
def intake_sqlite(progress: Progress) -> Measured:
    """``bangfu intake`` of 1 M persons from CSV into SQLite, start of the process included."""
    return _rate("SQLite", progress)


@benchmark(
    name="intake-linearity", unit="ratio", bar=1.2, holds="<=", beside="the seconds of both sizes on both databases"
)
def intake_linearity(progress: Progress) -> Measured:
    """Seconds a row of 1 M persons over seconds a row of 250 000, on the worse of both databases: 1 is linear."""
    rows = _rows()
    spent: dict[str, float] = {}
    for database in DATABASES:
        for size in (rows // SMALLER, rows):
            taken = progress.once(f"{database} {size}", partial(_take_in, database, size, bare=False))
            spent[f"{database}, {size} rows, s"] = taken["intake"]
    small, large = (list(spent.values())[start::2] for start in (0, 1))
    ratio = max(late / (early * SMALLER) for early, late in zip(small, large, strict=True))
    return _kept(rows, ratio, spent)


def _rate(database: str, progress: Progress) -> Measured:
    """The rate of the middle one of ``ROUNDS``, each on a fresh instance with the bare limit beside it."""
    rows = _rows()
    rounds = [
        progress.once(f"{database} {rows} round {number}", partial(_take_in, database, rows, bare=True))
        for number in range(1, ROUNDS + 1)
    ]
    intake, bare = (median(taken[name] for taken in rounds) for name in ("intake", "bare"))
    beside = {f"round {number}, s": taken["intake"] for number, taken in enumerate(rounds, 1)}
    return _kept(rows, rows / intake, {**beside, "bare, s": bare, "bare, rows/s": rows / bare})


def _rows() -> int:
    return int(os.environ.get("BANGFU_BENCH_ROWS", PERSONS))


def _kept(rows: int, value: float, beside: dict[str, float]) -> Measured:
    """A measurement of the promised size. **Errors** ``NotMeasured`` with the numbers, for a trial of another size."""
    if rows != PERSONS:
        told = ", ".join(f"{name}: {number:,.4g}" for name, number in beside.items())
        raise NotMeasured(f"Only tried with {rows:,} rows: {value:,.4g}; {told}.")
    return Measured(value, beside)


def _take_in(database: str, rows: int, *, bare: bool) -> dict[str, float]:
    """Seconds of the intake and, where asked for, of the bare insertion; what was stored is checked in between."""
    with _loaded(database) as instance, tempfile.TemporaryDirectory(prefix="bangfu-bench-") as folder:
        sheet = Path(folder) / "people.csv"
        note(WRITING.format(rows=rows))
        write_people(sheet, rows, village_codes(instance))
        intake = seconds_aloud(instance, "intake", sheet, "--mapping", "register")
        sheet.unlink()
        check_taken_in(instance, rows)
        return {"intake": intake, "bare": BARE[database](instance, Path(folder)) if bare else 0.0}


@contextmanager
def _loaded(database: str) -> Iterator[Instance]:
    """A fresh instance that knows the places of the province."""
    with DATABASES[database]() as url, fresh_instance(url) as instance:
        note(PLACES.format(database=database))
        instance.done("places", "load", *divisions())
        yield instance
