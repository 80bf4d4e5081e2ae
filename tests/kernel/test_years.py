"""DESIGN.md §4.5, the interface: which years are open, where a year's rows come from, what a sealed year answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bangfu.records.households.models import Household, HouseholdYear
from bangfu.records.households.years import Years, YearSealed, YearSource, check_open, years_on
from tests.places.villages import load_villages, place

TODAY = date(2016, 3, 1)
STAMPS = {"happened_on": date(2015, 12, 31), "known_at": datetime(2016, 1, 10, tzinfo=UTC)}


def sheets_of(*years: int) -> None:
    """A household with a yearly sheet in each of the years."""
    load_villages()
    at = {"place": place("533422101201"), "place_code": "533422101201", **STAMPS}
    household = Household.objects.create(**at)
    HouseholdYear.objects.bulk_create(
        HouseholdYear(id=number, household=household, year=year, **at) for number, year in enumerate(years, 10)
    )


def test_the_open_year_and_the_one_before_it_are_open() -> None:
    assert Years(2015).open_years == (2015, 2014)


def test_a_year_that_is_not_sealed_comes_from_the_database() -> None:
    assert Years(2015).source_of(2009) is YearSource.DATABASE


def test_a_sealed_year_comes_from_its_file() -> None:
    assert Years(2015, frozenset({2012})).source_of(2012) is YearSource.SEALED_FILE


def test_a_sealed_year_takes_no_rows_and_says_what_to_do_in_both_languages() -> None:
    with pytest.raises(YearSealed) as refusal:
        Years(2015, frozenset({2011, 2012})).check_open(2015, 2012, 2011)
    assert refusal.value.text.zh == "2011、2012年的数据已经封存，不能再改。请把更正写进2015年，或报一条更正。"
    assert refusal.value.text.en.startswith("The data of 2011, 2012 are sealed and cannot be changed.")


def test_years_that_are_not_sealed_take_rows() -> None:
    Years(2015, frozenset({2012})).check_open(2015, 2014, 2013)


def test_years_before_the_open_ones_wait_to_be_sealed() -> None:
    assert Years(2015, frozenset({2011})).due([2015, 2014, 2013, 2012, 2011]) == (2012, 2013)


def test_an_open_year_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="open and sealed"):
        Years(2015, frozenset({2014}))


@pytest.mark.db_twice
def test_the_newest_year_with_rows_is_open() -> None:
    sheets_of(2014, 2015)
    assert years_on(TODAY).open_year == 2015


@pytest.mark.db_twice
def test_a_year_that_has_not_begun_does_not_close_the_others() -> None:
    sheets_of(2015, 2105)
    assert years_on(TODAY).open_years == (2015, 2014)


@pytest.mark.db_twice
def test_an_empty_register_opens_with_the_year_of_the_day() -> None:
    assert years_on(TODAY).open_year == 2016


@pytest.mark.db_twice
def test_until_sealing_comes_every_year_takes_rows() -> None:
    sheets_of(2011, 2015)
    check_open(2011, 2015, on=TODAY)
