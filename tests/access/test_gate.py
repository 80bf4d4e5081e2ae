"""The gate: a scope comes from grants alone, and lets through what lies inside it and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import NOTHING, Reach, RowFilter
from bangfu.records.access.gate import (
    NO_SCOPE,
    SYSTEM_SCOPE,
    NotScopable,
    PlaceOutOfScope,
    Scope,
    check_place,
    may_see,
    object_in_scope,
    scope_of,
    scoped,
)
from bangfu.records.access.models import AuditEvent, Grant, Role, User
from bangfu.records.access.permissions import Permission
from bangfu.records.cases.models import Case
from bangfu.records.figures.models import Snapshot
from bangfu.records.households.models import Household, HouseholdHistory, HouseholdYear
from bangfu.records.places.models import Place
from bangfu.records.schema import columns_of
from tests.access.world import World, give, make_household, make_user, moment

pytestmark = pytest.mark.db_twice


def scope(world: World, role: str) -> Scope:
    return scope_of(world.person(role), world.today)


def seen(world: World, role: str) -> set[str]:
    """Names of the households that a role's person sees."""
    ids = set(scoped(Household.objects.all(), scope(world, role)).values_list("id", flat=True))
    return {name for name, household in world.households.items() if household.pk in ids}


def test_a_team_member_sees_the_households_of_the_village_and_of_its_natural_villages(world: World) -> None:
    assert seen(world, Role.TEAM_MEMBER) == {"own", "neighbour", "former_pair", "natural_village"}


def test_a_helper_sees_the_paired_household_only(world: World) -> None:
    assert seen(world, Role.HELPER) == {"own"}


def test_a_township_officer_sees_the_township(world: World) -> None:
    village = {"own", "neighbour", "former_pair", "natural_village"}
    assert seen(world, Role.TOWNSHIP_OFFICER) == village | {"next_village", "other_unit", "at_township"}


def test_a_prefecture_officer_does_not_see_the_next_prefecture(world: World) -> None:
    assert seen(world, Role.PREFECTURE_OFFICER) == set(world.households) - {"ended", "elsewhere", "at_province"}


def test_two_units_see_each_its_own_village_and_not_the_others(world: World) -> None:
    other = scope_of(world.people["chen-yancao"], world.today)
    assert set(scoped(Household.objects.all(), other)) == {world.households["other_unit"]}
    assert "other_unit" not in seen(world, Role.UNIT_MEMBER)


def test_a_pairing_that_ended_gives_nothing_while_another_in_the_same_village_stands(world: World) -> None:
    helper = scope(world, Role.HELPER)
    assert helper.rows == RowFilter(households=frozenset({world.households["own"].pk}))
    assert helper.classes_at("533422101201", world.households["former_pair"].pk) == frozenset()


def test_administrators_and_auditors_see_no_household(world: World) -> None:
    apart = (Role.AUDITOR, Role.USER_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    assert [seen(world, role) for role in apart] == [set()] * 4


def test_a_grant_counts_from_its_first_to_its_last_day(world: World) -> None:
    user = make_user("someone")
    first, last = world.today, world.today + timedelta(days=2)
    give(user, Role.ANALYST, on=first, until=last, place=world.places["5334"])
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [scope_of(user, day).roles for day in days] == [
        frozenset(), frozenset({"analyst"}), frozenset({"analyst"}), frozenset(),
    ]  # fmt: skip


def test_a_revoked_grant_gives_nothing(world: World) -> None:
    user = world.person(Role.COUNTY_OFFICER)
    Grant.objects.filter(user=user).update(revoked_at=moment(2016, 1, 1))
    assert scope_of(user, world.today).rows == NOTHING


def test_a_grant_on_a_merged_place_follows_its_successor(world: World) -> None:
    merged = world.places["533422101201"]
    merged.merged_into = world.places["533422101202"]
    merged.save()
    assert scope(world, Role.TEAM_MEMBER).rows == RowFilter(("533422101202",))


def test_closed_accounts_and_strangers_have_no_scope(world: World) -> None:
    user = world.person(Role.COUNTY_OFFICER)
    user.is_active = False
    assert [scope_of(user, world.today), scope_of(AnonymousUser(), world.today)] == [NO_SCOPE, NO_SCOPE]


def test_a_superuser_without_grants_has_no_scope(world: World) -> None:
    user = make_user("root")
    user.is_superuser = True
    assert scope_of(user, world.today).rows == NOTHING


def test_an_empty_scope_gives_no_row(world: World) -> None:
    assert scoped(Household.objects.all(), NO_SCOPE).count() == 0


def test_the_system_scope_gives_every_row(world: World) -> None:
    assert scoped(Household.objects.all(), SYSTEM_SCOPE).count() == len(world.households)


def test_a_model_without_a_rule_is_refused(world: World) -> None:
    with pytest.raises(NotScopable, match=r"sessions\.Session has no rule"):
        scoped(Session.objects.all(), scope(world, Role.PROVINCE_OFFICER))


def test_old_rows_follow_a_household_that_moved(world: World) -> None:
    moved = world.households["own"]
    sheet = HouseholdYear(
        household=moved, year=2014, place=moved.place, place_code=moved.place_code,
        happened_on=world.today, known_at=moment(2015, 1, 1),
    )  # fmt: skip
    sheet.save()
    Household.objects.filter(pk=moved.pk).update(place=world.places["533422102201"], place_code="533422102201")
    old, new = make_user("old"), make_user("new")
    give(old, Role.TOWNSHIP_OFFICER, on=world.today, place=world.places["533422101"])
    give(new, Role.TOWNSHIP_OFFICER, on=world.today, place=world.places["533422102"])
    sheets = HouseholdYear.objects.all()
    counts = [scoped(sheets, scope_of(user, world.today)).count() for user in (old, new)]
    assert counts == [0, 1]


def test_history_is_bounded_by_the_household_as_now(world: World) -> None:
    kept = {"place_id": 1, "happened_on": world.today, "known_at": moment(2016, 1, 1), "ref": "x"}
    history: Any = HouseholdHistory
    history.objects.create(seq=1, id=world.households["own"].pk, place_code="x", **kept)
    history.objects.create(seq=2, id=world.households["next_township"].pk, place_code="x", **kept)
    found = scoped(history.objects.all(), scope(world, Role.TOWNSHIP_OFFICER))
    assert [row.seq for row in found] == [1]


def test_a_case_of_a_household_follows_the_household_and_a_case_of_a_place_the_place(world: World) -> None:
    facts = {"flow": "exit", "flow_version": "1", "parameters_hash": "x", "state": "open"}
    for household, code in ((world.households["own"], "533422102201"), (None, "533422102201")):
        place = world.places[code]
        Case(household=household, place=place, place_code=code, opened_at=moment(2016, 1, 1), **facts).save()
    found = scoped(Case.objects.all(), scope(world, Role.TOWNSHIP_OFFICER))
    assert [case.household_id for case in found] == [world.households["own"].pk]


def test_a_snapshot_of_the_area_above_is_listed_and_one_elsewhere_is_not(world: World) -> None:
    for prefix in ("53", "533422", "52"):
        Snapshot(
            happened=world.today, known=moment(2016, 1, 1), place_prefix=prefix, folder=prefix, parameters_hash="x"
        ).save()
    found = scoped(Snapshot.objects.all(), scope(world, Role.TOWNSHIP_OFFICER))
    assert sorted(found.values_list("place_prefix", flat=True)) == ["53", "533422"]


def test_two_grants_do_not_lend_each_other_their_classes(world: World) -> None:
    user = make_user("double")
    give(user, Role.ANALYST, on=world.today, place=world.places["5334"])
    give(user, Role.TOWNSHIP_OFFICER, on=world.today, place=world.places["533422101"])
    both = scope_of(user, world.today)
    assert FieldClass.PERSONAL not in both.classes
    assert FieldClass.PERSONAL in both.classes_at("533422101201")
    assert FieldClass.PERSONAL not in both.classes_at("533422102201")


def test_a_permission_keeps_only_the_grants_that_carry_it(world: World) -> None:
    user = make_user("double")
    give(user, Role.ANALYST, on=world.today, place=world.places["5334"])
    give(user, Role.TOWNSHIP_OFFICER, on=world.today, place=world.places["533422101"])
    assert scope_of(user, world.today).narrowed(Permission.IMPORT_FILES).rows == RowFilter(("533422101",))


def test_overlapping_prefixes_are_joined(world: World) -> None:
    user = make_user("double")
    give(user, Role.ANALYST, on=world.today, place=world.places["5334"])
    give(user, Role.ANALYST, on=world.today, place=world.places["533422101"])
    assert scope_of(user, world.today).rows == RowFilter(("5334",))


def test_a_unit_member_sees_money_but_neither_names_nor_health(world: World) -> None:
    assert scope(world, Role.UNIT_MEMBER).classes == frozenset({FieldClass.OPEN, FieldClass.MONEY})


def test_a_name_may_be_seen_by_an_officer_and_not_by_an_analyst(world: World) -> None:
    name = next(column for column in columns_of(Household) if column.name == "head_name")
    assert [may_see(scope(world, role), name) for role in (Role.TOWNSHIP_OFFICER, Role.ANALYST)] == [True, False]


def test_a_helper_reads_counts_of_the_village_but_no_rows_of_it(world: World) -> None:
    helper = scope(world, Role.HELPER)
    assert helper.places.prefixes == ("533422101201",)
    assert helper.rows == RowFilter(households=frozenset({world.households["own"].pk}))


def test_a_scope_ends_when_its_first_grant_ends(world: World) -> None:
    user = make_user("leaving")
    give(user, Role.ANALYST, on=world.today, until=world.today, place=world.places["5334"])
    give(user, Role.AUDITOR, on=world.today, place=world.places["5334"])
    assert scope_of(user, world.today).until == world.today


def test_auditors_have_aggregate_reach_only(world: World) -> None:
    assert scope(world, Role.AUDITOR).reach is Reach.AGGREGATE


def test_a_place_outside_is_refused_with_both_names(world: World) -> None:
    with pytest.raises(PlaceOutOfScope) as refused:
        check_place(scope(world, Role.TOWNSHIP_OFFICER), world.places["533422102"])
    assert (refused.value.own_place, refused.value.page_place) == ("燕门乡", "云岭乡")


def test_an_object_outside_is_as_absent(world: World) -> None:
    with pytest.raises(Http404):
        object_in_scope(Household.objects.all(), scope(world, Role.HELPER), ref=world.households["neighbour"].ref)


def test_a_scope_costs_one_query(world: World) -> None:
    user = User.objects.get(pk=world.person(Role.COUNTY_OFFICER).pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        scope_of(user, world.today)
    assert len(queries) == 1


def test_prefixes_are_bounded_as_ranges_that_an_index_serves(world: World) -> None:
    statement = str(scoped(Place.objects.all(), scope(world, Role.PREFECTURE_OFFICER)).query)
    assert "5335" in statement
    assert "LIKE" not in statement


def test_codes_that_end_in_nine_are_bounded_too(world: World) -> None:
    last = Place(code="5399", level=1, name="末州")
    last.save()
    make_household(last)
    user = make_user("last")
    give(user, Role.PREFECTURE_OFFICER, on=world.today, place=last)
    assert scoped(Household.objects.all(), scope_of(user, world.today)).count() == 1


def test_audit_events_are_read_by_auditors_of_their_area_only(world: World) -> None:
    for code in ("533422101", "520103"):
        AuditEvent(at=moment(2016, 1, 1), actor_kind="system", action="x", place_code=code).save()
    readers = (Role.AUDITOR, Role.AUDIT_ADMINISTRATOR, Role.PROVINCE_OFFICER, Role.USER_ADMINISTRATOR)
    counts = [scoped(AuditEvent.objects.all(), scope(world, role)).count() for role in readers]
    assert counts == [1, 1, 0, 0]


def test_users_are_managed_by_the_user_administrator_of_their_area_only(world: World) -> None:
    readers = (Role.USER_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    found = [set(scoped(User.objects.all(), scope(world, role)).values_list("username", flat=True)) for role in readers]
    assert "sina-ciren" in found[0]
    assert "li-guohua" not in found[0]
    assert found[1:] == [set(), set()]
