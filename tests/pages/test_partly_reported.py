"""A figure of a part never reads as the whole's: the number says what it is made of, and leads to who is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Figure, Formula, Snapshot
from bangfu.records.households.models import HISTORY, HouseholdYear
from bangfu.records.places.models import Place, PlaceYear
from tests.browsers import browser_at, words_of
from tests.figures.register import _household, small_register

PROVINCE, COUNTY, OTHER = "53", "533422", "乙州"
#: DuckDB reads what is committed, as a second connection.
pytestmark = [pytest.mark.db_twice(transaction=True), pytest.mark.database_once]


@pytest.fixture
def one_of_three(transactional_db: None) -> None:
    """A province of three prefectures of which one has reported."""
    cache.clear()
    root = small_register().root
    for code, name in (("5333", OTHER), ("5335", "丙州")):
        Place.objects.create(code=code, level=1, name=name, parent=root)
    run_cycle()


@pytest.fixture
def fewer_than_last_year(transactional_db: None) -> None:
    """Two prefectures of three reported in 2014, one of them in 2015."""
    cache.clear()
    root = small_register().root
    for code, name in (("5333", OTHER), ("5335", "丙州")):
        Place.objects.create(code=code, level=1, name=name, parent=root)
    above = Place.objects.get(code="5333")
    for code, level in (("533301", 2), ("533301101", 3), ("533301101201", 4)):
        above = Place.objects.create(code=code, level=level, name=f"乙{level}", parent=above)
    PlaceYear.objects.create(place=above, place_code=above.code, year=2014, rural_base_persons=100)
    _household(above, 1)
    history: Any = HISTORY[HouseholdYear]
    for model in (HouseholdYear, history):
        model.objects.filter(place_code=above.code, year=2015).delete()
    run_cycle()


def province(language: str = "zh") -> Client:
    return browser_at(Role.PROVINCE_OFFICER, PROVINCE, language)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def table_of(html: str) -> str:
    return words_of(html[html.index('<tbody role="rowgroup">') :].split("</table>")[0])


def test_each_card_of_the_register_says_right_at_its_number_what_it_is_made_of(one_of_three: None) -> None:
    text = words_of(page(province(), f"/p/{PROVINCE}/"))
    assert "贫困发生率（名册） 28.0 % 只含某州的数，3个州市中2个未报" in text
    assert text.count("只含某州的数，3个州市中2个未报") == 5  # three cards, the trend and the causes


def test_an_english_card_says_it_in_a_whole_sentence(one_of_three: None) -> None:
    assert "Only 某州; 2 of 3 prefectures have not reported" in words_of(page(province("en"), f"/p/{PROVINCE}/"))


def test_the_sentence_leads_to_the_table_of_those_that_are_missing(one_of_three: None) -> None:
    browser = province()
    assert f'<a href="/p/{PROVINCE}/?show=unreported#table">只含某州的数' in page(browser, f"/p/{PROVINCE}/")
    listed = page(browser, f"/p/{PROVINCE}/?show=unreported")
    assert "未报的，按州市" in listed
    assert (OTHER in table_of(listed), "丙州" in table_of(listed), "合计" in table_of(listed)) == (True, True, False)


def test_a_place_that_reported_in_part_is_listed_with_how_much_of_it_is_missing(one_of_three: None) -> None:
    assert "某州 其中1个地方未报" in table_of(page(province(), f"/p/{PROVINCE}/?show=unreported"))


def test_the_page_of_a_figure_says_it_at_its_headline(one_of_three: None) -> None:
    browser, address = province(), f"/f/incidence_register/?p={PROVINCE}"
    html = page(browser, address)
    assert "28.0 % 只含某州的数，3个州市中2个未报" in words_of(html)
    assert f'href="/f/incidence_register/?p={PROVINCE}&amp;show=unreported#table"' in html
    assert OTHER in table_of(page(browser, f"{address}&show=unreported"))


def test_the_page_of_a_figure_leads_to_the_dictionary(one_of_three: None) -> None:
    html = page(province(), f"/f/incidence_register/?p={PROVINCE}")
    assert '<a href="/f/?family=register">第1版，见指标字典</a>' in html


def test_a_period_without_figures_is_said_and_not_silently_replaced(one_of_three: None) -> None:
    browser, said = province(), "这里没有“2012”的数，显示的是2015年末。"
    addresses = (f"/p/{PROVINCE}/?t=2012", f"/f/incidence_register/?p={PROVINCE}&t=2012")
    assert [said in page(browser, address) for address in addresses] == [True, True]


@pytest.mark.parametrize(
    ("group", "list_of_missing"),
    [("", f"/p/{PROVINCE}/?show=unreported#table"), ("01", "&amp;group=01&amp;show=unreported#table")],
)
def test_a_figure_by_groups_says_it_as_a_whole_and_for_one_group(
    one_of_three: None, group: str, list_of_missing: str
) -> None:
    html = page(province(), f"/f/households_by_cause/?p={PROVINCE}&group={group}".removesuffix("&group="))
    assert f'{list_of_missing}">只含某州的数，3个州市中2个未报' in html


def test_a_figure_that_has_values_by_group_is_never_called_unreported(one_of_three: None) -> None:
    html = page(province(), f"/f/households_by_cause/?p={PROVINCE}")
    assert ("按组的数" in html, "未报</b>" in html, 'class="absent"' in html) == (True, False, False)


def test_a_line_of_the_whole_sample_says_where_the_sample_is_from(one_of_three: None) -> None:
    snapshot, formula = Snapshot.objects.get(), Formula.objects.filter(indicator="households_registered").get()
    for indicator, code, level in (("poverty_threshold", "53", 0), ("incidence_survey", "5334", 1)):
        Figure.objects.create(
            snapshot=snapshot, formula=formula, indicator=indicator, version="1", place=Place.objects.get(code=code),
            place_code=code, level=level, year=2015, value=3490.0, sample_size=710,
        )  # fmt: skip
    text = words_of(page(province(), f"/f/poverty_threshold/?p={PROVINCE}"))
    assert "只含某州的样本，3个州市中2个没有样本" in text


def test_what_is_missing_further_down_is_said_too(one_of_three: None) -> None:
    html = page(province(), f"/p/{COUNTY}/")
    assert "28.0 % 1个地方未报，合计不含。" in words_of(html)
    assert f'href="/p/{COUNTY}/?show=unreported#table"' in html


def test_where_everyone_has_reported_nothing_is_said(one_of_three: None) -> None:
    text = words_of(page(province(), "/p/533422101200/"))
    assert ("只含" in text, "未报" in text) == (False, False)


def test_a_trend_over_different_places_says_so_and_no_change_is_told(fewer_than_last_year: None) -> None:
    text = words_of(page(province(), f"/p/{PROVINCE}/"))
    assert "各年上报的地方不同，不能直接比：2014年3个中2个、2015年3个中1个。" in text
    assert "不能与2014年末相比：上报的地方不同" in text
