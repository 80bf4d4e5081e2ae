"""The marked world of the access tests, for tokens and what they open."""

from tests.access.conftest import committed_world, marked, world

__all__ = ["committed_world", "marked", "world"]
