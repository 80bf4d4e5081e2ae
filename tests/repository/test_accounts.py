"""`make test` and `make check` account for what they ran."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools.run_checks import CHECKS
from tools.run_tests import PASSES, account, closing_line

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = [
    {"counts": {"passed": 2, "skipped": 1}, "slowest": [[3.0, "a"], [1.0, "b"]], "skipped": ["c: no data"]},
    {"counts": {"passed": 1, "failed": 1}, "slowest": [[2.0, "d"]], "skipped": []},
]


def test_the_closing_line_sums_all_passes_up_as_pytest_does(capsys: pytest.CaptureFixture[str]) -> None:
    line = closing_line(account(ENTRIES), 12.5)
    assert line.strip("= ") == "1 failed, 3 passed, 1 skipped in 12.50s"


def test_a_run_without_tests_says_so() -> None:
    assert closing_line(Counter(), 0.1).strip("= ") == "no tests ran in 0.10s"


def test_the_slowest_of_all_passes_come_first_and_skipped_promises_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    account(ENTRIES)
    said = capsys.readouterr().out
    assert said.index("3.00s a") < said.index("2.00s d") < said.index("1.00s b")
    assert "c: no data" in said


def test_both_databases_and_the_browser_are_passes() -> None:
    assert [one.name for one in PASSES] == ["SQLite", "PostgreSQL", "browser"]


def test_the_checks_are_those_that_were_promised() -> None:
    promised = {"format", "lint", "types", "imports", "sizes", "sql", "messages", "migrations"}
    assert promised <= {check.name for check in CHECKS}


def test_an_unknown_check_is_refused_with_the_list() -> None:
    ended = subprocess.run([sys.executable, "-m", "tools.run_checks", "nope"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "There is no check nope; there are types, format" in ended.stdout
