"""Search: names by address, numbers by form only, everything inside one's scope."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.households.models import Household, HouseholdYear, Person
from bangfu.records.households.queries import _number_starts, is_number
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.register import ID_NO, PHONE


def asked(browser: Client, typed: str) -> str:
    answer = browser.get("/s/", {"q": typed})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.db_twice
@pytest.mark.parametrize("typed", ["格桑旺堆", "格桑", "gswd", "gesang"])
def test_a_household_is_found_by_a_members_name_pinyin_and_initials(
    world: World, family: Household, typed: str
) -> None:
    assert f'href="/h/{family.ref}/"' in asked(browser_of(world, Role.TOWNSHIP_OFFICER), typed)


@pytest.mark.db_twice
@pytest.mark.parametrize("typed", [ID_NO, PHONE, "99010012345", "９９０１０１ 19710314 0014"])
def test_a_number_is_sent_by_form_and_its_answer_has_an_address_without_it(
    world: World, family: Household, typed: str
) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    sent = browser.post("/s/", {"q": typed})
    address = sent.headers["Location"]
    answers = [browser.get(address).content.decode() for _again in range(2)]
    assert (sent.status_code, re.fullmatch(r"/s/\?m=[\w-]{12}", address) is None) == (303, False)
    assert [(f'href="/h/{family.ref}/"' in text, typed in text) for text in answers] == [(True, False)] * 2
    assert typed not in str(dict(browser.session))
    assert AuditEvent.objects.get(action="search.by_number").facts == {"found": 1}


def test_the_answer_to_a_number_is_over_after_a_while_and_for_everybody_else(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    address = browser.post("/s/", {"q": ID_NO}).headers["Location"]
    other = browser_of(world, Role.COUNTY_OFFICER).get(address).content.decode()
    session = browser.session
    kept = session["number_searches"].items()
    session["number_searches"] = {mark: each | {"at": each["at"] - 901} for mark, each in kept}
    session.save()
    later = browser.get(address).content.decode()
    assert [("查询结果只保留一刻钟" in text, family.ref in text) for text in (other, later)] == [(True, False)] * 2


def test_what_a_number_found_is_seen_no_longer_than_the_household_is(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    address = browser.post("/s/", {"q": ID_NO}).headers["Location"]
    away = world.places["533423100201"]
    Household.objects.filter(pk=family.pk).update(place=away, place_code=away.code)
    assert family.ref not in browser.get(address).content.decode()


def test_more_than_are_shown_are_counted_with_the_way_to_all_of_them(world: World, family: Household) -> None:
    where = {name: getattr(family, name) for name in ("place", "place_code", "known_at", "happened_on")}
    for_each = [Household.objects.create(household_no=f"88{number:03}", **where) for number in range(25)]
    members = [Person(pk=one.pk, household=one, name="扎西", **where) for one in for_each]
    Person.objects.bulk_create(members)
    HouseholdYear.objects.bulk_create(HouseholdYear(pk=one.pk, household=one, year=2015, **where) for one in for_each)
    text = asked(browser_of(world, Role.TOWNSHIP_OFFICER), "扎西")
    assert (text.count('href="/h/'), "共25个，显示了其中20个。" in text, "of=all" in text) == (20, True, True)
    assert "显示了其中10个" in asked(browser_of(world, Role.COUNTY_OFFICER), "户")


@pytest.mark.db_twice
@pytest.mark.parametrize("address", ["/s/", "/places/", "/f/", "/p/533422101/households/", "/rules/"])
def test_what_is_too_long_is_cut_and_a_sign_of_no_text_is_refused(world: World, address: str) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    answer = browser.get(address, {"q": "长" * 60_000})
    assert (answer.status_code, answer.content.decode().count("长" * 101)) == (200, 0)
    refused = [browser.get(f"{address}?{name}=%00") for name in ("q", "p", "s", "group")]
    assert {each.status_code for each in (*refused, browser.get("/p/5334%00/"))} == {400}


def test_a_number_in_an_address_finds_nothing(world: World, family: Household) -> None:
    text = asked(browser_of(world, Role.TOWNSHIP_OFFICER), ID_NO)
    assert f'href="/h/{family.ref}/"' not in text
    assert "数字只能在框里查" in text


def test_a_name_sent_by_form_gets_an_address(world: World) -> None:
    answer = browser_of(world, Role.TOWNSHIP_OFFICER).post("/s/", {"q": "格桑"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/s/?q=%E6%A0%BC%E6%A1%91")


@pytest.mark.db_twice
@pytest.mark.parametrize("role", [Role.HELPER, Role.ANALYST, Role.UNIT_MEMBER, Role.AUDITOR, Role.USER_ADMINISTRATOR])
def test_no_household_is_found_by_those_who_may_not_see_it_or_its_names(
    world: World, family: Household, role: Role
) -> None:
    browser = browser_of(world, role)
    assert f"/h/{family.ref}/" not in asked(browser, "格桑")
    assert f"/h/{family.ref}/" not in browser.post("/s/", {"q": ID_NO}, follow=True).content.decode()


def test_places_and_figures_are_found_too(world: World) -> None:
    browser = browser_of(world, Role.COUNTY_OFFICER)
    assert 'href="/p/533422101/"' in asked(browser, "燕门")
    assert 'href="/f/incidence_register/"' in asked(browser, "发生率")


def test_nothing_found_says_what_to_try(world: World) -> None:
    assert "没有这个名字" in asked(browser_of(world, Role.COUNTY_OFFICER), "xyzxyz")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("阿茸", False),
        ("5334", False),
        ("2015年", False),
        ("gswd", False),
        ("FGT2", False),
        ("X00701", True),
        ("x 00701", True),
        (PHONE, True),
        ("1990 000-1111", True),
    ],
)
def test_what_could_be_a_number_is_known(typed: str, number: bool) -> None:
    assert is_number(typed) is number


@pytest.mark.db_twice
@pytest.mark.parametrize("dot", ["•", "‧", "・", "·", " · "])
def test_a_name_is_found_by_whichever_dot_is_typed(world: World, family: Household, dot: str) -> None:
    Person.objects.filter(household=family, relation="01").update(name="拉茸·农布")
    assert f'href="/h/{family.ref}/"' in asked(browser_of(world, Role.TOWNSHIP_OFFICER), f"拉茸{dot}农布")


@pytest.mark.db_twice
@pytest.mark.parametrize("typed", ["X00701", "x00701", "Ｘ００７０１", "X0070"])
def test_a_household_number_with_letters_is_found_whole_and_by_its_beginning(
    world: World, family: Household, typed: str
) -> None:
    Household.objects.filter(pk=family.pk).update(household_no="X00701")
    answer = browser_of(world, Role.TOWNSHIP_OFFICER).post("/s/", {"q": typed}, follow=True)
    assert (answer.status_code, f'href="/h/{family.ref}/"' in answer.content.decode()) == (200, True)


@pytest.mark.db_twice
def test_the_beginning_of_a_household_number_finds_it(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    assert f'href="/h/{family.ref}/"' in asked(browser, "990100")
    assert f'href="/h/{family.ref}/"' in browser.post("/s/", {"q": "9901001234"}, follow=True).content.decode()
    assert f'href="/h/{family.ref}/"' not in asked(browser, "10012")


@pytest.mark.db_twice
@pytest.mark.parametrize("role", [Role.ANALYST, Role.UNIT_MEMBER])
def test_the_beginning_of_a_number_finds_nothing_for_those_who_see_no_names(
    world: World, family: Household, role: Role
) -> None:
    assert f"/h/{family.ref}/" not in asked(browser_of(world, role), "990100")


def test_the_beginning_of_a_number_finds_nothing_outside_ones_area(world: World, family: Household) -> None:
    Household.objects.filter(pk=family.pk).update(
        place=world.places["533423100201"], place_code=world.places["533423100201"].code
    )
    assert f"/h/{family.ref}/" not in asked(browser_of(world, Role.TOWNSHIP_OFFICER), "990100")


# PostgreSQL reads a table of a few rows whole, whatever its indexes.
@pytest.mark.only_database("sqlite")
def test_the_beginning_of_a_number_is_looked_up_in_the_index(db: None) -> None:
    plan = Household.objects.filter(_number_starts("99-0100")).order_by().explain()
    assert ("USING INDEX" in plan, "SCAN" in plan) == (True, False)
