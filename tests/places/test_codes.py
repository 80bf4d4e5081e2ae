"""Codes of old find the places of today."""

from datetime import date

import pytest

from bangfu.records.places.actions import found_from_scheme, rename_place
from bangfu.records.places.index import place_index
from bangfu.records.places.queries import breadcrumb, children, resolve, search
from tests.places.villages import load_villages, place

pytestmark = pytest.mark.db_twice


@pytest.fixture(autouse=True)
def villages(request: pytest.FixtureRequest, db: None) -> None:
    load_villages()


def test_a_code_of_today_is_not_outdated() -> None:
    found = resolve("533422000000")
    assert found is not None
    assert (found.code, found.outdated) == ("533422", False)


def test_the_code_of_2013_finds_the_county_that_became_a_city() -> None:
    found = resolve("533421")
    assert found is not None
    assert (found.name, found.code, found.outdated) == ("香格里拉市", "533401", True)


def test_a_village_code_of_2013_finds_the_village_with_the_same_ending() -> None:
    found = resolve("533421101201")
    assert found is not None
    assert (found.name, found.outdated) == ("红坡村民委员会", True)


def test_under_a_changed_county_the_name_wins_over_the_ending() -> None:
    found = resolve("533421101001", name="红坡村民委员会")
    assert found is not None
    assert found.code == "533401101201"


@pytest.mark.parametrize("code", ["533499", "533421101999", "99", "", "abc"])
def test_a_code_that_nobody_had_finds_nothing(code: str) -> None:
    assert resolve(code) is None


def test_a_code_means_what_it_meant_on_the_day() -> None:
    rename_place("533422101", name="升平街道", new_code="533422001", on=date(2026, 5, 1), reason="Document 7")
    before, after = resolve("533422101", on=date(2026, 4, 30)), resolve("533422001", on=date(2026, 5, 1))
    assert before is not None
    assert after is not None
    assert before.id == after.id
    assert (before.outdated, after.outdated) == (True, False)


def test_names_are_found_below_a_place_only() -> None:
    index = place_index()
    assert [ref.code for ref in index.by_name("叶日村民委员会", "533422")] == ["533422102201"]
    assert index.by_name("叶日村民委员会", "533401") == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("德钦", "533422"), ("deqin", "533422"), ("dqx", "533422"), ("Benzilan", "533422102"), ("533422102", "533422102")],
)
def test_people_find_places_by_what_they_type(typed: str, code: str) -> None:
    assert search(typed)[0].code == code


def test_a_search_stays_under_its_prefix() -> None:
    assert search("德钦", prefix="533401") == []


def test_an_empty_search_finds_nothing() -> None:
    assert search("  ") == []


def test_a_breadcrumb_goes_from_the_root_to_the_place() -> None:
    assert [step.name for step in breadcrumb(place("533422102"))] == ["云南省", "迪庆藏族自治州", "德钦县", "奔子栏镇"]


def test_children_come_in_order_of_code() -> None:
    assert [child.code for child in children("533422102")] == ["533422102201", "533422102202", "533422102203"]


@pytest.mark.parametrize(
    ("scheme", "name", "code"),
    [
        ("austria", "Lower Austria", "AT12"),
        ("austria", "Niederösterreich", "AT12"),
        ("philippines", "La Union", "0133"),
        ("philippines", "Ilocos Norte", "0128"),
    ],
)
def test_places_of_a_scheme_are_found_by_the_names_of_its_surveys(scheme: str, name: str, code: str) -> None:
    from bangfu.records.instance.models import Instance
    from bangfu.records.places.models import Place, PlaceCode

    PlaceCode.objects.all().delete()
    Place.objects.update(parent=None)
    Place.objects.all().delete()
    Instance.objects.all().delete()
    found_from_scheme(scheme)
    assert [ref.code for ref in place_index().by_name(name)] == [code]
