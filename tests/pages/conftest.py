"""The world of the page tests: places, people and one household told in full."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.records.access.models import Role
from bangfu.records.households.models import Household
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
def family(world: World) -> Household:
    """The household told in full, in the village of the team member."""
    return told_in_full(world.places["533422101201"])


def browser_of(world: World, role: Role, language: str = "zh") -> Client:
    """A signed-in browser that reads in a language."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(world.person(role))
    return browser
