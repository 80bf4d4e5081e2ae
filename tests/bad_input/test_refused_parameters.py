"""Standards, terms and indicators that cannot be: refused with the place in the text and the way out."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.utils import timezone

from bangfu.records.access.models import User
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.overlay import OverlayRefused, propose_overlay, review_overlay

pytestmark = pytest.mark.db_twice
TITLE = {"zh": "试", "en": "Trial"}


@pytest.fixture(autouse=True)
def _instance(db: None) -> None:
    found_instance(scheme="china", root_code="53", title_zh="试", title_en="Trial")


def proposed(path: str, body: dict[str, Any]) -> None:
    propose_overlay(path=path, body=body, reason="A test", by=User.objects.create_user("first"))


def indicator(numerator: str, **further: object) -> dict[str, Any]:
    words = dict.fromkeys(("title", "definition", "source"), TITLE)
    facts = {"code": "trial", "version": "1", "kind": "expression", "grain": "households", "owner": TITLE}
    return {"title": TITLE, "indicators": [{**facts, **words, "unit": "count", "numerator": numerator, **further}]}


def term(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "table": "households", "title": TITLE, "text": text}


def standard(level: str, *years: tuple[int, int]) -> dict[str, Any]:
    criterion = {"code": "income", "title": TITLE, "text": "net_income_per_capita_fen >= poverty_line"}
    versions = [
        {"valid_from": f"{first}-01-01", "valid_until": f"{last}-01-01", "source": "试", "criteria": [criterion]}
        for first, last in years
    ]
    return {"title": TITLE, "scheme": "china", "level": level, "kind": "exit", "versions": versions}


def test_terms_that_name_each_other_are_refused_with_their_ring() -> None:
    with pytest.raises(OverlayRefused, match="first → second → first"):
        proposed("terms/trial", {"title": TITLE, "terms": [term("first", "second"), term("second", "first")]})


def test_an_indicator_that_mixes_units_is_refused_with_the_place_in_its_text() -> None:
    with pytest.raises(OverlayRefused, match=r"The units differ: mu and m²") as refusal:
        proposed("indicators/trial", indicator("cropland_mu + housing_m2"))
    assert "^^^^^^^^^^^^^^^^^^^^^^^^" in str(refusal.value)


def test_an_indicator_whose_unit_is_another_than_its_text_gives_is_refused() -> None:
    with pytest.raises(OverlayRefused, match="gives mu, and the indicator says m²"):
        proposed("indicators/trial", indicator("cropland_mu", unit="m2"))


def test_an_indicator_that_is_no_number_is_refused() -> None:
    with pytest.raises(OverlayRefused, match="made of numbers"):
        proposed("indicators/trial", indicator("main_cause"))


@pytest.mark.parametrize("column", ["group", "denominator_named"])
def test_an_indicator_with_a_group_or_base_that_no_table_has_is_refused(column: str) -> None:
    with pytest.raises(OverlayRefused, match="has no column “shoe_size”"):
        proposed("indicators/trial", indicator("household_size", **{column: "shoe_size"}))


@pytest.mark.parametrize("name", ["poverty_line", "household_size"])
def test_a_term_with_the_name_of_a_parameter_or_column_is_refused(name: str) -> None:
    with pytest.raises(OverlayRefused, match=f"The term {name} has the name"):
        proposed("terms/trial", {"title": TITLE, "terms": [term(name, "has_power")]})


def test_a_term_over_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(OverlayRefused, match="a term speaks of households, persons, villages, found 'hamlets'"):
        proposed("terms/trial", {"title": TITLE, "terms": [term("warm", "has_power") | {"table": "hamlets"}]})


def test_a_standard_for_a_level_that_the_scheme_has_not_is_refused() -> None:
    with pytest.raises(OverlayRefused, match="no level “barangay”"):
        proposed("standards/trial", standard("barangay", (2014, 2016)))


def test_a_standard_of_which_two_versions_hold_on_one_day_is_refused() -> None:
    with pytest.raises(OverlayRefused, match="two versions hold on one day"):
        proposed("standards/trial", standard("household", (2014, 2016), (2015, 2017)))


def test_a_criterion_that_names_an_unknown_fact_is_refused_with_what_is_near() -> None:
    body = standard("household", (2014, 2016))
    body["versions"][0]["criteria"][0]["text"] = "net_income_per_capita_fn >= poverty_line"
    with pytest.raises(OverlayRefused, match="near it: net_income_per_capita_fen"):
        proposed("standards/trial", body)


def test_an_indicator_in_use_cannot_be_taken_out() -> None:
    with pytest.raises(OverlayRefused, match="out_of_school_education stands beside out_of_school"):
        proposed("indicators/schooling", {"indicators": [{"code": "out_of_school_education", "removed": True}]})


def test_an_indicator_that_pages_are_built_on_cannot_be_taken_out() -> None:
    with pytest.raises(OverlayRefused, match="Pages are built on the indicator households_by_cause"):
        proposed("indicators/causes", {"indicators": [{"code": "households_by_cause", "removed": True}]})


def test_an_indicator_that_nothing_needs_can_be_taken_out() -> None:
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    body = {"indicators": [{"code": "earth_houses", "removed": True}]}
    row = propose_overlay(path="indicators/housing", body=body, reason="A test", by=first)
    review_overlay(row, by=second, at=timezone.now())
    current = importlib.import_module("bangfu.records.instance.parameters").current
    assert "earth_houses" not in current().indicators


def line(**value: object) -> dict[str, Any]:
    return {"values": [{"valid_from": "2030-01-01", "value": 9000, "reference": "a notice", **value}]}


@pytest.mark.parametrize("value", [-5, 0])
def test_a_line_that_is_not_above_zero_is_refused(value: int) -> None:
    with pytest.raises(OverlayRefused, match=f"greater than 0, and this is {value}"):
        proposed("lines/poverty_line", line(value=value))


@pytest.mark.parametrize("prefix", ["ABC", "99"])
def test_a_line_of_an_area_that_is_no_place_is_refused(prefix: str) -> None:
    with pytest.raises(OverlayRefused, match=f"The area “{prefix}” of .* is no place of this instance"):
        proposed("lines/poverty_line", line(place_prefix=prefix))


def test_an_indicator_with_the_title_of_another_is_refused() -> None:
    title = {"zh": "建档立卡贫困户", "en": "Registered poor households"}
    with pytest.raises(OverlayRefused, match="have one title, “"):
        proposed("indicators/trial", indicator("if(on_register, 1, 0)", title=title))


def test_a_proposal_that_changes_nothing_is_refused() -> None:
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    row = propose_overlay(path="lines/poverty_line", body=line(), reason="A test", by=first)
    review_overlay(row, by=second, at=timezone.now())
    with pytest.raises(OverlayRefused, match="Nothing changes: the rule is so already"):
        propose_overlay(path="lines/poverty_line", body=line(), reason="A test", by=first)


def test_the_same_change_is_not_proposed_twice_while_one_waits() -> None:
    author = User.objects.create_user("author")
    row = propose_overlay(path="lines/poverty_line", body=line(), reason="A test", by=author)
    with pytest.raises(OverlayRefused, match=f"proposed already .number {row.pk}."):
        propose_overlay(path="lines/poverty_line", body=line(), reason="A test", by=author)
