"""Fixtures of the web tests: the two languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(scope="session", autouse=True)
def messages(compiled_messages: None) -> None:
    """Every web test reads the messages."""


@pytest.fixture
def chinese() -> Iterator[None]:
    """The page is Chinese."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    """The page is English."""
    with translation.override("en"):
        yield
