"""Figures: right to the last digit, and quick enough to be looked at."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark, seconds_of
from benchmarks.instances import ROOT, demonstration, fresh_instance, seconds_aloud, shared
from tests.instances import Instance

PREFECTURE = "5334"
#: A day after the demonstration's last: the same rows, and yet another snapshot with figures of its own.
DAY_AFTER = date(2016, 1, 1)
#: File, mapping, year, published Gini as printed and its last printed digit (data/README.md).
GINIS = (
    ("ilocos.csv", "ilocos", (), 0.42695, 1e-5),
    ("mexico_2008.csv", "mexico", ("--year", "2008"), 0.4742, 1e-4),
    ("mexico_2016.csv", "mexico", ("--year", "2016"), 0.4561, 1e-4),
)


@benchmark(
    name="eusilc-regions", unit="", bar=1e-9, holds="<=", beside="intake and cycle in seconds; the two error estimates"
)
def eusilc_regions(progress: Progress) -> Measured:
    """The greatest relative distance of the nine regions' rates, and of the threshold, from reference.csv."""
    survey, published = shared("eusilc/eusilc.csv"), _published(shared("eusilc/reference.csv"))
    with fresh_instance() as instance:
        intake = seconds_aloud(instance, "intake", survey, "--mapping", "eusilc")
        cycle = seconds_aloud(instance, "cycle")
        country = figures(instance, "incidence_survey")[0]
        found = {row["place_en"]: row["value"] for row in figures(instance, "incidence_survey", "--by", "region")}
        found["threshold"] = country["line"]
    if found.keys() != published.keys():
        raise NotMeasured(f"The regions differ: {sorted(found.keys() ^ published.keys())}.")
    distances = (abs(found[name] - number) / number for name, number in published.items())
    errors = {"standard error": country["standard_error"], "published": _published_error()}
    return Measured(max(distances), {"intake, s": intake, "cycle, s": cycle, **errors})


@benchmark(
    name="household-incomes",
    unit="last digits",
    bar=0.5,
    holds="<=",
    beside="each Gini with all its digits; published: Ilocos 0.42695, Mexico 2008 0.4742, Mexico 2016 0.4561",
)
def household_incomes(progress: Progress) -> Measured:
    """The greatest distance of the Gini of Ilocos and of Mexico from the published one, in units of its last digit."""
    found: dict[str, float] = {}
    for name, mapping, year, _, _ in GINIS:
        with fresh_instance() as instance:
            seconds_aloud(instance, "intake", shared(f"household-incomes/{name}"), "--mapping", mapping, *year)
            seconds_aloud(instance, "cycle")
            found[name] = figures(instance, "gini")[0]["value"]
    return Measured(max(abs(found[name] - number) / digit for name, _, _, number, digit in GINIS), found)


def figures(instance: Instance, *arguments: str) -> list[dict[str, Any]]:
    """The rows of ``bangfu figures``."""
    rows: list[dict[str, Any]] = json.loads(instance.done("figures", *arguments, "--format", "json"))
    return rows


def _reference(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _published(path: Path) -> dict[str, float]:
    """The rates of the regions as shares, and the threshold."""
    rows = [row for row in _reference(path) if row["pkg"] == "laeken"]
    regions = [
        row for row in rows if (row["measure"], row["args"]) == ("arpr_pct", "by db040") and row["group"] != "ALL"
    ]
    threshold = next(row for row in rows if row["measure"] == "arpt")
    return {row["group"]: float(row["estimate"]) / 100 for row in regions} | {"threshold": float(threshold["estimate"])}


def _published_error() -> float:
    rows = _reference(shared("eusilc/reference.csv"))
    return next(
        float(row["se"]) for row in rows if (row["pkg"], row["measure"], row["args"]) == ("convey", "svyarpr", "")
    )


@benchmark(
    name="cycle",
    unit="s",
    bar=15,
    holds="<=",
    beside="DuckDB exporting the same rows and grouping them at every level, without checks, errors or storing",
)
def cycle(progress: Progress) -> Measured:
    """``bangfu cycle`` for the filled prefecture of the demonstration; the median of three, each a snapshot anew."""
    instance = demonstration()
    runs = [progress.once(f"cycle {number}", partial(_cycle, instance, number)) for number in range(3)]
    rows = {name: instance.count(f"households_{name}") for name in ("householdyear", "personyear")}
    return Measured(median(runs), {"bare, s": progress.once("bare", lambda: _bare_cycle(instance)), **rows})


def _cycle(instance: Instance, number: int) -> float:
    day = (DAY_AFTER + timedelta(days=number)).isoformat()
    before = instance.count("figures_figure")
    seconds = seconds_aloud(instance, "cycle", "--place", PREFECTURE, "--as-of", day)
    if instance.count("figures_figure") == before:
        raise NotMeasured(f"The cycle of {day} stored no figure.")
    return seconds


BARE_EXPORT = (
    ("households", "householdyear", "household", "y.household_id"),
    ("persons", "personyear", "person", "y.person_id"),
)


def _bare_cycle(instance: Instance) -> float:
    """Seconds that DuckDB alone needs to export the rows from a copy of the database and group them by every level."""
    extension = resources.files("duckdb_extension_sqlite_scanner") / "extensions" / f"v{duckdb.__version__}"
    with tempfile.TemporaryDirectory(dir=instance.home) as scratch:
        folder = Path(scratch)
        with duckdb.connect() as connection:
            connection.execute(f"LOAD '{extension / 'sqlite_scanner.duckdb_extension'}'")

            def work() -> None:
                shutil.copyfile(instance.home / "bangfu.sqlite3", folder / "copy.sqlite3")
                connection.execute(f"ATTACH '{folder / 'copy.sqlite3'}' AS src (TYPE sqlite, READ_ONLY)")
                for name, yearly, own, key in BARE_EXPORT:
                    _bare_table(connection, folder / f"{name}.parquet", yearly, own, key)

            return seconds_of(work)


def _bare_table(connection: duckdb.DuckDBPyConnection, target: Path, yearly: str, own: str, key: str) -> None:
    rows = (
        f"SELECT y.*, o.* EXCLUDE (id, place_id, place_code) FROM src.households_{yearly} y "
        f"JOIN src.households_{own} o ON o.id = {key} WHERE starts_with(y.place_code, '{PREFECTURE}')"
    )
    connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    connection.execute(
        f"SELECT left(place_code, l.length) AS code, year, count(*) FROM read_parquet('{target}'), "
        "(SELECT unnest([4, 6, 9, 12]) AS length) AS l GROUP BY ALL"
    ).fetchall()


@benchmark(
    name="figure-page",
    unit="ms",
    bar=200,
    holds="<=",
    beside="a bare Django view that reads one figure and renders it; the page's median; the area home",
)
def figure_page(progress: Progress) -> Measured:
    """The slower of figure page and area home for the prefecture's officer, 95th percentile of 100 requests, warm."""
    instance = demonstration()
    asked = [sys.executable, "-m", "benchmarks.page_requests", PREFECTURE]
    ended = subprocess.run(asked, env=instance.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if ended.returncode != 0:
        raise NotMeasured("The pages could not be asked for; what was wrong stands above.")
    found: dict[str, float] = json.loads(ended.stdout)
    return Measured(max(found["figure page, p95"], found["area home, p95"]), found)
