"""English that counts: one household and two households, a space between a number and its unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import translation

from bangfu.records.figures.models import Figure
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.parameters import current
from bangfu.web import numbers
from bangfu.web.maps import broken_name
from bangfu.web.pages.figure import _error
from bangfu.web.pages.readings import unit_of


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The page is English."""
    with translation.override("en"):
        yield


def read(text: object) -> str:
    return str(text).replace(numbers.NO_BREAK, " ")


@pytest.mark.parametrize(
    ("count", "noun", "told"),
    [
        (1, "households", "1 household"),
        (2, "households", "2 households"),
        (0, "households", "0 households"),
        (1, "people", "1 person"),
        (1_000_000, "people", "1.00 million people"),
        (1, "yuan", "1 yuan"),
    ],
)
def test_one_is_singular(count: int, noun: str, told: str) -> None:
    assert read(numbers.figure(count, noun)) == told


def test_a_change_by_one_is_singular() -> None:
    assert numbers.count_since(-1, "households", "year-end 2014") == "Down 1 household on year-end 2014"
    assert numbers.count_since(3, "households", "year-end 2014") == "Up 3 households on year-end 2014"


def test_chinese_counts_as_before() -> None:
    with translation.override("zh-hans"):
        assert (str(numbers.figure(1, "户")), numbers.counted("户", Decimal(1))) == ("1户", "户")


@pytest.mark.parametrize(("language", "told"), [("en", "3.94 points"), ("zh-hans", "3.94个百分点")])
def test_a_standard_error_stands_apart_from_its_unit(db: None, language: str, told: str) -> None:
    found_instance(scheme="china", root_code="53")
    with translation.override(language):
        assert read(_error(current().indicators["incidence_survey"], Figure(standard_error=0.0394))) == told


@pytest.mark.parametrize(("scheme", "root", "unit"), [("china", "53", "yuan"), ("austria", "AT", "EUR")])
def test_an_income_of_the_survey_is_in_the_money_of_the_country(db: None, scheme: str, root: str, unit: str) -> None:
    found_instance(scheme=scheme, root_code=root)
    read_in = {
        code: unit_of(current().indicators[code]) for code in ("poverty_threshold", "mean_income_survey", "gini")
    }
    assert read_in == {"poverty_threshold": unit, "mean_income_survey": unit, "gini": "%"}


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Xishuangbanna", ("Xishuangbanna",)), ("Pu'er", ("Pu'er",)), ("Xiaruo Lisu", ("Xiaruo", "Lisu"))],
)
def test_a_word_of_letters_is_never_broken(name: str, lines: tuple[str, ...]) -> None:
    assert broken_name(name) == lines
