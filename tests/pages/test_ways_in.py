"""What people find without being told the address: the dictionary in the bar, the sign-in name at the door."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.records.access.models import Role
from tests.access.world import World
from tests.browsers import browser_of


@pytest.mark.parametrize("role", [Role.PROVINCE_OFFICER, Role.TOWNSHIP_OFFICER, Role.TEAM_MEMBER, Role.ANALYST])
def test_the_dictionary_of_figures_is_in_the_bar_of_those_who_may_see_figures(world: World, role: Role) -> None:
    text = browser_of(world, role).get("/places/").content.decode()
    assert '<a href="/f/" data-go="f">指标</a>' in text


def test_who_may_not_see_figures_has_no_way_there(world: World) -> None:
    assert 'href="/f/"' not in browser_of(world, Role.SYSTEM_ADMINISTRATOR).get("/me/").content.decode()


def test_the_dictionary_marks_its_place_in_the_bar(world: World) -> None:
    text = browser_of(world, Role.COUNTY_OFFICER).get("/f/").content.decode()
    assert '<a href="/f/" data-go="f" aria-current="page">指标</a>' in text


@pytest.mark.parametrize(("language", "label"), [("zh", "登录名"), ("en", "Sign-in name")])
def test_one_signs_in_with_the_sign_in_name(db: None, language: str, label: str) -> None:
    text = Client(headers={"accept-language": language}).get("/in/").content.decode()
    assert f'<label for="id_login">{label}</label>' in text


def test_the_summary_of_faults_calls_it_so_too(db: None) -> None:
    text = Client(headers={"accept-language": "zh"}).post("/in/", {"login": "", "password": ""}).content.decode()
    assert '<a href="#id_login">登录名：' in text
