"""The main tasks in few clicks, by keyboard alone, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bangfu.cli.demo import PASSWORD
from tests.browser.conftest import Demonstration, Hand, SignIn
from tools.pages.browsing import Browsing

pytestmark = pytest.mark.browser
OWN = "533422203"
FIND_CLICKS, ROWS_CLICKS = 3, 2
WAIT = 90_000
#: The smallest letters on the wall, in pixels, drawings apart.
SMALLEST_LETTERS = """Math.min(...[...document.querySelectorAll('.board *, .turns *')]
  .filter(e => e.checkVisibility() && !e.closest('.unseen, svg'))
  .filter(e => [...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""


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
    assert address in page.url


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


def test_the_table_of_an_area_leads_into_its_parts_without_scripts(plain: Page) -> None:
    plain.goto(f"/p/{OWN}/")
    row = plain.locator("#table tbody th a").first
    name = row.inner_text()
    row.click()
    expect(plain.locator("h1")).to_contain_text(name)


def test_a_household_is_found_without_scripts(plain: Page) -> None:
    name, address = a_household(plain)
    plain.goto(f"/s/?q={name}")
    plain.locator(f"main a[href^='{address}']").first.click()
    expect(plain.locator("h1")).to_contain_text(name)


def test_the_rows_of_a_figure_are_as_many_as_it_says_without_scripts(plain: Page) -> None:
    plain.goto(f"/f/households_registered/rows/?p={OWN}")
    first, last = (int(each) for each in re.findall(r"\d+", plain.locator("nav.pages p").inner_text())[:2])
    assert plain.locator("main tbody tr").count() == last - first + 1 > 0


def test_a_faulty_workbook_is_answered_with_its_rows_to_mend_without_scripts(
    plain: Page, demonstration: Demonstration
) -> None:
    plain.goto("/imports/")
    plain.locator("input[type=file]").set_input_files(demonstration.files / f"township_{OWN}_faulty.xlsx")
    plain.locator("input[name=year]").fill("2015")
    plain.locator("main form button.main").click()
    # The page asks for itself anew until the work is done.
    expect(plain.locator("#rows tbody .tag.failed").first).to_be_visible(timeout=WAIT)


def test_large_letters_and_the_dark_are_chosen_without_scripts_and_kept(plain: Page) -> None:
    plain.goto(f"/display/?next=/p/{OWN}/")
    plain.locator("input[value=big]").check()
    plain.locator("input[value=dark]").check()
    plain.locator("main form button.main").click()
    plain.wait_for_url(f"**/p/{OWN}/")
    root = plain.locator("html")
    assert (root.get_attribute("data-letters"), root.get_attribute("data-theme")) == ("big", "dark")


def test_letters_lead_nowhere_once_they_are_turned_off(sign_in: SignIn) -> None:
    page = sign_in("yanmen")
    page.goto(f"/display/?next=/p/{OWN}/")
    page.locator("input[name=keys][value=off]").check()
    page.locator("main form button.main").click()
    page.wait_for_url(f"**/p/{OWN}/")
    page.keyboard.type("/jgf?")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.url.endswith(f"/p/{OWN}/")


def test_the_letters_of_the_screen_are_off_with_the_others_and_the_arrows_are_not(sign_in: SignIn) -> None:
    page = sign_in("county")
    page.goto("/display/?next=/screen/533422/")
    page.locator("input[name=keys][value=off]").check()
    page.locator("main form button.main").click()
    page.wait_for_url("**/screen/533422/")
    page.keyboard.press("o")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/screen/5334221*/")


@pytest.fixture
def wall(sign_in: SignIn) -> Page:
    """The screen of the county on a wall."""
    page = sign_in("county")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/screen/533422/")
    return page


def fetch_anew(wall: Page) -> None:
    """Let the screen ask for itself now, as it does when the line comes back."""
    wall.evaluate("window.dispatchEvent(new Event('online'))")


def test_the_screen_goes_on_by_arrow(wall: Page) -> None:
    wall.keyboard.press("ArrowRight")
    wall.wait_for_url("**/screen/5334221*/")


def test_nothing_on_the_wall_is_written_smaller_than_three_metres_allow(wall: Page) -> None:
    assert wall.evaluate(SMALLEST_LETTERS) >= 24


def test_a_screen_that_cannot_fetch_keeps_its_figures_and_says_of_when_they_are(wall: Page) -> None:
    shown, lost = wall.locator(".board").first.inner_text(), wall.locator("#wall").get_attribute("data-lost") or ""
    wall.context.set_offline(True)
    with wall.expect_event("requestfailed"):
        fetch_anew(wall)
    expect(wall.locator("#told")).to_have_text(lost)
    assert wall.locator(".board").first.inner_text() == shown


def test_a_screen_whose_line_comes_back_shows_a_new_board_and_takes_the_warning_away(wall: Page) -> None:
    wall.context.set_offline(True)
    wall.evaluate("document.querySelector('.board h1').textContent = 'old'")
    expect(wall.locator("#told")).not_to_be_empty()
    wall.context.set_offline(False)
    expect(wall.locator(".board h1")).not_to_have_text("old")
    expect(wall.locator("#told")).to_be_empty()
