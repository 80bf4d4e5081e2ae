"""After a place got another code or was merged, every page over the same snapshot says the same of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Snapshot
from bangfu.records.places.changes import merge_places, rename_place
from bangfu.records.places.models import Place, PlaceCode
from tests.browsers import browser_at, queries_of, text_of
from tests.committed import for_a_module
from tests.figures.register import COUNTY, TOWNSHIP, UNREPORTED, Register, report, small_register

pytestmark = pytest.mark.db_twice
DAY = date(2016, 3, 1)
FORMER, RENAMED = "533422102", "533422109"
KEPT, GONE = "533422101200", "533422101201"
FIGURE = "/f/households_registered/"


def two_townships() -> Register:
    """Two townships, one village of the second has reported; as a snapshot has them."""
    register = small_register()
    second = Place.objects.create(code=FORMER, level=3, name="乙乡", parent=register.county)
    PlaceCode.objects.create(place=second, code=FORMER, name="乙乡")
    report(Place.objects.create(code=f"{FORMER}200", level=4, name="乙村", parent=second))
    run_cycle()
    return register


@pytest.fixture(scope="module")
def committed_register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Register]:
    """The two townships, committed once for a module."""
    yield from for_a_module(django_db_blocker, two_townships)


@pytest.fixture
def counted(register: Register) -> Register:
    """The two townships; what a test changes in them is rolled back."""
    cache.clear()
    return register


@pytest.fixture
def counted_anew(transactional_db: None) -> Register:
    """The two townships, for a test that counts again."""
    cache.clear()
    return two_townships()


@pytest.fixture
def renamed(counted: Register) -> Place:
    """The second township has another name and code since."""
    return rename_place(FORMER, name="丙镇", new_code=RENAMED, on=DAY, reason="Document 1 of 2016")


@pytest.fixture
def merged(counted: Register) -> None:
    """The second village of the first township is part of the first since."""
    merge_places([KEPT, GONE], into=KEPT, on=DAY, reason="Document 2 of 2016")


def officer() -> Client:
    return browser_at(Role.COUNTY_OFFICER, COUNTY)


TOLD_OF_THE_RENAMED = {
    f"/screen/{COUNTY}/": "丙镇 28 28.0",
    f"/screen/{RENAMED}/": "贫困发生率（名册） 28.0 %",
    f"{FIGURE}series/?p={COUNTY}": "丙镇 10 7",
    f"{FIGURE}places/?p={COUNTY}": "丙镇 7 10 −3",
    f"{FIGURE}places/?p={RENAMED}&sort=name": "乙村 7 10 −3",
    f"/f/households_by_cause/groups/?p={COUNTY}": "丙镇 6 1",
    f"/f/households_by_cause/series/?p={RENAMED}": "因病 9 6",
    f"/f/incidence_register/classes/?p={RENAMED}": "有数的 1",
    f"/p/{COUNTY}/compare/?x=households_registered&y=incidence_register": "丙镇 7 28.0",
    f"{FIGURE}rows/?p={RENAMED}": "7户",
    f"{FIGURE}?p={FORMER}": f"{FORMER}是以前的代码，这里是丙镇，现在的代码是{RENAMED}。",
}


def test_a_place_with_another_code_keeps_its_figures_on_every_page(renamed: Place) -> None:
    county = officer()
    pages = {address: text_of(county, address) for address in TOLD_OF_THE_RENAMED}
    assert [at for at, told in TOLD_OF_THE_RENAMED.items() if told not in pages[at]] == []
    asked = [queries_of(county, f"{FIGURE}{view}?p={COUNTY}") for view in ("places/", "series/", "classes/")]
    assert max(asked) <= 21


def test_the_rows_of_a_renamed_place_open_to_those_of_the_place_and_to_nobody_else(renamed: Place) -> None:
    own = text_of(browser_at(Role.TOWNSHIP_OFFICER, RENAMED), f"{FIGURE}rows/?p={RENAMED}")
    neighbour = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    asked = [f"{FIGURE}{view}?p={code}" for view in ("", "rows/", "series/") for code in (RENAMED, FORMER)]
    assert (own.count("无名氏"), {neighbour.get(at).status_code for at in asked}) == (7, {403})


def test_a_place_that_got_a_code_of_another_one_shows_nothing_of_that(counted: Register) -> None:
    rename_place(FORMER, name="丙镇", new_code=RENAMED, on=DAY, reason="Document 1 of 2016")
    Place.objects.create(code=FORMER, level=3, name="新乡", parent=counted.county)
    newcomer = browser_at(Role.TOWNSHIP_OFFICER, FORMER)
    pages = [text_of(newcomer, f"{FIGURE}{view}?p={FORMER}&level=village") for view in ("places/", "series/")]
    assert [("新乡" in text, "乙村" in text) for text in pages] == [(True, False)] * 2


TOLD_OF_THE_MERGED = {
    f"{FIGURE}?p={GONE}": "某村1已于2016-03-01并入某村0。这是某村1在那以前的数。",
    f"{FIGURE}rows/?p={GONE}": "某村1已于2016-03-01并入某村0。",
    f"{FIGURE}?p={GONE}&as=now": "数值 14",
    f"{FIGURE}?p={KEPT}&as=now": "这里不列行",
    f"{FIGURE}rows/?p={KEPT}&as=now": "这些是当时那个数的行",
    f"{FIGURE}places/?p={TOWNSHIP}": f"某村0 7 10 −3 某村1 7 10 −3 {UNREPORTED}",
    f"/f/incidence_register/classes/?p={TOWNSHIP}": "没有数 1",
    f"/screen/{TOWNSHIP}/": "名册 · 当时的区划",
    f"/p/{KEPT}/?from={GONE}": "某村1已于2016-03-01并入某村0，这里是某村0。",
    f"/p/{GONE}/compare/": "某村1已于2016-03-01并入某村0，这里是某村0。",
}


def test_a_merged_village_is_told_of_and_counted_where_it_lay(merged: None) -> None:
    county = officer()
    pages = {address: text_of(county, address) for address in TOLD_OF_THE_MERGED}
    assert [at for at, told in TOLD_OF_THE_MERGED.items() if told not in pages[at]] == []
    led = county.get(f"/p/{GONE}/?t=2014").headers["Location"]
    assert (led, pages[f"{FIGURE}rows/?p={GONE}"].count("无名氏")) == (f"/p/{KEPT}/?t=2014&from={GONE}", 7)


def test_a_pinned_address_of_a_place_that_was_merged_since_shows_what_it_showed(counted_anew: Register) -> None:
    county = officer()
    address = f"/f/incidence_register/?p={GONE}&s={Snapshot.objects.get().ref}&t=2015"
    before = text_of(county, address)
    merge_places([KEPT, GONE], into=KEPT, on=DAY, reason="Document 2 of 2016")
    run_cycle()
    assert [("分子 28 分母 100" in text, "某村1" in text) for text in (before, text_of(county, address))] == [
        (True, True)
    ] * 2


def test_a_code_of_the_address_that_leads_elsewhere_is_not_repeated(counted: Register) -> None:
    assert "<b>x" not in officer().get(f"/p/{KEPT}/", {"from": "<b>x"}).content.decode()
