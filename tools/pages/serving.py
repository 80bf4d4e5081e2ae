"""An instance served as everywhere, on a free port, until whoever asked for it is done."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

START_SECONDS = 60
STOP_SECONDS = 30
BANGFU = str(Path(sys.executable).with_name("bangfu"))


def environment_of(home: Path) -> dict[str, str]:
    """What a process must find in its environment to be the instance of a home, with the SQLite file in it."""
    own = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"BANGFU_HOME": str(home), "BANGFU_LANG": "en"}


def ran(home: Path, *arguments: str) -> None:
    """Run ``bangfu …`` in a home to its end. **Errors** ``CalledProcessError``."""
    command = [BANGFU, *arguments]
    subprocess.run(command, env=environment_of(home), cwd=home, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[str]:
    """The address at which the instance of an environment answers, with its worker beside it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [BANGFU, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=dict(environment), stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/in/")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)


def wait_for(address: str) -> None:
    """Return once the address answers. **Errors** ``OSError`` where it never does."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
