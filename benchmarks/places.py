"""Places: the division codes of a whole province."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark, median_seconds, seconds_of
from benchmarks.instances import divisions, fresh_instance

COUNTS = "level,count\nprovince,1\nprefecture,16\ncounty,129\ntownship,1461\nvillage,14888\n"
PLACES = "CREATE TABLE place (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, parent TEXT, level INTEGER)"


@benchmark(
    name="divisions-load",
    unit="s",
    bar=20,
    holds="<=",
    beside="the same five files read by csv and inserted by executemany, without checks, names, codes or audit",
)
def divisions_load(progress: Progress) -> Measured:
    """``bangfu places load`` of the five files of ``yunnan-divisions`` (16 495 places) into a fresh SQLite instance."""
    files = divisions()
    value = sorted(progress.once(f"load {number}", lambda: _load(files)) for number in range(3))[1]
    return Measured(value, {"bare, s": median_seconds(lambda: _bare(files), progress=progress, step="bare")})


def _load(files: list[Path]) -> float:
    with fresh_instance() as instance:
        seconds = seconds_of(lambda: instance.done("places", "load", *files))
        counts = instance.done("places", "count", "--by", "level", "--format", "csv")
    if counts != COUNTS:
        raise NotMeasured(f"The places are not those of the files: {counts!r}.")
    return seconds


def _bare(files: list[Path]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(PLACES)
        connection.executemany("INSERT INTO place (code, name, parent, level) VALUES (?, ?, ?, ?)", _rows(files))
        connection.commit()


def _rows(files: list[Path]) -> Iterator[tuple[str, str, str, int]]:
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                code = row["code"]
                yield code, row["name"], code[:-3], len(code)
