"""``bangfu serve`` and ``bangfu worker``: the site, and what works behind it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType
from typing import Annotated, Any

import typer

from bangfu.cli.say import fail, note
from bangfu.parameters.text import Text

#: Seconds that a worker has to give its job back when it is told to stop.
GRACE_SECONDS = 20
#: Seconds before a worker that died is started again.
PAUSE_SECONDS = 3
THREADS = 8
LARGEST_PORT = 65535
WRONG_PORT = Text("端口“{port}”不对，应在1和{last}之间。", "The port {port} cannot be; name one from 1 to {last}.")
CANNOT_LISTEN = Text("{host}:{port} 不能用：{why}。", "Cannot listen on {host}:{port}: {why}.")
NO_SUCH_HOST = Text("没有“{host}”这个地址。", "There is no address “{host}”.")


def worker(
    with_parent: Annotated[bool, typer.Option(hidden=True, help="Stop when standard input closes.")] = False,
) -> None:
    """Do the jobs of this instance until SIGTERM or Ctrl-C; the job in hand goes back and is taken up again."""
    from bangfu.records.jobs.worker import work_until

    stopping = Event()
    _on_signal(stopping.set)
    if with_parent:
        # A parent that is killed outright closes the pipe, so no worker is left behind.
        Thread(target=_stop_at_end_of_input, args=(stopping,), daemon=True).start()
    work_until(stopping)


def _stop_at_end_of_input(stopping: Event) -> None:
    # Not sys.stdin.read(): a thread that waits inside Python's buffer would block the interpreter's exit.
    while os.read(0, 1024):
        pass
    stopping.set()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Start no worker beside the site.")] = False,
) -> None:
    """Run the site, and a worker beside it, until SIGTERM or Ctrl-C."""
    server = _listening(host, port)
    stopping = Event()
    keeper = None if no_worker else Thread(target=_keep_worker, args=(stopping,), daemon=True)
    if keeper is not None:
        keeper.start()

    def stop() -> None:
        stopping.set()
        raise SystemExit(0)

    _on_signal(stop)
    note(Text("网址 http://{host}:{port}/ ，按 Ctrl-C 停。", "Serving http://{host}:{port}/ , Ctrl-C stops.").format(
        host=host, port=port
    ))  # fmt: skip
    try:
        server.run()
    finally:
        stopping.set()
        server.close()
        if keeper is not None:
            keeper.join(GRACE_SECONDS + 5)


def _listening(host: str, port: int) -> Any:
    """The site's server with its port open; ends the command where it cannot be."""
    from waitress.server import create_server

    # The system takes a larger port modulo 65536, and the address printed would lead nowhere.
    if not 1 <= port <= LARGEST_PORT:
        fail(WRONG_PORT.format(port=port, last=LARGEST_PORT))
    try:
        _check_free(host, port)
        from bangfu.config.wsgi import application

        return create_server(application, host=host, port=port, threads=THREADS, ident=None)
    except (socket.gaierror, UnicodeError):
        fail(NO_SUCH_HOST.format(host=host))
    except OSError as taken:
        fail(CANNOT_LISTEN.format(host=host, port=port, why=taken.strerror))


def _check_free(host: str, port: int) -> None:
    """Pass where the port can be had; asked before the site is loaded. **Errors** ``OSError``."""
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)


def _on_signal(action: Callable[[], None]) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        action()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def _keep_worker(stopping: Event) -> None:
    """Keep one worker process alive until told to stop; then ask it to stop and wait."""
    command = [sys.executable, "-c", "from bangfu.cli.main import main; main()", "worker", "--with-parent"]
    while not stopping.is_set():
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        while process.poll() is None and not stopping.wait(0.5):
            pass
        if not stopping.is_set():
            note(Text("后台程序停了，马上再启动。", "The worker ended; it is started again."))
            stopping.wait(PAUSE_SECONDS)
            continue
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
