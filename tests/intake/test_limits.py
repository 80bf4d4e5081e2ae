"""What a figure, a year or a name can be: what cannot be comes back, what is seldom right is taken with a note."""

from __future__ import annotations

import pytest

from bangfu.records.households.models import Household, HouseholdYear, Person
from tests.intake.conftest import Take
from tests.intake.sheets import member
from tests.intake.test_judging import codes

pytestmark = pytest.mark.db_twice


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"家庭人口数": "99999"}, "out_of_range"),
        ({"家庭人口数": "0"}, "out_of_range"),
        ({"务工时间": "1e20"}, "out_of_range"),
        ({"务工时间": "1" * 60}, "out_of_range"),
        ({"务工时间": "1e308"}, "out_of_range"),
        ({"务工时间": "1e400"}, "out_of_range"),
        ({"耕地面积": "1000000000"}, "out_of_range"),
        ({"耕地面积": "1e400"}, "out_of_range"),
        ({"家庭纯收入": "1e13"}, "out_of_range"),
        ({"年度": "1900"}, "year_too_early"),
        ({"年度": "2099"}, "year_in_future"),
        ({"识别年度": "2013", "脱贫年度": "2012"}, "years_contradict"),
        ({"姓名": "=1+1"}, "sign_in_name"),
        ({"姓名": "@SUM(1)"}, "sign_in_name"),
        ({"姓名": "<b>某某"}, "sign_in_name"),
    ],
)
def test_what_cannot_be_comes_back(take: Take, change: dict[str, str], code: str) -> None:
    outcome = take([member(1, 年度="2015"), member(2, 2) | {"年度": "2015", **change}], year=None)
    assert codes(outcome) == {3: {code}}
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"家庭人口数": "16"}, "unusual"),
        ({"耕地面积": "201"}, "unusual"),
        ({"家庭纯收入": "200000000"}, "unusual"),
        ({"家庭纯收入": "-20000000.5"}, "unusual"),
        ({"家庭人口数": "4", "家庭纯收入": "9200", "家庭人均纯收入": "1"}, "per_head_differs"),
    ],
)
def test_what_is_seldom_right_is_taken_with_a_note(take: Take, change: dict[str, str], code: str) -> None:
    assert codes(take([member(1) | change])) == {2: {code}}
    assert HouseholdYear.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("扎\u200b西·次仁", "扎西·次仁"),
        ("\u202e扎西", "扎西"),
        ("扎西\u3000次仁", "扎西次仁"),
        ("扎西\n次仁", "扎西次仁"),
        ("𠮷田·多吉", "𠮷田·多吉"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("John\nSmith", "John Smith"),
    ],
)
def test_a_name_loses_what_nobody_sees_and_keeps_the_rest(take: Take, typed: str, stored: str) -> None:
    take([member(1, 姓名=typed)])
    assert Person.objects.get().name == stored


@pytest.mark.parametrize(
    ("typed", "fen"), [("12345678901", 1234567890100), ("0", 0), ("12.345", 1235), ("1e3", 100000)]
)
def test_an_amount_is_kept_to_the_fen_however_it_is_written(take: Take, typed: str, fen: int) -> None:
    take([member(1, 家庭纯收入=typed)])
    assert HouseholdYear.objects.get().net_income_fen == fen


def test_members_that_contradict_each_other_about_their_household_are_noted(take: Take) -> None:
    rows = [member(1, 自然村="上组"), member(2, 自然村="下组"), member(3, household=2, 自然村="下组")]
    assert codes(take(rows)) == {3: {"household_differs"}}
    assert Household.objects.get(household_no="H0001").natural_village == "上组"


def test_the_head_of_a_household_that_came_with_its_members_is_the_member_marked_as_head(take: Take) -> None:
    take([member(1, 与户主关系="配偶"), member(2, 与户主关系="户主", 姓名="试验户主")])
    assert Household.objects.get().head_name == "试验户主"


def test_a_note_on_very_many_rows_is_told_of_the_first_ones_and_counted(take: Take) -> None:
    outcome = take([member(serial, household=serial, 家庭人口数="20") for serial in range(1, 61)])
    listed = [each.row for each in outcome.findings if each.code == "unusual"]
    assert listed == list(range(2, 52))
    assert [values["count"] for code, values in outcome.notes if code == "notices_more"] == ["10", "10"]
