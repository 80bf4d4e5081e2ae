"""Fixtures of the web tests: the two languages, with the messages compiled from their source."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

MESSAGES = Path(__file__).resolve().parents[2] / "src/bangfu/web/locale/zh_Hans/LC_MESSAGES/django.po"


@pytest.fixture(scope="session", autouse=True)
def compiled_messages() -> None:
    """The compiled messages, made new where the source is newer (they are not kept in the repository)."""
    compiled = MESSAGES.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < MESSAGES.stat().st_mtime:
        subprocess.run(["msgfmt", "-o", str(compiled), str(MESSAGES)], check=True)


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
