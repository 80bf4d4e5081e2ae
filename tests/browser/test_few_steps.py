"""The main tasks in few clicks, by keyboard alone, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bangfu.cli.demo import PASSWORD
from tests.browser.conftest import Demonstration, SignIn
from tools.pages.browsing import Browsing

pytestmark = pytest.mark.browser
OWN = "533422203"
FIND_CLICKS, ROWS_CLICKS = 3, 2
#: The smallest letters on the wall, in pixels, drawings apart.
SMALLEST_LETTERS = """Math.min(...[...document.querySelectorAll('.board *, .turns *')]
  .filter(e => e.checkVisibility() && !e.closest('.unseen, svg'))
  .filter(e => [...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""


@dataclass
class Hand:
    """Clicks, and counts them; typing is no click."""

    clicks: int = 0

    def click(self, thing: Locator) -> None:
        thing.click()
        self.clicks += 1


@pytest.fixture
def plain(browser: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """A page of the township's officer whose browser runs no script."""
    browsing = Browsing(browser, demonstration.address, PASSWORD)
    yield browsing.page("yanmen", "zh", scripts=False)
    browsing.close()


def a_household(page: Page) -> tuple[str, str]:
    """The number by which people ask for the first household of the list, and its address."""
    page.goto(f"/p/{OWN}/households/")
    link = page.locator("main tbody th a").first
    address = link.get_attribute("href") or ""
    page.goto(address)
    name = page.locator("h1").inner_text().removesuffix("户").strip()
    page.goto("/")
    return name, address.split("?")[0]


def test_a_household_is_found_within_three_clicks(sign_in: SignIn) -> None:
    page, hand = sign_in("yanmen"), Hand()
    name, address = a_household(page)
    hand.click(page.get_by_role("searchbox"))
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    hand.click(page.locator(f"main a[href^='{address}']").first)
    page.wait_for_url(lambda url: address in url)
    assert hand.clicks <= FIND_CLICKS


def test_the_rows_of_a_figure_open_within_two_clicks(sign_in: SignIn) -> None:
    page, hand = sign_in("yanmen"), Hand()
    page.goto(f"/p/{OWN}/")
    hand.click(page.locator(".card .figure a").first)
    hand.click(page.locator("main .actions a.main"))
    expect(page.locator("main tbody tr").first).to_be_visible()
    assert hand.clicks <= ROWS_CLICKS


def test_a_household_is_found_by_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in("yanmen")
    name, address = a_household(page)
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/h/**")
    assert address.startswith("/h/")


def test_the_rows_of_a_figure_open_by_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in("yanmen")
    page.goto(f"/p/{OWN}/")
    page.locator(".card .figure a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/f/**")
    page.locator("main .actions a.main").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rows/**")
    expect(page.locator("main tbody tr").first).to_be_visible()


def test_g_and_a_letter_go_where_the_bar_leads_and_the_question_mark_lists_the_keys(sign_in: SignIn) -> None:
    page = sign_in("yanmen")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/f/")
    page.keyboard.press("?")
    page.wait_for_url("**/keys/")
    expect(page.locator("kbd", has_text="g").first).to_be_visible()


def test_the_main_jobs_are_done_without_scripts(plain: Page, demonstration: Demonstration) -> None:
    plain.goto("/")
    plain.locator("#table tbody th a").first.click()
    plain.wait_for_url("**/p/533422203*/")
    plain.goto(f"/p/{OWN}/households/")
    plain.locator("main tbody th a").first.click()
    plain.wait_for_url("**/h/**")
    plain.goto(f"/f/households_registered/rows/?p={OWN}")
    expect(plain.locator("main tbody tr").first).to_be_visible()
    plain.goto("/imports/")
    plain.locator("input[type=file]").set_input_files(demonstration.files / f"township_{OWN}_faulty.xlsx")
    plain.locator("input[name=year]").fill("2015")
    plain.locator("main form button.main").click()
    plain.wait_for_url("**/imports/*/")
    expect(plain.locator("h1")).to_be_visible()


def test_large_letters_and_the_dark_are_chosen_without_scripts_and_kept(plain: Page) -> None:
    plain.goto(f"/display/?next=/p/{OWN}/")
    plain.locator("input[value=big]").check()
    plain.locator("input[value=dark]").check()
    plain.locator("main form button.main").click()
    plain.wait_for_url(f"**/p/{OWN}/")
    root = plain.locator("html")
    assert (root.get_attribute("data-letters"), root.get_attribute("data-theme")) == ("big", "dark")


def test_the_screen_goes_on_by_arrow_and_keeps_its_figures_when_the_line_is_lost(sign_in: SignIn) -> None:
    page = sign_in("county")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/screen/533422/")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/screen/5334221*/")
    page.context.set_offline(True)
    expect(page.locator("#told")).not_to_be_empty()
    expect(page.locator(".board .card b").first).not_to_be_empty()
    assert page.evaluate(SMALLEST_LETTERS) >= 24
