"""Processes beside this one that are started again when they end, and end with it."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from threading import Event, Thread
from typing import Any

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


class Beside:
    """A process beside this one; its standard input closes when this process is killed outright.

    One that answers (``answers``) gets a socket there instead of a pipe, through which it is handed connections.
    """

    def __init__(self, command: Sequence[str], *, answers: bool = False) -> None:
        self.command, self.answers = command, answers
        self._way: socket.socket | None = None
        self._start()

    def _start(self) -> None:
        self.process: subprocess.Popen[bytes]
        if not self.answers:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)
            return
        self._way, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(self.command, stdin=theirs.fileno())

    def take(self, connection: socket.socket) -> bool:
        """Hand a connection on; False where the process is gone."""
        try:
            if self._way is not None:
                socket.send_fds(self._way, [b"."], [connection.fileno()])
            return self._way is not None
        except OSError:
            return False

    def has_ended(self) -> bool:
        """Whether the process has to be started again."""
        return self.process.poll() is not None

    def start_again(self) -> None:
        """Start it anew, after it ended."""
        self._let_go()
        self._start()

    def stop(self) -> None:
        """Ask it to stop; ``end`` waits."""
        self.process.terminate()

    def end(self) -> None:
        """Wait until it has stopped, and kill it where it does not."""
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._let_go()

    def _let_go(self) -> None:
        self.process.communicate()
        if self._way is not None:
            self._way.close()


def keep(kept: Sequence[Beside], stopping: Event, listening: Sequence[socket.socket] = ()) -> None:
    """Keep processes alive until told to stop; then ask them to stop and wait.

    What comes in on ``listening`` is handed to those that answer, one after the other. A socket that all of them accept
    from would leave it to chance: eight connections that come at once often went to one process.
    """
    handing = Thread(target=_hand_on, args=(listening, [each for each in kept if each.answers], stopping), daemon=True)
    handing.start()
    try:
        while not stopping.wait(LOOK_SECONDS):
            for each in kept:
                if each.has_ended():
                    note(STARTED_AGAIN)
                    if stopping.wait(PAUSE_SECONDS):
                        break
                    each.start_again()
    finally:
        stopping.set()
        handing.join()
        for each in kept:
            each.stop()
        for each in kept:
            each.end()


def _hand_on(listening: Sequence[socket.socket], sites: Sequence[Beside], stopping: Event) -> None:
    turn = cycle(sites)
    with selectors.DefaultSelector() as selector:
        for each in listening:
            each.setblocking(False)
            selector.register(each, selectors.EVENT_READ, each)
        while listening and not stopping.is_set():
            for key, _events in selector.select(LOOK_SECONDS):
                try:
                    connection, _address = key.data.accept()
                except OSError:  # whoever came has left
                    continue
                with connection:
                    any(site.take(connection) for site in islice(turn, len(sites)))


class HandedOn(socket.socket):
    """What a process that answers finds at its standard input; to a server it looks like a socket that listens."""

    def __init__(self) -> None:
        super().__init__(fileno=os.dup(0))

    def listen(self, *_backlog: int) -> None:
        """Whoever started this process listens."""

    def getsockname(self) -> tuple[str, int]:
        """No address of its own."""
        return "127.0.0.1", 0

    def getpeername(self) -> None:
        """As a socket that listens: not connected."""
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Ends the process where whoever started it is gone."""
        said, handed, *_rest = socket.recv_fds(self, 1, 1)
        if not said:
            raise SystemExit(0)
        connection = socket.socket(fileno=handed[0])
        try:
            return connection, connection.getpeername()
        except OSError:
            connection.close()
            raise


def at_end_of_input(act: Callable[[], None]) -> None:
    """Do something when standard input closes: whoever started this process is gone."""

    def wait() -> None:
        # Not sys.stdin.read(): a thread that waits inside Python's buffer would block the interpreter's exit.
        while os.read(0, 1024):
            pass
        act()

    Thread(target=wait, daemon=True).start()
