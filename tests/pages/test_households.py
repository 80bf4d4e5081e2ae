"""Lists of households: picked by place, year, name, status and cause, fifty a page, with a fixed count of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.records.access.models import Role
from bangfu.records.households.models import Household
from tests.access.world import World
from tests.pages.conftest import browser_of
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
    assert "燕门乡有1户 · 2015年末 · 状态：未脱贫 · 主要致贫原因：缺技术" in text


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
    # Session, user and grants are asked before the page: the page itself asks eight times at most.
    assert few - 3 <= 8


def test_a_helper_has_the_paired_households_and_no_other(world: World) -> None:
    Household.objects.filter(pk=world.households["own"].pk).update(head_name="结对户主")
    Household.objects.filter(pk=world.households["neighbour"].pk).update(head_name="邻居户主")
    text = text_of(browser_of(world, Role.HELPER), "/mine/")
    assert "结对户主" in text
    assert "邻居户主" not in text


def test_an_officer_without_pairs_is_told_so(world: World) -> None:
    assert "还没有给您安排" in text_of(browser_of(world, Role.TOWNSHIP_OFFICER), "/mine/")
