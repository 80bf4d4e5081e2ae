"""The worlds of the access tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command

from tests.access.marks import build_marked_world
from tests.access.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """Places, households and one person of each role."""
    return build_world()


@pytest.fixture(scope="module")
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The marked world with its snapshot, committed once for a module, as DuckDB reads what is committed."""
    with django_db_blocker.unblock():
        cache.clear()
        made = build_marked_world()
    yield made
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def marked(committed_world: World, db: None) -> World:
    """The marked world; what a test changes in it is rolled back. Not beside ``world`` in one module."""
    return committed_world
