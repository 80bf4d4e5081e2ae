"""Processes beside this one: connections go to them in turn, and they end with whoever started them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from bangfu.cli.processes import Beside, keep

#: Says its own number to each connection that it is handed.
ANSWERS = """
import os
from bangfu.cli.processes import HandedOn
with HandedOn() as handed:
    while True:
        connection, _ = handed.accept()
        with connection:
            connection.sendall(str(os.getpid()).encode())
"""
PATIENCE = 30


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Where two processes answer."""
    stopping, sites = Event(), [Beside([sys.executable, "-c", ANSWERS], answers=True) for _ in range(2)]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        keeper = Thread(target=keep, args=(sites, stopping, [listening]))
        keeper.start()
        yield listening.getsockname()
        stopping.set()
        keeper.join(PATIENCE)


def said_at(address: tuple[str, int]) -> str:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        return connection.recv(20).decode()


def test_connections_go_to_the_processes_in_turn(address: tuple[str, int]) -> None:
    said = [said_at(address) for _ in range(6)]
    assert (said[0::2], said[1::2]) == ([said[0]] * 3, [said[1]] * 3)
    assert said[0] != said[1]


def test_a_process_that_answers_ends_with_whoever_started_it() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        site = subprocess.Popen([sys.executable, "-c", ANSWERS], stdin=theirs.fileno())
    ours.close()
    assert site.wait(PATIENCE) == 0
