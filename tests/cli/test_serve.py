"""`bangfu serve` listens where it says, or says why it cannot."""

from __future__ import annotations

import socket

import pytest

from tests.cli.conftest import Typed


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_a_port_that_cannot_be_is_refused(bangfu: Typed, port: int) -> None:
    said = bangfu("serve", "--no-worker", "--port", port)
    assert (said.exit_code, said.stderr.strip()) == (2, f"The port {port} cannot be; name one from 1 to 65535.")


def test_a_port_that_is_taken_is_refused(bangfu: Typed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = bangfu("serve", "--no-worker", "--port", port)
    assert (said.exit_code, said.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}: ")) == (2, True)


def test_an_address_that_is_none_is_refused(bangfu: Typed) -> None:
    said = bangfu("serve", "--no-worker", "--host", "no such address")
    assert (said.exit_code, said.stderr.strip()) == (2, "There is no address “no such address”.")
