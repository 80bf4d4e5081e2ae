"""What the kernel tests share: places, a home of one's own, and a small register that came in as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kernel.register import FIRST, SECOND, bring_in, file_of
from tests.places.villages import load_villages


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """An empty home, so that every file in it was written by the test."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside of the home, where the files of the test lie."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def places(db: None) -> None:
    """One prefecture with five villages."""
    load_villages()


@pytest.fixture
def register(places: None, home: Path, outside: Path) -> None:
    """Two households, brought in from a file."""
    bring_in(file_of(outside, FIRST, SECOND))
