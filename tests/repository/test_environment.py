"""The promises of ``tests.environment``: each database test meets both databases, nothing is skipped in silence."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.db_twice
def test_a_database_test_meets_the_database_of_the_run(pytestconfig: pytest.Config) -> None:
    assert connection.vendor == pytestconfig.getoption("database")


@pytest.mark.db_twice
@pytest.mark.only_database("sqlite")
def test_the_sqlite_test_database_is_a_file() -> None:
    assert Path(str(connection.settings_dict["NAME"])).is_file()


def test_the_home_of_a_run_is_a_temporary_folder() -> None:
    assert Path(os.environ["BANGFU_HOME"]).name.startswith("bangfu-tests-")
    assert Path(os.environ["BANGFU_HOME"]).resolve() == settings.HOME


def test_a_socket_reaches_this_machine_only() -> None:
    with (
        socket.socket() as outside,
        pytest.raises(RuntimeError, match=r"192\.0\.2\.1"),
        pytest.warns(UserWarning, match="connect"),
    ):
        outside.connect(("192.0.2.1", 80))


KEPT_AND_SKIPPED = """
import pytest

def test_kept():
    pass

def test_of_outside_data(shared):
    shared("eusilc/eusilc.csv")

def test_left_out():
    pytest.skip("no reason at all")
"""
ROOT = Path(__file__).resolve().parents[2]


def _run(folder: Path, shared: Path) -> subprocess.CompletedProcess[str]:
    """A pytest run of three small tests with this project's own settings and the given outside data."""
    (folder / "test_inner.py").write_text(KEPT_AND_SKIPPED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c"]
    arguments = [str(ROOT / "pyproject.toml"), str(folder / "test_inner.py")]
    environment = os.environ | {"BANGFU_SHARED": str(shared)}
    return subprocess.run(command + arguments, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_without_outside_data_the_run_passes_and_names_the_skipped_promises(tmp_path: Path) -> None:
    ended = _run(tmp_path, tmp_path / "absent")
    assert ended.returncode == 0, ended.stdout
    assert "promises not tested here" in ended.stdout
    assert "test_of_outside_data: Skipped: The outside data eusilc/eusilc.csv is not here" in ended.stdout


def test_with_outside_data_a_skipped_test_and_a_missing_file_are_failures(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    ended = _run(tmp_path, tmp_path / "shared")
    assert ended.returncode == 1, ended.stdout
    assert "2 failed, 1 passed" in ended.stdout
    assert "nothing may be skipped: Skipped: no reason at all" in ended.stdout
