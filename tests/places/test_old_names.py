"""Names of old lead to the place of today, where they can mean one place only."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.records.intake.cells.rules import PlaceFound
from bangfu.records.intake.places import PlaceFinder
from bangfu.records.places.actions import PlaceRow, adopt_places, merge_places, rename_place
from bangfu.records.places.index import place_index
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice
DAY = date(2026, 5, 1)
ROW = {"county": "德钦县", "township": "奔子栏镇", "village": "书松村民委员会"}


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()


def found(given: str = "", **names: str) -> PlaceFound:
    index = place_index()
    return PlaceFinder(index, given=index.by_code(given) if given else None, prefixes=None)(names)


def county_becomes_a_city() -> None:
    rename_place("533422", name="德钦市", new_code="533402", on=DAY, reason="Document 1")


def test_rows_under_the_old_name_of_a_county_go_in_under_the_new_one() -> None:
    county_becomes_a_city()
    assert (found(**ROW).place_code, found(**ROW).fault) == ("533402102203", None)


def test_the_old_name_says_what_is_known_of_a_file_of_one_township() -> None:
    county_becomes_a_city()
    assert found(given="533402102", **ROW).place_code == "533402102203"


def test_the_short_name_of_old_leads_home_too() -> None:
    rename_place("533422", name="梅里市", on=DAY, reason="Document 3")
    assert found(county="德钦").place_code == "533422"


def test_the_name_of_a_merged_village_leads_to_its_successor() -> None:
    merge_places(["533422102201", "533422102202"], into="533422102201", on=DAY, reason="Document 12")
    assert found(**{**ROW, "village": "夺通村民委员会"}).place_code == "533422102201"


def test_a_name_that_a_place_bears_now_counts_before_one_of_old() -> None:
    rename_place("533422102201", name="新村民委员会", on=DAY, reason="Document 4")
    adopt_places([PlaceRow("533422102204", "叶日村民委员会")])
    assert found(**{**ROW, "village": "叶日村民委员会"}).place_code == "533422102204"


def test_an_old_name_of_two_places_is_not_guessed() -> None:
    rename_place("533422101", name="德钦镇", on=DAY, reason="Document 5")
    rename_place("533422102", name="升平镇", on=DAY, reason="Document 6")
    rename_place("533422102", name="东竹林镇", on=date(2026, 6, 1), reason="Document 7")
    assert found(county="德钦县", township="升平镇").fault == "place_ambiguous:533422101, 533422102"


def test_an_old_name_counts_below_its_own_parent_only() -> None:
    rename_place("533422102", name="奔子栏街道", on=DAY, reason="Document 2")
    assert found(county="香格里拉市", township="奔子栏镇").place_code is None
    assert found(county="德钦县", township="奔子栏镇").place_code == "533422102"


def test_points_are_matched_by_names_of_today() -> None:
    county_becomes_a_city()
    assert place_index().by_name("德钦县") == ()
