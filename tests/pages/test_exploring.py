"""Exploring: places in the order of a figure, groups, lines over time, classes, and two figures against each other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache

from bangfu.parameters.loader import load_package
from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import HouseholdYear
from bangfu.web.pages import compare, figure_series
from tests.browsers import browser_at, queries_of, text_of
from tests.figures.register import COUNTY, EXITED, TOWNSHIP, UNREPORTED, Register, small_register

pytestmark = pytest.mark.db_twice
PLACES = f"/f/households_registered/places/?p={COUNTY}&level=village"
COMPARE = f"/p/{COUNTY}/compare/?level=village&x="


@pytest.fixture
def unequal(own_register: Register) -> Register:
    """The second village has fewer poor households than the first; 2014 stays as it was."""
    HouseholdYear.objects.filter(
        place_code=own_register.villages[0].code, year=2015, household__household_no__endswith="9"
    ).update(poverty_status=EXITED)
    run_cycle()
    return own_register


@pytest.fixture
def uncounted(transactional_db: None) -> Register:
    """The same places without a snapshot."""
    cache.clear()
    return small_register()


def test_places_stand_in_the_order_of_the_figure_and_those_that_have_not_reported_last(unequal: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), PLACES)
    order = [text.rindex(name) for name in ("某村1 7 10 −3", "某村0 6 10 −4", f"{UNREPORTED} 未报")]
    assert order == sorted(order)


def test_places_stand_in_the_order_of_their_names_on_request(unequal: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"{PLACES}&sort=name")
    order = [text.rindex(name) for name in ("某村0 6", "某村1 7", UNREPORTED)]
    assert order == sorted(order)


def test_the_chosen_place_leads_to_its_rows(register: Register) -> None:
    village = register.villages[0].code
    answer = browser_at(Role.COUNTY_OFFICER, COUNTY).get(f"{PLACES}&at={village}").content.decode()
    assert f'href="/f/households_registered/rows/?p={village}"' in answer


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_level_that_is_none_is_said_to_be_none(uncounted: Register, language: str) -> None:
    told = {"zh": "这里下面没有「hamlet」这一级", "en": "There is no level “hamlet” below this place"}
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY, language)
    assert told[language] in text_of(officer, f"/f/households_registered/places/?p={COUNTY}&level=hamlet")


def test_a_survey_is_not_listed_for_a_level_that_it_does_not_answer_for(uncounted: Register) -> None:
    text = text_of(browser_at(Role.PREFECTURE_OFFICER, "5334"), "/f/incidence_survey/places/?p=5334&level=village")
    assert "调查样本小，不单独估计「村」一级；这里是县。" in text


@pytest.mark.parametrize(
    "address",
    [
        "/f/households_registered/places/?level=village&p={}",
        "/f/households_by_cause/groups/?level=village&p={}",
        "/f/households_registered/series/?level=village&p={}",
        "/f/incidence_register/classes/?level=village&p={}",
        "/p/{}/compare/?level=village&x=households_registered&y=incidence_register",
    ],
)
def test_a_page_asks_as_many_queries_for_many_places_as_for_few(
    more_villages: Callable[[int], None], address: str
) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    few = queries_of(officer, address.format(COUNTY))
    more_villages(37)
    assert queries_of(officer, address.format(COUNTY)) == few <= 16


def test_groups_stand_beside_one_another_for_each_place(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/households_by_cause/groups/?p={COUNTY}&level=village")
    assert re.search(f"某村0 6 1 .*{UNREPORTED} ?(\\? )?未报", text)


def test_groups_add_up_so_that_the_smallest_may_stand_as_one() -> None:
    indicators = load_package().indicators.values()
    assert not [each.code for each in indicators if each.group and not (each.additive and each.unit == "count")]


def test_the_groups_of_a_figure_are_lines_and_a_table_of_the_same_years(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/households_by_cause/series/?p={COUNTY}")
    assert ("因病 18 12" in text, "未填 2 2" in text) == (True, True)


def test_more_places_than_lines_can_be_told_apart_is_said(more_villages: Callable[[int], None]) -> None:
    more_villages(6)
    ticked = "".join(f"&place=53342210120{number}" for number in range(9))
    text = text_of(
        browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/households_registered/series/?p={COUNTY}&level=village{ticked}"
    )
    assert "选了9个地方，一张图上能分清6条线" in text


def test_places_that_are_not_drawn_add_up_to_one_line(unequal: Register) -> None:
    one = f"/f/households_registered/series/?p={COUNTY}&level=village&place={unequal.villages[0].code}"
    assert "某村0 10 6 其他 10 7" in text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), one)


def test_a_class_counts_its_places_and_opens_them(unequal: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    text = text_of(officer, f"/f/incidence_register/classes/?p={COUNTY}&level=village")
    assert ("20%至不到30% 2 100.0" in text, "没有数 1" in text) == (True, True)
    listed = text_of(officer, f"/f/incidence_register/places/?p={COUNTY}&level=village&class=5")
    assert ("某村0 24.0" in listed, "某村1 28.0" in listed, UNREPORTED in listed) == (True, True, False)


def test_two_figures_meet_at_the_places_that_have_both(unequal: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"{COMPARE}households_registered&y=incidence_register")
    assert ("某村0 6 24.0" in text, "某村1 7 28.0" in text, f"{UNREPORTED} " in text) == (True, True, False)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("households_registered&y=incidence_survey", "两者口径不同"),
        ("incidence_survey&y=gini", "不单独估计村一级"),
        ("households_by_cause&y=incidence_register", "只有分组的数"),
        ("incidence_register&y=incidence_register", "两个是同一个指标"),
        ("incidence_register&y=households_registered&ty=2013", "两个指标的年份不同"),
        ("zebra&y=incidence_register", "没有叫「zebra」的指标。"),
        ("贫困发生率&y=households_registered", "可能是几个指标中的一个"),
    ],
)
def test_what_does_not_compare_is_refused_with_its_reason(uncounted: Register, asked: str, told: str) -> None:
    assert told in text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"{COMPARE}{asked}")


def test_a_figure_is_found_by_a_part_of_its_title_in_the_other_language(register: Register) -> None:
    text = text_of(
        browser_at(Role.COUNTY_OFFICER, COUNTY), f"{COMPARE}Poverty incidence (register)&y=households_registered"
    )
    assert "某村1 28.0 7" in text


@pytest.mark.parametrize("page", ["incidence_register/classes", "households_by_cause/groups"])
def test_another_area_is_shown_in_the_same_view(uncounted: Register, page: str) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    answer = officer.get(f"/f/{page}/?p={COUNTY}&level=village").content.decode()
    switcher = re.search(r'class="button areas" href="([^"]+)"', answer)
    assert switcher is not None
    listed = officer.get(switcher[1].replace("&amp;", "&")).content.decode()
    assert re.search(rf'href="/f/{page}/\?[^"]*p={TOWNSHIP}', listed)


@pytest.mark.parametrize("page", ["places", "classes", "series"])
def test_a_figure_that_is_zero_everywhere_is_drawn(register: Register, page: str) -> None:
    address = f"/f/households_monitored/{page}/?p={COUNTY}&level=village"
    assert browser_at(Role.COUNTY_OFFICER, COUNTY).get(address).status_code == 200


@pytest.mark.parametrize("page", ["", "places/", "series/", "classes/", "rows/"])
def test_a_group_that_an_indicator_does_not_have_is_not_found(uncounted: Register, page: str) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    assert officer.get(f"/f/households_by_cause/{page}?p={COUNTY}&group=zz%01").status_code == 404


@pytest.mark.parametrize("page", ["f/incidence_register/places/?", f"p/{COUNTY}/compare/?x=gini&"])
def test_a_page_without_places_of_today_says_so(register: Register, page: str) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/{page}p={COUNTY}&as=now")
    assert "按当时的区划：这一页不能把合并和划转折算回来" in text


@pytest.mark.parametrize("page", ["f/incidence_register/places/?", f"p/{COUNTY}/compare/?"])
def test_a_snapshot_that_is_not_kept_is_named(register: Register, page: str) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/{page}p={COUNTY}&s=zzzz")
    assert "zzzz" in text
    assert "这个地区还没有快照" not in text


@pytest.mark.parametrize("page", ["f/households_registered/series/?level=village&", f"p/{COUNTY}/compare/?x=gini&"])
def test_a_form_keeps_what_the_address_asks_for(register: Register, page: str) -> None:
    answer = browser_at(Role.COUNTY_OFFICER, COUNTY).get(f"/{page}p={COUNTY}&t=2014&as=now").content.decode()
    assert '<input type="hidden" name="t" value="2014"><input type="hidden" name="as" value="now">' in answer


def test_more_pairs_than_can_be_told_apart_are_not_drawn_in_part(
    unequal: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "MOST_SPOTS", 1)
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"{COMPARE}households_registered&y=incidence_register")
    assert "某村0" not in text


def test_a_place_asked_for_is_drawn_though_its_value_is_low(unequal: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_series, "MOST_TICKED", 1)
    lowest = unequal.villages[0].code
    one = f"/f/households_registered/series/?p={COUNTY}&level=village&place={lowest}"
    assert "某村0 10 6 其他 10 7" in text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), one)


def test_a_place_that_is_none_of_the_level_is_named(register: Register) -> None:
    one = f"/f/households_registered/series/?p={COUNTY}&level=village&place=999999"
    assert "这里下面没有这样的村：999999。" in text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), one)
