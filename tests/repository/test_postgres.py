"""The PostgreSQL from the wheel starts, answers and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from tools import postgres


def test_a_server_starts_answers_and_leaves_nothing() -> None:
    folder = postgres.folder_named(f"bangfu-pg-test-{os.getpid()}")
    server = postgres.start(folder, durable=False)
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.info.server_version >= 150_000
    finally:
        postgres.stop(folder)
    assert not folder.exists()


def test_starting_twice_gives_the_same_server() -> None:
    folder = postgres.folder_named(f"bangfu-pg-twice-{os.getpid()}")
    try:
        assert postgres.start(folder, durable=False) == postgres.start(folder, durable=False)
    finally:
        postgres.stop(folder)


def test_its_folder_lies_outside_any_home_and_is_short_enough_for_a_socket() -> None:
    folder = postgres.folder_named("bangfu-pg-x")
    assert not folder.is_relative_to(Path.home())
    assert len(str(folder / ".s.PGSQL.5432")) < postgres.SOCKET_PATH_LIMIT


def test_a_server_whose_run_was_killed_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(postgres, "stop", lambda folder: stopped.append(folder.name))
    monkeypatch.setattr(postgres, "_alive", lambda process: process != 4_000_000)
    folder = postgres.folder_named("bangfu-pg-run-4000000")
    folder.mkdir()
    postgres.sweep()
    folder.rmdir()
    assert stopped == ["bangfu-pg-run-4000000"]
