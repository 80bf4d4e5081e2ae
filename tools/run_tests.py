"""``make test``: every test, as three passes, then one account of all of them.

Pure tests and database tests on SQLite, the database tests again on PostgreSQL, both on two processes; then the
browser tests, a file at a time. The account names the ten slowest and the promises that could not be tested, and ends
with one line in pytest's own words, kept in ``.venv/closing-line`` for continuous integration.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.findings import ROOT

SLOWEST = 10
CLOSING_LINE = ROOT / ".venv" / "closing-line"
NO_TESTS = 5
WIDTH = 80


@dataclass(frozen=True)
class Pass:
    """One run of pytest."""

    name: str
    arguments: tuple[str, ...]


PASSES = (
    Pass("SQLite", ("--database=sqlite", "-m", "not browser", "-n", "2")),
    Pass("PostgreSQL", ("--database=postgresql", "-n", "2")),
    # Each file keeps to one process, which has a demonstration of its own.
    Pass("browser", ("--database=sqlite", "-m", "browser", "-n", "2", "--dist", "loadfile")),
)


def run_pass(one: Pass, record: Path, arguments: list[str]) -> int:
    """The exit code of one pass; a pass without tests is a good one."""
    print(f" {one.name} ".center(WIDTH, "#"), flush=True)
    # With "=": the value of an option that pytest does not know yet would be a path in which it looks for its settings.
    command = [sys.executable, "-m", "pytest", "--durations=0", "--durations-min=60", f"--record={record}"]
    code = subprocess.run([*command, *one.arguments, *arguments], cwd=ROOT).returncode
    return 0 if code == NO_TESTS else code


def closing_line(counts: Counter[str], seconds: float) -> str:
    """What all passes together came to, as pytest would say it."""
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
    parts = ", ".join(f"{counts[name]} {name}" for name in order if counts[name])
    return f" {parts or 'no tests ran'} in {seconds:.2f}s ".center(WIDTH, "=")


def account(entries: list[dict[str, Any]]) -> Counter[str]:
    """Print the slowest tests and the untested promises of all passes; their counts."""
    slowest = sorted((tuple(one) for entry in entries for one in entry["slowest"]), reverse=True)[:SLOWEST]
    print("\n" + f" the {SLOWEST} slowest tests ".center(WIDTH, "="))
    for seconds, name in slowest:
        print(f"{seconds:7.2f}s {name}")
    skipped = sorted({line for entry in entries for line in entry["skipped"]})
    if skipped:
        print(" promises not tested here ".center(WIDTH, "="), *skipped, sep="\n")
    return sum((Counter(entry["counts"]) for entry in entries), Counter[str]())


def main() -> int:
    """All passes; the first exit code that is not zero."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bangfu-record-") as folder:
        record = Path(folder) / "passes.jsonl"
        codes = [run_pass(one, record, sys.argv[1:]) for one in PASSES]
        lines = record.read_text().splitlines() if record.exists() else []
    counts = account([json.loads(line) for line in lines])
    line = closing_line(counts, time.monotonic() - started)
    CLOSING_LINE.write_text(line + "\n")
    print(line)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    raise SystemExit(main())
