"""Pages of the comparison: a form keeps what was chosen, windows are seen, lists say how much they show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.access.models import AuditEvent, Role, User
from bangfu.records.exchange import queries
from bangfu.records.exchange.actions import decide, tell_window
from bangfu.records.exchange.models import Difference
from bangfu.web.pages.exchange_entry import of_first_lines
from tests.browsers import browser_at, queries_of, words_of
from tests.exchange.conftest import AREA, SECOND, Export, agreeing

pytestmark = pytest.mark.db_twice
EDUCATION = "person_year.education"
TOWNSHIP = SECOND[:9]


@pytest.fixture
def county(export: Export) -> Client:
    """The county officer's browser, in English."""
    return browser_at(Role.COUNTY_OFFICER, AREA, "en")


def schooled(count: int, **other: Any) -> list[dict[str, Any]]:
    """An export in which the last persons have another education than the register says."""
    rows = agreeing()
    return rows[:-count] + [{**row, "文化程度": "初中", **other} for row in rows[-count:]]


def address_of(path: str = EDUCATION) -> str:
    return f"/exchange/d/{Difference.objects.filter(path=path).order_by('id')[0].pk}/"


def test_what_was_chosen_stays_chosen_where_the_reason_is_missing(export: Export, county: Client) -> None:
    export(schooled(4))
    answer = county.post(address_of(), {"side": "theirs", "which": "alike", "reason": ""})
    chosen = {name: answer.context["form"][name].value() for name in ("side", "which")}
    assert (answer.status_code, chosen) == (422, {"side": "theirs", "which": "alike"})


def test_each_fault_of_a_decision_leads_to_its_own_field(export: Export, county: Client) -> None:
    export(schooled(1))
    answer = county.post(address_of(), {"reason": "13800000000"}).content.decode()
    assert 'href="#id_side_0">Decision: Choose who is right.' in answer
    assert 'href="#id_reason">Reason: Leave ID, phone and account numbers out' in answer


def test_a_decision_about_several_villages_is_audited_for_the_township_of_both(export: Export, county: Client) -> None:
    export(schooled(4))
    county.post(address_of(), {"side": "theirs", "which": "alike", "reason": "checked at the door"})
    event = AuditEvent.objects.get(action="exchange.decide")
    assert (event.place_code, event.facts["count"]) == (TOWNSHIP, 4)


def test_a_difference_asks_as_many_queries_where_several_are_alike(export: Export, county: Client) -> None:
    rows = agreeing()
    moved = [{**row, "行政村": "石桥村委会"} for row in rows[:4]]
    export(moved[:2] + rows[2:])
    one = queries_of(county, address_of("row.place"))
    export(moved + rows[4:])
    assert Difference.objects.filter(path="row.place", state="open").count() == 2
    assert queries_of(county, address_of("row.place")) == one


def test_a_window_that_was_told_is_said_to_be_kept_and_listed(county: Client) -> None:
    today = timezone.localdate()
    told = {"window-place": TOWNSHIP, "window-opens_on": f"{today}", "window-closes_on": f"{today}"}
    page = words_of(county.post("/exchange/window/", told, follow=True).content.decode())
    assert f"Kept: for Songlin the national system takes entries from {today} to {today}." in page
    assert f"Songlin {today} {today} county_officer" in page


def test_a_window_that_closes_before_it_opens_is_refused_at_its_field(county: Client) -> None:
    told = {"window-place": TOWNSHIP, "window-opens_on": "2030-02-01", "window-closes_on": "2030-01-01"}
    page = county.post("/exchange/window/", told).content.decode()
    assert 'href="#id_window-closes_on">Closes on: 2030-01-01 is before 2030-02-01' in page


def test_a_window_that_a_later_word_about_the_place_above_replaced_is_not_in_force(
    export: Export, officer: User
) -> None:
    today = timezone.localdate()
    tell_window(place_code=TOWNSHIP, opens_on=today, closes_on=today + timedelta(days=3), by=officer)
    tell_window(place_code=AREA, opens_on=today, closes_on=today + timedelta(days=9), by=officer)
    assert [each.place_code for each in queries.windows_in_force(SYSTEM_SCOPE, today)] == [AREA]


def test_the_page_of_the_entry_list_never_shows_a_part_of_a_line(export: Export, officer: User) -> None:
    comparison = export(schooled(2, 健康状况="残疾"))
    for path in (EDUCATION, "person_year.health"):
        rows = Difference.objects.filter(path=path)
        decide(rows, kind="differs", side="ours", reason="checked", by=officer, place_code=AREA)
    entries = queries.to_enter(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    shown = of_first_lines(entries, 1)
    assert (entries.count(), len(shown), len({each.person_id for each in shown})) == (4, 2, 1)


def test_taking_over_where_nothing_is_decided_says_so(export: Export, county: Client) -> None:
    comparison = export(schooled(1))
    answer = county.post(f"/exchange/{comparison.ref}/take/", follow=True).content.decode()
    assert "Nothing was taken over" in answer


def test_the_page_of_an_earlier_comparison_says_that_its_counts_are_of_today(export: Export, county: Client) -> None:
    first, second = export(schooled(1)), export(agreeing())
    text = county.get(f"/exchange/{first.ref}/").content.decode()
    assert "This comparison: new 1, seen again 0, closed 0." in text
    assert ("has been compared after this one" in text, f"/exchange/{second.ref}/" in text) == (True, True)
    assert "has been compared after this one" not in county.get(f"/exchange/{second.ref}/").content.decode()


def test_a_window_that_replaces_another_says_so(county: Client) -> None:
    day = timezone.localdate()
    told = {"window-place": TOWNSHIP, "window-opens_on": f"{day}", "window-closes_on": f"{day + timedelta(days=9)}"}
    county.post("/exchange/window/", told)
    wider = {**told, "window-place": AREA, "window-closes_on": f"{day + timedelta(days=3)}"}
    text = county.post("/exchange/window/", wider, follow=True).content.decode()
    assert ("This replaces what was told before" in text, text.count("This replaces")) == (True, 1)


def test_a_household_that_only_the_register_has_cannot_be_taken_over_and_the_page_says_why(
    export: Export, county: Client
) -> None:
    export(agreeing()[2:])
    address = f"/exchange/d/{Difference.objects.get(path='household').pk}/"
    text = county.get(address).content.decode()
    assert ('value="theirs"' in text, "leave it as it is and say why" in text) == (False, True)
    assert county.post(address, {"side": "leave", "reason": "迁户"}).status_code == 302
