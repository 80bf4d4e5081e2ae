"""The tutorial of the notebook face prints what it says, in both languages, on the demonstration as it is made.

This file runs before those that bring further households into the demonstration.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from tests.browser.conftest import Demonstration

pytestmark = pytest.mark.browser
TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
ISSUE = ("users", "token", "county", "--place", "533422")
NEXT = "\nprint('=====')\n"
#: A notebook runs its cells inside an event loop.
IN_A_LOOP = """
import asyncio

async def cells():
{body}

asyncio.run(cells())
"""


def blocks(name: str) -> list[tuple[str, str]]:
    """The blocks of a tutorial, each with what it prints."""
    return BLOCK.findall((TUTORIALS / name).read_text(encoding="utf-8"))


def test_each_block_of_the_tutorial_prints_what_stands_below_it(demonstration: Demonstration, tmp_path: Path) -> None:
    typed, printed = zip(*blocks("notebook.md"), strict=True)
    made = demonstration.untouched
    environment = made.environment | {"BANGFU_TOKEN": made.done(*ISSUE).strip()}
    # Ibis still calls DuckDB and pandas by former names, which a reader is not shown either.
    environment.pop("PYTHONWARNINGS")
    command = [sys.executable, "-c", IN_A_LOOP.format(body=indent(NEXT.join(typed), "    "))]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split("=====\n") == list(printed)


def test_the_chinese_tutorial_has_the_same_blocks() -> None:
    assert blocks("notebook.zh-CN.md") == blocks("notebook.md")
