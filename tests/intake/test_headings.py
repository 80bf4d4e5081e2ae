"""Which column of a sheet goes where, and what is said when one is missing or unknown."""

from __future__ import annotations

import pytest

from bangfu.analytics.workbooks import MergedCells
from bangfu.parameters.loader import load_package
from bangfu.parameters.text import Text
from bangfu.records.intake.heading_rows import Row
from bangfu.records.intake.headings import SheetMisfit, SheetPlan, plan_sheet
from bangfu.records.intake.targets import targets_of

MAPPING = load_package().mappings["register"]
TARGETS = targets_of()


def plan(*headings: str, sheet: str = "Sheet1") -> SheetPlan | SheetMisfit:
    return plan_sheet(sheet, [(1, headings)], MAPPING, TARGETS)


def paths(found: SheetPlan | SheetMisfit) -> list[str]:
    assert isinstance(found, SheetPlan)
    return [bound.target.path for bound in found.bound]


def test_chinese_and_english_titles_and_the_spellings_of_old_exports_are_known() -> None:
    assert paths(plan("户编号", "Name", "公民身份号码", "健康状况")) == [
        "household.household_no",
        "person.name",
        "person.id_no",
        "person_year.health",
        "person_year.second_health",
    ]


def test_width_case_spaces_line_breaks_and_stars_of_a_heading_do_not_matter() -> None:
    assert paths(plan("*户 编\n号", "ＮＡＭＥ", "与户主关系：")) == [
        "household.household_no",
        "person.name",
        "person.relation",
    ]


@pytest.mark.parametrize(
    ("heading", "factor"), [("人均纯收入", 100), ("人均纯收入（元）", 100), ("人均纯收入(万元)", 1_000_000)]
)
def test_a_unit_in_brackets_is_the_unit_of_the_cells(heading: str, factor: float) -> None:
    found = plan("户编号", "姓名", heading)
    assert isinstance(found, SheetPlan)
    assert found.bound[-1].factor == factor


def test_headings_are_found_below_a_title() -> None:
    titled: list[str | None] = ["燕门乡2015年采集表", None]
    found = plan_sheet("Sheet1", [(1, titled), (2, ["户编号", "姓名"]), (3, ["5334", "某人"])], MAPPING, TARGETS)
    assert isinstance(found, SheetPlan)
    assert found.top == 2


def test_an_unknown_heading_is_named_and_does_no_harm() -> None:
    found = plan("户编号", "姓名", "喜欢的颜色")
    assert isinstance(found, SheetPlan)
    assert found.unknown == ("喜欢的颜色",)


def test_a_heading_that_stands_twice_is_told_as_such_and_the_first_counts() -> None:
    found = plan("户编号", "姓名", "姓 名", "喜欢的颜色")
    assert isinstance(found, SheetPlan)
    assert (found.unknown, found.repeated) == (("喜欢的颜色",), ("姓 名",))
    assert [each.index for each in found.bound if each.target.path == "person.name"] == [1]


def test_the_columns_that_an_answer_adds_are_passed_over_in_silence() -> None:
    found = plan("户编号", "姓名", "问题和改法", "原行号")
    assert isinstance(found, SheetPlan)
    assert found.unknown == ()


def test_a_missing_column_is_named_with_the_headings_found() -> None:
    found = plan("姓名", "健康状况")
    assert isinstance(found, SheetMisfit)
    assert (found.missing, found.found) == ((Text("户编号", "户编号"),), ("姓名", "健康状况"))


def test_a_sheet_without_anyone_lacks_the_name_in_both_languages() -> None:
    found = plan("户编号", "健康状况", sheet="成员")
    assert isinstance(found, SheetMisfit)
    assert found.missing == (Text("姓名", "Name"),)


def test_a_column_of_several_answers_leaves_the_second_one_to_a_column_of_its_own() -> None:
    found = plan("户编号", "姓名", "健康状况", "健康状况（第二项）")
    assert isinstance(found, SheetPlan)
    assert [(each.index, each.target.path, each.answers) for each in found.bound[2:]] == [
        (2, "person_year.health", 1),
        (3, "person_year.second_health", 1),
    ]


def test_a_numbered_column_holds_one_answer() -> None:
    found = plan("户编号", "姓名", "其他致贫原因1", "其他致贫原因2")
    assert isinstance(found, SheetPlan)
    assert [each.column.splits for each in found.bound] == [False] * 4


def test_a_phone_is_the_members_on_a_sheet_of_members_and_the_households_on_one_of_households() -> None:
    assert "person.phone" in paths(plan("户编号", "姓名", "联系电话"))
    assert "household.phone" in paths(plan("户编号", "户主姓名", "联系电话", sheet="户"))


@pytest.mark.parametrize("heading", ["帮扶责任人/联系电话", "配偶/姓名"])
def test_a_heading_with_a_stroke_is_not_the_column_of_its_last_word(heading: str) -> None:
    found = plan("户编号", "人编号", heading)
    assert isinstance(found, SheetPlan)
    assert (paths(found), found.unknown) == (["household.household_no", "person.person_no"], (heading,))


def below(*heads: str, headings: tuple[str, ...], merged: bool = True) -> SheetPlan | SheetMisfit:
    """The plan of a sheet whose two numbers stand beside columns under group heads."""
    rows: list[Row] = [(1, ["户编号", "人编号", *heads]), (2, [None, None, *headings])]
    blocks = [MergedCells(1, column, 2, column) for column in (0, 1)]
    return plan_sheet("Sheet1", rows, MAPPING, TARGETS, blocks if merged else [])


@pytest.mark.parametrize("group", ["家庭成员", "一、家庭成员信息", "Household members"])
def test_a_heading_under_a_known_group_is_known_by_itself(group: str) -> None:
    assert paths(below(group, headings=("联系电话",)))[2:] == ["person.phone"]


@pytest.mark.parametrize("merged", [True, False])
def test_a_heading_under_a_group_that_nobody_knows_is_left_out_by_its_whole_name(merged: bool) -> None:
    found = below("帮扶责任人", "家庭成员", headings=("联系电话", "姓名"), merged=merged)
    assert isinstance(found, SheetPlan)
    assert (paths(found)[2:], found.unknown) == (["person.name"], ("帮扶责任人/联系电话",))


def test_a_phone_among_the_basic_facts_is_the_households() -> None:
    assert paths(below("（一）基本情况", headings=("联系电话",)))[2:] == ["household.phone"]


def test_a_title_and_notes_above_the_headings_are_no_groups() -> None:
    rows: list[Row] = [(1, ["填报单位：松林村", None, "单位：元", None]), (2, ["户编号", "人编号", "姓名", "联系电话"])]
    found = plan_sheet("Sheet1", rows, MAPPING, TARGETS, [MergedCells(1, 0, 1, 1), MergedCells(1, 2, 1, 3)])
    assert "person.phone" in paths(found)
