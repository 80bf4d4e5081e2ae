"""Search: names by address, numbers by form only, everything inside one's scope."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.households.models import Household, Person
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
def test_a_number_is_sent_by_form_and_answered_at_once(world: World, family: Household, typed: str) -> None:
    answer = browser_of(world, Role.TOWNSHIP_OFFICER).post("/s/", {"q": typed})
    text = answer.content.decode()
    assert (answer.status_code, f'href="/h/{family.ref}/"' in text, typed in text) == (200, True, False)
    assert AuditEvent.objects.get(action="search.by_number").facts == {"found": 1}


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
    assert f"/h/{family.ref}/" not in browser.post("/s/", {"q": ID_NO}).content.decode()


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
    answer = browser_of(world, Role.TOWNSHIP_OFFICER).post("/s/", {"q": typed})
    assert (answer.status_code, f'href="/h/{family.ref}/"' in answer.content.decode()) == (200, True)


@pytest.mark.db_twice
def test_the_beginning_of_a_household_number_finds_it(world: World, family: Household) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    assert f'href="/h/{family.ref}/"' in asked(browser, "990100")
    assert f'href="/h/{family.ref}/"' in browser.post("/s/", {"q": "9901001234"}).content.decode()
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
