"""Terms: named texts that other texts may use; they check, run and explain like what they stand for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.analytics.language import LanguageError, ParameterValue, TypedExpr, check_text, explain
from bangfu.parameters.terms import Term, by_table
from bangfu.parameters.text import Text

from ..spec.engines import ENGINES
from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS

LINE = ParameterValue("poverty_line", "", None, None, 3218.0)
ROW = {"row_date": date(2020, 12, 31), "place_code": "5334"}


def term(name: str, text: str, table: str = "households", zh: str = "") -> Term:
    return Term(name, table, Text(zh or f"术语{name}", name.replace("_", " ")), text)


TERMS = by_table(
    [
        term("poor", "income_fen < poverty_line", zh="贫困"),
        term("poor_and_dry", "poor and not has_water"),
        term("pupil", "age between 6 and 15", table="persons", zh="学龄"),
        term("all_learn", "all(persons, in_school where pupil)"),
    ]
)


def checked(text: str, terms: Any = TERMS) -> TypedExpr:
    return check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES, terms=terms)


def refused(text: str, *terms: Term) -> LanguageError:
    with pytest.raises(LanguageError) as refusal:
        checked(text, by_table(terms))
    return refusal.value


@pytest.mark.parametrize(
    ("text", "written_out"),
    [
        ("poor", "income_fen < poverty_line"),
        ("贫困", "income_fen < poverty_line"),
        ("poor_and_dry or has_power", "(income_fen < poverty_line and not has_water) or has_power"),
        ("count(persons, pupil)", "count(persons, age between 6 and 15)"),
        ("all_learn", "all(persons, in_school where age between 6 and 15)"),
        ("if(poor, 1, 0)", "if(income_fen < poverty_line, 1, 0)"),
    ],
)
@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_term_answers_what_its_text_answers_on_every_engine(text: str, written_out: str, engine: str) -> None:
    persons = [{"person_id": n, "age": age, "in_school": age != 7} for n, age in enumerate((3, 7, 12))]
    rows = [
        {**ROW, "income_fen": income, "has_water": water, "has_power": False, "persons": persons if water else []}
        for income in (None, 10_000, 900_000)
        for water in (None, True, False)
    ]
    found = ENGINES[engine](HOUSEHOLDS, rows, {"named": checked(text), "plain": checked(written_out)}, [LINE])
    assert found["named"] == found["plain"]
    assert len(set(found["named"])) > 1


def test_a_term_is_explained_by_its_title_and_then_by_its_parts() -> None:
    tree = explain(checked("poor and has_water"), ROW | {"income_fen": 5, "has_water": True}, {}, [])
    assert [(depth, node.phrase.zh) for depth, node in tree.rows()][:3] == [
        (0, "以下各项都成立"),
        (1, "贫困"),
        (2, "纯收入低于poverty_line"),
    ]


def test_the_terms_of_a_text_are_all_that_it_rests_on() -> None:
    assert {found.name for found in checked("poor_and_dry").terms} == {"poor", "poor_and_dry"}


def test_a_column_comes_before_a_term_of_its_name() -> None:
    assert not checked("has_water", by_table([term("has_water", "true")])).terms


def test_a_term_of_another_table_is_not_known() -> None:
    assert "no column “pupil”" in refused("pupil", term("pupil", "age > 6", table="persons")).text.en


def test_terms_in_a_ring_are_refused_where_they_are_named() -> None:
    refusal = refused("has_water or first", term("first", "not second"), term("second", "first and has_power"))
    assert "first → second → first" in refusal.text.en
    assert (refusal.start, refusal.end) == (13, 18)


def test_a_term_that_does_not_hold_is_refused_where_it_is_named_and_says_why() -> None:
    refusal = refused("has_water or mixed", term("mixed", "cropland_mu > housing_m2"))
    assert refusal.text.en == "The term “mixed” does not hold: The units differ: mu and m²."
    assert (refusal.start, refusal.end) == (13, 18)


def test_a_near_term_is_offered_for_a_name_that_is_not_known() -> None:
    assert "near it: poor" in refused("por", term("poor", "has_water")).text.en
