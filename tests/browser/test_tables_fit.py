"""A table beside its map is never cut: at 1280 and 768 pixels its last column stands inside the panel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Page

from bangfu.web import context, numbers
from bangfu.web.numbers import Missing
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, cell_of

pytestmark = pytest.mark.browser
CSS = (Path(context.__file__).resolve().parent / "static/bangfu/base.css").read_text()
CUT = "[...document.querySelectorAll('.table-wrap')].map(e => e.scrollWidth - e.clientWidth)"


@pytest.fixture(scope="module")
def browser_page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def area_table(note: str = "") -> str:
    """The table of an area home in English, with the widest cells that it has: a row of which nothing is reported."""
    with translation.override("en"):
        columns = (
            DrillColumn("households", sort_href="#", sorted="down"),
            DrillColumn("people", sort_href="#"),
            DrillColumn("Incidence", "%", bar=True, sort_href="#"),
            DrillColumn("On last year", "points", sort_href="#"),
        )
        absent = tuple(cell_of(numbers.missing(Missing.NOT_REPORTED)) for _ in range(3))
        rows = (
            DrillRow("Xishuangbanna", (*absent, DrillCell("—")), href="#"),
            DrillRow("Diqing", (*absent, DrillCell("−4.1")), href="#", note=note),
        )
        table = DrillTable("Yunnan by prefecture", "Prefecture", columns, rows)
        return render_to_string("components/drill_table.html", {"table": table, "quiet": True})


@pytest.mark.parametrize("width", [1280, 768, 360])
@pytest.mark.parametrize("note", ["", "14,694 places in it not reported"])
def test_the_last_column_of_an_english_table_is_not_cut(browser_page: Page, width: int, note: str) -> None:
    browser_page.set_viewport_size({"width": width, "height": 800})
    panels = f'<section class="panel twin-table">{area_table(note)}</section><section class="panel twin-map"></section>'
    page = f'<html lang="en"><style>{CSS}</style><main class="page"><div class="twin">{panels}</div></main></html>'
    browser_page.set_content(page)
    assert browser_page.evaluate(CUT) == [0]
