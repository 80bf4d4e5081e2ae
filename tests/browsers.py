"""Django's test browsers, signed in as people of a test, and what they read."""

from __future__ import annotations

import re
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.records.access.models import Grant, Role, User
from bangfu.records.places.models import Place
from tests.access.world import World


def browser_of(world: World, role: Role, language: str = "zh") -> Client:
    """The browser of the one of the cast who has a role, in a language."""
    return signed_in(world.person(role), language)


def browser_at(role: Role, code: str, language: str = "zh") -> Client:
    """The browser of somebody who has a role at a place and was not there before."""
    person = User.objects.create_user(f"{role}-{code}-{language}")
    Grant.objects.create(user=person, role=role, place=Place.objects.get(code=code), valid_from=date(2015, 1, 1))
    return signed_in(person, language)


def signed_in(person: User, language: str = "zh") -> Client:
    """The browser of a person."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(person)
    return browser


def text_of(browser: Client, address: str) -> str:
    """What the page says, tags left out and white space folded."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def words_of(html: str) -> str:
    """What a page says, tags left out and white space folded."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def queries_of(browser: Client, address: str) -> int:
    """How many queries a page asks that was opened before."""
    text_of(browser, address)
    with CaptureQueriesContext(connection) as captured:
        text_of(browser, address)
    return len(captured)
