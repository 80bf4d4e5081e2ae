"""A superior's table of a known layout comes back filled in at most five clicks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hand, SignIn
from tests.workbooks.blanks import make_blank

pytestmark = pytest.mark.browser
MOST_CLICKS = 5


def test_a_known_table_comes_back_filled_within_five_clicks(sign_in: SignIn, tmp_path: Path) -> None:
    blank = make_blank("merged_heads", tmp_path)
    first = sign_in("county")
    first.goto("/fill/")
    first.get_by_label("空白表").set_input_files(blank.path)
    first.get_by_role("button", name="填报表").click()
    first.get_by_role("button", name="确认并填").click()
    expect(first.get_by_role("link", name="下载填好的表")).to_be_visible()
    page, hand = sign_in("county"), Hand()
    hand.click(page.get_by_role("link", name="填报表"))
    hand.choose(page.get_by_label("空白表"), blank.path)
    hand.click(page.get_by_role("button", name="填报表"))
    with page.expect_download() as coming:
        hand.click(page.get_by_role("link", name="下载填好的表"))
    coming.value.save_as(tmp_path / "filled.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "filled.xlsx").worksheets[0]
    assert hand.clicks <= MOST_CLICKS
    assert sheet["B5"].value
    assert sheet["B10"].value == "=SUM(B5:B9)"
