"""DESIGN.md §4.1: one database is one instance, and its rows never meet those of another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from bangfu.records.access.models import AuditEvent
from bangfu.records.households.models import Household, HouseholdHistory, Status, StatusEvent
from bangfu.records.instance.actions import NotFounded, draw_ids, found_instance
from bangfu.records.instance.models import Instance
from bangfu.records.intake.staging.fill import new_refs
from bangfu.records.places.actions import rename_place
from bangfu.records.rows import INSTANCE_SPAN, REF_LETTERS, Row, new_ref
from tests.places.villages import load_villages, place

LARGEST_IN_JAVASCRIPT = 2**53 - 1
VILLAGE = "533422101201"
AT = {"happened_on": date(2015, 12, 31), "known_at": datetime(2016, 1, 10, tzinfo=UTC)}
#: Rows that never leave their instance: its own row, counters, staging that a merge empties, leaves of the audit log.
LOCAL = {
    "Instance", "Counter", "SignInGuard", "StagingRow", "StagingHousehold", "StagingHouseholdYear", "StagingPerson",
    "StagingPersonYear", "AuditSeal", "ParameterOverlay",
}  # fmt: skip


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("bangfu.")]


@pytest.mark.db_twice
@pytest.mark.parametrize("number", [0, 1, 7, 8191])
def test_an_instance_draws_from_its_own_range(number: int) -> None:
    found_instance(scheme="china", number=number)
    drawn = draw_ids(1000)
    assert number * INSTANCE_SPAN < drawn[0] <= drawn[-1] < (number + 1) * INSTANCE_SPAN


@pytest.mark.db_twice
def test_ids_are_never_given_twice() -> None:
    assert set(draw_ids(10)).isdisjoint(draw_ids(10))


@pytest.mark.db_twice
def test_ids_drawn_before_the_founding_do_not_leave_the_counter_in_another_range() -> None:
    draw_ids(3)
    found_instance(scheme="china", number=5)
    assert draw_ids(1)[0] > 5 * INSTANCE_SPAN


def test_javascript_holds_the_last_id_of_the_last_instance() -> None:
    assert 8192 * INSTANCE_SPAN - 1 == LARGEST_IN_JAVASCRIPT


@pytest.mark.db_twice
def test_the_database_refuses_an_instance_beyond_the_last() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        found_instance(scheme="china", number=8192)


@pytest.mark.db_twice
def test_the_database_refuses_a_second_instance() -> None:
    found_instance(scheme="china")
    with pytest.raises(IntegrityError), transaction.atomic():
        Instance.objects.create(id=2, scheme="china")


@pytest.mark.db_twice
def test_a_second_place_scheme_is_refused() -> None:
    found_instance(scheme="china")
    with pytest.raises(NotFounded, match="uses the place scheme china"):
        found_instance(scheme="austria")


def test_every_row_that_may_leave_its_instance_has_an_id_of_its_range() -> None:
    own = {model.__name__ for model in our_models() if issubclass(model, Row) or model.__name__.endswith("History")}
    others = {model.__name__ for model in our_models()} - own - {"User"}
    assert others == LOCAL


def test_every_key_is_a_bigint() -> None:
    keys = {
        model.__name__: model._meta.pk for model in our_models() if model.__name__ not in {"Counter", "SignInGuard"}
    }
    assert [name for name, key in keys.items() if not isinstance(key, models.BigIntegerField)] == []


def test_no_table_names_a_tenant() -> None:
    named = {(model.__name__, field.name) for model in our_models() for field in model._meta.concrete_fields}
    assert [pair for pair in named if pair[1] in {"instance", "instance_id", "tenant", "tenant_id"}] == []


def test_a_ref_is_nine_letters_without_order_or_meaning() -> None:
    refs = [new_ref() for _ in range(2000)]
    assert (len(set(refs)), {len(ref) for ref in refs}, set("".join(refs)) <= set(REF_LETTERS)) == (2000, {9}, True)
    assert refs != sorted(refs)


def test_refs_of_an_intake_are_of_the_same_kind() -> None:
    refs = new_refs(2000)
    assert (len(set(refs)), {len(ref) for ref in refs}, set("".join(refs))) == (2000, {9}, set(REF_LETTERS))


def test_a_ref_stands_once_in_its_table() -> None:
    rows: list[type[models.Model]] = [model for model in our_models() if issubclass(model, Row)]
    with_ref = [model for model in rows if any(field.name == "ref" for field in model._meta.concrete_fields)]
    assert {getattr(model._meta.get_field("ref"), "max_length", None) for model in with_ref} == {9}
    assert [model for model in with_ref if not is_once(model, "ref")] == []


def is_once(model: type[models.Model], name: str) -> bool:
    """Whether a column is unique, by itself or by a constraint of the table."""
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    return bool(getattr(model._meta.get_field(name), "unique", False)) or any(rule.fields == (name,) for rule in rules)


def household_with_a_past() -> Household:
    made = Household.objects.create(place=place(VILLAGE), place_code=VILLAGE, **AT)
    StatusEvent.objects.create(household=made, place_code=VILLAGE, kind=Status.IDENTIFIED, **AT)
    facts = {"id": made.pk, "place_id": made.place_id, "place_code": VILLAGE, **AT}
    HouseholdHistory(seq=draw_ids(1)[0], **facts).save(force_insert=True)
    return made


@pytest.mark.db_twice
def test_a_new_code_rewrites_open_rows_with_one_audit_event() -> None:
    load_villages()
    made = household_with_a_past()
    before = AuditEvent.objects.count()
    rename_place("533422", name="德钦市", new_code="533402", on=date(2016, 5, 1), reason="Document 1")
    made.refresh_from_db()
    assert (made.place_code, AuditEvent.objects.count() - before) == ("533402101201", 1)


@pytest.mark.db_twice
def test_history_and_events_keep_the_code_as_then() -> None:
    load_villages()
    household_with_a_past()
    rename_place("533422", name="德钦市", new_code="533402", on=date(2016, 5, 1), reason="Document 1")
    codes = {*HouseholdHistory.objects.values_list("place_code", flat=True)}  # type: ignore[attr-defined]
    assert codes | {*StatusEvent.objects.values_list("place_code", flat=True)} == {VILLAGE}
