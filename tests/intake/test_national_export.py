"""The national export in every shape brings the same rows in; what Excel has damaged is named as such."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.intake.actions import Outcome
from bangfu.records.intake.cells import columns
from bangfu.records.intake.queries import note_sentences
from tests.intake import exports
from tests.intake.conftest import Take
from tests.intake.sheets import check_digit, id_number, member
from tests.workbooks.libreoffice import Recalculated, recalculated

__all__ = ["recalculated"]
pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]
SHAPES: dict[str, Callable[[Path], Path]] = {
    "workbook.xlsx": exports.to_xlsx,
    "page in GBK.xls": exports.to_html,
    "page in UTF-8.xls": lambda path: exports.to_html(path, "utf-8"),
    "XML of 2003.xls": exports.to_spreadsheet_xml,
    "tabs.csv": exports.to_tabs,
}


def stored() -> tuple[object, ...]:
    """What stands in the register, without what differs from run to run."""
    year = (
        "household__household_no",
        "household_size",
        "main_cause",
        "poverty_attribute",
        "poverty_status",
        "water_safe",
        "net_income_per_capita_fen",
        "place_code",
    )
    person = (
        "person__person_no",
        "person__name",
        "person__relation",
        "person__birth_date",
        "health",
        "work_months",
        "serious_illness_insurance",
        "household__household_no",
    )
    return (
        list(HouseholdYear.objects.order_by(year[0]).values_list(*year)),
        list(PersonYear.objects.order_by(person[0]).values_list(*person)),
    )


def told(outcome: Outcome) -> list[str]:
    """What was said, without what every made-up ID number is told: its region does not exist."""
    return [finding.code for finding in outcome.findings if finding.code != "id_prefix_unknown"]


def expect_whole(outcome: Outcome) -> None:
    assert told(outcome) == []
    assert (outcome.refusal, outcome.counts["rows"], outcome.everything_went_in) == (None, 80, True)
    households, persons = stored()
    assert households[6] == ("539901100201000007", 2, "01", "01", "04", True, 230700, "539901100201")  # type: ignore[index]
    assert persons[0][6:] == (True, "539901100201000005")  # type: ignore[index]
    assert (len(households), len(persons)) == (40, 80)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_the_export_brings_the_same_rows_in(take: Take, tmp_path: Path, name: str) -> None:
    expect_whole(take(SHAPES[name](tmp_path / name)))


def test_a_real_xls_brings_the_same_rows_in(take: Take, tmp_path: Path, recalculated: Recalculated) -> None:
    expect_whole(take(recalculated(exports.to_xlsx(tmp_path / "export.xlsx"), to="xls")))


def test_rows_of_sums_and_signatures_are_left_out_and_named(take: Take, tmp_path: Path) -> None:
    outcome = take(exports.to_xlsx(tmp_path / "export.xlsx"))
    (sentence,) = (each for each in note_sentences(outcome.notes) if "85" in each)
    assert "85, 86" in sentence


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("5.33422E+17", "id_precision"),
        ("990101198001010000", "id_precision"),
        (id_number(1)[:17], "id_length"),
        (id_number(9)[:17], "id_lost_x"),
        ("990101800101001", "id_15"),
        ("'" + id_number(3), None),
        (id_number(3)[:6] + " " + id_number(3)[6:], None),
    ],
)
def test_damage_to_an_id_number_is_named(take: Take, number: str, code: str | None) -> None:
    outcome = take([member(3, 证件号码=number)], merge=False)
    assert told(outcome) == ([code] if code else [])


def test_a_cut_number_matches_nobody_even_where_its_check_digit_is_right_by_chance(take: Take) -> None:
    outcome = take(
        [member(1, 证件号码=_right_by_chance(), 性别=""), member(2, 证件号码="5.33422E+17", 与户主关系="配偶")]
    )
    assert told(outcome) == ["id_precision", "id_precision"]
    assert not Person.objects.exists()


def _right_by_chance() -> str:
    """A number that ends in 000 and whose check digit is right all the same."""
    firsts = (f"990101{year}0101{n}00" for year in range(1950, 1999) for n in range(10))
    return next(f"{first}0" for first in firsts if check_digit(first) == "0")


def test_a_cut_number_is_told_from_another_chunk_of_the_file(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 2)
    rows = [member(1, 证件号码=_right_by_chance(), 性别=""), member(2), member(3, 2), member(4, 证件号码="5.33422E+17")]
    outcome = take(rows, merge=False)
    assert told(outcome) == ["id_precision", "id_precision"]


def test_a_cut_number_is_told_where_the_file_says_the_kind_of_id(take: Take) -> None:
    rows = [member(1, 证件号码=_right_by_chance(), 性别=""), member(2, 证件号码="5.33422E+17"), member(3, 2)]
    passport = member(4, 2, 证件号码="E12345000", 性别="女")
    outcome = take([*(row | {"证件类型": "居民身份证"} for row in rows), passport | {"证件类型": "护照"}], merge=False)
    assert told(outcome) == ["id_precision", "id_precision"]


def test_a_merged_household_that_lies_across_two_chunks_keeps_its_value(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 3)
    expect_whole(take(exports.to_xlsx(tmp_path / "export.xlsx")))


@pytest.mark.parametrize(
    ("text", "year"), [("2014年1月", 2014), ("201401", 2014), ("2014-01-05", 2014), ("2014", 2014)]
)
def test_a_month_says_its_year(take: Take, text: str, year: int) -> None:
    take([member(1, 识别年度=text)])
    assert Household.objects.get().identified_year == year


@pytest.mark.parametrize(
    ("text", "code"), [("201401", "month_only"), ("2014年1月", "month_only"), ("41640", "day_number")]
)
def test_a_month_or_a_stored_number_is_a_day_with_a_note(take: Take, text: str, code: str) -> None:
    outcome = take([member(1, 成为成员日期=text)])
    assert told(outcome) == [code]
    assert str(Person.objects.get().joined_on) == "2014-01-01"


@pytest.mark.parametrize(
    ("word", "code"), [("1 因病", "01"), ("10交通条件落后", "10"), ("1", "01"), ("11、自身发展动力不足", "11")]
)
def test_a_code_before_its_word_is_understood(take: Take, word: str, code: str) -> None:
    take([member(1, 主要致贫原因=word)])
    assert HouseholdYear.objects.get().main_cause == code


def test_a_number_that_contradicts_its_word_comes_back(take: Take) -> None:
    outcome = take([member(1, 主要致贫原因="2 因病")])
    assert told(outcome)[0].startswith("unknown_code")
