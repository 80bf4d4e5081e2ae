"""The rows behind a figure: within the reader's area, and only where the reader sees all that the figure is made of."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope, scope_of
from bangfu.records.access.models import Role, User
from bangfu.records.figures import queries
from bangfu.records.figures.explaining import classes_behind
from bangfu.records.figures.models import Figure, Formula
from bangfu.records.figures.queries import BehindFigure
from bangfu.records.households.models import Household
from tests.access.marks import HEAD, ILL, PINYIN
from tests.access.test_matrix import ask
from tests.access.world import World, give, make_user

pytestmark = pytest.mark.db_twice
INCOME, COUNTED = "income_per_capita_registered", "households_registered"
VILLAGE, NEXT_VILLAGE, TOWNSHIP = "533422101201", "533422101202", "533422101"


def page_of(user: User, indicator: str, code: str, language: str = "zh") -> str:
    browser = Client(headers={"accept-language": language})
    browser.force_login(user)
    answer = ask(browser, "get", f"/f/{indicator}/rows/", {"p": code})
    assert answer.status == 200
    return answer.text


def behind(scope: Scope, indicator: str, code: str) -> BehindFigure:
    figure = Figure.objects.get(indicator=indicator, place_code=code, year=2015, group="")
    return queries.rows_behind(figure, scope)


def refs_in(world: World, text: str) -> set[str]:
    """The households whose address stands in a text."""
    return {name for name, household in world.households.items() if f"/h/{household.ref}/" in text}


def two_grants(world: World) -> User:
    """A member of a unit in one village, of a team in the next."""
    user = make_user("double")
    give(user, Role.UNIT_MEMBER, on=world.today, place=world.places[VILLAGE])
    give(user, Role.TEAM_MEMBER, on=world.today, place=world.places[NEXT_VILLAGE])
    return user


IN_VILLAGE = {"own", "neighbour", "former_pair", "natural_village"}


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.UNIT_MEMBER])
def test_the_rows_are_those_of_the_readers_area(role: str, marked: World) -> None:
    assert refs_in(marked, page_of(marked.person(role), COUNTED, VILLAGE)) == IN_VILLAGE


def test_who_sees_health_sees_which_households_are_counted_by_it(marked: World) -> None:
    assert refs_in(marked, page_of(marked.person(Role.TEAM_MEMBER), ILL, VILLAGE)) == IN_VILLAGE
    assert refs_in(marked, page_of(marked.person(Role.ANALYST), ILL, VILLAGE)) == IN_VILLAGE


def test_who_does_not_see_health_is_shown_no_household_that_is_counted_by_it(marked: World) -> None:
    text = page_of(marked.person(Role.UNIT_MEMBER), ILL, VILLAGE)
    assert refs_in(marked, text) == set()
    assert "不显示：您看不到这些行的健康资料。指标由它算出，列出来就等于说出。" in text


def test_the_sentence_why_rows_are_not_shown_is_there_in_english(marked: World) -> None:
    text = page_of(marked.person(Role.UNIT_MEMBER), ILL, VILLAGE, language="en")
    assert "Not shown: rows of which you may not see health. The figure is made of it, so a list would tell it." in text


def test_the_figure_itself_stays_for_those_who_see_counts(marked: World) -> None:
    browser = Client()
    browser.force_login(marked.person(Role.UNIT_MEMBER))
    assert "有大病的户" in ask(browser, "get", f"/f/{ILL}/", {"p": VILLAGE}).text


def test_money_is_withheld_from_a_scope_without_it(marked: World) -> None:
    scope = scope_of(marked.person(Role.ANALYST), marked.today)
    without = Scope(scope.rows, frozenset({FieldClass.OPEN}), scope.reach, scope.roles, None, 1, places=scope.places)
    found = behind(without, INCOME, VILLAGE)
    assert (found.count, found.total, list(found.rows)) == (0, None, [])
    assert found.withheld == {FieldClass.MONEY}
    assert behind(scope, INCOME, VILLAGE).count == len(IN_VILLAGE)


def test_two_grants_do_not_lend_each_other_the_rows_of_a_figure(marked: World) -> None:
    user = two_grants(marked)
    scope = scope_of(user, marked.today)
    assert [behind(scope, ILL, code).count for code in (VILLAGE, NEXT_VILLAGE)] == [0, 1]
    assert [behind(scope, COUNTED, code).count for code in (VILLAGE, NEXT_VILLAGE)] == [4, 1]
    assert refs_in(marked, page_of(user, ILL, NEXT_VILLAGE)) == {"next_village"}


def test_of_a_household_that_moved_away_neither_name_nor_value_is_shown(marked: World) -> None:
    moved = marked.households["next_village"]
    Household.objects.filter(pk=moved.pk).update(place=marked.places["533422102201"], place_code="533422102201")
    text = page_of(marked.person(Role.TOWNSHIP_OFFICER), COUNTED, NEXT_VILLAGE)
    assert refs_in(marked, text) == set()
    assert HEAD not in text
    assert ("已不在您的区域" in text, "不显示" in text) == (True, True)


def test_who_sees_no_names_reads_rows_without_them(marked: World) -> None:
    text = page_of(marked.person(Role.ANALYST), COUNTED, TOWNSHIP)
    assert refs_in(marked, text) == IN_VILLAGE | {"next_village", "other_unit", "at_township"}
    assert (HEAD in text, PINYIN in text) == (False, False)


# --- What a formula reads ---------------------------------------------------------------------------------------------


def formula(indicator: str) -> Formula:
    return Formula.objects.get(indicator=indicator)


def test_a_formula_reads_the_classes_of_its_columns_those_of_members_too(marked: World) -> None:
    assert classes_behind(formula(COUNTED)) == {FieldClass.OPEN}
    assert classes_behind(formula(INCOME)) == {FieldClass.OPEN, FieldClass.MONEY}
    assert FieldClass.HEALTH in classes_behind(formula(ILL))


def test_a_group_is_read_as_well(marked: World) -> None:
    grouped = formula("households_by_cause")
    grouped.body |= {"group": "net_income_fen"}
    assert classes_behind(grouped) == {FieldClass.OPEN, FieldClass.MONEY}


def test_a_survey_is_read_by_its_design_and_not_by_an_indicators_text(marked: World) -> None:
    measure = Formula(body={"grain": "households", "numerator": None, "survey": {
        "grain": "households", "income": "net_income_fen", "weight": None, "psu": None, "stratum": None,
    }})  # fmt: skip
    assert classes_behind(measure) == {FieldClass.MONEY}


@pytest.mark.parametrize("broken", [{"numerator": "x_gone = 1"}, {"group": "x_gone"}, {"grain": "villages"}])
def test_of_a_text_that_no_longer_fits_every_class_is_asked(broken: dict[str, str], marked: World) -> None:
    changed = formula(COUNTED)
    changed.body |= broken
    assert classes_behind(changed) == frozenset(FieldClass)
