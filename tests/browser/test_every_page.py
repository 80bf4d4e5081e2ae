"""Every page of the site at three widths in both languages: nothing breaks, and axe-core finds nothing grave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bangfu.cli.demo import PASSWORD
from tests.browser.conftest import Demonstration
from tools.pages.browsing import HEIGHT, Browsing
from tools.pages.checks import faults, grave_findings
from tools.pages.listed import ALL_WIDTHS, BOARDS, SAMPLES, Sample

pytestmark = pytest.mark.browser
#: axe looks where the layout differs most; words make less of a difference to it.
AXE_WIDTHS = {"zh": (360, 1440), "en": (1440,)}


@dataclass(frozen=True)
class Seen:
    """What was wrong on all pages in one language, by page and width."""

    faults: dict[str, Any]
    grave: dict[str, list[str]]
    statuses: dict[str, int]


def look(page: Page, sample: Sample, address: str, axe_widths: tuple[int, ...]) -> Seen:
    """One page at its widths, loaded once: what depends on the width is style alone."""
    answer = page.goto(address)
    statuses = {sample.title: answer.status} if answer is not None and answer.status != 200 else {}
    wrong: dict[str, Any] = {}
    grave: dict[str, list[str]] = {}
    sizes = [(width, HEIGHT) for width in ALL_WIDTHS] + (list(BOARDS) if sample.board else [])
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        wrong |= {f"{sample.title} {width}": found} if (found := faults(page)) else {}
        if width in axe_widths:
            grave |= {f"{sample.title} {width}": told} if (told := grave_findings(page)) else {}
    return Seen(wrong, grave, statuses)


@pytest.fixture(scope="module")
def browsing(browser: Browser, demonstration: Demonstration) -> Iterator[Browsing]:
    """The readers of the samples, with what the demonstration lacks for some pages."""
    opened = Browsing(browser, demonstration.address, PASSWORD)
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["zh", "en"])
def seen(request: pytest.FixtureRequest, browsing: Browsing) -> Seen:
    """All pages in a language, each opened once."""
    pages: dict[str, Page] = {}
    looked = []
    for sample in SAMPLES:
        if sample.user not in pages:
            pages[sample.user] = browsing.page(sample.user, request.param)
        address = browsing.address_of(sample)
        looked.append(look(pages[sample.user], sample, address, AXE_WIDTHS[request.param]))
    return Seen(
        *({k: v for one in looked for k, v in getattr(one, part).items()} for part in ("faults", "grave", "statuses"))
    )


def test_every_page_is_answered(seen: Seen) -> None:
    assert seen.statuses == {}


def test_no_page_breaks_at_any_width(seen: Seen) -> None:
    assert seen.faults == {}


def test_axe_finds_nothing_serious_on_any_page(seen: Seen) -> None:
    assert seen.grave == {}
