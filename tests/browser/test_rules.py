"""A changed criterion, as two people do it: one proposes, the other reviews, and the household's page judges by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

STANDARD = "/rules/standards/yunnan_household_exit/"
TITLE, TEXT = "收入达到一千倍", "人均纯收入 >= poverty_line * 1000"
WAIT = 60_000


def write_version(page: Page) -> None:
    page.goto(f"{STANDARD}edit/")
    page.get_by_label("从哪天起有效", exact=True).fill("2015-07-01")
    page.get_by_label("到哪天前有效").fill("2017-01-01")
    page.get_by_label("依据写明：从那天起已经有效").check()
    page.get_by_label("依据：文件名、文号、日期").fill("试验文件 2015-06-30")
    first = page.get_by_role("group", name="条件1", exact=True)
    first.get_by_label("中文名称").fill(TITLE)
    first.get_by_role("textbox", name="条件算式").fill(TEXT)
    expect(first.get_by_text("得出：是或否")).to_be_visible(timeout=WAIT)


def test_a_criterion_counts_once_a_second_person_has_reviewed_it(sign_in_to_copy: SignIn) -> None:
    author, reviewer = sign_in_to_copy("prefecture"), sign_in_to_copy("province")
    write_version(author)
    author.locator("form.rule-form").get_by_role("button", name="看改动的结果").last.click()
    author.get_by_label("改动的理由").fill("试一试两个人复核")
    author.get_by_role("button", name="提出这项改动").click(timeout=WAIT)
    expect(author.get_by_text("由另一个人复核")).to_be_visible(timeout=WAIT)
    reviewer.goto(author.url)
    reviewer.get_by_role("button", name="同意，让它有效").click()
    expect(reviewer.get_by_text("复核，已经有效")).to_be_visible(timeout=WAIT)
    reviewer.goto("/p/533422203/households/")
    reviewer.locator("table.drill tbody th a").first.click()
    expect(reviewer.get_by_text(TITLE).first).to_be_visible(timeout=WAIT)
    expect(reviewer.locator(".verdict.failed", has_text=TITLE)).to_have_count(1)
