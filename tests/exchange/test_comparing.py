"""Planted differences are found exactly, none more; what later exports say closes and reopens them."""

from __future__ import annotations

import pytest

from bangfu.records.exchange.models import Comparison, Difference
from bangfu.records.exchange.queries import sentence_of
from bangfu.records.households.models import HouseholdYear, PersonYear
from tests.exchange.conftest import (
    AREA,
    NAMES,
    NEXT_TOWNSHIP,
    PLACE_HEADINGS,
    SECOND,
    TOWNSHIP,
    TOWNSHIPS,
    Export,
    agreeing,
    changed,
    found,
    line,
    without,
)
from tests.intake.sheets import VILLAGE, id_number

pytestmark = pytest.mark.db_twice

YEAR, PERSON_YEAR = "household_year.", "person_year."


def planted() -> list[dict[str, str]]:
    """An export with one difference of each kind."""
    rows = agreeing()
    rows = changed(rows, 0, 文化程度="初中", 证件号码="9.90101E+17", 联系电话="10000000077")
    rows = changed(rows, 1, 姓名="扎西次仁乙")
    rows[0]["主要致贫原因"] = rows[1]["主要致贫原因"] = "因残"
    rows[2]["人均纯收入"] = rows[3]["人均纯收入"] = "2900.00"
    rows = changed(rows, 3, 文化程度="")
    rows = [row for place, row in enumerate(rows) if place != 4]
    return [*rows, line(8, 9)]


PLANTED = {
    ("H0001", "甲", f"{PERSON_YEAR}education", "differs"),
    ("H0001", "甲", "person.id_no", "unreadable"),
    ("H0001", "甲", "person.phone", "differs"),
    ("H0001", "乙", "person.name", "spelling"),
    ("H0001", "甲", f"{YEAR}main_cause", "differs"),
    ("H0002", "丙", f"{YEAR}net_income_per_capita_fen", "differs"),
    ("H0002", "丁", f"{PERSON_YEAR}education", "empty_theirs"),
    ("H0003", "戊", "person", "only_ours"),
    ("H0009", "", "household", "only_theirs"),
}


def test_an_export_that_agrees_leaves_no_difference(export: Export) -> None:
    comparison = export(agreeing())
    assert (comparison.state, comparison.refusal, found()) == ("done", {}, set())
    assert (comparison.counts["both"], comparison.counts["persons"]) == (3, 6)


def test_every_planted_difference_is_found_and_none_more(export: Export) -> None:
    export(planted())
    assert found() == PLANTED


def test_a_value_that_only_the_export_has_is_a_kind_of_its_own(export: Export) -> None:
    PersonYear.objects.filter(person__person_no="P0001").update(education=None)
    export(agreeing())
    assert found() == {("H0001", "甲", f"{PERSON_YEAR}education", "empty_ours")}


def test_a_household_that_only_the_register_has_is_found_in_villages_that_the_export_covers(export: Export) -> None:
    comparison = export(agreeing()[2:4])
    assert found() == {("H0001", "甲", "household", "only_ours")}
    assert comparison.counts["uncovered"] == 1


def test_an_export_without_places_covers_only_the_villages_of_households_it_names(export: Export) -> None:
    comparison = export(without(agreeing()[2:4], *PLACE_HEADINGS))
    assert found() == {("H0001", "甲", "household", "only_ours")}
    assert comparison.counts["uncovered"] == 1


@pytest.mark.parametrize(
    ("area", "heading", "named"), [(AREA, "县(市、区、旗)", "远方县"), (TOWNSHIP, "乡(镇)", TOWNSHIPS[NEXT_TOWNSHIP])]
)
def test_an_export_of_another_place_is_refused_although_it_has_our_numbers(
    export: Export, area: str, heading: str, named: str
) -> None:
    comparison = export([{**row, heading: named} for row in agreeing()[:2]], area=area)
    assert (comparison.state, comparison.refusal["code"]) == ("refused", "another_area")
    assert (named in sentence_of(comparison), Difference.objects.count()) == (True, 0)


def test_a_household_that_the_export_puts_elsewhere_covers_no_village_of_ours(export: Export) -> None:
    comparison = export([*agreeing()[:2], *changed(agreeing()[4:], 0, 行政村=NAMES[VILLAGE])])
    assert found() == {("H0002", "丙", "household", "only_ours"), ("H0003", "戊", "row.place", "differs")}
    assert comparison.counts["uncovered"] == 1


def test_rows_that_name_a_township_alone_close_nothing_of_villages_that_the_export_lacks(export: Export) -> None:
    export(changed(agreeing(), 4, 文化程度="初中"))
    rows = without(agreeing()[:4], "行政村")
    export([*rows, {**line(8, 9), "行政村": ""}])
    assert found() == {
        ("H0003", "戊", f"{PERSON_YEAR}education", "differs"),
        ("H0009", "", "household", "only_theirs"),
    }
    export([*agreeing()])
    assert found() == set()


def test_differences_of_a_person_whom_number_and_id_leave_unclear_stand(export: Export) -> None:
    wrong = [{**row, "文化程度": "初中"} for row in agreeing()[:2]] + agreeing()[2:]
    export(wrong)
    export([*changed(agreeing(), 0, 证件号码=id_number(2))[:1], *agreeing()[2:]])
    assert found() == {
        ("H0001", "甲", f"{PERSON_YEAR}education", "differs"),
        ("H0001", "乙", f"{PERSON_YEAR}education", "differs"),
        ("H0001", "甲", "person.identity", "unreadable"),
    }


def test_amounts_are_compared_as_far_as_the_export_writes_them_out(export: Export) -> None:
    export([{**row, "人均纯收入": "2611"} for row in agreeing()])
    assert found() == set()


def test_answers_in_another_order_are_the_same_answers(export: Export) -> None:
    PersonYear.objects.filter(person__person_no="P0001").update(health="02", second_health="04")
    words = {"02": "长期慢性病", "04": "残疾"}
    export(changed(agreeing(), 0, 健康状况=f"{words['04']},{words['02']}"))
    assert found() == set()


def test_a_person_without_numbers_is_known_by_household_and_name(export: Export) -> None:
    export(changed(agreeing(), 0, 人编号="", 证件号码="999999"))
    assert found() == {
        ("H0001", "甲", "person.id_no", "unreadable"),
        ("H0001", "甲", "person.person_no", "empty_theirs"),
    }


def test_a_person_in_another_household_and_a_household_in_another_village_are_named(export: Export) -> None:
    rows = changed(agreeing(), 1, 户编号="H0002")
    export([{**row, "行政村": "松林村委会"} for row in rows])
    assert found() == {
        ("H0001", "乙", "person.household_no", "differs"),
        ("H0003", "戊", "row.place", "differs"),
    }


def test_the_next_export_closes_exactly_what_was_repaired(export: Export) -> None:
    export(planted())
    repaired = planted()
    repaired[0]["文化程度"], repaired[3]["文化程度"] = "小学", "小学"
    second = export(repaired)
    gone = {
        ("H0001", "甲", f"{PERSON_YEAR}education", "differs"),
        ("H0002", "丁", f"{PERSON_YEAR}education", "empty_theirs"),
    }
    assert found() == PLANTED - gone
    assert set(Difference.objects.filter(state="closed").values_list("closed_by", flat=True)) == {second.pk}
    assert second.counts["closed"] == 2


def test_a_difference_of_a_later_export_is_the_same_one(export: Export) -> None:
    first, second = export(planted()), export([*planted()])
    seen = Difference.objects.filter(path="person.phone").values_list("first_seen", "last_seen")
    assert list(seen) == [(first.pk, second.pk)]
    assert (second.counts["new"], second.counts["again"], second.counts["closed"]) == (0, len(PLANTED), 0)


def test_a_closed_difference_that_comes_back_is_opened_again(export: Export) -> None:
    export(planted())
    export([*agreeing(), line(8, 9)])
    third = export(planted())
    again = Difference.objects.get(path="person.phone")
    assert (again.state, again.reopened, third.counts["reopened"]) == ("open", 1, len(PLANTED) - 1)


def test_a_column_that_an_export_lacks_closes_nothing(export: Export) -> None:
    export(planted())
    rows = [{key: value for key, value in row.items() if key != "联系电话"} for row in planted()]
    export(rows)
    assert found(path="person.phone") == {("H0001", "甲", "person.phone", "differs")}


def test_rows_that_repeat_a_person_count_once(export: Export) -> None:
    comparison = export([*agreeing(), *agreeing()[:2]])
    assert (found(), comparison.counts["repeated"]) == (set(), 2)


@pytest.mark.parametrize(
    ("rows", "year", "code"),
    [
        ([], 2015, "no_rows"),
        (
            [{**line(1, 7), "县(市、区、旗)": "别处县", "乡(镇)": "别处镇", "行政村": "别处村"}],
            2015,
            "another_area",
        ),
        ([{**line(1, 1), "年度": "2014"}], 2015, "only_other_years"),
    ],
)
def test_an_export_of_nothing_another_county_or_another_year_is_refused_and_closes_nothing(
    export: Export, rows: list[dict[str, str]], year: int, code: str
) -> None:
    export(planted())
    refused = export(rows, year=year)
    assert (refused.state, refused.refusal["code"]) == ("refused", code)
    assert found() == PLANTED


def test_an_export_compared_for_one_village_touches_no_household_of_another(export: Export) -> None:
    export(planted(), area=SECOND)
    assert found() == {("H0003", "戊", "person", "only_ours")}


def test_the_exports_personal_values_are_kept_sealed_and_leave_no_trace_in_the_clear(export: Export) -> None:
    export(changed(agreeing(), 0, 证件号码=id_number(99)))
    kept = Difference.objects.get(path="person.id_no")
    assert (kept.ours, kept.theirs, kept.theirs_enc is not None) == (None, None, True)
    assert id_number(99) not in str(list(Comparison.objects.values_list("counts", "refusal")))


def test_what_only_a_survey_has_is_not_missing_in_the_export(export: Export) -> None:
    HouseholdYear.objects.filter(household__household_no="H0001").update(poverty_status=None)
    HouseholdYear.objects.get(household__household_no="H0001").household.__class__.objects.filter(
        household_no="H0001"
    ).update(status=None)
    export(agreeing()[2:4])
    assert found() == set()
