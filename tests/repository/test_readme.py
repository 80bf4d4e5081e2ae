"""The README is short, its twin says the same, its commands exist and its number is true."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = (ROOT / "README.md").read_text()
CHINESE = (ROOT / "README.zh-CN.md").read_text()
BOTH = pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)\)")


def _commands(text: str) -> list[str]:
    return [line for language, block in BLOCK.findall(text) for line in block.splitlines() if line.startswith("make ")]


@BOTH
def test_it_has_at_most_120_lines(text: str) -> None:
    assert len(text.splitlines()) <= 120


@BOTH
def test_its_first_line_says_what_a_bare_image_lacks(text: str) -> None:
    assert "apt-get install -y make git python3-venv" in text.splitlines()[0]


def test_the_twins_have_the_same_commands_sections_and_code() -> None:
    assert _commands(ENGLISH) == _commands(CHINESE)
    assert ENGLISH.count("\n## ") == CHINESE.count("\n## ")
    assert re.findall(r"```python\n.*?```", ENGLISH, re.DOTALL) == re.findall(r"```python\n.*?```", CHINESE, re.DOTALL)
    assert set(LINK.findall(ENGLISH)) - {"README.zh-CN.md"} == set(LINK.findall(CHINESE)) - {"README.md"}


@pytest.mark.parametrize("command", _commands(ENGLISH))
def test_each_command_is_a_target_that_make_can_plan(command: str) -> None:
    assert command.split()[1] in TARGET.findall((ROOT / "Makefile").read_text())
    planned = subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True)
    assert planned.returncode == 0, planned.stderr


@BOTH
def test_its_links_lead_somewhere(text: str) -> None:
    assert [link for link in LINK.findall(text) if not (ROOT / link).exists()] == []


@BOTH
def test_its_folders_exist(text: str) -> None:
    folders = re.findall(r"^\| `([a-z/]+)` \|", text, re.MULTILINE)
    assert len(folders) == 10
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_its_number_is_true(shared: Callable[[str], Path]) -> None:
    shared("eusilc/eusilc.csv")
    code = next(block for language, block in BLOCK.findall(ENGLISH) if language == "python")
    code = code.replace("../shared/data/eusilc/eusilc.csv", str(shared("eusilc/eusilc.csv")))
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"`{said.strip()}`" in ENGLISH
    assert f"`{said.strip()}`" in CHINESE
