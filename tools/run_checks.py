"""``make check``: every check by name with its seconds, two at a time; fails when one fails, after all have run.

``make check ARGS="types sizes"`` runs the named ones only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.findings import ROOT

BIN = Path(sys.executable).parent
PYTHON = sys.executable
FOLDERS = ("src", "tests", "tools", "benchmarks")


@dataclass(frozen=True)
class Check:
    """A check by name and its command."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    check: Check
    code: int
    seconds: float
    said: str


#: Longest first: the others run beside it.
CHECKS = (
    Check("types", (str(BIN / "mypy"), *FOLDERS)),
    Check("format", (str(BIN / "ruff"), "format", "--check", *FOLDERS)),
    Check("lint", (str(BIN / "ruff"), "check", *FOLDERS)),
    Check("imports", (str(BIN / "lint-imports"),)),
    Check("sizes", (PYTHON, "-m", "tools.check_sizes")),
    Check("sql", (PYTHON, "-m", "tools.check_sql")),
    Check("messages", (PYTHON, "-m", "tools.check_messages")),
    Check("migrations", (PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run")),
    Check("locks", (PYTHON, "-m", "tools.check_locks")),
    Check("dependencies", (PYTHON, "-m", "tools.check_dependencies")),
)


def run_check(check: Check, environment: dict[str, str]) -> Outcome:
    """Run one check to its end."""
    started = time.monotonic()
    done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True)
    outcome = Outcome(check, done.returncode, time.monotonic() - started, (done.stdout + done.stderr).strip())
    print(f"{check.name:<14}{'ok' if outcome.code == 0 else 'FAILED':<8}{outcome.seconds:6.1f} s", flush=True)
    return outcome


def main() -> int:
    """Run the checks, then show what the failed ones said."""
    wanted = set(sys.argv[1:])
    unknown = wanted - {check.name for check in CHECKS}
    if unknown:
        print(f"There is no check {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CHECKS)}.")
        return 2
    checks = [check for check in CHECKS if check.name in wanted or not wanted]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bangfu-check-") as home, ThreadPoolExecutor(2) as pool:
        environment = os.environ | {"BANGFU_HOME": home, "DJANGO_SETTINGS_MODULE": "bangfu.config.settings"}
        environment.pop("DATABASE_URL", None)
        outcomes = list(pool.map(lambda check: run_check(check, environment), checks))
    failed = [outcome for outcome in outcomes if outcome.code != 0]
    for outcome in failed:
        print(f"\n--- {outcome.check.name}\n{outcome.said}")
    verdict = f"{len(failed)} of {len(checks)} checks failed" if failed else f"all {len(checks)} checks passed"
    print(f"\n{verdict} in {time.monotonic() - started:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
