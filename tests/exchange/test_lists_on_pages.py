"""The pages of a comparison: as many queries for many rows as for few, and lists that say all that has to be done."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.records.access.models import AuditEvent, Grant, Role, User
from bangfu.records.exchange.actions import decide
from bangfu.records.exchange.models import Difference
from bangfu.records.households.models import Person
from bangfu.records.intake.models import Upload
from bangfu.records.places.models import Place
from tests.exchange.conftest import AREA, SECOND, Export, agreeing, changed
from tests.intake.sheets import id_number

pytestmark = pytest.mark.db_twice


@pytest.fixture
def browser(register: None, officer: User) -> Client:
    """The browser of a county officer, in English."""
    place = Place.objects.get(code=AREA)
    Grant(user=officer, role=Role.COUNTY_OFFICER, place=place, valid_from=timezone.localdate()).save()
    found = Client(headers={"accept-language": "en"})
    found.force_login(officer)
    return found


def decided(by: User, side: str, **wanted: str) -> None:
    """Decide all differences of a column."""
    rows = Difference.objects.filter(**wanted)
    kind = rows.values_list("kind", flat=True)[0]
    decide(rows, kind=kind, side=side, reason="户口本已核对", by=by, place_code=AREA)


def page(browser: Client, address: str) -> tuple[str, int]:
    """The words of a page and how many queries it took."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode()), len(asked)


def few_and_many() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """An export with two differing persons of two kinds, and one in which everybody differs in them."""
    few = changed(agreeing(), 0, 文化程度="初中", 证件号码=id_number(91))
    many = [{**row, "文化程度": "初中", "证件号码": id_number(91 + place)} for place, row in enumerate(agreeing())]
    return few, many


@pytest.mark.parametrize("part", ["rows/", "entry/", "visits/", ""])
def test_more_differences_take_no_more_queries(export: Export, browser: Client, officer: User, part: str) -> None:
    few, many = few_and_many()
    side = "both_wrong" if part == "visits/" else "ours"
    first = export(few)
    decided(officer, side, path="person.id_no")
    address = f"/exchange/{first.ref}/{part}"
    page(browser, address)
    _, before = page(browser, address)
    export(many)
    decided(officer, side, path="person.id_no")
    _, after = page(browser, address)
    assert after == before


def test_moved_households_take_no_query_each_on_the_entry_list(export: Export, browser: Client, officer: User) -> None:
    comparison = export([{**row, "行政村": "石桥村委会"} for row in agreeing()])
    decided(officer, "ours", path="row.place")
    text, _ = page(browser, f"/exchange/{comparison.ref}/entry/")
    assert ("<b>松林村委会</b>" in text, SECOND in text) == (True, False)


def test_a_household_that_is_new_there_is_listed_on_paper_with_each_member(
    export: Export, browser: Client, officer: User
) -> None:
    comparison = export(agreeing()[2:])
    decided(officer, "ours", path="household")
    text, _ = page(browser, f"/exchange/{comparison.ref}/entry/")
    said = ('<h2><span lang="zh-Hans">H0001 · P0001', '<h2><span lang="zh-Hans">H0001 · P0002', "与户主关系 <b>配偶")
    assert [text.count(word) for word in said] == [1, 1, 1]
    assert (id_number(1) in text, "10000000001" in text) == (False, False)


def test_what_is_wrong_on_both_sides_leads_from_the_comparison_to_a_list_by_village(
    export: Export, browser: Client, officer: User
) -> None:
    comparison = export([{**row, "文化程度": "初中"} for row in agreeing()])
    decided(officer, "both_wrong", path="person_year.education")
    address = f"/exchange/{comparison.ref}/visits/"
    assert address in page(browser, f"/exchange/{comparison.ref}/")[0]
    text, _ = page(browser, address)
    assert [text.count(word) for word in ('<section class="panel"><h2>', "户口本已核对")] == [2, 6]
    assert browser.post(f"{address}file/").status_code == 200
    assert AuditEvent.objects.get(action="exchange.visits").facts == {"count": 6}


def test_members_who_are_left_out_of_what_is_taken_over_are_told(
    export: Export, browser: Client, officer: User
) -> None:
    Person.objects.filter(person_no="P0001").update(person_no=None, id_no_enc=None, id_no_hash=None)
    comparison = export(changed(agreeing(), 0, 人编号="", 证件号码="", 姓名="扎西次仁甲"))
    decided(officer, "theirs", path="person.name")
    before = Upload.objects.count()
    text = unescape(browser.post(f"/exchange/{comparison.ref}/take/", follow=True).content.decode())
    assert ("1 person was left out" in text, Upload.objects.count()) == (True, before)
