"""A period that a page does not have is said in one sentence, never silently replaced by another."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.records.access.models import Role
from bangfu.records.households.models import Household
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.register import thin

VILLAGE = "533422101201"


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("asked", ["1900-01-01", "abc", "2030", "2012"])
def test_a_household_page_says_which_year_it_shows_instead(world: World, family: Household, asked: str) -> None:
    text = text_of(browser_of(world, Role.TEAM_MEMBER), f"/h/{family.ref}/?t={asked}")
    assert f"这里没有“{asked}”的数，显示的是2015年末。" in text


def test_a_year_that_there_is_needs_no_words(world: World, family: Household) -> None:
    assert "这里没有" not in text_of(browser_of(world, Role.TEAM_MEMBER), f"/h/{family.ref}/?t=2014")


@pytest.mark.parametrize("asked", ["2012", "abc"])
def test_a_list_of_households_says_it_too(world: World, asked: str) -> None:
    thin(world.places[VILLAGE], 1)
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), f"/p/{VILLAGE}/households/?t={asked}")
    assert f"这里没有“{asked}”的数，显示的是2015年末。" in text


def test_what_was_asked_is_repeated_as_text_and_not_in_full(world: World, family: Household) -> None:
    text = text_of(browser_of(world, Role.TEAM_MEMBER), f"/h/{family.ref}/?t=<b>{'9' * 60}")
    assert f"这里没有“&lt;b&gt;{'9' * 17}”的数" in text
