"""The worlds of the page tests: people of every role beside a household told in full, or a small register counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.analytics.workbooks.blank import read_blank
from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import Household
from bangfu.records.places.models import Place
from bangfu.records.reports import reading
from tests.access.world import World, build_world
from tests.browsers import browser_of
from tests.committed import for_a_module
from tests.figures.register import TOWNSHIP, Register, small_register
from tests.pages.register import told_in_full


@pytest.fixture(scope="session", autouse=True)
def messages(compiled_messages: None) -> None:
    """Every page test reads the messages."""


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


@pytest.fixture
def officer(world: World) -> Client:
    """The township officer's browser, in Chinese."""
    return browser_of(world, Role.TOWNSHIP_OFFICER)


def counted_register() -> Register:
    """Two villages with twenty households and one that has not reported, with a snapshot."""
    made = small_register()
    run_cycle()
    return made


@pytest.fixture(scope="module")
def committed_register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Register]:
    """The register with its snapshot, committed once for a module."""
    yield from for_a_module(django_db_blocker, counted_register)


@pytest.fixture
def register(committed_register: Register, db: None) -> Register:
    """The register with its snapshot; what a test changes in it is rolled back. Whoever counts again takes its own."""
    return committed_register


@pytest.fixture
def own_register(transactional_db: None) -> Register:
    """The register with its snapshot, for a test that changes it and counts again."""
    cache.clear()
    return counted_register()


@pytest.fixture
def more_villages(register: Register) -> Callable[[int], None]:
    """Add so many villages to the township of the register; none of them reports."""

    def add(count: int) -> None:
        township = Place.objects.get(code=TOWNSHIP)
        for number in range(3, 3 + count):
            Place.objects.create(code=f"{TOWNSHIP}2{number:02}", level=4, name=f"某村{number}", parent=township)

    return add
