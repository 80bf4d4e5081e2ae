"""The main job, as a township officer does it: from a faulty workbook to a changed figure on map and table."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demonstration, SignIn

pytestmark = pytest.mark.browser

OWN, NEIGHBOUR = "533422203", "533422202"
WAIT = 90_000


def upload(page: Page, file: Path) -> None:
    page.goto("/imports/")
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_label("年度").fill("2015")
    page.get_by_role("button", name="检查这个文件").click()
    expect(page.locator("#rows")).to_be_visible(timeout=WAIT)


def marked_rows(answer: Path) -> set[tuple[str, int]]:
    """Sheet and row of every row of the answer whose added column says something to mend."""
    book = openpyxl.load_workbook(answer)
    found = set()
    for sheet in book.worksheets:
        heading = {cell.value: cell.column for cell in sheet[1]}
        column = heading.get("问题和改法")
        rows = range(2, sheet.max_row + 1) if column else ()
        found |= {(sheet.title, row) for row in rows if sheet.cell(row, column or 1).value}
    return found


def planted(key: Path) -> set[tuple[str, int]]:
    with key.open(encoding="utf-8-sig") as file:
        return {(row["sheet"], int(row["row"])) for row in csv.DictReader(file)}


def incidence(page: Page, code: str) -> str:
    page.goto(f"/p/{code}/")
    return page.locator(".card", has_text="贫困发生率（名册）").locator(".figure b").inner_text()


def test_a_faulty_workbook_comes_back_marked_and_the_mended_one_changes_the_figures(
    demonstration: Demonstration, sign_in: SignIn, tmp_path: Path
) -> None:
    officer = sign_in("yanmen")
    before = incidence(officer, OWN)

    upload(officer, demonstration.files / f"township_{OWN}_faulty.xlsx")
    with officer.expect_download() as download:
        officer.get_by_role("link", name="下载标好的表").click()
    answer = tmp_path / "answer.xlsx"
    download.value.save_as(answer)
    assert planted(demonstration.files / f"township_{OWN}_faulty.key.csv") <= marked_rows(answer)

    upload(officer, demonstration.files / f"township_{OWN}_mended.xlsx")
    officer.get_by_role("button", name="先入库").click()
    expect(officer.get_by_text("已存")).to_be_visible(timeout=WAIT)
    expect(officer.locator("main")).to_contain_text("新增", timeout=WAIT)
    officer.wait_for_timeout(500)
    expect(_reloaded_incidence(officer)).not_to_have_text(before, timeout=WAIT)


def _reloaded_incidence(page: Page):  # type: ignore[no-untyped-def]
    page.goto(f"/p/{OWN}/")
    for _ in range(60):
        if page.locator(".card").count():
            break
        page.wait_for_timeout(1000)
    return page.locator(".card", has_text="贫困发生率（名册）").locator(".figure b")


def test_the_neighbour_township_sees_none_of_it(sign_in: SignIn) -> None:
    neighbour = sign_in("yunling")
    answer = neighbour.goto(f"/p/{OWN}/")
    assert answer is not None
    assert answer.status == 403


def test_a_helper_of_another_household_sees_none_of_it(demonstration: Demonstration, sign_in: SignIn) -> None:
    officer, helper = sign_in("yanmen"), sign_in("helper")
    officer.goto(f"/households/?p={OWN}")
    address = officer.locator("main table a[href^='/h/']").last.get_attribute("href")
    answer = helper.goto(address or "")
    assert answer is not None
    assert answer.status == 404
