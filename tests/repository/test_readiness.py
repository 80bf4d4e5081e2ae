"""A command on an instance whose database is not made, or not to be reached, says so and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BANGFU = str(Path(sys.executable).with_name("bangfu"))


@pytest.mark.parametrize(
    ("database", "said"),
    [("", "Run `bangfu migrate` first."), ("postgresql://nobody@127.0.0.1:1/none", "The database cannot be reached.")],
)
def test_a_command_says_why_the_database_does_not_answer(tmp_path: Path, database: str, said: str) -> None:
    environment = os.environ | {"BANGFU_HOME": str(tmp_path), "BANGFU_LANG": "en", "DATABASE_URL": database}
    ended = subprocess.run([BANGFU, "users", "list"], env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
