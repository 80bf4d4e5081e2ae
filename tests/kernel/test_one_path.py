"""DESIGN.md §4.2: one intake path in batches, and DuckDB never at a live SQLite file."""

from __future__ import annotations

import ast
import fcntl
import inspect
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from bangfu.records.access.models import AuditEvent
from bangfu.records.figures import sources
from bangfu.records.households import actions as households
from bangfu.records.households import sql as households_sql
from bangfu.records.households.models import Household, Person
from bangfu.records.intake import merging
from bangfu.records.intake.models import STAGING, Batch
from bangfu.records.intake.staging import ahead
from tests.kernel.register import FIRST, SECOND, bring_in, file_of

SOURCE = Path(settings.PACKAGE)
EXPORTS, ATTACHES = "records/figures/sources.py", "records/figures/sql.py"
#: SQLite attaches the file in which a batch was staged to Django's own connection; no other engine sees either.
STAGES = "records/intake/staging/sql.py"


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    paths = sorted(SOURCE.rglob("*.py"))
    return {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a name in the package, with the module it stands in."""
    nodes = ((module, node) for module, tree in modules().items() for node in ast.walk(tree))
    found = [(module, node) for module, node in nodes if isinstance(node, ast.Call)]
    return [(module, node) for module, node in found if ast.unparse(node.func) in {name, name.rpartition(".")[2]}]


def modules_with(*words: str) -> set[str]:
    """The modules in whose texts a word stands; docstrings are prose and left out."""
    return {module for module, tree in modules().items() if any(word in text for text in texts(tree) for word in words)}


def texts(tree: ast.Module) -> list[str]:
    nodes = [*ast.walk(tree)]
    prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    spoken = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in prose]
    return [node.value for node in spoken if isinstance(node.value, str)]


def test_only_the_export_attaches_a_database() -> None:
    assert {module for module, _ in calls("sql.attach")} == {EXPORTS}


def test_no_other_text_attaches_or_scans_a_database() -> None:
    assert modules_with("ATTACH ", "attach ", "sqlite_scan(", "postgres_scan(", "sqlite_attach") == {ATTACHES, STAGES}


def test_duckdb_is_opened_in_memory_only() -> None:
    opened = [ast.unparse(call.args[0]) if call.args else "" for _, call in calls("duckdb.connect")]
    assert {"", "':memory:'"} >= set(opened) != set()


def test_the_path_of_the_live_database_reaches_django_only() -> None:
    assert modules_with("bangfu.sqlite3") == {"config/environment.py"}


@pytest.mark.only_database("sqlite")  # PostgreSQL is read in place, in one transaction.
@pytest.mark.db_twice(transaction=True)
def test_what_duckdb_attaches_is_a_copy_in_a_folder_of_its_own(places: None, home: Path) -> None:
    with sources.consistent_source() as source:
        attached = dict(source.execute("SELECT database_name, path FROM duckdb_databases()").fetchall())["src"]
    assert attached != connection.settings_dict["NAME"]
    assert Path(attached).is_relative_to(home / "tmp")


@pytest.mark.db_twice(transaction=True)
def test_nothing_of_a_copy_is_left(places: None, home: Path) -> None:
    with sources.consistent_source():
        pass
    assert [*(home / "tmp").iterdir()] == []


@pytest.mark.db_twice(transaction=True)
def test_nothing_of_a_copy_is_left_by_an_export_that_fails(places: None, home: Path) -> None:
    with pytest.raises(ZeroDivisionError), sources.consistent_source():
        raise ZeroDivisionError
    assert [*(home / "tmp").iterdir()] == []


@pytest.mark.db_twice(transaction=True)
def test_an_export_reads_one_state_throughout(register: None, home: Path) -> None:
    count = "SELECT count(natural_village) FROM src.households_household"
    with sources.consistent_source() as source:
        before = source.execute(count).fetchall()
        Household.objects.filter(household_no="H2").update(natural_village="新村")
        assert (before, source.execute(count).fetchall()) == ([(0,)], [(0,)])


@pytest.mark.db_twice(transaction=True)
def test_an_export_cannot_write(places: None, home: Path) -> None:
    with sources.consistent_source() as source, pytest.raises(duckdb.Error, match="read-only"):
        source.execute("DELETE FROM src.places_place")


def test_a_batch_has_at_most_100_000_rows() -> None:
    assert merging.BATCH_ROWS == inspect.signature(merging.spans_of).parameters["rows"].default == 100_000


@pytest.fixture
def batches_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a single row, so that a small file has several."""
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=1))


@pytest.mark.db_twice
def test_a_file_is_cut_into_batches(batches_of_one: None, register: None) -> None:
    found = Batch.objects.order_by("number").values_list("number", "first_row", "last_row", "state")
    assert [*found] == [(0, 2, 2, "merged"), (1, 3, 3, "merged")]


@pytest.mark.db_twice(transaction=True)
def test_a_killed_merge_leaves_whole_batches(
    batches_of_one: None, places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging.Merge, "merge", kill_before_second(merging.Merge.merge))
    with pytest.raises(KeyboardInterrupt):
        bring_in(file_of(outside, FIRST, SECOND))
    assert (Household.objects.count(), Person.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="intake.merge").count() == 1


def kill_before_second(merge: Any) -> Any:
    """A merge that is killed inside the second batch, after its rows were written."""

    save = Batch.save

    def killed(self: merging.Merge, batch: Batch, *rest: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            if batch.number == 1:
                patch.setattr(Batch, "save", saved)
            return merge(self, batch, *rest)

    def saved(self: Batch, *rest: Any, **further: Any) -> None:
        # On PostgreSQL the first batch is being written beside the second one, and may save only now.
        if self.number == 1:
            raise KeyboardInterrupt
        save(self, *rest, **further)

    return killed


@pytest.mark.only_database("postgresql")  # SQLite has no COPY.
@pytest.mark.db_twice
def test_postgresql_takes_staged_rows_by_copy(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(ahead, "python_rows")
    bring_in(file_of(outside, FIRST, SECOND))
    assert Person.objects.count() == 2


@pytest.mark.only_database("sqlite")  # PostgreSQL takes staged rows by COPY.
@pytest.mark.db_twice
def test_sqlite_takes_staged_rows_through_djangos_own_connection(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(ahead, "csv_pieces")
    with CaptureQueriesContext(connection) as asked:
        bring_in(file_of(outside, FIRST, SECOND))
    staged = [query for query in asked.captured_queries if 'INSERT INTO "intake_staging_person"' in query["sql"]]
    assert len(staged) == 1


@pytest.mark.only_database("postgresql")
@pytest.mark.db_twice(transaction=True)
def test_an_upload_has_the_register_to_itself_on_postgresql(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []
    monkeypatch.setattr(merging, "assign", watched(merging.assign, lambda: free.append(other_session_may_merge())))
    bring_in(file_of(outside, FIRST, SECOND))
    assert (free, other_session_may_merge()) == ([False], True)


@pytest.mark.only_database("sqlite")
@pytest.mark.db_twice(transaction=True)
def test_an_upload_has_the_register_to_itself_on_sqlite(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []
    monkeypatch.setattr(merging, "assign", watched(merging.assign, lambda: free.append(file_is_free(home))))
    bring_in(file_of(outside, FIRST, SECOND))
    assert (free, file_is_free(home)) == ([False], True)


def watched(step: Any, look: Any) -> Any:
    def looking(*arguments: Any) -> Any:
        look()
        return step(*arguments)

    return looking


def other_session_may_merge() -> bool:
    """Whether another session of PostgreSQL would get the register's lock now."""
    asked = connection.copy()
    try:
        with asked.cursor() as cursor:
            cursor.execute(households_sql.TRY_HOLD)
            return bool(cursor.fetchone()[0])
    finally:
        asked.close()


def file_is_free(home: Path) -> bool:
    with (home / households.LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_staging_tables_have_no_foreign_keys() -> None:
    fields = [field for model in STAGING.values() for field in model._meta.concrete_fields]
    assert [field.name for field in fields if isinstance(field, models.ForeignKey)] == []
