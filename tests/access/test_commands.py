"""`bangfu users`, `audit` and `keys` as an administrator types them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bangfu.cli.main import COMMANDS, build
from bangfu.records import personal
from bangfu.records.access.gate import scope_of
from bangfu.records.access.models import AuditEvent, Grant, Role, User
from tests.access.world import PASSWORD, World

pytestmark = pytest.mark.db_twice


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGFU_LANG", "en")


def bangfu(*arguments: str, input: str = "") -> Result:
    return CliRunner().invoke(build(COMMANDS), list(arguments), input=input)


def add(*more: str) -> Result:
    return bangfu("users", "add", "dorje", *more, "--password-stdin", input=f"{PASSWORD}\n")


def test_a_person_is_made_with_a_first_role(world: World) -> None:
    assert add("--role", "township_officer", "--place", "533422101", "--until", "2099-12-31").exit_code == 0
    dorje = User.objects.get(username="dorje")
    assert dorje.check_password(PASSWORD)
    assert scope_of(dorje, world.today).rows.prefixes == ("533422101",)


def test_making_a_person_is_in_the_log_as_the_systems_act(world: World) -> None:
    add("--role", "analyst", "--place", "5334")
    events = AuditEvent.objects.order_by("id").values_list("action", "actor_kind")
    assert list(events) == [("user.add", "system"), ("grant.give", "system")]


def test_a_helper_is_made_for_a_household(world: World) -> None:
    assert add("--role", "helper", "--household", world.households["own"].ref).exit_code == 0


def test_a_made_up_password_is_printed_once_and_works(world: World) -> None:
    said = bangfu("users", "add", "dorje", "--role", "analyst", "--place", "5334", "--generate")
    assert User.objects.get(username="dorje").check_password(said.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "analyst", "--place", "539999"), "No place has the code 539999."),
        (("--role", "helper", "--place", "5334"), "A helper is granted households, not places."),
        (
            ("--role", "analyst"),
            "No place was named for this role. Give its code with --place, or for a helper a household with "
            "--household.",
        ),
    ],
)
def test_a_mistake_is_said_and_nothing_is_made(world: World, arguments: tuple[str, ...], sentence: str) -> None:
    said = add(*arguments)
    assert (said.exit_code, said.stderr.strip()) == (2, sentence)
    assert not User.objects.filter(username="dorje").exists()


def test_a_weak_password_makes_nobody(world: World) -> None:
    said = bangfu(
        "users", "add", "dorje", "--role", "analyst", "--place", "5334", "--password-stdin", input="password\n"
    )
    assert said.exit_code == 2
    assert not User.objects.filter(username="dorje").exists()


def test_a_taken_name_is_refused(world: World) -> None:
    said = bangfu("users", "add", "zhaxi", "--role", "analyst", "--place", "5334", "--generate")
    assert (said.exit_code, said.stderr.strip()) == (2, "This name is taken: zhaxi.")


def test_a_grant_is_given_listed_and_revoked(world: World) -> None:
    assert bangfu("users", "grant", "zhaxi", "--role", "analyst", "--place", "5334").exit_code == 0
    grant = Grant.objects.get(user__username="zhaxi", role=Role.ANALYST)
    assert f"{grant.pk},zhaxi,analyst,5334,,," in bangfu("users", "list").stdout
    assert bangfu("users", "revoke", str(grant.pk), "--reason", "left").exit_code == 0
    assert f"{grant.pk},zhaxi" not in bangfu("users", "list").stdout
    assert f"{grant.pk},zhaxi" in bangfu("users", "list", "--all").stdout


def test_a_grant_that_would_end_before_it_begins_is_refused(world: World) -> None:
    said = add("--role", "analyst", "--place", "5334", "--until", "2016-12-31")
    assert (said.exit_code, "Name a day from today on" in said.stderr) == (2, True)
    assert not User.objects.filter(username="dorje").exists()


def test_another_password_is_set(world: World) -> None:
    assert bangfu("users", "password", "zhaxi", "--password-stdin", input="an even longer walk\n").exit_code == 0
    assert User.objects.get(username="zhaxi").check_password("an even longer walk")


def test_the_log_is_sealed_and_holds(world: World) -> None:
    add("--role", "analyst", "--place", "5334")
    assert bangfu("audit", "seal").stderr.strip() == "2 events sealed."
    said = bangfu("audit", "verify")
    assert (said.exit_code, said.stderr.startswith("The audit log holds: 2 events, 1 seals")) == (0, True)


def test_a_changed_log_ends_with_one_and_the_event(world: World) -> None:
    add("--role", "analyst", "--place", "5334")
    bangfu("audit", "seal")
    first = min(AuditEvent.objects.values_list("pk", flat=True))
    AuditEvent.objects.filter(pk=first).update(reason="other")
    said = bangfu("audit", "verify")
    assert said.exit_code == 1
    assert f"Event {first} (leaf 0) differs" in said.stderr


def test_the_key_is_changed(world: World, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert bangfu("keys", "rotate").exit_code == 0
    assert list(personal.keyring().keys) == [2]
