"""Instances to measure on: fresh ones, the demonstration, and a PostgreSQL of one's own. No benchmark stands here."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bangfu.cli.benchmarks import NotMeasured
from bangfu.cli.say import note
from bangfu.parameters.text import Text
from tests.instances import Instance
from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
DIVISIONS = "yunnan-divisions"
#: Where the demonstration is not made anew but copied from a home that holds it.
DEMONSTRATION_HOME = "BANGFU_BENCH_DEMO"
RAN = Text("{command}：{seconds:.1f} 秒", "{command}: {seconds:.1f} s")


def shared(name: str) -> Path:
    """The path of outside data. **Errors** ``NotMeasured`` where it is absent."""
    path = (ROOT / os.environ.get("BANGFU_SHARED", "../shared/data") / name).resolve()
    if not path.exists():
        raise NotMeasured(f"The outside data {name} is absent (BANGFU_SHARED names its folder).")
    return path


def divisions() -> list[Path]:
    """The five files of division codes."""
    return sorted(shared(DIVISIONS).glob("*.csv"))


def seconds_aloud(instance: Instance, *arguments: str | Path) -> float:
    """How long ``bangfu …`` takes, start of the process included; what it says while it works is shown."""
    command = [str(Path(sys.executable).with_name("bangfu")), *map(str, arguments)]
    started = time.perf_counter()
    ended = subprocess.run(command, env=instance.environment, cwd=instance.home, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    if ended.returncode != 0:
        raise NotMeasured(f"bangfu {arguments[0]} ended with {ended.returncode}.")
    note(RAN.format(command=f"bangfu {arguments[0]}", seconds=seconds))
    return seconds


@contextmanager
def fresh_instance(database_url: str | None = None) -> Iterator[Instance]:
    """A migrated instance in a home of its own that knows no place yet; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="bangfu-bench-") as home:
        instance = Instance(Path(home), database_url)
        instance.done("migrate")
        yield instance


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on the server of ``BANGFU_POSTGRESQL``, or on one set as the guide advises."""
    given = os.environ.get("BANGFU_POSTGRESQL")
    folder = postgres.folder_named(f"bangfu-pg-run-{os.getpid()}")
    server = given or postgres.start(folder, large=True).url
    name = f"bench_{uuid.uuid4().hex[:12]}"
    try:
        _execute(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    finally:
        if not given:
            postgres.stop(folder)


def _execute(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@cache
def demonstration() -> Instance:
    """The demonstration as ``bangfu demo`` makes it, once in a run; it is gone when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="bangfu-bench-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    instance = Instance(folder / "home", None)
    given = os.environ.get(DEMONSTRATION_HOME)
    if given:
        shutil.copytree(given, instance.home)
        instance.done("migrate")
        return instance
    instance.home.mkdir()
    seconds_aloud(instance, "demo", "--no-serve", "--divisions", shared(DIVISIONS))
    return instance
