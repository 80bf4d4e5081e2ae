"""Lists of households: picked by place, year, name, status and cause, fifty a page, with a fixed count of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.records.access.models import Role
from bangfu.records.households.models import Household, HouseholdYear, Status
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.register import thin

TOWNSHIP, VILLAGE = "533422101", "533422101201"


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.db_twice
def test_the_list_shows_fifty_and_leads_on(world: World) -> None:
    thin(world.places[VILLAGE], 60)
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/")
    assert text.count('scope="row"') == 50
    assert "第1–50户，共60户" in text
    assert f'rel="next" href="/p/{TOWNSHIP}/households/?page=2"' in text


@pytest.mark.db_twice
def test_the_address_picks_by_status_cause_and_name(world: World, family: Household) -> None:
    thin(world.places[VILLAGE], 3)
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    assert text_of(browser, f"/p/{TOWNSHIP}/households/?status=registered").count('scope="row"') == 2
    assert text_of(browser, f"/p/{TOWNSHIP}/households/?cause=07").count('scope="row"') == 1
    assert text_of(browser, f"/p/{TOWNSHIP}/households/?q=gswd").count('scope="row"') == 1
    assert "没有一户同时符合" in text_of(browser, f"/p/{TOWNSHIP}/households/?q=nobody")


def test_the_sentence_says_what_was_picked(world: World, family: Household) -> None:
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/?status=04&cause=07&t=2015")
    assert "燕门乡名册上有1户 · 2015年末 · 状态：未脱贫 · 主要致贫原因：缺技术" in text


def survey_only(world: World, count: int) -> None:
    """Households that a survey brought: a sheet, and nothing that a register says."""
    thin(world.places[VILLAGE], count)
    brought = Household.objects.order_by("-id").values("id")[:count]
    HouseholdYear.objects.filter(household__in=list(brought.values_list("id", flat=True))).update(poverty_status=None)


@pytest.mark.db_twice
def test_the_list_is_the_register_and_says_how_many_a_survey_has_besides(world: World) -> None:
    thin(world.places[VILLAGE], 3)
    survey_only(world, 2)
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/")
    assert "燕门乡名册上有3户" in text
    assert f'另有2户不在名册上，只在调查样本里。 <a href="/p/{TOWNSHIP}/households/?of=all">看全部农户</a>' in text
    assert text.count('scope="row"') == 3


@pytest.mark.db_twice
def test_all_households_are_one_click_away_and_counted(world: World) -> None:
    thin(world.places[VILLAGE], 3)
    survey_only(world, 2)
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/?of=all")
    assert "燕门乡有5户" in text
    assert "其中2户不在名册上" in text
    assert text.count('scope="row"') == 5


@pytest.mark.db_twice
def test_a_household_is_on_the_register_by_its_status_or_by_another_years_poverty_status(world: World) -> None:
    survey_only(world, 3)
    by_status, by_year, _neither = Household.objects.order_by("-id")[:3]
    Household.objects.filter(pk=by_status.pk).update(status=Status.MONITORED)
    sheet = HouseholdYear.objects.get(household=by_year)
    sheet.pk, sheet._state.adding = None, True
    sheet.year, sheet.poverty_status = 2014, "04"
    sheet.save()
    assert "燕门乡名册上有2户" in text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/?t=2015")


@pytest.mark.db_twice
@pytest.mark.parametrize("typed", ["拉茸•农布", "拉茸‧农布", "拉茸・农布", "拉茸 · 农布"])
def test_a_name_is_picked_by_whichever_dot_is_typed(world: World, family: Household, typed: str) -> None:
    Household.objects.filter(pk=family.pk).update(head_name="拉茸·农布")
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/?q={typed}")
    assert text.count('scope="row"') == 1


def test_a_number_is_not_looked_up_from_an_address(world: World, family: Household) -> None:
    assert "数字不在这里查" in text_of(
        browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{TOWNSHIP}/households/?q=99010012345"
    )


def test_who_sees_no_names_cannot_pick_by_them(world: World, family: Household) -> None:
    text = text_of(browser_of(world, Role.ANALYST), f"/p/{VILLAGE}/households/?q=gswd")
    assert "没有一户同时符合" in text
    assert "阿茸" not in text


def queries_of(browser: Client, address: str) -> int:
    text_of(browser, address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        text_of(browser, address)
    return len(captured)


@pytest.mark.db_twice
def test_the_count_of_queries_does_not_grow_with_the_list(world: World) -> None:
    thin(world.places[VILLAGE], 2)
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    few = queries_of(browser, f"/p/{TOWNSHIP}/households/")
    thin(world.places[VILLAGE], 40)
    assert queries_of(browser, f"/p/{TOWNSHIP}/households/") == few
    # Session, user, grants and the state of the places are asked before the page: itself it asks eight times at most.
    assert few - 4 <= 8


def test_a_helper_has_the_paired_households_and_no_other(world: World) -> None:
    Household.objects.filter(pk=world.households["own"].pk).update(head_name="结对户主")
    Household.objects.filter(pk=world.households["neighbour"].pk).update(head_name="邻居户主")
    text = text_of(browser_of(world, Role.HELPER), "/mine/")
    assert "结对户主" in text
    assert "邻居户主" not in text


def test_an_officer_without_pairs_is_told_so(world: World) -> None:
    assert "还没有给您安排" in text_of(browser_of(world, Role.TOWNSHIP_OFFICER), "/mine/")


@pytest.mark.parametrize(
    "address",
    [f"/p/{TOWNSHIP}/households/?status=none", "/f/households_registered/places/?sort=none", "/f/?family=none"],
)
def test_a_choice_that_there_is_none_of_is_said(world: World, address: str) -> None:
    assert "这里没有「none」这个选项" in text_of(browser_of(world, Role.TOWNSHIP_OFFICER), address)
