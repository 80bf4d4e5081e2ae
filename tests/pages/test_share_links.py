"""An address that pins a snapshot shows the same figures after a newer one, and says so."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import HouseholdYear
from bangfu.records.places.changes import merge_places
from tests.browsers import browser_at, text_of
from tests.figures.register import COUNTY, TOWNSHIP, Register

pytestmark = pytest.mark.db_twice
SHARED = re.compile(r'<input id="share"[^>]* value="http://testserver([^"]+)"')


def test_a_shared_address_opens_the_figures_of_its_snapshot_and_keeps_it_while_drilling(own_register: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    page = officer.get(f"/f/households_registered/?p={COUNTY}").content.decode()
    shared = html.unescape(SHARED.findall(page)[0])
    HouseholdYear.objects.filter(year=2015).update(poverty_status="04")
    run_cycle()
    now, pinned = text_of(officer, f"/f/households_registered/?p={COUNTY}"), officer.get(shared).content.decode()
    assert ("数值 20" in now, "回到现在" in now) == (True, False)
    assert ("<b>14</b>" in pinned, "回到现在" in pinned) == (True, True)
    ref = re.findall(r"[?&]s=(\w+)", shared)[0]
    below, rows = (
        f"/f/households_registered/{part}?s={ref}&amp;p={at}" for part, at in (("", TOWNSHIP), ("rows/", COUNTY))
    )
    assert (below in pinned, rows in pinned) == (True, True)
    assert text_of(officer, html.unescape(rows)).count("某村") == 14
    assert "某乡 14 56 28.0" in text_of(officer, f"/p/{COUNTY}/?s={ref}")


def test_a_snapshot_that_is_not_kept_is_said_in_one_sentence_with_the_way_to_now(register: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    text = text_of(officer, f"/f/households_registered/?p={COUNTY}&s=zzzz")
    assert ("zzzz" in text, "回到现在" in text, "数值" in text) == (True, True, False)
    assert "回到现在" in text_of(officer, f"/p/{COUNTY}/?s=zzzz")


def test_a_shared_address_opens_nothing_outside_the_readers_area(register: Register) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    assert officer.get(f"/f/households_registered/?p={COUNTY}&s=zzzz").status_code == 403


def test_a_page_says_which_places_it_shows_and_leads_to_the_others(register: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    kept, gone, _silent = (village.code for village in register.villages)
    address = f"/f/households_registered/?p={TOWNSHIP}"
    assert "as=now" not in officer.get(address).content.decode()
    merge_places([kept, gone], into=kept, on=date(2016, 3, 1), reason="Document 1 of 2016")
    then, now = text_of(officer, address), text_of(officer, address + "&as=now")
    assert ("某村0 7" in then, "某村1 7" in then, "某村0 14" in now, "某村1" in now) == (True, True, True, False)
    assert "as=now" in officer.get(address).content.decode()
    assert "某村0 14 56" in text_of(officer, f"/p/{TOWNSHIP}/?as=now")
