"""One's tokens are issued, listed and withdrawn in one's account, and by an administrator at the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.records.access.models import Role, ScopeToken
from bangfu.records.access.tokens import TokenRefused, issue_token, use_token, withdraw_token
from tests.access.world import PASSWORD, World
from tests.cli.conftest import Typed, bangfu

__all__ = ["bangfu"]
pytestmark = pytest.mark.db_twice
LATER = timezone.localdate() + timedelta(days=30)
ASKED = {"place": "533422101", "until": LATER.isoformat()}


def county_officer(world: World, client: Client) -> Client:
    client.force_login(world.person(Role.COUNTY_OFFICER))
    return client


def issued(world: World) -> ScopeToken:
    person, place = world.person(Role.COUNTY_OFFICER), world.places["533422"]
    return issue_token(user=person, place=place, until=LATER, at=timezone.now(), by=None)[0]


def test_a_new_token_asks_for_the_password_first(world: World, client: Client) -> None:
    answer = county_officer(world, client).post("/me/tokens/", ASKED)
    assert (answer.status_code, answer.headers["Location"][:10]) == (302, "/in/again/")
    assert not ScopeToken.objects.exists()


def test_the_secret_of_a_new_token_is_shown_once_and_opens_its_place(world: World, client: Client) -> None:
    county_officer(world, client).post("/in/again/?next=/me/tokens/", {"password": PASSWORD})
    answer = client.post("/me/tokens/", ASKED)
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert use_token(secret, at=timezone.now(), use="open").scope.rows.prefixes == ("533422101",)
    assert secret not in client.get("/me/tokens/").content.decode()


def test_a_place_outside_ones_grants_is_not_to_be_chosen(world: World, client: Client) -> None:
    county_officer(world, client).post("/in/again/?next=/me/tokens/", {"password": PASSWORD})
    answer = client.post("/me/tokens/", {**ASKED, "place": "533423"})
    assert answer.context["form"].errors["place"]
    assert not ScopeToken.objects.exists()


def test_a_withdrawn_token_leaves_the_list(world: World, client: Client) -> None:
    token = issued(world)
    officer = county_officer(world, client)
    before = officer.get("/me/tokens/").content.decode()
    officer.post(f"/me/tokens/{token.pk}/withdraw/")
    assert f"/me/tokens/{token.pk}/withdraw/" in before
    assert f"/me/tokens/{token.pk}/withdraw/" not in officer.get("/me/tokens/").content.decode()


def test_the_command_issues_lists_and_withdraws(world: World, bangfu: Typed) -> None:
    person = world.person(Role.COUNTY_OFFICER).username
    secret = bangfu("users", "token", person, "--place", "533422", "--until", LATER.isoformat()).stdout.strip()
    token = ScopeToken.objects.get()
    assert use_token(secret, at=timezone.now(), use="open").token == token
    assert f"{token.pk},{person},533422,{LATER}," in bangfu("users", "tokens").stdout
    assert bangfu("users", "withdraw-token", str(token.pk)).exit_code == 0
    assert bangfu("users", "tokens").stdout == "id,name,place,until,withdrawn\n"
    assert f"{LATER},yes" in bangfu("users", "tokens", "--all").stdout


def test_a_token_beyond_the_grants_is_refused_by_the_command(world: World, bangfu: Typed) -> None:
    person = world.person(Role.TOWNSHIP_OFFICER).username
    said = bangfu("users", "token", person, "--place", "533423", "--until", LATER.isoformat())
    assert (said.exit_code, said.stdout) == (2, "")
    assert "no grant to see figures at 533423" in said.stderr


def test_a_token_for_more_than_is_granted_says_what_it_opens(world: World, bangfu: Typed) -> None:
    person = world.person(Role.TOWNSHIP_OFFICER).username
    said = bangfu("users", "token", person, "--place", "533422", "--until", LATER.isoformat())
    assert said.exit_code == 0
    assert "the token opens 533422101 and not all of 533422" in said.stderr


def test_the_command_gives_ninety_days_and_names_the_latest_day(world: World, bangfu: Typed) -> None:
    person = world.person(Role.COUNTY_OFFICER).username
    bangfu("users", "token", person, "--place", "533422")
    assert ScopeToken.objects.get().valid_until == timezone.localdate() + timedelta(days=90)
    said = bangfu("users", "token", person, "--place", "533422", "--until", "2099-12-31")
    assert (said.exit_code, str(timezone.localdate() + timedelta(days=365)) in said.stderr) == (2, True)
    assert "bangfu users tokens" in bangfu("users", "withdraw-token", "1").stderr


def test_a_person_has_twenty_standing_tokens_at_most(world: World) -> None:
    tokens = [issued(world) for _ in range(20)]
    with pytest.raises(TokenRefused, match="20"):
        issued(world)
    withdraw_token(token=tokens[0], by=None, at=timezone.now())
    assert issued(world).pk


def test_a_place_that_went_away_while_one_chose_is_said(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    county_officer(world, client).post("/in/again/?next=/me/tokens/", {"password": PASSWORD})
    monkeypatch.setattr("bangfu.records.access.views.place_named", lambda code: None)
    answer = client.post("/me/tokens/", ASKED)
    assert answer.context["form"].errors["place"]
