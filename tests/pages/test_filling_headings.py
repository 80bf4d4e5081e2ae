"""What is asked of a person about a blank: misspelt places, headings that are only similar; and what is written."""

from __future__ import annotations

from html import unescape
from itertools import count
from pathlib import Path
from threading import Event

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from bangfu.records.access.models import Role
from bangfu.records.figures.models import Snapshot
from bangfu.records.jobs import actions as jobs
from bangfu.records.jobs.running import Running
from bangfu.records.reports import actions, work
from bangfu.records.reports.models import Filling, FillingState
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.filling_browser import add_figure, blank, column_of, confirm, kept_snapshot, saved, send, sheet_of

pytestmark = [pytest.mark.db_twice, pytest.mark.usefixtures("blanks_read_here")]
OWN, VILLAGE, OTHER = "533422101", "533422101201", "533422101202"


@pytest.fixture(autouse=True)
def snapshot(world: World) -> Snapshot:
    """Figures of a township and its two villages."""
    found = kept_snapshot()
    for code, value in ((OWN, 250), (VILLAGE, 31), (OTHER, 9)):
        add_figure(found, world, code, value)
    return found


@pytest.fixture
def officer(world: World) -> Client:
    """The township officer's browser, in English."""
    return browser_of(world, Role.TOWNSHIP_OFFICER, "en")


def page_of(browser: Client, address: str) -> str:
    return unescape(browser.get(address).content.decode())


# --- Places ---------------------------------------------------------------------------------------------------------


def test_misspelt_villages_are_asked_about_however_many_they_are(officer: Client, tmp_path: Path) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨中村", "茨忠村", "瞎编乱造村"]), OWN)
    page = page_of(officer, address)
    unsaid = confirm(officer, address)
    filled = confirm(officer, address, **{"where-0": "-", "where-1": "-"})
    assert "贫困户数 / " not in page
    assert unescape(unsaid).count("Say which place is meant") == 2
    assert column_of(officer, filled)[:3] == [31, None, None]


def test_for_a_misspelt_village_the_nearest_are_offered_and_every_place_of_the_area_can_be_found(
    officer: Client, tmp_path: Path
) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨忠村", "瞎编乱造村"]), OWN)
    page = page_of(officer, address)
    refused = confirm(officer, address, **{"where-0": VILLAGE, "place-1": "没有的村"})
    filled = confirm(officer, address, **{"where-0": VILLAGE, "place-1": OTHER})
    assert page.index(f'<option value="{VILLAGE}"') < page.index('id="where-1"')
    assert "“没有的村” is no place" in unescape(refused)
    assert column_of(officer, filled)[:2] == [31, 9]
    assert f"({OTHER})" in page_of(officer, f"{filled}match/").partition('name="place-1"')[2][:60]


def test_a_village_of_ours_is_not_meant_where_it_stands_below_a_township_of_others(
    officer: Client, tmp_path: Path
) -> None:
    rows = [["县", "乡镇", "行政村", "贫困户数"], *(["德钦县", town, "茨中村"] for town in ("云岭乡", "燕门乡"))]
    address = confirm(officer, send(officer, saved(tmp_path / "t.xlsx", [["2015年贫困户"], *rows]), OWN))
    assert column_of(officer, address, 3) == [None, 31]


def test_a_mean_of_the_rows_is_no_place_and_nobody_is_asked(officer: Client, tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", [["行政村", "贫困户数", "备注"], ["茨中村"], ["平均", "=AVERAGE(B2:B2)"]])
    page = page_of(officer, send(officer, path, OWN))
    assert 'name="where-' not in page


# --- Headings -------------------------------------------------------------------------------------------------------


def test_a_heading_that_is_only_similar_stays_empty_and_what_it_may_mean_is_offered(
    officer: Client, tmp_path: Path
) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨中村"], "年初贫困户总数"), OWN)
    page = page_of(officer, address)
    empty = column_of(officer, confirm(officer, address))[0]
    chosen = confirm(officer, f"{address}", **{"near-0": "figure:households_registered:"})
    assert 'name="what-0" value=""' in page
    assert "only similar words" in page
    assert (empty, column_of(officer, chosen)[0]) == (None, 31)


def test_other_words_of_the_same_meaning_are_not_called_the_same_words(officer: Client, tmp_path: Path) -> None:
    page = page_of(officer, send(officer, blank(tmp_path / "t.xlsx", ["茨中村"]), OWN))
    assert "same meaning" in page
    assert "same words<" not in page


def test_a_heading_that_is_the_word_of_a_unit_is_shown(officer: Client, tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", [["Village", "Persons", "Households"], ["茨中村"], ["谷扎村"]])
    page = page_of(officer, send(officer, path, OWN))
    assert page.count("Meaning of Persons") == page.count("Meaning of Households") == 1


def test_the_button_of_a_list_counts_no_cells(officer: Client, tmp_path: Path) -> None:
    listed = send(officer, saved(tmp_path / "l.xlsx", [["贫困户名单"], ["序号", "户编号", "行政村"]]), OWN)
    table = send(officer, blank(tmp_path / "t.xlsx", ["茨中村", "谷扎村"]), OWN)
    assert "Confirm and fill the list<" in page_of(officer, listed)
    assert "Confirm and fill 2 cells<" in page_of(officer, table)


# --- What is written ------------------------------------------------------------------------------------------------


def test_values_have_the_decimals_that_pages_show_or_those_of_their_cell(
    world: World, officer: Client, snapshot: Snapshot, tmp_path: Path
) -> None:
    add_figure(snapshot, world, VILLAGE, 312152.87356322, indicator="income_per_capita_registered")
    add_figure(snapshot, world, VILLAGE, 0.103270223752, indicator="incidence_register")
    heads = ["行政村", "人均纯收入", "人均纯收入（元）", "贫困发生率（%）", "贫困发生率"]
    path = saved(tmp_path / "t.xlsx", [["2015年"], heads, ["茨中村"]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["C3"].number_format = "0.00"
    book.worksheets[0]["E3"].number_format = "0.00%"
    book.save(path)
    row = sheet_of(officer, confirm(officer, send(officer, path, OWN)))[3]
    assert [cell.value for cell in row[1:]] == [3122, 3121.53, 10.3, 0.1033]


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_large_blank_is_filled_in_the_background_after_its_headings_are_confirmed(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨中村"]), OWN)
    monkeypatch.setattr(actions, "LARGE", 0)
    filled = confirm(officer, address)
    waiting = Filling.objects.get().state
    asked_again = officer.get(address)["Location"]
    job = jobs.claim("w", now=timezone.now())
    assert job is not None
    work.fill(Running(job, worker="w", stopping=Event(), clock=count(step=2).__next__))
    assert (waiting, asked_again) == (FillingState.RECEIVED, filled)
    assert column_of(officer, filled)[0] == 31


def test_headings_can_still_be_changed_after_the_work_in_the_background_was_stopped(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨中村"]), OWN)
    monkeypatch.setattr(actions, "LARGE", 0)
    confirm(officer, address)
    job = Filling.objects.get().job
    assert job is not None
    officer.post(f"/jobs/{job.ref}/cancel/")
    monkeypatch.setattr(actions, "LARGE", 1 << 20)
    assert column_of(officer, confirm(officer, address))[0] == 31


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"%PDF-1.4", b"<table><tr><td>1</td></tr></table>"])
def test_a_file_that_is_no_workbook_of_today_is_refused_with_what_to_save_it_as(
    officer: Client, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    page = page_of(officer, send(officer, tmp_path / "t.csv", OWN))
    assert "not an Excel workbook (.xlsx)" in page
    assert "Excel workbook (*.xlsx)" in page
