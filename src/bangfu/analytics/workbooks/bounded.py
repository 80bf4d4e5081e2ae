"""Parsing in a child process with bounded memory and time, without network: a hostile file can only kill the child."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bangfu.analytics.workbooks.blank import BLANK_LIMITS, BlankSheet, check_blank, from_json
from bangfu.analytics.workbooks.csv_rows import read_csv
from bangfu.analytics.workbooks.guard import FileKind, check_file
from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, MB, Limits
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.values import WorkbookRead

REFUSED, OUT_OF_MEMORY = 3, 4
#: What the child is told for a workbook that is to be filled; any other word is the kind of a file to be taken in.
BLANK = "blank"

#: Libraries reserve address space per thread; one thread and the plain allocator keep the child's bound honest.
_QUIET = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def read_workbook(path: Path, out_dir: Path, limits: Limits = DEFAULT_LIMITS) -> WorkbookRead:
    """The sheets of an .xlsx, .xlsm or .xls workbook as Parquet files in ``out_dir``; raises :class:`FileRefused`.

    The guard looks first; the parser then runs in a child of ``limits.memory_bytes`` and ``limits.seconds``. The
    files in ``out_dir`` hold the cells in the clear: the caller deletes them after use.
    """
    return WorkbookRead.from_json(_in_child(check_file(path, limits).value, path, out_dir, limits))


def read_blank_bounded(path: Path, out_dir: Path, limits: Limits = BLANK_LIMITS) -> tuple[BlankSheet, ...]:
    """The sheets of a workbook to fill, read in the child; ``out_dir`` as above. **Errors** ``FileRefused``."""
    check_blank(path, limits)
    return from_json(_in_child(BLANK, path, out_dir, limits))


def _in_child(kind: str, path: Path, out_dir: Path, limits: Limits) -> str:
    """What the child answers. **Errors** ``FileRefused``."""
    answer = out_dir / "read.json"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bangfu.analytics.workbooks.child",
        kind,
        path,
        out_dir,
        json.dumps(asdict(limits)),
    ]
    try:
        done = subprocess.run(command, env=_environment(), timeout=limits.seconds, capture_output=True, check=False)
    except subprocess.TimeoutExpired as error:
        raise FileRefused("too_slow", seconds=math.ceil(limits.seconds)) from error
    if done.returncode == 0:
        return answer.read_text(encoding="utf-8")
    if done.returncode == REFUSED:
        refusal = json.loads(answer.read_text(encoding="utf-8"))
        raise FileRefused(refusal["code"], **refusal["values"])
    # Killed by the kernel (a negative code) or by an allocation that libraries answer with an abort.
    raise FileRefused("too_much_memory" if _starved(done) else "damaged", **_values(done, limits))


def _starved(done: subprocess.CompletedProcess[bytes]) -> bool:
    words = (b"MemoryError", b"bad_alloc", b"out of memory", b"memory allocation", b"malloc")
    return done.returncode in (OUT_OF_MEMORY, -9) or any(word in done.stderr for word in words)


def _values(done: subprocess.CompletedProcess[bytes], limits: Limits) -> dict[str, str | int]:
    return {"limit_mb": limits.memory_bytes // MB} if _starved(done) else {"part": "workbook"}


def _environment() -> dict[str, str]:
    """The child sees where Python finds its modules and nothing else: no keys, no database, no proxy."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
    source = Path(__file__).parents[3]
    paths = [str(source), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return found | _QUIET | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"}


def read_file(path: Path, out_dir: Path, limits: Limits = DEFAULT_LIMITS, *, name: str = "CSV") -> WorkbookRead:
    """Any file that may be taken in: a workbook through the bounded child, CSV (as a sheet called ``name``) here."""
    if check_file(path, limits) is FileKind.CSV:
        return read_csv(path, out_dir, limits, name=name)
    return read_workbook(path, out_dir, limits)
