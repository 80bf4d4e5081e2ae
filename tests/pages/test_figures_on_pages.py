"""Figures on pages: the same digits on card, table, figure page and rows; missing is a word; the past stays itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import HouseholdYear
from bangfu.records.places.models import PlaceYear
from tests.browsers import browser_at, queries_of, text_of
from tests.figures.register import COUNTY, TOWNSHIP, UNREPORTED, Register

HAN = re.compile("[\u4e00-\u9fff]+")
pytestmark = pytest.mark.db_twice


def test_the_area_home_shows_a_card_and_the_table_with_the_same_digits(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/p/{COUNTY}/")
    assert "贫困发生率（名册） 28.0 %" in text
    assert "某乡 14 56 28.0" in text
    assert "合计 14 56 28.0" in text


def test_a_past_year_shows_what_was_counted_then(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/p/{COUNTY}/?t=2014")
    assert "某乡 20 80 40.0" in text


def test_a_village_that_reported_nothing_reads_so_and_never_as_zero(register: Register) -> None:
    text = text_of(browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP), f"/p/{TOWNSHIP}/")
    assert f"{UNREPORTED} 未报 未报 未报" in re.sub(r"\s*\?\s*", " ", text)
    assert "1个地方未报，合计不含" in text


def test_the_survey_says_where_it_is_too_small_to_answer(register: Register) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    assert "调查样本小，不单独估计这一级" in text_of(officer, f"/p/{TOWNSHIP}/")
    assert "估计到：省、州市、县。" in text_of(officer, f"/f/incidence_survey/?p={TOWNSHIP}")


def test_a_figure_opens_to_its_parts_formula_and_snapshot(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/incidence_register/?p={COUNTY}")
    assert ("分子 56" in text, "分母 200" in text, "rural_base_persons" in text, "快照 2015-12-31" in text) == (
        True,
    ) * 4


def test_the_rows_behind_a_figure_are_those_that_it_counts(register: Register) -> None:
    text = text_of(browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP), f"/f/households_registered/rows/?p={TOWNSHIP}")
    assert text.count("无名氏") == 14


def test_whoever_sees_no_names_sees_the_rows_without_them(register: Register) -> None:
    text = text_of(browser_at(Role.ANALYST, TOWNSHIP), f"/f/households_registered/rows/?p={TOWNSHIP}")
    assert "无名氏" not in text


def test_no_word_of_an_english_page_is_chinese_but_names_and_the_language_link(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY, "en"), f"/p/{COUNTY}/")
    assert {*HAN.findall(text)} <= {"某省", "某州", "某县", "某乡", "中文"}


def test_a_part_that_was_computed_by_itself_since_is_told_on_the_pages_above(own_register: Register) -> None:
    county = browser_at(Role.COUNTY_OFFICER, COUNTY)
    assert "单独重算" not in text_of(county, f"/p/{COUNTY}/")
    HouseholdYear.objects.filter(year=2015).update(poverty_status="04")
    run_cycle(place=TOWNSHIP)
    assert "后来单独重算过的：某乡。" in text_of(county, f"/p/{COUNTY}/")
    assert "单独重算" not in text_of(county, f"/p/{TOWNSHIP}/")


def test_a_page_number_that_is_none_shows_the_first_page(register: Register) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    for_rows = f"/f/households_registered/rows/?p={TOWNSHIP}&page="
    assert text_of(officer, for_rows + "9" * 30).count("无名氏") == 14


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/f/households_registered/rows/?p={}", "第1–14行，共14行"),
        ("/f/households_by_cause/groups/?p={}&level=village", "第1–3行，共3行"),
    ],
)
def test_a_page_past_the_end_shows_the_last_one_and_says_so(register: Register, address: str, told: str) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    assert told in text_of(officer, f"{address.format(TOWNSHIP)}&page=999")


def test_an_area_home_asks_as_many_queries_for_many_places_as_for_few(more_villages: Callable[[int], None]) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    few = queries_of(officer, f"/p/{TOWNSHIP}/")
    more_villages(37)
    assert queries_of(officer, f"/p/{TOWNSHIP}/") == few <= 13


def test_a_mean_keeps_a_decimal_on_its_page_and_in_its_table(own_register: Register) -> None:
    HouseholdYear.objects.filter(place_code=own_register.villages[0].code, year=2015).update(household_size=3)
    run_cycle()
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/mean_household_size/?p={COUNTY}")
    assert "数值 3.5" in text
    assert "某乡 3.5" in text


def test_the_dictionary_is_searched_by_words_of_either_language_and_by_family(register: Register) -> None:
    browser = browser_at(Role.COUNTY_OFFICER, COUNTY)
    assert "易地搬迁人口" in text_of(browser, "/f/?q=relocated")
    assert "易地搬迁人口" not in text_of(browser, "/f/?q=relocated&family=water")
    family = text_of(browser, "/f/?family=water")
    assert ("饮水安全户占比" in family, "基尼系数" in family) == (True, False)
    assert "没有这个名字的指标。" in text_of(browser, "/f/?q=zebra")


def test_a_figure_shows_the_other_way_of_counting_and_why_they_differ(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/out_of_school/?p={COUNTY}")
    assert "不在校学龄人数（教育口径）" in text
    assert "送教上门和缓学的儿童" in text


def test_the_rows_behind_a_village_figure_are_villages_of_ones_own_area(own_register: Register) -> None:
    village = own_register.villages[0]
    PlaceYear.objects.filter(place=village, year=2015).update(paved_road=True)
    run_cycle()
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/villages_paved/rows/?p={COUNTY}")
    assert (village.name in text, village.code in text) == (True, True)


def test_the_formula_of_a_figure_shows_the_words_that_it_rests_on(register: Register) -> None:
    text = text_of(browser_at(Role.COUNTY_OFFICER, COUNTY), f"/f/households_registered/?p={COUNTY}")
    assert "年末贫困" in text
    assert "poor_now:" in text
