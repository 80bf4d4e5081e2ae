"""Standards on the household page: the nearest place's first, failed before unknown, with values and their source."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import ALL_CLASSES
from bangfu.parameters.standards import HOUSEHOLD, StandardKind
from bangfu.records.access.models import Role
from bangfu.records.figures.standards import Judgement, judge_household, standards_for
from bangfu.records.households.models import Household, HouseholdYear, PersonYear
from bangfu.records.households.past import register_now
from bangfu.records.instance.parameters import current
from bangfu.web.pages.household_standards import judged as judged_for_page
from tests.access.world import World
from tests.browsers import browser_of

pytestmark = pytest.mark.database_once
EXIT = frozenset({StandardKind.EXIT})


def judged(
    family: Household, name: str = "yunnan_household_exit", classes: frozenset[FieldClass] = ALL_CLASSES
) -> Judgement:
    register = register_now(family)
    assert register is not None
    judgement = judge_household(current().standards[name], register, 2015, classes)
    assert judgement is not None
    return judgement


def verdicts(judgement: Judgement) -> dict[str, bool | None]:
    return {each.criterion.code: each.verdict for each in judgement.criteria}


def text_of(browser: Client, family: Household, query: str = "?t=2015") -> str:
    return browser.get(reverse("household", args=[family.ref]) + query).content.decode()


@pytest.mark.db_twice
def test_a_criterion_is_reached_failed_or_unknown_by_what_the_register_says(family: Household) -> None:
    HouseholdYear.objects.filter(household=family, year=2015).update(
        net_income_per_capita_fen=261_000, danger_level="01", in_cooperative=True
    )
    PersonYear.objects.filter(household=family, year=2015).update(resident_medical=None, employee_medical=None)
    found = verdicts(judged(family))
    assert {code: found[code] for code in ("income", "housing", "medical", "benefited")} == {
        "income": False,
        "housing": True,
        "medical": None,
        "benefited": True,
    }


def test_what_people_decide_is_unknown_and_has_no_reason(family: Household) -> None:
    (disaster,) = [each for each in judged(family, "china_identification").criteria if each.criterion.text is None]
    assert (disaster.verdict, disaster.explanation) == (None, None)


def test_nothing_is_told_of_a_criterion_whose_facts_the_reader_does_not_see(family: Household) -> None:
    judgement = judged(family, classes=ALL_CLASSES - {FieldClass.MONEY})
    (income,) = [each for each in judgement.criteria if each.criterion.code == "income"]
    assert (income.verdict, income.explanation, income.withheld) == (None, None, frozenset({FieldClass.MONEY}))


def test_the_standard_of_the_nearest_place_comes_first(world: World) -> None:
    found = standards_for(HOUSEHOLD, "533422203201", date(2016, 12, 31), EXIT)
    assert [each.name for each in found] == ["deqin_household_exit", "yunnan_household_exit"]


def test_a_standard_of_another_county_or_year_does_not_hold(world: World) -> None:
    assert [s.name for s in standards_for(HOUSEHOLD, "533423101", date(2016, 12, 31), EXIT)] == [
        "yunnan_household_exit"
    ]
    assert standards_for(HOUSEHOLD, "533422203201", date(2021, 12, 31), EXIT) == []


def test_the_page_shows_what_is_left_with_values_source_and_what_is_not_verified(
    world: World, family: Household
) -> None:
    text = text_of(browser_of(world, Role.TOWNSHIP_OFFICER), family)
    expected = ["云南贫困户退出条件", "未达到", "收入达标", "国家扶贫标准", "2,855.00元", "依据和判断过程", "未经核实"]
    assert [words for words in expected if words not in text] == []
    assert text.index("收入达标") < text.index("享受1项以上帮扶")


def test_a_reader_without_income_is_told_that_the_criterion_rests_on_what_is_hidden(family: Household) -> None:
    register = register_now(family)
    assert register is not None
    with override("en"):
        (exit_,) = judged_for_page(register, 2015, ALL_CLASSES - {FieldClass.MONEY})
    told = {verdict.criterion: (verdict.word, verdict.values) for verdict in exit_.verdicts}
    assert told["Income above the line"] == ("Not shown", "Rests on facts that you may not see.")
    assert "Income above the line" not in [heading for heading, _ in exit_.reasons]
