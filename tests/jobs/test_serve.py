"""`bangfu serve` and `bangfu worker` as processes: they answer, work, and stop cleanly together."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.instances import Instance

pytestmark = pytest.mark.db_twice
#: Longer than any start on a busy machine; a test that waits so long has failed.
PATIENCE = 60
RUN = "from bangfu.cli.main import main; main()"
#: A job that no worker knows how to do: it fails, which shows that a worker took it.
ASK = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.config.settings"
django.setup()
from bangfu.records.jobs.models import Job
Job(kind="no.such.kind").save()
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(instance: Instance, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A `bangfu …` that goes on until it is told to stop."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        env=instance.environment, cwd=instance.home, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def answer(port: int, path: str) -> str:
    """The page, once the server is up."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as found:
                return str(found.read().decode())
        except OSError:
            assert time.monotonic() < deadline, "the server did not answer in time"
            time.sleep(0.2)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Told to stop, its exit code and what it said."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def job_states(instance: Instance) -> str:
    """The states of all jobs, read beside Django, as a start of it takes seconds."""
    if instance.database_url is None:
        with closing(sqlite3.connect(instance.home / "bangfu.sqlite3")) as connection:
            return " ".join(state for (state,) in connection.execute("SELECT state FROM jobs_job"))
    with psycopg.connect(instance.database_url) as server:
        return " ".join(state for (state,) in server.execute("SELECT state FROM jobs_job"))


def until(wanted: str, instance: Instance) -> None:
    deadline = time.monotonic() + PATIENCE
    while job_states(instance) != wanted:
        assert time.monotonic() < deadline, f"the jobs are {job_states(instance)}, not {wanted}"
        time.sleep(0.2)


def test_the_site_answers_its_worker_works_and_both_stop_on_sigterm(instance: Instance) -> None:
    subprocess.run([sys.executable, "-c", ASK], env=instance.environment, check=True)
    port = free_port()
    with running(instance, "serve", "--port", str(port)) as server:
        assert "<html" in answer(port, "/in/")
        until("failed", instance)
        code, said = ended(server)
    assert (code, f"Serving http://127.0.0.1:{port}/" in said) == (0, True)
    assert "Fatal" not in said


def test_a_worker_stops_when_whoever_started_it_is_gone(instance: Instance) -> None:
    reading, writing = os.pipe()
    worker = subprocess.Popen(
        [sys.executable, "-c", RUN, "worker", "--with-parent"],
        env=instance.environment, stdin=reading, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(reading)
    os.close(writing)
    _, said = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, said) == (0, "")
