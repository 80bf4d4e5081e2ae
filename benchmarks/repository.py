"""How long a newcomer waits: setting the demonstration up, testing and checking, each from a fresh clone."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark, seconds_of

ROOT = Path(__file__).resolve().parent.parent
#: What an outer run sets and a newcomer's shell does not.
OWN = {"BANGFU_HOME", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}


@contextmanager
def _fresh_clone() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bangfu-bench-") as folder:
        clone = Path(folder) / "bangfu"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        yield clone


def _make(clone: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment.setdefault("BANGFU_SHARED", str(ROOT.parent / "shared" / "data"))
    done = subprocess.run(["make", *arguments], cwd=clone, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stdout + done.stderr).strip().splitlines()[-3:]
        raise NotMeasured(f"make {' '.join(arguments)} ended with {done.returncode}: {' / '.join(last)}")


def _minutes_in_a_fresh_clone(lock: str, *arguments: str) -> Measured:
    """Minutes for ``make`` in a fresh clone; beside it how much of that pip took to install the lock."""
    with _fresh_clone() as clone:
        installing = seconds_of(lambda: _make(clone, f".venv/{lock}.stamp"))
        rest = seconds_of(lambda: _make(clone, *arguments))
    return Measured((installing + rest) / 60, {"pip installing the lock, min": round(installing / 60, 2)})


@benchmark(name="demo-setup", unit="min", bar=6, holds="<=", beside="pip installing the lock alone")
def demo_setup(progress: Progress) -> Measured:
    """``make demo SERVE=no`` from a fresh clone; what apt installs on a bare image comes on top."""
    return _minutes_in_a_fresh_clone("demo", "demo", "SERVE=no")


@benchmark(name="check", unit="min", bar=3, holds="<=", beside="pip installing the lock alone")
def check(progress: Progress) -> Measured:
    """``make check`` from a fresh clone."""
    return _minutes_in_a_fresh_clone("dev", "check")


@benchmark(name="test", unit="min", bar=15, holds="<=", beside="pip installing the lock alone")
def test(progress: Progress) -> Measured:
    """``make test`` from a fresh clone: every test on both databases and in the browser."""
    return _minutes_in_a_fresh_clone("dev", "test")
