"""The audit log: one event per action, no personal data, and no change goes unseen once it is sealed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from bangfu.analytics.sealing import leaf_hash
from bangfu.records.access.audit import FactRefused, record
from bangfu.records.access.models import AuditEvent, AuditSeal, Role
from bangfu.records.access.sealing import entry_of, last_state, seal_events, verify_log
from tests.access.world import World, moment

pytestmark = pytest.mark.db_twice
AT = moment(2016, 5, 1)


def write(count: int) -> list[AuditEvent]:
    with transaction.atomic():
        return [record(action="test.done", by=None, subject="test", subject_id=n, at=AT) for n in range(count)]


@pytest.mark.django_db
def test_an_event_says_who_what_where_and_why(world: World) -> None:
    by = world.person(Role.COUNTY_OFFICER)
    event = record(
        action="intake.merge", by=by, subject="batch", subject_id=7, place_code="533422101201", reason="season",
        facts={"rows": 12, "history_digest": "12:" + "ab" * 32},
    )  # fmt: skip
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.actor_id, kept.actor_kind, kept.subject_id, kept.facts["rows"]) == (by.pk, "user", 7, 12)


def test_the_command_line_writes_as_the_system(db: None) -> None:
    assert write(1)[0].actor_kind == "system"


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of its action"):
        record(action="test.done", by=None)


@pytest.mark.parametrize(
    "facts",
    [
        {"number": "990001197001010013"},
        {"number": 990001197001010013},
        {"call": "13800001234"},
        {"call": 13800001234},
        {"account_no": "6222020200112233445"},
        {"who": "和志强"},
        {"who": "He Zhiqiang"},
        {"name": "x"},
        {"head_name": "x"},
        {"id_no": "x"},
        {"phone": None},
        {"nested": {"bank_account": 1}},
        {"place_code": "13800001234"},
        {"share": 0.5},
        {"Name": 1},
    ],
)
def test_facts_that_might_be_personal_are_refused(db: None, facts: dict[str, Any]) -> None:
    with pytest.raises(FactRefused) as refused, transaction.atomic():
        record(action="test.done", by=None, facts=facts)
    assert not any(str(value) in str(refused.value) for value in facts.values() if value not in (None, "x"))


@pytest.mark.parametrize(
    "facts",
    [
        {"household_id": 2**40 * 3 + 1, "rows": 100_000, "place_code": "533422101201"},
        {"prefix": "5334", "as_of": "2016-05-01T00:00:00+08:00", "done": True, "until_day": None},
        {"content_hash": "0123456789" * 6 + "abcd", "verdicts": {"refused": 3, "ask": 1}},
        {"upload": "k7QdZ9bcd", "kinds": ["new", "changed"]},
    ],
)
def test_ids_counts_codes_dates_and_digests_are_taken(db: None, facts: dict[str, Any]) -> None:
    with transaction.atomic():
        record(action="test.done", by=None, facts=facts)
    assert AuditEvent.objects.get().facts == facts


def test_a_reason_with_a_number_of_a_person_is_refused(db: None) -> None:
    with pytest.raises(FactRefused), transaction.atomic():
        record(action="test.done", by=None, reason="电话13800001234")


def test_an_event_goes_with_its_action(db: None) -> None:
    def broken_action() -> None:
        with transaction.atomic():
            record(action="test.done", by=None)
            raise LookupError

    with pytest.raises(LookupError):
        broken_action()
    assert AuditEvent.objects.count() == 0


def test_events_get_their_leaves_in_order_of_id(db: None) -> None:
    write(5)
    assert seal_events(at=AT, slice_size=2) == 5
    assert list(AuditEvent.objects.order_by("id").values_list("leaf", flat=True)) == [0, 1, 2, 3, 4]
    assert list(AuditSeal.objects.order_by("size").values_list("size", flat=True)) == [2, 4, 5]


def test_an_event_that_commits_late_gets_a_later_leaf(db: None) -> None:
    first, _ = write(2)
    AuditEvent.objects.filter(pk=first.pk).delete()
    seal_events(at=AT)
    first.save(force_insert=True)
    seal_events(at=AT)
    assert AuditEvent.objects.get(pk=first.pk).leaf == 1
    assert verify_log().holds


def test_sealing_twice_seals_nothing_twice(db: None) -> None:
    write(3)
    assert [seal_events(at=AT), seal_events(at=AT)] == [3, 0]


def test_slices_do_not_change_the_root(db: None) -> None:
    write(9)
    seal_events(at=AT, slice_size=4)
    by_slices = last_state().root()
    AuditEvent.objects.update(leaf=None, leaf_hash=None)
    AuditSeal.objects.all().delete()
    seal_events(at=AT)
    assert last_state().root() == by_slices


def test_an_untouched_log_holds(db: None) -> None:
    write(7)
    seal_events(at=AT, slice_size=3)
    write(1)
    found = verify_log()
    assert (found.holds, found.events, found.seals, found.unsealed) == (True, 7, 3, 1)


def test_an_empty_log_holds(db: None) -> None:
    assert verify_log().holds


@pytest.mark.parametrize(
    "change",
    [
        {"action": "test.other"},
        {"at": moment(2016, 5, 2)},
        {"facts": {"rows": 1}},
        {"reason": "other"},
        {"place_code": "5334"},
        {"subject_id": None},
    ],
)
def test_a_changed_event_is_named(db: None, change: dict[str, Any]) -> None:
    events = write(7)
    seal_events(at=AT, slice_size=3)
    AuditEvent.objects.filter(pk=events[4].pk).update(**change)
    found = verify_log()
    assert (found.fault, found.leaf, found.event_id) == ("event_changed", 4, events[4].pk)


def test_a_changed_actor_is_named(world: World) -> None:
    events = write(2)
    seal_events(at=AT)
    AuditEvent.objects.filter(pk=events[1].pk).update(actor=world.person(Role.AUDITOR))
    assert verify_log().event_id == events[1].pk


def test_a_deleted_event_is_named_by_its_leaf(db: None) -> None:
    events = write(7)
    seal_events(at=AT, slice_size=3)
    AuditEvent.objects.filter(pk=events[2].pk).delete()
    found = verify_log()
    assert (found.fault, found.leaf) == ("event_missing", 2)


def test_a_forged_event_with_a_forged_hash_is_found_by_the_next_seal(db: None) -> None:
    events = write(6)
    seal_events(at=AT, slice_size=2)
    event = events[3]
    event.refresh_from_db()
    event.action = "test.other"
    AuditEvent.objects.filter(pk=event.pk).update(action=event.action, leaf_hash=leaf_hash(entry_of(event)))
    found = verify_log()
    assert (found.fault, found.leaf) == ("seal_differs", 2)


def test_a_removed_seal_at_the_end_leaves_events_beyond(db: None) -> None:
    events = write(4)
    seal_events(at=AT, slice_size=2)
    AuditSeal.objects.filter(size=4).delete()
    found = verify_log()
    assert (found.fault, found.event_id) == ("event_beyond_seal", events[2].pk)
