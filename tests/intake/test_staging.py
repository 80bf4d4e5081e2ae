"""Rows are staged before the merge's transaction begins: on SQLite in a file that is attached for the time of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.intake import merging, vault
from bangfu.records.intake.models import STAGING, Upload
from bangfu.records.intake.staging import ahead
from bangfu.records.intake.staging.ahead import Ready
from tests.intake.conftest import Take
from tests.intake.sheets import member

pytestmark = pytest.mark.db_twice(transaction=True)
PEOPLE = [member(serial, household=serial // 2, 健康状况="大病,残疾") for serial in range(1, 11)]
TARGETS = (Household, HouseholdYear, Person, PersonYear)


class Stopped(Exception):
    """Something goes wrong in the middle of a merge."""


@pytest.fixture(autouse=True)
def batches_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows make three batches."""
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=4))


@pytest.fixture
def attached(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """The staging file of each batch, and what the connection has under the name ``staged`` during its merge."""
    seen: list[tuple[Path, str]] = []

    @contextmanager
    def watched(ready: Ready) -> Iterator[None]:
        with ahead_at_hand(ready), connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            databases = {name: path for _, name, path in cursor.fetchall()}
            assert ready.file is not None
            seen.append((ready.file, databases["staged"]))
            yield

    ahead_at_hand = ahead.at_hand
    monkeypatch.setattr(ahead, "at_hand", watched)
    return seen


def databases() -> list[str]:
    """What the connection has attached."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        return [name for _, name, _ in cursor.fetchall()]


def left_behind() -> set[str]:
    """Files in the intake's folder that no upload keeps."""
    kept = {name for upload in Upload.objects.all() for name in (upload.stored_as, upload.answer_stored_as)}
    return {path.name for path in vault.folder().rglob("*") if path.is_file()} - kept


def test_rows_staged_before_the_transaction_go_in_whole_batch_by_batch(take: Take) -> None:
    before = left_behind()
    outcome = take(PEOPLE)
    assert [outcome.merged[name]["new"] for name in ("household", "person", "personyear")] == [6, 10, 10]
    assert [model.objects.count() for model in TARGETS] == [6, 6, 10, 10]
    assert set(PersonYear.objects.values_list("health", "second_health")) == {("03", "04")}
    assert [model._default_manager.count() for model in STAGING.values()] == [0, 0, 0, 0]
    assert left_behind() == before


@pytest.mark.only_database("sqlite")  # PostgreSQL stages by COPY.
def test_each_batch_is_attached_in_a_file_of_its_own_that_is_gone_afterwards(
    take: Take, attached: list[tuple[Path, str]]
) -> None:
    take(PEOPLE)
    assert [Path(path).name for _, path in attached] == [f"staged-{number}.sqlite3" for number in range(3)]
    assert [Path(path).resolve() for _, path in attached] == [file.resolve() for file, _ in attached]
    assert not any(file.exists() or file.parent.exists() for file, _ in attached)
    assert "staged" not in databases()


@pytest.mark.only_database("sqlite")
def test_a_merge_that_breaks_off_detaches_its_file_and_leaves_none(
    take: Take, attached: list[tuple[Path, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(**_: object) -> None:
        raise Stopped

    before = left_behind()
    monkeypatch.setattr(merging, "merge_staged", stop)
    with pytest.raises(Stopped):
        take(PEOPLE)
    assert len(attached) == 1
    assert "staged" not in databases()
    assert left_behind() == before
    assert Person.objects.count() == 0
