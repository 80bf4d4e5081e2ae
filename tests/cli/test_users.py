"""`bangfu users` asks for nothing in vain and speaks one language."""

from __future__ import annotations

import pytest
import typer

from bangfu.records.access.models import User
from tests.cli.conftest import Typed
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice
ADD = ("users", "add", "dorje", "--role", "analyst", "--place", "5334", "--password-stdin")
#: What is said of the password “123”.
SHORT_AND_COMMON = {
    "en": ["The password is too short: it needs at least 10 characters.", "This password is too common."],
    "zh": ["密码太短，至少要10个字符。", "这个密码太常见。"],
}


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()


def test_an_unknown_name_is_said_before_a_password_is_asked_for(bangfu: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: pytest.fail("a password was asked for"))
    said = bangfu("users", "password", "nosuch")
    assert (said.exit_code, said.stderr.strip()) == (2, "Nobody is called nosuch.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_weak_password_is_refused_in_the_language_of_the_command(bangfu: Typed, language: str) -> None:
    said = bangfu(*ADD, input="123\n", language=language)
    assert (said.exit_code, said.stderr.splitlines()) == (2, SHORT_AND_COMMON[language])
    assert not User.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_another_weak_password_is_refused_in_the_language_of_the_command(bangfu: Typed, language: str) -> None:
    User.objects.create_user("zhaxi")
    said = bangfu("users", "password", "zhaxi", "--password-stdin", input="123\n", language=language)
    assert (said.exit_code, said.stderr.splitlines()) == (2, SHORT_AND_COMMON[language])


def test_an_empty_name_is_refused(bangfu: Typed) -> None:
    said = bangfu("users", "add", " ", "--role", "analyst", "--place", "5334", "--generate")
    assert (said.exit_code, said.stderr.strip()) == (2, "The name to sign in with cannot be empty.")


def test_a_list_under_an_unknown_place_is_refused(bangfu: Typed) -> None:
    said = bangfu("users", "list", "--under", "99")
    assert (said.exit_code, said.stdout, said.stderr.strip()) == (2, "", "No place has the code 99.")
