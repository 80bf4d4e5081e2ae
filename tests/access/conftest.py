"""The world of the access tests."""

import pytest

from tests.access.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """Places, households and one person of each role."""
    return build_world()
