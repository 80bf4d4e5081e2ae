"""The area switcher: the tree one level at a time, found by any name, back to the page one came from."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.records.access.models import Role
from tests.access.world import World
from tests.browsers import browser_of


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tree_starts_at_ones_own_area(world: World) -> None:
    text = text_of(browser_of(world, Role.COUNTY_OFFICER), "/places/")
    assert 'href="/p/533422/"' in text
    assert 'href="/places/?p=533422"' in text
    assert 'href="/p/5334/"' not in text


def test_an_area_opens_one_level(world: World) -> None:
    text = text_of(browser_of(world, Role.COUNTY_OFFICER), "/places/?p=533422")
    assert 'href="/p/533422101/"' in text
    assert 'href="/p/533422101201/"' not in text


def test_a_village_lists_those_beside_it(world: World) -> None:
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), "/places/?p=533422101202")
    assert 'href="/p/533422101201/"' in text


@pytest.mark.db_twice
@pytest.mark.parametrize("typed", ["燕门", "Yanmen", "533422101"])
def test_a_place_is_found_by_name_and_code_inside_ones_area_only(world: World, typed: str) -> None:
    assert 'href="/p/533422101/"' in text_of(browser_of(world, Role.COUNTY_OFFICER), f"/places/?q={typed}")
    assert 'href="/p/533422101/"' not in text_of(browser_of(world, Role.TEAM_MEMBER), f"/places/?q={typed}")


def test_the_page_and_the_period_stay(world: World) -> None:
    text = text_of(browser_of(world, Role.COUNTY_OFFICER), "/places/?p=533422&to=households&t=2015")
    assert 'href="/p/533422101/households/?t=2015"' in text


def test_a_page_that_is_none_leads_to_the_area_home(world: World) -> None:
    text = text_of(browser_of(world, Role.COUNTY_OFFICER), "/places/?p=533422&to=//elsewhere.example")
    assert "elsewhere.example/" not in text.replace('value="//elsewhere.example"', "")
    assert 'href="/p/533422101/"' in text
