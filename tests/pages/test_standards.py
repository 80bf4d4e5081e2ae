"""Standards of an area on pages: counts that open their households, missing facts as work, another line tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.records.access.models import Role, User
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import HouseholdYear
from bangfu.records.instance.overlay import propose_overlay, review_overlay
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import PlaceYear
from bangfu.web.pages import standard_places
from bangfu.web.values import DrillTable, State
from tests.browsers import browser_at
from tests.committed import for_a_module
from tests.figures.register import Register, small_register

COUNTY, VILLAGE = "533422", "533422101200"
HOUSEHOLDS, VILLAGES = f"/p/{COUNTY}/standards/yunnan_household_exit/", f"/p/{COUNTY}/standards/yunnan_village_exit/"
pytestmark = pytest.mark.db_twice


def counted() -> Register:
    """Twenty households whose incomes and houses are known or not, and two villages of which one has a paved road."""
    made = small_register()
    for at, sheet in enumerate(HouseholdYear.objects.filter(year=2015).order_by("id")):
        sheet.net_income_per_capita_fen = [None, 100_000, 290_000, 310_000, 400_000][at % 5]
        sheet.danger_level = ["01", None, "03"][at % 3]
        sheet.save()
    PlaceYear.objects.filter(year=2015, place=made.villages[0]).update(paved_road=True)
    PlaceYear.objects.filter(year=2015, place=made.villages[1]).update(paved_road=False)
    run_cycle()
    return made


@pytest.fixture(scope="module")
def committed_register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Register]:
    yield from for_a_module(django_db_blocker, counted)


def officer(role: Role = Role.COUNTY_OFFICER, code: str = COUNTY, language: str = "zh") -> Client:
    return browser_at(role, code, language)


def cells(table: DrillTable, name: str) -> list[str]:
    row = next(row for row in table.rows if row.name == name)
    return [cell.tag.word if cell.tag else cell.text for cell in row.cells]


def page(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.context


def test_of_a_standard_that_people_judge_alone_nothing_is_counted_or_claimed(register: Register) -> None:
    title = {"zh": "试", "en": "Trial"}
    version = {
        "valid_from": "2015-01-01",
        "source": "试",
        "criteria": [{"code": "a", "title": title, "by_people": True}],
    }
    body = {"title": title, "kind": "monitoring", "scheme": "china", "level": "household", "versions": [version]}
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    row = propose_overlay(path="standards/trial", body=body, reason="A test", by=first)
    review_overlay(row, by=second, at=timezone.now())
    found = page(officer(language="en"), f"/p/{COUNTY}/standards/trial/")
    assert cells(found["criteria"], "Trial") == ["Decided by people", "—", "—"]
    assert (found["missing"], found["places"]) == (None, None)


def test_the_standards_that_hold_here_are_listed_for_households_and_each_level(register: Register) -> None:
    table = page(officer(), f"/p/{COUNTY}/standards/")["table"]
    assert cells(table, "云南贫困户退出条件")[:3] == ["户", "退出", "6"]
    assert cells(table, "云南贫困村退出条件")[:3] == ["村", "退出", "10"]


def test_households_are_counted_as_reached_not_reached_and_data_missing(register: Register) -> None:
    assert cells(page(officer(), HOUSEHOLDS)["criteria"], "收入达标") == ["12", "4", "4"]


def test_a_count_opens_as_many_households_as_it_says(register: Register) -> None:
    browser = officer()
    row = next(row for row in page(browser, HOUSEHOLDS)["criteria"].rows if row.name == "收入达标")
    assert len(page(browser, row.cells[1].href)["table"].rows) == 4


def test_a_missing_fact_opens_the_households_that_lack_it(register: Register) -> None:
    browser = officer()
    row = next(row for row in page(browser, HOUSEHOLDS)["missing"].rows if row.name == "危房等级")
    lacking = page(browser, row.href)["table"].rows
    assert {found.cells[1].text for found in lacking} == {"危房等级"}
    assert str(len(lacking)) == row.cells[1].text


def test_another_line_is_tried_in_this_county_and_nothing_is_stored(register: Register) -> None:
    stored = current().content_hash
    tried = page(officer(), f"{HOUSEHOLDS}?line=poverty_line&value=3000")
    assert cells(tried["criteria"], "收入达标") == ["12", "4", "4", "8", "−4"]
    assert "4户次不再达到" in tried["trial"]
    assert current().content_hash == stored


@pytest.mark.parametrize("typed", ["３０００", "3000元", "3,000", "3000.00"])
def test_an_amount_counts_however_it_is_typed(register: Register, typed: str) -> None:
    tried = page(officer(), f"{HOUSEHOLDS}?line=poverty_line&value={quote(typed)}")
    assert cells(tried["criteria"], "收入达标") == ["12", "4", "4", "8", "−4"]


def test_what_is_no_amount_is_said_and_the_counts_stay(register: Register) -> None:
    tried = page(officer(), f"{HOUSEHOLDS}?line=poverty_line&value=3千")
    assert tried["mistake"] == "“3千”不是金额。只写数字，最多12位，小数不超过两位，例如8700.50。"
    assert cells(tried["criteria"], "收入达标") == ["12", "4", "4"]


def test_villages_are_judged_by_their_sheet_and_one_without_a_sheet_is_unknown(register: Register) -> None:
    judged = page(officer(), VILLAGES)
    assert cells(judged["criteria"], "公路硬化到村") == ["1", "1", "1"]
    row = next(row for row in judged["places"].rows if row.name == "某村0")
    assert row.cells[1].tag is not None
    assert row.cells[1].tag.state is State.REACHED


def test_a_count_of_villages_picks_those_villages(register: Register) -> None:
    picked = page(officer(), f"{VILLAGES}?criterion=road&verdict=failed")["places"]
    assert [row.name for row in picked.rows] == ["某村1"]


def test_one_village_is_told_with_the_reason_of_each_verdict(register: Register) -> None:
    shown = page(officer(), f"/p/{VILLAGE}/standards/yunnan_village_exit/")["shown"]
    verdict = next(each for each in shown.verdicts if each.criterion == "公路硬化到村")
    assert (verdict.state, verdict.values) == (State.REACHED, "通硬化路：是")


def test_an_unknown_standard_has_no_page(register: Register) -> None:
    assert officer().get(f"/p/{COUNTY}/standards/yunnan_province_exit/").status_code == 404


def test_a_standard_that_does_not_hold_here_is_said_to_beside_those_that_do(register: Register) -> None:
    told = page(officer(), f"/p/{VILLAGE}/standards/yunnan_county_exit/")
    assert told["notice"].sentence.endswith("不适用。换一个年份，或在下表中选一个标准。")
    assert cells(told["table"], "云南贫困户退出条件")[0] == "户"


def test_many_places_are_judged_after_the_frame_of_the_page(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standard_places, "PLACES_AT_ONCE", 2)
    browser = officer()
    later = page(browser, VILLAGES)["later_href"]
    assert cells(page(browser, later)["criteria"], "公路硬化到村") == ["1", "1", "1"]


def test_a_proposed_standard_for_villages_says_how_many_would_be_judged_otherwise(register: Register) -> None:
    given = {
        "title_zh": "云南贫困村退出条件",
        "title_en": "Village exit",
        "valid_from": "2016-01-01",
        "valid_until": "2021-01-01",
        "backdated": "on",
        "source": "a notice",
        "c0-code": "road",
        "c0-title_zh": "通硬化路",
        "c0-title_en": "Paved road",
        "c0-text": "paved_road",
        "step": "preview",
    }
    prefecture = officer(Role.PREFECTURE_OFFICER, "5334")
    effects = prefecture.post("/rules/standards/yunnan_village_exit/edit/", given).context["effects"]
    assert cells(effects.table, "通硬化路")[1::2] == ["1", "1", "1"]
    assert "3个地方中有1个结果不同" in effects.note
