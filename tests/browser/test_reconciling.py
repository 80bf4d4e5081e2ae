"""A county officer compares an export by clicks: a difference is decided, listed, and closed by the next one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demonstration, SignIn

pytestmark = pytest.mark.browser

TOWNSHIP = "533422202"
WAIT = 90_000


def export_of(files: Path, target: Path, *, education: str | None) -> Path:
    """The members of a township as an export; its first one with another education where asked."""
    with (files / "members_2015.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["区划代码"].startswith(TOWNSHIP)]
    rows[0]["文化程度"] = education or rows[0]["文化程度"]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def compare(page: Page, export: Path) -> None:
    page.goto("/exchange/")
    page.locator("input[name=file]").set_input_files(export)
    page.locator("select[name=place]").select_option(TOWNSHIP)
    page.locator("input[name=year]").fill("2015")
    page.locator("button.main").click()
    expect(page.locator("#rows table")).to_be_visible(timeout=WAIT)


def test_a_difference_is_decided_listed_and_closed_by_the_next_export(
    sign_in: SignIn, demonstration: Demonstration, tmp_path: Path
) -> None:
    page = sign_in("county")
    compare(page, export_of(demonstration.files, tmp_path / "first.csv", education="大专及以上"))
    page.locator("#rows a", has_text="文化程度").click()
    page.locator("#rows tbody a").first.click()
    page.locator("input[name=side][value=ours]").check()
    page.locator("input[name=reason]").fill("毕业证已核对")
    page.locator("button.main").click()
    page.goto("/exchange/")
    page.locator("#rows a", has_text="first.csv").click()
    page.locator("a[href$='/entry/']").click()
    with page.expect_download() as downloading:
        page.locator("button.main").click()
    assert downloading.value.suggested_filename.endswith(".xlsx")
    compare(page, export_of(demonstration.files, tmp_path / "second.csv", education=None))
    assert page.locator("#rows a", has_text="文化程度").count() == 0
