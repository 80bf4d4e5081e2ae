"""Working folders for what lies in the clear for a moment; what a killed process left in one is removed by the next.

A folder holds a lock for as long as its process lives. Whoever makes a new one beside it first removes those whose
lock nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "work-"
LOCK = ".lock"
#: Seconds in which a folder may stand without its lock: it is being made.
BEING_MADE = 60


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder in ``beside`` that only its owner reads and that is gone afterwards, at the latest with the next one."""
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(beside)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=beside) as folder:
        held = os.open(Path(folder) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield Path(folder)
        finally:
            os.close(held)


@contextmanager
def locked_file(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Wait for the lock of a file and hold it; a killed process lets it go. ``waiting`` is called every second."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _took(held):
            waiting()
            time.sleep(1)
        yield
    finally:
        os.close(held)


def _took(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sweep(beside: Path) -> int:
    """Remove the folders that killed processes left; returns how many."""
    left = [folder for folder in beside.glob(f"{PREFIX}*") if _is_left(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _is_left(folder: Path) -> bool:
    with suppress(FileNotFoundError):
        if not (folder / LOCK).exists():
            return _age(folder) > BEING_MADE
        with (folder / LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True
    return False


def _age(folder: Path) -> float:
    return time.time() - folder.stat().st_mtime
