"""DESIGN.md §4.11 and §4.13: one event for one action, and how Django is set.

Sealing and verifying stand in ``tests/access/test_audit.py``, jobs (§4.12) in ``tests/jobs``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from bangfu.records.access.models import AuditEvent
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.digest import batch_digest
from bangfu.records.households.models import HISTORY, TARGETS
from bangfu.records.intake import merging
from bangfu.records.intake.models import Batch
from tests.figures.register import small_register
from tests.kernel.register import FIRST, SECOND, bring_in, file_of

pytestmark = pytest.mark.db_twice


# --- Audit --------------------------------------------------------------------------------------------------------


def test_a_file_is_one_event_for_its_coming_and_one_for_each_batch(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=1))
    before = AuditEvent.objects.count()
    bring_in(file_of(outside, FIRST, SECOND))
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)[before:]
    assert [*actions] == ["intake.receive", "intake.merge", "intake.merge"]


def test_the_event_of_a_batch_bears_the_digest_of_its_history_rows(register: None) -> None:
    batch = Batch.objects.get()
    event = AuditEvent.objects.get(action="intake.merge")
    expected = batch_digest(batch.pk)
    assert (event.subject_id, event.facts["history_digest"], batch.history_digest) == (batch.pk, expected, expected)


def test_the_digest_no_longer_fits_once_a_history_row_was_changed(register: None) -> None:
    batch = Batch.objects.get()
    history: Any = HISTORY[TARGETS[0]]
    history.objects.filter(household_no="H1").update(natural_village="别处")
    assert batch_digest(batch.pk) != batch.history_digest


@pytest.mark.db_twice(transaction=True)
def test_a_cycle_is_one_event(transactional_db: None, home: Path) -> None:
    small_register()
    run_cycle()
    assert [*AuditEvent.objects.values_list("action", flat=True)] == ["cycle.run"]


def test_what_the_command_line_does_is_the_act_of_the_system(register: None) -> None:
    events = AuditEvent.objects.filter(action__startswith="intake.")
    assert {(event.actor_kind, event.actor) for event in events} == {("system", None)}


# --- Django -------------------------------------------------------------------------------------------------------


def test_no_request_is_one_transaction_as_a_whole() -> None:
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


@pytest.mark.only_database("sqlite")  # PostgreSQL has no such mode; its writers wait for rows.
def test_a_writer_on_sqlite_takes_its_place_when_its_transaction_starts() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.only_database("sqlite")  # A journal mode of SQLite.
def test_sqlite_writes_ahead() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


@pytest.mark.only_database("sqlite")  # PostgreSQL's test database belongs to its server.
def test_the_test_database_is_a_file() -> None:
    assert Path(connection.settings_dict["NAME"]).is_file()


@pytest.mark.only_database("postgresql")  # The version of that server.
def test_postgresql_is_15_or_newer() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150_000
