"""Benchmarks: registered by name, judged by their bar, resumed after a kill, kept one entry a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bangfu.cli.benchmarks import (
    Benchmark,
    Measured,
    NotMeasured,
    Progress,
    Result,
    benchmarks_folder,
    keep,
    load_benchmarks,
    measure,
    median_seconds,
)

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    "demo-setup": (6, "min"),
    "test": (15, "min"),
    "check": (3, "min"),
    "divisions-load": (20, "s"),
    "eusilc-regions": (1e-9, ""),
    "cycle": (15, "s"),
    "figure-page": (200, "ms"),
    "intake-postgresql": (20_000, "rows/s"),
    "intake-sqlite": (15_000, "rows/s"),
    "language-agreement": (1000, "expressions"),
}


def _quick(progress: Progress) -> Measured:
    return Measured(3.0, {"bare": 2.0})


def _later(progress: Progress) -> Measured:
    raise NotMeasured("not measured yet")


def _broken(progress: Progress) -> Measured:
    raise ZeroDivisionError("nothing to divide by")


def test_every_measurable_promise_is_registered_with_its_bar() -> None:
    known = load_benchmarks(ROOT / "benchmarks")
    assert {name: (known[name].bar, known[name].unit) for name in PROMISED} == PROMISED


def test_the_folder_is_found_from_anywhere_in_a_checkout(tmp_path: Path) -> None:
    assert benchmarks_folder(ROOT / "src" / "bangfu") == ROOT / "benchmarks"
    assert benchmarks_folder(tmp_path) == ROOT / "benchmarks"


@pytest.mark.parametrize(
    ("holds", "bar", "kept"), [("<=", 3.0, True), ("<=", 2.9, False), (">=", 3.0, True), (">=", 3.1, False)]
)
def test_a_value_is_judged_by_its_bar(holds: str, bar: float, kept: bool, tmp_path: Path) -> None:
    one = Benchmark("quick", "s", bar, holds, "bare", _quick)  # type: ignore[arg-type]
    assert measure(one, tmp_path).holds is kept


def test_what_is_not_measured_falls_short_and_says_why(tmp_path: Path) -> None:
    result = measure(Benchmark("later", "s", 1, "<=", "", _later), tmp_path)
    assert (result.value, result.holds, result.beside) == (None, False, {"reason": "not measured yet"})


def test_one_that_breaks_falls_short_and_says_why(tmp_path: Path) -> None:
    result = measure(Benchmark("broken", "s", 1, "<=", "", _broken), tmp_path)
    assert (result.holds, result.beside) == (False, {"reason": "ZeroDivisionError: nothing to divide by"})


def test_a_killed_run_resumes_where_it_stood(tmp_path: Path) -> None:
    Progress(tmp_path / "x.json").once("first", lambda: 1)
    resumed = Progress(tmp_path / "x.json")
    assert resumed.once("first", lambda: 2) == 1
    resumed.forget()
    assert resumed.once("first", lambda: 2) == 2


def test_repeats_give_their_median_and_are_kept_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"repeat 0": 9.0, "repeat 1": 7.0}')
    assert median_seconds(lambda: None, repeats=3, progress=Progress(tmp_path / "x.json")) == 7.0


def test_latest_keeps_one_entry_a_name(tmp_path: Path) -> None:
    one = Benchmark("quick", "s", 4, "<=", "bare", _quick)
    keep([Result(one, 1.0, {})], tmp_path / "latest.json")
    keep([Result(one, 2.0, {"bare": 1.5})], tmp_path / "latest.json")
    entry = {"name": "quick", "value": 2.0, "unit": "s", "bar": 4, "holds": True, "beside": {"bare": 1.5}}
    assert json.loads((tmp_path / "latest.json").read_text()) == [entry]
