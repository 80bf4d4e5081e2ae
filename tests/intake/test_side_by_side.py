"""PostgreSQL takes batches of new rows side by side, and commits them in the order of the file."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError, connection

from bangfu.records.access.models import AuditEvent
from bangfu.records.households import actions as households
from bangfu.records.households.digest import batch_digest
from bangfu.records.households.models import HISTORY, Household, Person, PersonYear, StatusEvent
from bangfu.records.intake import merging
from bangfu.records.intake.models import Batch, BatchState
from bangfu.records.intake.staging import new_rows as ready_made
from tests.intake.conftest import Take
from tests.intake.sheets import member

pytestmark = [pytest.mark.db_twice(transaction=True), pytest.mark.only_database("postgresql")]
PEOPLE = [member(serial, household=serial // 2) for serial in range(1, 13)]
WAIT = 20


class Broken(Exception):
    """Something goes wrong in the middle of a merge."""


@pytest.fixture(autouse=True)
def batches_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve rows make three batches."""
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=4))


@pytest.fixture
def second_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Let the first batch begin only when the rows of the second one stand, and do something before it is committed."""
    written = Event()
    merge = households.merge_new

    def arrange(then: Callable[[], None]) -> None:
        def merged(*, batch: Batch, turn: Callable[[], None], **rest: Any) -> Any:
            def told() -> None:
                if batch.number == 1:
                    written.set()
                turn()

            if batch.number == 0:
                assert written.wait(WAIT), "The second batch waits for the first one to begin."
                then()
            return merge(batch=batch, turn=told, **rest)

        monkeypatch.setattr(merging, "merge_new", merged)

    return arrange


def test_a_batch_that_is_written_first_is_committed_in_its_turn(
    take: Take, second_first: Callable[[Callable[[], None]], None]
) -> None:
    visible: list[int] = []
    second_first(lambda: visible.append(Person.objects.count()))
    take(PEOPLE)
    assert visible == [0]
    assert Person.objects.count() == PersonYear.objects.count() == 12
    events = AuditEvent.objects.filter(action="intake.merge").order_by("id").values_list("subject_id", flat=True)
    assert [*events] == [*Batch.objects.order_by("number").values_list("id", flat=True)]


def test_nothing_of_a_batch_goes_in_where_one_before_it_breaks(
    take: Take, second_first: Callable[[Callable[[], None]], None]
) -> None:
    def fail() -> None:
        raise Broken

    second_first(fail)
    with pytest.raises(Broken):
        take(PEOPLE)
    assert Person.objects.count() == Household.objects.count() == 0
    assert not AuditEvent.objects.filter(action="intake.merge").exists()


def test_what_was_merged_before_a_batch_broke_stays_and_the_rest_goes_in_when_asked_again(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = households.merge_new

    def broken(*, batch: Batch, **rest: Any) -> Any:
        if batch.number == 1:
            raise Broken
        return merge(batch=batch, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "merge_new", broken)
        with pytest.raises(Broken):
            take(PEOPLE)
    assert [*Batch.objects.filter(state=BatchState.MERGED).values_list("number", flat=True)] == [0]
    assert Person.objects.count() == 4
    take(PEOPLE)
    assert Person.objects.count() == 12


def test_no_person_or_year_is_left_without_what_it_belongs_to(take: Take) -> None:
    take(PEOPLE)
    homes = set(Household.objects.values_list("id", flat=True))
    people = set(Person.objects.values_list("id", flat=True))
    assert set(Person.objects.values_list("household_id", flat=True)) == homes
    assert set(PersonYear.objects.values_list("person_id", flat=True)) == people


def test_new_households_have_the_story_that_staged_ones_have(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=1000))
    draw = random.Random(2015)
    facts = [_facts(draw) for _ in range(40)]
    stories = []
    for first, way in ((100, ready_made.new_rows), (500, lambda *_: None)):
        monkeypatch.setattr(merging, "new_rows", way)
        rows = [
            member(first + serial, household=first + serial, 年度=str(year), **own, 脱贫状态=status)
            for serial, (own, statuses) in enumerate(facts)
            for year, status in statuses.items()
        ]
        take(rows, year=None, happened_on=date(2018, 6, 30))
        stories.append(_stories(first))
    assert stories[0] == stories[1]
    assert sum(len(story) for story, *_ in stories[0]) > 60
    for batch in Batch.objects.all():
        assert batch.history_digest == batch_digest(batch.id)


def _facts(draw: random.Random) -> tuple[dict[str, str], dict[int, str]]:
    statuses = ("未脱贫", "新脱贫", "已脱贫（历史）", "返贫", "")
    own = {"识别年度": draw.choice(("", "2013", "2014")), "脱贫年度": draw.choice(("", "", "2016"))}
    return own, {year: draw.choice(statuses) for year in (2014, 2015, 2016)}


def _stories(first: int) -> list[Any]:
    """Of each household: its events, its status as it is, and its status as its latest version says."""
    events = defaultdict(list)
    for household, kind, day in StatusEvent.objects.order_by("happened_on", "kind").values_list(
        "household_id", "kind", "happened_on"
    ):
        events[household].append((kind, day))
    versions = HISTORY[Household]._default_manager.order_by("seq").values_list("id", "status", "status_since")
    latest = {row_id: (status, since) for row_id, status, since in versions}
    wanted = [member(first + serial, household=first + serial)["户编号"] for serial in range(40)]
    found = {row.household_no: row for row in Household.objects.filter(household_no__in=wanted)}
    return [
        (events[row.id], (row.status, row.status_since), latest[row.id]) for row in (found[each] for each in wanted)
    ]


def test_nothing_more_is_committed_once_the_register_is_held_no_longer(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = merging.Merge.merge

    def merged(self: merging.Merge, batch: Batch, *rest: Any) -> Any:
        if batch.number == 1:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
                    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
        return merge(self, batch, *rest)

    monkeypatch.setattr(merging, "AT_ONCE", 1)
    monkeypatch.setattr(merging.Merge, "merge", merged)
    with pytest.raises((households.RegisterLost, DatabaseError)):
        take(PEOPLE)
    connection.close()
    assert Person.objects.count() == 4


def test_a_staged_batch_between_two_new_ones_goes_in_in_its_turn(take: Take) -> None:
    take([PEOPLE[5]])
    take([row | {"自然村": "上组"} for row in PEOPLE])
    assert Person.objects.count() == PersonYear.objects.count() == 12
    assert [*Batch.objects.order_by("merged_at").values_list("number", flat=True)] == [0, 0, 1, 2]
    assert set(Household.objects.values_list("natural_village", flat=True)) == {"上组"}


def test_one_person_of_two_years_with_an_id_in_one_of_them_is_one(take: Take) -> None:
    rows = [member(1, 年度="2014", 证件号码=""), member(1, 年度="2015"), member(2, 年度="2015", 证件号码="")]
    take(rows, year=None)
    assert (Person.objects.count(), PersonYear.objects.count()) == (2, 3)
