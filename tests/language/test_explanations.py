"""A text explains itself by a row: phrases, values and verdicts in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.analytics.language import Explanation, ParameterValue, check_text, explain

from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS

LINE = ParameterValue("poverty_line", "", None, None, 3218.0)


def explained(text: str, row: dict[str, Any], *persons: dict[str, Any]) -> Explanation:
    expr = check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES)
    today = {"row_date": date(2020, 12, 31), "place_code": "5334"}
    return explain(expr, today | row, {"persons": [today | person for person in persons]}, [LINE])


def outline(explanation: Explanation, language: str) -> list[str]:
    return [
        "  " * depth + f"{row.phrase.in_language(language)}: {row.shown.in_language(language)}"
        for depth, row in explanation.rows()
    ]


def test_each_node_is_one_whole_phrase_in_chinese() -> None:
    tree = explained("income_fen < poverty_line and has_water", {"income_fen": 300050, "has_water": None})

    assert outline(tree, "zh") == [
        "以下各项都成立: 未知",
        "  纯收入低于poverty_line: 是",
        "    纯收入: 3,000.50元",
        "    参数「poverty_line」: 3218元",
        "  饮水安全: 未知",
    ]


def test_each_node_is_one_whole_phrase_in_english() -> None:
    tree = explained("size between 2 and 4 or not has_water", {"size": 5, "has_water": True})

    assert outline(tree, "en") == [
        "At least one of the following holds: no",
        "  Members counted is between 2 and 4, both included: no",
        "    Members counted: 5",
        "  The following does not hold: no",
        "    Safe water: yes",
    ]


def test_members_are_shown_one_by_one_with_who_is_not_meant() -> None:
    tree = explained(
        "any(persons where age between 6 and 15, not in_school)",
        {},
        {"age": 8, "in_school": None},
        {"age": 40, "in_school": False},
    )

    assert [(child.phrase.en, child.verdict) for child in tree.children] == [
        ("Members, number 1", "unknown"),
        ("Members, number 2 (not meant here)", "true"),
    ]


def test_a_verdict_is_given_to_conditions_only() -> None:
    tree = explained("size > 3", {"size": 5})

    assert (tree.verdict, tree.children[0].verdict) == ("true", None)


def test_unknown_has_its_reason_where_it_arises() -> None:
    tree = explained("size > 3", {"size": None})

    assert tree.reason is None
    assert tree.children[0].reason is not None
    assert tree.children[0].reason.zh == "没有填写"


def test_a_parameter_without_a_value_says_so() -> None:
    tree = explained("fair_share", {})

    assert tree.reason is not None
    assert tree.reason.en == "There is no value of this parameter for this date and place"


def test_division_by_zero_says_so() -> None:
    tree = explained("income_fen / size", {"income_fen": 3, "size": 0})

    assert tree.reason is not None
    assert tree.reason.zh == "除数为零"


def test_a_result_beyond_64_bits_says_so() -> None:
    tree = explained("income_fen * 4", {"income_fen": 2**62})

    assert tree.reason is not None
    assert tree.reason.zh == "结果超出可表示的范围"


def test_a_row_of_the_explanation_knows_its_place_in_the_text() -> None:
    tree = explained("has_water and size > 3", {"size": 5})
    span = tree.children[1].span

    assert "has_water and size > 3"[span.start : span.end] == "size > 3"
