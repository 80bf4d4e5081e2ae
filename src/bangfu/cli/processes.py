"""Processes beside this one that are started again when they end, and end with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from threading import Event, Thread

from bangfu.cli.say import note
from bangfu.parameters.text import Text

#: Seconds that a process has to finish what it does when it is told to stop.
GRACE_SECONDS = 20
#: Seconds before a process that died is started again.
PAUSE_SECONDS = 3
#: How often it is asked whether a process still runs.
LOOK_SECONDS = 0.5
STARTED_AGAIN = Text("一个后台程序停了，马上再启动。", "A process ended; it is started again.")


def bangfu(*arguments: str) -> list[str]:
    """The command line of ``bangfu …`` under this Python."""
    return [sys.executable, "-c", "from bangfu.cli.main import main; main()", *arguments]


def keep(commands: Sequence[Sequence[str]], stopping: Event, sockets: Sequence[int] = ()) -> None:
    """Keep one process of each command alive until told to stop; then ask them to stop and wait.

    Each has a pipe from this process as its standard input: it closes when this process is killed outright. ``sockets``
    are file descriptors that they share.
    """
    running = [_start(command, sockets) for command in commands]
    try:
        while not stopping.wait(LOOK_SECONDS):
            for index, command in enumerate(commands):
                if running[index].poll() is not None:
                    note(STARTED_AGAIN)
                    running[index].communicate()
                    if stopping.wait(PAUSE_SECONDS):
                        break
                    running[index] = _start(command, sockets)
    finally:
        _end(running)


def at_end_of_input(act: Callable[[], None]) -> None:
    """Do something when standard input closes: whoever started this process is gone."""

    def wait() -> None:
        # Not sys.stdin.read(): a thread that waits inside Python's buffer would block the interpreter's exit.
        while os.read(0, 1024):
            pass
        act()

    Thread(target=wait, daemon=True).start()


def _start(command: Sequence[str], sockets: Sequence[int]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=tuple(sockets))


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
