"""The main job, as a township officer does it: from a faulty workbook to a changed figure on map and table."""

from __future__ import annotations

import csv
import re
import time
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demonstration, Hand, SignIn

pytestmark = pytest.mark.browser

OWN, NEIGHBOUR = "533422203", "533422202"
WAIT = 90_000
FAULTS = 10
#: From the page with the file chosen to the merged register, mending in Excel apart.
MERGE_CLICKS = 8


@dataclass(frozen=True)
class Shown:
    """The incidence of the township as its page shows it: on the card, in the table's total, in the map's areas."""

    card: str
    total: str
    areas: tuple[str, ...]


def shown(page: Page) -> Shown:
    page.goto(f"/p/{OWN}/?t=2015")
    card = page.locator(".card", has_text="贫困发生率（名册）").locator(".figure b")
    areas = page.locator("#map .areas a").all()
    return Shown(
        card.inner_text(),
        page.locator("#table tfoot td").nth(2).inner_text(),
        tuple(area.get_attribute("aria-label") or "" for area in areas),
    )


def shown_anew(page: Page, before: Shown) -> Shown:
    """What the page shows once the figures were computed again."""
    deadline = time.monotonic() + WAIT / 1000
    while (now := shown(page)) == before:
        assert time.monotonic() < deadline, "the figures were not computed again in time"
        time.sleep(1)
    return now


def check(page: Page, hand: Hand) -> None:
    """Have the file checked that was chosen."""
    page.get_by_label("年度").fill("2015")
    hand.click(page.get_by_role("button", name="检查文件"))
    expect(page.locator("#rows")).to_be_visible(timeout=WAIT)


def marked_rows(answer: Path) -> set[tuple[str, int]]:
    """Sheet and row of every row of the answer whose added column says something to mend."""
    found = set()
    for sheet in openpyxl.load_workbook(answer).worksheets:
        column = {cell.value: cell.column for cell in sheet[1]}.get("问题和改法")
        rows = range(2, sheet.max_row + 1) if column else ()
        found |= {(sheet.title, row) for row in rows if sheet.cell(row, column or 1).value}
    return found


@dataclass(frozen=True)
class Mending:
    """One cell of the workbook and what belongs there, as the key file of the demonstration says."""

    sheet: str
    row: int
    heading: str
    right: str


def key_of(faulty: Path) -> list[Mending]:
    """What is to be mended in a faulty workbook."""
    with faulty.with_suffix(".key.csv").open(encoding="utf-8-sig") as file:
        return [Mending(row["sheet"], int(row["row"]), row["column"], row["right"]) for row in csv.DictReader(file)]


def cell_of(book: openpyxl.Workbook, where: Mending) -> Cell:
    sheet = book[where.sheet]
    column = next(cell.column for cell in sheet[1] if cell.value == where.heading)
    found = sheet.cell(where.row, column)
    assert isinstance(found, Cell)
    return found


def filled(answer: Path, key: list[Mending]) -> list[bool]:
    """Whether the cell of each fault is marked in the answer."""
    book = openpyxl.load_workbook(answer)
    return [cell_of(book, where).fill.fill_type == "solid" for where in key]


def mend(answer: Path, key: list[Mending], target: Path) -> Path:
    """The answer workbook with what is right in every marked cell, as somebody mends it in Excel, and nothing else."""
    book = openpyxl.load_workbook(answer)
    for where in key:
        cell_of(book, where).value = where.right
    book.save(target)
    return target


def found(page: Page, number: str) -> list[str]:
    """The addresses of the households that the search box finds for a number."""
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="搜索")).to_be_visible()
    return [link.get_attribute("href") or "" for link in page.locator("main a[href^='/h/']").all()]


def late_households(files: Path) -> list[str]:
    """The household numbers of the workbook that is brought in."""
    sheet = openpyxl.load_workbook(files / f"township_{OWN}_faulty.xlsx")["户"]
    column = {cell.value: cell.column for cell in sheet[1]}["户编号"] or 0
    return [str(sheet.cell(row, column).value) for row in range(2, sheet.max_row + 1)]


def test_a_faulty_workbook_comes_back_marked_and_the_mended_one_changes_the_figures(
    demonstration: Demonstration, sign_in: SignIn, tmp_path: Path
) -> None:
    officer, faulty = sign_in("yanmen"), demonstration.files / f"township_{OWN}_faulty.xlsx"
    hand = Hand()
    before = shown(officer)

    officer.goto("/imports/")
    officer.get_by_label("文件", exact=True).set_input_files(faulty)
    check(officer, hand)
    expect(officer.get_by_text("没有要改的行")).to_have_count(0)
    with officer.expect_download() as download:
        hand.click(officer.get_by_role("link", name="下载标好的表"))
    answer = tmp_path / "answer.xlsx"
    download.value.save_as(answer)
    key = key_of(faulty)
    assert filled(answer, key) == [True] * FAULTS
    assert {(where.sheet, where.row) for where in key} <= marked_rows(answer)

    hand.click(officer.get_by_role("link", name="全部文件"))
    hand.choose(officer.get_by_label("文件", exact=True), mend(answer, key, tmp_path / "mended.xlsx"))
    check(officer, hand)
    expect(officer.get_by_text("没有要改的行")).to_be_visible()
    hand.click(officer.get_by_role("button", name=re.compile("先入库")))
    expect(officer.get_by_text("已入库：新增")).to_be_visible(timeout=WAIT)
    assert hand.clicks <= MERGE_CLICKS
    after = shown_anew(officer, before)
    assert (after.card != before.card, after.total != before.total) == (True, True)
    assert len(after.areas) == len(before.areas) > 0
    assert after.areas != before.areas


def test_the_neighbour_township_sees_none_of_it(demonstration: Demonstration, sign_in: SignIn) -> None:
    neighbour = sign_in("yunling")
    number = late_households(demonstration.files)[0]
    answer = neighbour.goto(f"/p/{OWN}/")
    assert answer is not None
    assert answer.status == 403
    neighbour.goto("/")
    assert found(neighbour, number) == []
    neighbour.goto("/imports/")
    expect(neighbour.locator("main")).not_to_contain_text(OWN)


def test_a_helper_of_another_household_sees_none_of_it(demonstration: Demonstration, sign_in: SignIn) -> None:
    officer, helper = sign_in("yanmen"), sign_in("helper")
    number = late_households(demonstration.files)[0]
    assert found(helper, number) == []
    (address,) = found(officer, number)
    answers = [page.goto(address) for page in (officer, helper)]
    assert [answer.status for answer in answers if answer] == [200, 404]
