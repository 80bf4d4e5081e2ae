"""Pages as people see them: without scripts, on a map, on paper. What holds on every page is in test_every_page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bangfu.cli.demo import PASSWORD, PEOPLE
from tests.browser.conftest import Demonstration

pytestmark = pytest.mark.browser
PROVINCE, COUNTY, TOWNSHIP = "53", "533422", "533422203"
ADDRESSES = (
    f"/p/{PROVINCE}/",
    f"/p/{COUNTY}/",
    f"/p/{COUNTY}/?by=survey",
    f"/p/{TOWNSHIP}/",
    f"/p/{COUNTY}/households/",
    f"/f/incidence_register/?p={COUNTY}",
    f"/f/incidence_survey/?p={COUNTY}",
    f"/f/households_by_cause/?p={COUNTY}",
    f"/f/households_registered/rows/?p={TOWNSHIP}",
    "/f/",
    f"/places/?p={COUNTY}",
    "/imports/",
    "/s/?q=yanmen",
    "/me/",
)
Open = Callable[..., Page]


@pytest.fixture
def signed_in(browser: Browser, demonstration: Demonstration) -> Iterator[Open]:
    """The province's officer in a browser of a language, a width, with or without scripts."""
    contexts: list[BrowserContext] = []

    def enter(language: str = "zh", width: int = 1440, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=demonstration.address, locale={"zh": "zh-CN", "en": "en-US"}[language],
            viewport={"width": width, "height": 800}, java_script_enabled=scripts,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.goto("/in/")
        page.locator("input[name=login]").fill("province")
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url(lambda url: "/in/" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()


def on_pages(page: Page, script: str) -> dict[str, object]:
    """What a script says of each page; pages of which it says nothing are left out."""
    return {address: found for address in ADDRESSES if (found := _said(page, address, script))}


def _said(page: Page, address: str, script: str) -> object:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    return page.evaluate(script)


def test_no_error_is_told_to_the_console(signed_in: Open) -> None:
    page = signed_in()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    on_pages(page, "null")
    assert told == []


def test_without_scripts_a_page_has_the_same_figures(signed_in: Open) -> None:
    with_scripts, without = signed_in(), signed_in(scripts=False)
    texts = [_figures(page) for page in (with_scripts, without)]
    assert texts[0] == texts[1] != []


def _figures(page: Page) -> list[str]:
    page.goto(f"/p/{COUNTY}/")
    return [*page.locator(".card .figure").all_inner_texts(), *page.locator("#table td").all_inner_texts()]


def test_each_area_of_the_map_says_what_its_row_says(signed_in: Open) -> None:
    page = signed_in()
    page.goto(f"/p/{COUNTY}/")
    names = [link.get_attribute("aria-label") or "" for link in page.locator("#map .areas a").all()]
    rows = page.locator("#table tbody tr")
    told = {row.locator("th").inner_text(): row.locator("td").nth(2).inner_text().strip() for row in rows.all()}
    shown = {re.sub(r"(傈僳族)?[乡镇]$", "", name): value for name, value in told.items()}
    assert {*names} == {f"{name}，{value}%" for name, value in shown.items()}


def test_a_page_on_paper_carries_place_period_and_snapshot(signed_in: Open) -> None:
    page = signed_in()
    page.goto(f"/p/{COUNTY}/")
    page.emulate_media(media="print")
    text = page.locator("body").inner_text()
    assert ("德钦县" in text, "2015年末" in text, "#" in text, "合成数据" in text) == (True,) * 4


def test_the_demonstration_prints_its_address_every_sign_in_and_their_password(demonstration: Demonstration) -> None:
    wanted = ["http://127.0.0.1:8000/", PASSWORD, *(person.name for person in PEOPLE)]
    assert [word for word in wanted if word not in demonstration.said] == []
