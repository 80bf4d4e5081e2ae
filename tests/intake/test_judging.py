"""What becomes of rows that are wrong, doubtful or someone else's, and what is said of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.records.households.models import Household, Person, PersonYear
from bangfu.records.instance.models import Instance
from bangfu.records.intake.actions import Outcome
from bangfu.records.intake.models import StagingRow
from tests.intake.conftest import Take
from tests.intake.sheets import NEIGHBOUR, check_digit, id_number, member

pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]


def codes(outcome: Outcome) -> dict[int, set[str]]:
    """What was found, by row, without the note that the region of an ID is unknown."""
    rows: dict[int, set[str]] = {}
    for finding in outcome.findings:
        rows.setdefault(finding.row, set()).add(finding.code)
    return {row: found - {"id_prefix_unknown"} for row, found in rows.items() if found - {"id_prefix_unknown"}}


def test_ids_of_no_region_are_no_fault_where_all_people_are_invented(take: Take) -> None:
    Instance.objects.update(synthetic=True)
    wrong = id_number(2)
    outcome = take([member(1), member(2, 证件号码="70" + wrong[2:-1] + check_digit("70" + wrong[2:-1]))])
    assert [(each.row, each.code) for each in outcome.findings] == [(3, "id_prefix_unknown")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"证件号码": id_number(2)[:-1] + "A"}, "id_letters"),
        ({"证件号码": "990101800101002"}, "id_15"),
        ({"证件号码": "99010119801301001X"}, "id_check"),
        ({"证件号码": "9.90101E+17"}, "id_precision"),
        ({"证件号码": "99010119800101"}, "id_length"),
        ({"出生日期": "2015/2/30"}, "not_a_date"),
        ({"出生日期": "1900-01-00"}, "date_empty"),
        ({"出生日期": "2999-01-01"}, "date_in_future"),
        ({"务工时间": "三个月"}, "text_in_number"),
        ({"务工时间": "13"}, "out_of_range"),
        ({"务工时间": "2.5"}, "not_whole"),
        ({"健康状况": "健唐"}, "unknown_code"),
        ({"是否已务工": "大概"}, "not_yes_no"),
        ({"村代码": "539901100999"}, "place_nearest"),
        ({"户编号": ""}, "required_blank"),
        ({"姓名": "", "证件号码": "", "人编号": ""}, "no_identity"),
        ({"姓名": "123456789"}, "number_in_name"),
    ],
)
def test_a_faulty_row_comes_back_and_the_others_go_in(take: Take, change: dict[str, str], code: str) -> None:
    outcome = take([member(1), member(2, household=2, **change)])
    assert codes(outcome) == {3: {code}}
    assert Person.objects.count() == 1
    assert StagingRow.objects.get(verdict="refused").row == 3


def health(outcome: Outcome) -> tuple[str | None, str | None]:
    """The two answers that are stored of the one person of a file."""
    assert outcome.refusal is None
    year = PersonYear.objects.get()
    return year.health, year.second_health


@pytest.mark.parametrize("between", [",", "，", "、", ";", "；", " , "])
def test_two_answers_in_one_cell_are_the_first_and_the_second(take: Take, between: str) -> None:
    assert health(take([member(1, 健康状况=f"患有大病{between}残疾")])) == ("03", "04")


def test_the_same_answer_twice_in_a_cell_is_one_answer(take: Take) -> None:
    assert health(take([member(1, 健康状况="大病、患有大病")])) == ("03", None)


def test_a_third_answer_comes_back_with_how_many_can_be_kept(take: Take) -> None:
    outcome = take([member(1, 健康状况="大病,残疾,慢性病"), member(2)])
    assert codes(outcome) == {2: {"too_many_answers"}}
    sentence = next(each.sentence() for each in outcome.findings if each.code == "too_many_answers")
    assert ("健康状况" in sentence, "大病,残疾,慢性病" in sentence, "(2)" in sentence) == (True, True, True)


def test_an_unknown_second_answer_comes_back_with_the_nearest_one(take: Take) -> None:
    outcome = take([member(1, 健康状况="大病,残废")])
    assert codes(outcome) == {2: {"unknown_code"}}


def test_one_answer_where_there_were_two_takes_the_second_away(take: Take) -> None:
    take([member(1, 健康状况="大病,残疾")])
    assert health(take([member(1, 健康状况="残疾")])) == ("04", None)


def test_an_empty_cell_leaves_both_answers(take: Take) -> None:
    take([member(1, 健康状况="大病,残疾")])
    outcome = take([member(1, 健康状况=""), member(2, household=2, 健康状况="健康")])
    assert outcome.merged["personyear"] == {"new": 1, "changed": 0, "same": 1}
    stored = PersonYear.objects.get(person__person_no="P0001")
    assert (stored.health, stored.second_health) == ("03", "04")


CAUSE, FIRST, SECOND = "主要致贫原因", "其他致贫原因1", "其他致贫原因2"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({CAUSE: "因病", FIRST: "因残", SECOND: "因学"}, set()),
        ({CAUSE: "因病", FIRST: "因病", SECOND: "因学"}, {"cause_repeated"}),
        ({CAUSE: "因病", FIRST: "因学", SECOND: "因学"}, {"cause_twice"}),
        ({FIRST: "因学", SECOND: "因学"}, {"cause_twice"}),
        ({"其他致贫原因": "因学,因残,缺水"}, {"too_many_answers"}),
        ({"致贫返贫风险1": "其他", "其他风险说明": "诉讼"}, set()),
        ({"致贫返贫风险1": "因病", "其他风险说明": ""}, set()),
        ({"致贫返贫风险1": "其他", "其他风险说明": ""}, {"risk_remark_missing"}),
        ({"致贫返贫风险2": "其他"}, {"risk_remark_missing"}),
        ({"致贫返贫风险": "因病、其他"}, {"risk_remark_missing"}),
    ],
)
def test_causes_differ_from_each_other_and_another_risk_needs_words(
    take: Take, facts: dict[str, Any], found: set[str]
) -> None:
    assert codes(take([member(1, **facts)])).get(2, set()) == found


def test_full_width_digits_in_an_amount_are_taken_and_told(take: Take) -> None:
    outcome = take([member(1, 人均纯收入="２６１０．５")])
    assert codes(outcome) == {2: {"full_width"}}
    assert Household.objects.get().years.get().net_income_per_capita_fen == 261_050


def test_a_sentence_masks_what_is_personal(take: Take) -> None:
    number = id_number(2)[:-1] + ("1" if id_number(2)[-1] != "1" else "2")
    sentence = take([member(2, 证件号码=number)]).findings[0].sentence()
    assert number not in sentence
    assert "…" + number[-4:] in sentence


def test_the_second_row_of_an_id_number_comes_back_naming_the_first(take: Take) -> None:
    outcome = take([member(1), member(2, household=2, 证件号码=id_number(1), 性别="")])
    assert codes(outcome) == {3: {"duplicate_id"}}
    assert [finding.detail for finding in outcome.findings if finding.code == "duplicate_id"] == ["2"]


def test_the_sentence_of_a_second_id_number_shows_its_last_four_signs(take: Take) -> None:
    outcome = take([member(1), member(2, household=2, 证件号码=id_number(1), 性别="")])
    sentence = next(each.sentence() for each in outcome.findings if each.code == "duplicate_id")
    assert (f"“…{id_number(1)[-4:]}”" in sentence, id_number(1) in sentence) == (True, False)


def test_a_row_with_a_second_id_number_and_another_birth_date_is_told_both(take: Take) -> None:
    outcome = take([member(1), member(2, household=2, 证件号码=id_number(1), 性别="", 出生日期="1980-01-02")])
    assert codes(outcome) == {3: {"duplicate_id", "id_birth_differs"}}
    assert outcome.counts["refused"] == 1


def test_a_row_that_comes_back_is_not_the_first_of_its_id_number(take: Take) -> None:
    outcome = take([member(1, 健康状况="健唐"), member(2, household=2, 证件号码=id_number(1), 性别="")])
    assert codes(outcome) == {2: {"unknown_code", "duplicate_id"}}
    assert Person.objects.get().person_no == "P0002"


def test_a_row_that_comes_back_has_no_note_that_it_was_taken(take: Take) -> None:
    outcome = take([member(1, 健康状况="健唐"), member(2, household=2)])
    assert [(each.row, each.code) for each in outcome.findings] == [(2, "unknown_code"), (3, "id_prefix_unknown")]
    assert [each["code"] for each in StagingRow.objects.get(row=2).findings] == ["unknown_code"]


def test_an_id_number_that_the_register_has_in_another_household_goes_to_a_person(take: Take) -> None:
    take([member(1)])
    outcome = take([member(9, household=2, 证件号码=id_number(1), 性别="", 人编号="")])
    assert (codes(outcome), outcome.counts["ask"]) == ({2: {"id_in_register"}}, 1)
    assert Household.objects.count() == 1


def test_numbers_that_lead_to_two_persons_go_to_a_person(take: Take) -> None:
    take([member(1), member(2)])
    outcome = take([member(1, 证件号码=id_number(2), 性别="")])
    assert codes(outcome) == {2: {"steps_disagree"}}


def test_a_person_without_number_is_known_by_household_name_and_birth(take: Take) -> None:
    row = member(1, 人编号="", 证件号码="", 出生日期="1990-05-06")
    take([row])
    outcome = take([{**row, "健康状况": "残疾"}])
    assert outcome.merged["person"] == {"new": 0, "changed": 0, "same": 1}


def test_a_namesake_that_cannot_be_compared_goes_to_a_person(take: Take) -> None:
    take([member(1, 人编号="", 证件号码="", 出生日期="1990-05-06")])
    outcome = take([member(1, 人编号="", 证件号码="", 出生日期="")])
    assert codes(outcome) == {2: {"perhaps_same"}}


def test_a_birth_date_that_differs_from_the_id_number_goes_to_a_person(take: Take) -> None:
    assert codes(take([member(1, 出生日期="1980-01-02")])) == {2: {"id_birth_differs"}}


def test_members_under_two_places_come_back(take: Take) -> None:
    outcome = take([member(1), member(2, 村代码="539901100202")])
    assert codes(outcome) == {2: {"place_differs"}, 3: {"place_differs"}}


def test_a_household_that_moves_goes_to_a_person(take: Take) -> None:
    take([member(1)])
    assert codes(take([member(1, 村代码=NEIGHBOUR)])) == {2: {"household_elsewhere"}}


def test_a_row_outside_of_the_senders_area_comes_back(take: Take) -> None:
    outcome = take([member(1), member(2, household=2, 村代码=NEIGHBOUR)], prefixes=("539901100",))
    assert codes(outcome) == {3: {"place_outside"}}
    assert list(Household.objects.values_list("place_code", flat=True)) == ["539901100201"]


def test_a_household_outside_of_the_senders_area_is_not_reached_by_its_number(take: Take) -> None:
    take([member(1, 村代码=NEIGHBOUR)])
    row = {heading: cell for heading, cell in member(1, 健康状况="残疾").items() if heading != "村代码"}
    outcome = take([row], prefixes=("539901100",))
    assert codes(outcome) == {2: {"household_outside"}}


def test_a_place_is_found_by_names_from_the_top_down(take: Take) -> None:
    row = {heading: cell for heading, cell in member(1).items() if heading != "村代码"}
    take([row | {"县": "试验县", "乡镇": "松林镇", "行政村": "石桥村委会"}])
    assert Household.objects.get().place_code == "539901100202"


def named(**names: str) -> dict[str, Any]:
    """A member's row that names its place instead of its code."""
    return {heading: cell for heading, cell in member(1).items() if heading != "村代码"} | names


TOWNSHIP = "539901100"


@pytest.mark.parametrize(
    "names",
    [
        {"县": "试验县", "乡镇": "松林镇", "行政村": "松林村委会"},
        {"县": "试验县", "乡镇": "松林", "行政村": "松林"},
        {"乡镇": "松林镇", "行政村": "松林村委会"},
        {"县": "试验县", "行政村": "松林村委会"},
        {"行政村": "松林"},
    ],
)
def test_names_that_equal_the_given_place_or_one_above_it_lead_below_it(take: Take, names: dict[str, str]) -> None:
    take([named(**names)], place_prefix=TOWNSHIP)
    assert Household.objects.get().place_code == "539901100201"


def test_names_of_the_given_place_alone_mean_the_given_place(take: Take) -> None:
    take([named(县="试验县", 乡镇="松林")], place_prefix=TOWNSHIP)
    assert Household.objects.get().place_code == TOWNSHIP


def test_the_names_of_a_village_lead_to_it_where_the_village_itself_is_given(take: Take) -> None:
    take([named(县="试验县", 乡镇="松林镇", 行政村="松林村委会")], place_prefix="539901100201")
    assert Household.objects.get().place_code == "539901100201"


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ({"县": "试验县", "乡镇": "河口镇", "行政村": "松林村委会"}, "河口镇"),
        ({"县": "试验县", "乡镇": "松林镇", "行政村": "河口村委会"}, "河口村委会"),
    ],
)
def test_a_name_that_contradicts_the_given_place_comes_back(take: Take, names: dict[str, str], wrong: str) -> None:
    outcome = take([named(**names)], place_prefix=TOWNSHIP)
    assert codes(outcome) == {2: {"place_contradicts"}}
    assert [(each.value, each.detail) for each in outcome.findings] == [(wrong, f"松林镇 {TOWNSHIP}")]


def test_a_wrong_name_is_told_in_its_own_column(take: Take) -> None:
    outcome = take([named(县="实验县", 乡镇="松林镇", 行政村="松林村委会")])
    found = next(each for each in outcome.findings if each.code.startswith("place_"))
    assert (found.column, found.value) == ("县", "实验县")


def test_a_row_without_place_needs_a_known_household(take: Take) -> None:
    row = {heading: cell for heading, cell in member(1).items() if heading != "村代码"}
    assert codes(take([row])) == {2: {"place_missing"}}


def test_a_file_checked_only_leaves_the_register_alone(take: Take) -> None:
    outcome = take([member(1), member(2, 健康状况="健唐")], merge=False)
    assert (outcome.counts["refused"], Person.objects.count()) == (1, 0)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_that_of_the_slow_twin(first: str) -> None:
    import duckdb

    from bangfu.records.intake.cells.sql import _check_digit

    with duckdb.connect() as con:
        assert con.execute(f"SELECT {_check_digit('$n')}", {"n": first}).fetchone() == (check_digit(first),)
