"""Intake: a million persons of 25 columns, two of them encrypted, with checks, history and audit."""

from __future__ import annotations

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark

PERSONS = 1_000_000


@benchmark(name="intake-postgresql", unit="rows/s", bar=20_000, holds=">=", beside="a bare COPY of the same rows")
def intake_postgresql(progress: Progress) -> Measured:
    """``bangfu intake`` of 1 M persons from CSV into PostgreSQL."""
    raise NotMeasured("not measured yet")


@benchmark(name="intake-sqlite", unit="rows/s", bar=15_000, holds=">=", beside="a bare executemany of the same rows")
def intake_sqlite(progress: Progress) -> Measured:
    """``bangfu intake`` of 1 M persons from CSV into SQLite."""
    raise NotMeasured("not measured yet")


@benchmark(name="intake-linearity", unit="ratio", bar=1.2, holds="<=", beside="the seconds of both sizes")
def intake_linearity(progress: Progress) -> Measured:
    """Seconds a row of 1 M persons over seconds a row of 250 000: 1 is linear."""
    raise NotMeasured("not measured yet")
