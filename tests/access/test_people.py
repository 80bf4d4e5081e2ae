"""Making people, granting and revoking, revealing personal fields: who may, and what the log keeps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from bangfu.records import personal
from bangfu.records.access.actions import GrantRefused, add_user, grant_role, revoke_grant
from bangfu.records.access.gate import scope_of
from bangfu.records.access.models import AuditEvent, Grant, Role
from bangfu.records.access.queries import grants_as_csv, household_named, place_named
from bangfu.records.access.reveal import (
    ReasonUnknown,
    mask_account,
    mask_id,
    mask_phone,
    masked,
    reveal,
)
from bangfu.records.households.models import Household
from tests.access.world import PASSWORD, World, make_user

pytestmark = pytest.mark.db_twice
PHONE = "00000001234"


def test_a_new_person_has_no_scope(world: World) -> None:
    user = add_user(username="new", password=PASSWORD, by=None)
    assert scope_of(user, world.today).roles == frozenset()


def test_a_weak_password_makes_no_person(world: World) -> None:
    with pytest.raises(ValidationError):
        add_user(username="new", password="password", by=None)


def test_a_grant_and_its_end_are_in_the_log(world: World) -> None:
    user = make_user("new")
    grant = grant_role(user=user, role="analyst", by=None, valid_from=world.today, place=world.places["5334"])
    revoke_grant(grant=grant, by=None, at=timezone.now(), reason="left")
    events = AuditEvent.objects.order_by("id").values_list("action", "subject_id", "place_code")
    assert list(events) == [("grant.give", grant.pk, "5334"), ("grant.revoke", grant.pk, "5334")]
    assert scope_of(user, world.today).roles == frozenset()


@pytest.mark.parametrize(
    ("role", "over", "unit"),
    [
        (Role.HELPER, "place", ""),
        (Role.TOWNSHIP_OFFICER, "household", ""),
        (Role.UNIT_MEMBER, "place", ""),
        (Role.ANALYST, "place", "diqing-mobile"),
        (Role.ANALYST, "nothing", ""),
    ],
)
def test_a_grant_of_the_wrong_shape_is_refused(world: World, role: Role, over: str, unit: str) -> None:
    things: dict[str, Any] = {"place": world.places["5334"], "household": world.households["own"]}
    given = {over: things[over]} if over in things else {}
    with pytest.raises(GrantRefused):
        grant_role(user=make_user("new"), role=role, by=None, valid_from=world.today, unit=unit, **given)


def test_a_user_administrator_grants_inside_the_own_area_only(world: World) -> None:
    by, user = world.person(Role.USER_ADMINISTRATOR), make_user("new")
    grant_role(user=user, role="analyst", by=by, valid_from=world.today, place=world.places["533422"])
    with pytest.raises(GrantRefused, match="do not manage"):
        grant_role(user=user, role="analyst", by=by, valid_from=world.today, place=world.places["5201"])


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR])
def test_nobody_else_grants(world: World, role: Role) -> None:
    with pytest.raises(GrantRefused, match="do not manage"):
        grant_role(
            user=make_user("new"), role="analyst", by=world.person(role), valid_from=world.today,
            place=world.places["533422"],
        )  # fmt: skip


def test_nobody_grants_to_himself(world: World) -> None:
    by = world.person(Role.USER_ADMINISTRATOR)
    with pytest.raises(GrantRefused, match="own grants"):
        grant_role(user=by, role="analyst", by=by, valid_from=world.today, place=world.places["533422"])


def test_administrators_are_not_made_by_administrators(world: World) -> None:
    by = world.person(Role.USER_ADMINISTRATOR)
    with pytest.raises(GrantRefused, match="command line"):
        grant_role(
            user=make_user("new"), role="audit_administrator", by=by, valid_from=world.today,
            place=world.places["533422"],
        )  # fmt: skip


def test_the_list_of_grants_holds_those_of_the_day(world: World) -> None:
    lines = grants_as_csv("533422101", on=world.today).splitlines()
    assert lines[0] == "id,name,role,place,household,unit,from,until,revoked"
    cast = {"he-zhiqiang", "arong-nongbu", "zhaxi", "zhang-yidong", "chen-yancao", "yu-zhongxin"}
    assert {line.split(",")[1] for line in lines[1:]} == cast
    assert len(grants_as_csv().splitlines()) == 1 + Grant.objects.count()


def test_places_and_households_are_found_by_what_people_type(world: World) -> None:
    household = world.households["own"]
    assert (place_named("533422101000"), household_named(household.ref)) == (world.places["533422101"], household)


# --- Personal fields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("masking", "value", "shown"),
    [
        (mask_id, "990001197001010013", "990001********0013"),
        (mask_id, "990001700101001", "990001*****1001"),
        (mask_phone, "00000001234", "000****1234"),
        (mask_account, "6200000000000001234", "***************1234"),
        (mask_id, "12345", "*****"),
    ],
)
def test_a_masked_value_shows_its_ends_only(masking: Any, value: str, shown: str) -> None:
    assert masking(value) == shown


@pytest.fixture
def household(world: World, settings: Any, tmp_path: Path) -> Household:
    """The paired household, with a phone."""
    settings.HOME = tmp_path
    found = world.households["own"]
    found.phone_enc = personal.keyring().seal("households_household", "phone", found.pk, PHONE)
    found.save()
    return found


def revealed(world: World, role: Role, household: Household, reason: str = "call_household") -> str | None:
    by = world.person(role)
    return reveal(row=household, field="phone", reason=reason, by=by, scope=scope_of(by, world.today))


def test_pages_show_the_masked_phone(household: Household) -> None:
    assert (masked(household, "phone"), masked(household, "bank_account")) == ("000****1234", None)


@pytest.mark.parametrize("role", [Role.HELPER, Role.TEAM_MEMBER, Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER])
def test_whoever_visits_or_calls_reveals_the_phone_and_the_log_says_so(
    world: World, household: Household, role: Role
) -> None:
    assert revealed(world, role, household) == PHONE
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.subject_id) == (
        "personal.reveal", world.person(role).pk, household.pk,
    )  # fmt: skip
    assert (event.reason, event.facts) == ("call_household", {"field": "phone"})


@pytest.mark.parametrize(
    "role", [Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER, Role.UNIT_MEMBER, Role.ANALYST, Role.AUDITOR]
)
def test_others_do_not_reveal(world: World, household: Household, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        revealed(world, role, household)
    assert AuditEvent.objects.count() == 0


def test_a_helper_does_not_reveal_a_neighbour(world: World, household: Household) -> None:
    with pytest.raises(PermissionDenied):
        revealed(world, Role.HELPER, world.households["neighbour"])


def test_a_reason_is_taken_from_the_list(world: World, household: Household) -> None:
    with pytest.raises(ReasonUnknown):
        revealed(world, Role.HELPER, household, reason="curious")


def test_a_scope_of_somebody_else_reveals_nothing(world: World, household: Household) -> None:
    by, other = world.person(Role.ANALYST), world.person(Role.COUNTY_OFFICER)
    with pytest.raises(PermissionDenied):
        reveal(row=household, field="phone", reason="call_household", by=by, scope=scope_of(other, world.today))


def test_an_ended_pairing_reveals_nothing(world: World, household: Household) -> None:
    by = world.person(Role.HELPER)
    Grant.objects.filter(user=by).update(valid_until=world.today - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        revealed(world, Role.HELPER, household)
