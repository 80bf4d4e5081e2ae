"""Working folders: nothing in the clear outlives the process that made it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from bangfu.records.scratch import BEING_MADE, scratch

KILLED = """
import os, signal, sys
from pathlib import Path
from bangfu.records.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "secret.csv").write_text("in the clear")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_working_folder_is_gone_afterwards(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        (folder / "secret.csv").write_text("in the clear")
    assert [*tmp_path.iterdir()] == []


def test_only_its_owner_reads_a_working_folder(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_what_a_killed_process_left_goes_with_the_next_working_folder(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len([*tmp_path.rglob("secret.csv")]) == 1
    with scratch(tmp_path):
        assert [*tmp_path.rglob("secret.csv")] == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with scratch(tmp_path) as first, scratch(tmp_path) as second:
        assert (first.is_dir(), second.is_dir()) == (True, True)


def test_a_folder_that_is_being_made_is_left_alone_and_an_old_one_without_a_lock_goes(tmp_path: Path) -> None:
    (new := tmp_path / "work-new").mkdir()
    (old := tmp_path / "work-old").mkdir()
    past = old.stat().st_mtime - 2 * BEING_MADE
    os.utime(old, (past, past))
    with scratch(tmp_path):
        assert (new.is_dir(), old.is_dir()) == (True, False)
