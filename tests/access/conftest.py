"""The worlds of the access tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.marks import build_marked_world
from tests.access.world import World, build_world
from tests.committed import for_a_module


@pytest.fixture
def world(db: None) -> World:
    """Places, households and one person of each role."""
    return build_world()


@pytest.fixture(scope="module")
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The marked world with its snapshot, committed once for a module, as DuckDB reads what is committed."""
    yield from for_a_module(django_db_blocker, build_marked_world)


@pytest.fixture
def marked(committed_world: World, db: None) -> World:
    """The marked world; what a test changes in it is rolled back. Not beside ``world`` in one module."""
    return committed_world
