"""The pytest plugin that prepares a run: a home of its own, the chosen database, nothing skipped in silence.

It is loaded by ``-p tests.environment`` (pyproject.toml) and not from conftest.py, because pytest-django reads the
settings, and with them the home and the database, before any conftest is imported.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "live_server",
    "instance",
    "template_instance",
}
SLOWEST = 10
COUNTED = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings", "error")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def shared_folder() -> Path:
    """Where the outside test data lies (``BANGFU_SHARED``, default ``../shared/data``); it may be absent."""
    return (ROOT / os.environ.get("BANGFU_SHARED", "../shared/data")).resolve()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("bangfu")
    group.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="sqlite runs every test on a SQLite file; postgresql runs the tests that touch the database again there.",
    )
    group.addoption("--record", metavar="FILE", help="Append this run's counts and slowest tests to a JSON lines file.")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """A wrapper, hence before pytest-django's own hook, which loads the settings."""
    home = tempfile.mkdtemp(prefix="bangfu-tests-")
    os.environ["BANGFU_HOME"] = home
    early_config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    if early_config.known_args_namespace.database == "postgresql":
        os.environ["DATABASE_URL"] = _postgresql(early_config)
    else:
        os.environ.pop("DATABASE_URL", None)
    return (yield)


def _postgresql(config: pytest.Config) -> str:
    """The address of a server: a given one, the one that a parallel run's leading process started, or a new one."""
    given = os.environ.get("BANGFU_POSTGRESQL")
    if given:
        return given
    postgres.sweep()
    folder = postgres.folder_named(f"bangfu-pg-run-{os.getpid()}")
    server = postgres.start(folder, durable=False)
    os.environ["BANGFU_POSTGRESQL"] = server.url
    config.add_cleanup(_forget_server)
    config.add_cleanup(lambda: postgres.stop(folder))
    return server.url


def _forget_server() -> None:
    os.environ.pop("BANGFU_POSTGRESQL", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, Any, Any]:
    """Give marked tests the database, then keep those that belong to the chosen one."""
    for item in items:
        mark = item.get_closest_marker("db_twice")
        if mark and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(**mark.kwargs))
    result = yield
    database = config.getoption("database")
    dropped = [item for item in items if not _belongs(item, database)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if _belongs(item, database)]
    return result


def _belongs(item: pytest.Item, database: str) -> bool:
    only = item.get_closest_marker("only_database")
    if only:
        return bool(only.args[0] == database)
    return database == "sqlite" or _runs_twice(item)


def _runs_twice(item: pytest.Item) -> bool:
    """Every test that touches the database runs on both; one of a browser, or of pages alone, where it asks for it."""
    if item.get_closest_marker("database_once"):
        return False
    if item.get_closest_marker("db_twice"):
        return True
    touches = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(touches) and not item.get_closest_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _no_silent_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _no_silent_skip(report)


def _no_silent_skip(report: Report) -> Report:
    """Where the outside data is at hand every promise can be kept, so a skipped one is a failure."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail") and shared_folder().is_dir():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"Skipped although {shared_folder()} is there, where nothing may be skipped: {reason}"
    return report


def pytest_report_header(config: pytest.Config) -> list[str]:
    shared = shared_folder()
    presence = "present: a skipped test fails" if shared.is_dir() else "absent: tests that need it are skipped"
    return [f"database: {config.getoption('database')}", f"outside data: {shared} ({presence})"]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # Each worker of a parallel run has a terminal too, which nobody sees.
        return
    skipped = [f"{report.nodeid}: {_reason(report)}" for report in terminalreporter.stats.get("skipped", [])]
    if skipped:
        terminalreporter.section("promises not tested here")
        for line in skipped:
            terminalreporter.write_line(line)
    record = config.getoption("record")
    if record:
        counts = {name: len(reports) for name, reports in terminalreporter.stats.items() if name in COUNTED}
        entry = {"counts": counts, "slowest": list(_slowest(terminalreporter)), "skipped": skipped}
        with Path(record).open("a") as file:
            file.write(json.dumps(entry) + "\n")


def _reason(report: Any) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


def _slowest(terminalreporter: Any) -> Iterator[tuple[float, str]]:
    """The whole time of a test with its set-up, longest first."""
    seconds: dict[str, float] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration
    yield from sorted(((spent, name) for name, spent in seconds.items()), reverse=True)[:SLOWEST]
