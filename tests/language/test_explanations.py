"""A text explains itself by a row: phrases, values and verdicts in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.analytics.language import Explanation, ParameterValue, check_text, explain
from bangfu.parameters.schema import FieldClass

from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS

LINE = ParameterValue("poverty_line", "", None, None, 3218.0)


def explained(
    text: str, row: dict[str, Any], *persons: dict[str, Any], classes: frozenset[FieldClass] | None = None
) -> Explanation:
    expr = check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES)
    today = {"row_date": date(2020, 12, 31), "place_code": "5334"}
    return explain(expr, today | row, {"persons": [today | person for person in persons]}, [LINE], classes=classes)


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
        "    参数「poverty_line」: 3,218.00元",
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


BORN = {"birth_date": date(1967, 12, 29)}


def test_a_day_of_birth_is_told_to_whoever_sees_personal_fields() -> None:
    tree = explained("any(persons, years(birth_date) >= 60)", {}, BORN)

    assert "1967-12-29" in "\n".join(outline(tree, "zh"))


def test_whoever_does_not_see_personal_fields_is_told_the_age_alone() -> None:
    tree = explained(
        "any(persons, years(birth_date) >= 60 and birth_date is known)", {}, BORN, classes=frozenset({FieldClass.OPEN})
    )

    assert "1967" not in "\n".join(outline(tree, "zh"))
    assert "周岁: 53岁" in "\n".join(outline(tree, "zh"))


def test_a_missing_day_of_birth_is_the_reason_of_an_unknown_age() -> None:
    tree = explained("any(persons, years(birth_date) >= 60)", {}, {}, classes=frozenset({FieldClass.OPEN}))

    assert "没有填写" in [row.reason.zh for _depth, row in tree.rows() if row.reason]


def test_numbers_are_told_with_commas_percents_and_two_decimals_of_a_yuan() -> None:
    tree = explained(
        "share_of_wages < 3 percent or income_fen / size > 10000 yuan",
        {"share_of_wages": 0.169190293, "income_fen": 1234567, "size": 4},
    )

    assert outline(tree, "zh") == [
        "以下至少一项成立: 否",
        "  工资占比低于3%: 否",
        "    工资占比: 16.9%",
        "  纯收入除以家庭人口高于10,000元: 否",
        "    纯收入除以家庭人口: 3,086.42元",
        "      纯收入: 12,345.67元",
        "      家庭人口: 4",
    ]
