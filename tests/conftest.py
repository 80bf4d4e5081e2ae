"""Fixtures that every test may take. What must happen before the settings load is in ``tests.environment``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.environment import shared_folder
from tests.instances import Instance, copied_instance, founded_instance

MESSAGES = Path(__file__).resolve().parents[1] / "src/bangfu/web/locale/zh_Hans/LC_MESSAGES/django.po"


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Path of an outside data file, as in ``shared("eusilc/eusilc.csv")``."""

    def find(name: str) -> Path:
        folder = shared_folder()
        if not folder.is_dir():
            pytest.skip(f"The outside data {name} is not here: {folder} is absent (BANGFU_SHARED names it).")
        path = folder / name
        if not path.exists():
            pytest.fail(f"{folder} is here but has no {name}.")
        return path

    return find


@pytest.fixture(scope="session")
def compiled_messages() -> None:
    """The compiled messages, made new where the source is newer (they are not kept in the repository)."""
    compiled = MESSAGES.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < MESSAGES.stat().st_mtime:
        subprocess.run(["msgfmt", "-o", str(compiled), str(MESSAGES)], check=True)


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """The system's Chromium for Playwright's ``executable_path``; None takes the one that Playwright fetched."""
    return shutil.which("chromium")


@pytest.fixture(scope="session")
def template_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A migrated, founded instance with the places of ``tests/places``; made once and never changed, only copied."""
    with founded_instance(tmp_path_factory.mktemp("template")) as instance:
        yield instance


@pytest.fixture
def instance(template_instance: Instance, tmp_path: Path) -> Iterator[Instance]:
    """An instance of one's own, driven by the command line in processes of its own."""
    with copied_instance(template_instance, tmp_path / "home") as copied:
        yield copied
