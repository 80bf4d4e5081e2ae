"""The household page: the chosen year, two times, the past told honestly, sealed fields, and what each class sees."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.households.models import Household, Person
from bangfu.records.households.past import AsOf, entries_of, register_as_of
from tests.access.world import World, moment
from tests.browsers import browser_of
from tests.pages.register import ID_NO

pytestmark = pytest.mark.database_once


def page(browser: Client, family: Household, query: str = "") -> str:
    answer = browser.get(reverse("household", args=[family.ref]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.db_twice
def test_the_page_names_head_village_causes_and_members(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family)
    expected = ["阿茸农布户", "茨中组", "99010012345", "缺技术", "格桑旺堆", "长期慢性病", "2,610"]
    assert [words for words in expected if words not in text] == []


def test_without_a_recorded_head_the_member_marked_as_head_gives_the_name(world: World, family: Household) -> None:
    Household.objects.filter(pk=family.pk).update(head_name=None)
    assert "阿茸农布户" in page(browser_of(world, Role.TEAM_MEMBER), family)


def test_ages_are_those_of_the_end_of_the_year(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family, "?t=2014")
    assert 'data-k="年龄">43<' in text
    assert 'data-k="年龄">13<' in text


def test_a_past_year_says_so_and_leads_back(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family, "?t=2014")
    assert "正在看2014年末" in text
    assert "2,205" in text


def test_two_times_show_what_was_known_then(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family, "?as_of=2014-12-31&known=2015-02-01T00:00")
    assert "2014-12-31" in text
    assert "2,160" in text
    assert "阿茸农布户" not in text


@pytest.mark.db_twice
def test_the_state_at_two_times_takes_the_latest_that_had_happened_among_the_known(family: Household) -> None:
    early = register_as_of(family, AsOf(date(2015, 12, 31), moment(2015, 2, 1)))
    late = register_as_of(family, AsOf(date(2015, 12, 31), moment(2015, 7, 1)))
    assert early is not None
    assert late is not None
    assert (early.household.head_name, late.household.head_name) == ("阿茸", "阿茸农布")
    assert (early.years[2014].net_income_per_capita_fen, late.years[2014].net_income_per_capita_fen) == (216000, 220500)


def test_before_the_register_knew_it_nothing_of_it_is_told(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family, "?as_of=2010-01-01")
    assert "阿茸" not in text
    assert "当时名册里没有这一户" in text


def test_a_day_that_is_none_is_said(world: World, family: Household) -> None:
    assert "读不出来" in page(browser_of(world, Role.TEAM_MEMBER), family, "?as_of=2014-13-01")


def test_the_timeline_tells_old_and_new_when_it_happened_and_when_it_was_known(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family)
    assert "<del>2,160.00元</del> → <ins>2,205.00元</ins>" in text
    assert "2015-03-11" in text
    assert "<del>拉金神古组</del> → <ins>茨中组</ins>" in text


def test_the_timeline_keeps_personal_values_to_itself(family: Household) -> None:
    renamed = [change for entry in entries_of(family) for change in entry.changes if change.column.name == "head_name"]
    assert [(change.old, change.new) for change in renamed] == [(None, None)]


def test_the_reason_is_told_in_whole_phrases(world: World, family: Household) -> None:
    assert "脱贫状态是其中之一：未脱贫、返贫" in page(browser_of(world, Role.TEAM_MEMBER), family)
    english = "Poverty status is one of: Not exited, Fell back into poverty"
    assert english in page(browser_of(world, Role.TEAM_MEMBER, "en"), family)


def test_a_day_of_birth_is_told_to_whoever_sees_personal_fields_alone(world: World, family: Household) -> None:
    born = Person.objects.filter(household=family, birth_date__isnull=False).values_list("birth_date", flat=True)
    seen, masked = (page(browser_of(world, role), family) for role in (Role.TEAM_MEMBER, Role.ANALYST))
    assert [day for day in map(str, born) if day in seen]
    assert [day for day in map(str, born) if day in masked] == []


def test_an_id_number_stands_masked(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.TEAM_MEMBER), family)
    assert ID_NO not in text
    assert "990101********0014" in text


def ask(browser: Client, family: Household, **changed: str) -> tuple[int, str]:
    head = Person.objects.get(household=family, relation="01")
    data = {"target": f"person-{head.pk}", "field": "id_no", "reason": "check_identity", **changed}
    answer = browser.post(reverse("household_reveal", args=[family.ref]), data)
    return answer.status_code, answer.content.decode()


@pytest.mark.db_twice
def test_a_reveal_shows_the_value_once_and_is_audited(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TEAM_MEMBER)
    status, text = ask(browser, family)
    assert (status, ID_NO in text, "<h1>" in text) == (200, True, True)
    event = AuditEvent.objects.get(action="personal.reveal")
    assert (event.reason, event.facts, event.place_code) == ("check_identity", {"field": "id_no"}, "533422101201")
    assert ID_NO not in page(browser, family)


def test_a_reveal_by_htmx_is_a_fragment_that_masks_itself(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TEAM_MEMBER)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    status, text = ask(browser, family)
    assert (status, ID_NO in text, "delay:60s" in text, "<html" in text) == (200, True, True, False)


def test_a_reveal_without_a_reason_shows_nothing(world: World, family: Household) -> None:
    status, text = ask(browser_of(world, Role.TEAM_MEMBER), family, reason="")
    assert (status, ID_NO in text, AuditEvent.objects.filter(action="personal.reveal").count()) == (422, False, 0)


def test_a_field_that_is_not_sealed_is_not_revealed(world: World, family: Household) -> None:
    assert ask(browser_of(world, Role.TEAM_MEMBER), family, field="name")[0] == 404


def test_who_may_not_reveal_sees_no_way_to(world: World, family: Household) -> None:
    browser = browser_of(world, Role.PREFECTURE_OFFICER)
    assert "reveal" not in page(browser, family)
    assert ask(browser, family)[0] == 403


def test_an_analyst_sees_health_and_money_but_no_name(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.ANALYST), family)
    assert [name for name in ("阿茸", "格桑旺堆", "99010012345") if name in text] == []
    assert "长期慢性病" in text
    assert "2,610" in text


def test_a_unit_member_sees_money_but_neither_name_nor_health(world: World, family: Household) -> None:
    text = page(browser_of(world, Role.UNIT_MEMBER), family)
    assert [words for words in ("阿茸", "长期慢性病") if words in text] == []
    assert "2,610" in text


def test_the_page_asks_twenty_one_times_at_most(
    world: World, family: Household, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(world, Role.TEAM_MEMBER)
    page(browser, family)
    with django_assert_max_num_queries(21):
        page(browser, family)
