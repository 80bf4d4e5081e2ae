"""The world of the page tests: places, people and one household told in full."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.analytics.workbooks.blank import read_blank
from bangfu.records.access.models import Role
from bangfu.records.households.models import Household
from bangfu.records.reports import reading
from tests.access.world import World, build_world
from tests.pages.register import told_in_full
from tests.web.conftest import compiled_messages

__all__ = ["compiled_messages"]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Places, households and one person of each role."""
    cache.clear()
    yield build_world()
    cache.clear()


@pytest.fixture
def blanks_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blanks are read in this process: starting the bounded one takes most of a second, and it has tests of its own."""
    monkeypatch.setattr(reading, "read_blank_bounded", lambda path, _: read_blank(path))


@pytest.fixture
def family(world: World) -> Household:
    """The household told in full, in the village of the team member."""
    return told_in_full(world.places["533422101201"])


def browser_of(world: World, role: Role, language: str = "zh") -> Client:
    """A signed-in browser that reads in a language."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(world.person(role))
    return browser
