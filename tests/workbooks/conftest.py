"""Reading a file in the test's own folder, and its rows as lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bangfu.analytics.workbooks import FileRefused, Limits, SheetRead, WorkbookRead
from bangfu.analytics.workbooks.child import read_kind
from bangfu.analytics.workbooks.guard import check_file

Read = Callable[[Path], WorkbookRead]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file as the child process does, in this process: the same code without the second of a new interpreter."""

    def inside(path: Path) -> WorkbookRead:
        return _read(path, tmp_path / "out", Limits())

    return inside


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., FileRefused]:
    """The refusal that reading a file ends in."""

    def refused(path: Path, limits: Limits | None = None) -> FileRefused:
        with pytest.raises(FileRefused) as caught:
            _read(path, tmp_path / "out", limits or Limits())
        return caught.value

    return refused


def _read(path: Path, out: Path, limits: Limits) -> WorkbookRead:
    out.mkdir(exist_ok=True)
    return read_kind(check_file(path, limits), path, out, limits)


def rows_of(sheet: SheetRead) -> list[tuple[object, ...]]:
    """The rows of a sheet: number, then cells."""
    table = pq.read_table(sheet.rows_path)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def faults_of(sheet: SheetRead) -> list[tuple[int, int, str, str]]:
    """The faults of a sheet as tuples."""
    return [(fault.row, fault.column, fault.code, fault.value) for fault in sheet.faults()]
