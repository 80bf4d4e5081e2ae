"""Locks hold hashes and no addresses; dependencies are pinned and explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_dependencies, check_locks

PATH = Path("dev.txt")
PINNED = "lark==1.3.0 \\\n    --hash=sha256:00\n"


def test_this_repository_passes() -> None:
    assert check_locks.main() == 0
    assert check_dependencies.main() == 0


def test_a_pin_with_a_hash_passes() -> None:
    assert not list(check_locks.check_requirements(PATH, PINNED))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--find-links /wheels",
        "lark @ https://packages.example/lark.whl \\",
        "-f /wheels",
    ],
)
def test_an_address_is_found(line: str) -> None:
    assert "no download address" in next(check_locks.check_requirements(PATH, f"{line}\n{PINNED}")).sentence


def test_a_pin_without_a_hash_is_found() -> None:
    assert "has no hash" in next(check_locks.check_requirements(PATH, "lark==1.3.0\n")).sentence


def test_a_dependency_that_no_lock_pins_is_found() -> None:
    project = {"project": {"dependencies": ["lark>=1", "duckdb==1.5.5"], "optional-dependencies": {"dev": []}}}
    found = [finding.sentence for finding in check_locks.check_pinned(PATH, PINNED, project)]
    assert found == ["duckdb of pyproject.toml is not pinned; make the lock again with `make lock`."]


def test_an_address_in_the_npm_lock_is_found() -> None:
    lock = '{"packages": {"": {}, "node_modules/x": {"resolved": "https://x", "integrity": "sha512-0"}}}'
    assert "`resolved`" in next(check_locks.check_packages(PATH, lock)).sentence


def test_dependencies_are_compared_with_their_rows_both_ways() -> None:
    explained = check_dependencies.explained_dependencies(
        "| `lark` | parses the language | MIT |\n| `gone` | was needed once | MIT |"
    )
    found = {finding.sentence.split()[0] for finding in check_dependencies.check(PATH, {"lark", "duckdb"}, explained)}
    assert found == {"duckdb", "gone"}
