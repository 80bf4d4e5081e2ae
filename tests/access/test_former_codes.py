"""An address with a code of former years, or of a merged place, leads to the place of today and is judged by it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bangfu.records.access.models import Role
from bangfu.records.figures.models import Figure
from bangfu.records.places.changes import merge_places, rename_place
from bangfu.records.places.models import Place, PlaceCode
from tests.access.test_matrix import Answer, ask
from tests.access.world import World

pytestmark = pytest.mark.db_twice
DAY = date(2016, 3, 1)
VILLAGE, NEXT_VILLAGE, OTHER_TOWNSHIPS = "533422101201", "533422101202", "533422102201"
#: The county of Shangri-La became a city: a change that the parameters know.
FORMER_COUNTY, CITY = "533421", "533401"


def follow(world: World, role: str, url: str) -> Answer:
    """What a role gets at an address in the end."""
    browser = Client()
    browser.force_login(world.person(role))
    first = browser.get(url)
    return ask(browser, "get", first.headers.get("Location", url))


def pages(code: str) -> list[str]:
    """The pages of a place that take their place from the gate and nothing else from the address."""
    return [
        f"/p/{code}/households/",
        f"/f/households_registered/?p={code}",
        f"/f/households_registered/rows/?p={code}",
        f"/places/?p={code}",
    ]


def statuses(world: World, role: str, code: str) -> set[int]:
    return {follow(world, role, url).status for url in [*pages(code), f"/p/{code}/"]}


def named(world: World, role: str, code: str, name: str) -> list[bool]:
    """Whether each page of a code carries a name."""
    return [name in follow(world, role, url).text for url in pages(code)]


def move_the_city(world: World) -> None:
    """Shangri-La under its code of today, with a township."""
    city = Place(code=CITY, level=2, name="香格里拉市", parent=world.places["5334"])
    city.save()
    Place(code=f"{CITY}101", level=3, name="建塘镇", parent=city).save()
    Figure.objects.filter(place_code="533423").update(place=city, place_code=CITY)


def merge_villages() -> None:
    merge_places([VILLAGE], into=NEXT_VILLAGE, on=DAY, reason="Document 12")


def test_a_code_of_a_former_year_shows_the_place_of_today(marked: World) -> None:
    move_the_city(marked)
    assert named(marked, Role.PREFECTURE_OFFICER, FORMER_COUNTY, "香格里拉市") == [True] * 4


def test_what_lies_under_a_former_code_is_found_with_the_same_ending(marked: World) -> None:
    move_the_city(marked)
    text = follow(marked, Role.PREFECTURE_OFFICER, f"/f/households_registered/?p={FORMER_COUNTY}101").text
    assert "建塘镇" in text


def test_a_place_that_got_another_code_is_found_by_both(marked: World) -> None:
    PlaceCode(place=marked.places["533423"], code="533423", name="维西县").save()
    rename_place("533423", name="维西新市", on=DAY, reason="Document 1", new_code="533402")
    assert named(marked, Role.PREFECTURE_OFFICER, "533423", "维西新市")[:2] == [True, True]
    assert "标户主" in follow(marked, Role.PREFECTURE_OFFICER, "/p/533423/households/").text


def test_a_merged_place_shows_the_households_and_figures_of_its_successor(marked: World) -> None:
    merge_villages()
    assert named(marked, Role.TOWNSHIP_OFFICER, VILLAGE, "谷扎村") == [True] * 4
    same = [follow(marked, Role.TOWNSHIP_OFFICER, f"/p/{code}/households/").text for code in (VILLAGE, NEXT_VILLAGE)]
    assert [text.count('scope="row"') for text in same] == [5, 5]


def test_a_place_merged_twice_leads_to_the_last(marked: World) -> None:
    merge_villages()
    merge_places([NEXT_VILLAGE], into="533422101203", on=DAY, reason="Document 13")
    assert named(marked, Role.TOWNSHIP_OFFICER, VILLAGE, "巴东村") == [True] * 4


def test_a_place_merged_into_a_foreign_area_is_refused_by_where_it_lies_now(marked: World) -> None:
    merge_places([NEXT_VILLAGE], into=OTHER_TOWNSHIPS, on=DAY, reason="Document 14")
    assert statuses(marked, Role.TOWNSHIP_OFFICER, NEXT_VILLAGE) == {403}


def test_a_former_code_of_a_foreign_place_is_refused(marked: World) -> None:
    move_the_city(marked)
    assert statuses(marked, Role.COUNTY_OFFICER, FORMER_COUNTY) == {403}


def test_a_code_that_nobody_ever_had_is_not_found(marked: World) -> None:
    assert statuses(marked, Role.PREFECTURE_OFFICER, "533499") == {404}


@pytest.mark.parametrize("code", [FORMER_COUNTY, "533401000000"])
def test_the_area_home_of_a_former_or_padded_code_lists_what_lies_below_today(code: str, marked: World) -> None:
    move_the_city(marked)
    assert "建塘镇" in follow(marked, Role.PREFECTURE_OFFICER, f"/p/{code}/").text


def test_the_area_home_of_a_merged_place_lists_what_lies_below_its_successor(marked: World) -> None:
    merge_places(["533422101"], into="533422102", on=DAY, reason="Document 15")
    assert "果念村" in follow(marked, Role.COUNTY_OFFICER, "/p/533422101/").text
