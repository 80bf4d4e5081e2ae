"""``bangfu serve`` and ``bangfu worker``: the site, and what works behind it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from threading import Event, Thread
from types import FrameType
from typing import Annotated, Any

import typer

from bangfu.cli.processes import GRACE_SECONDS, Beside, HandedOn, at_end_of_input, bangfu, keep
from bangfu.cli.say import fail, note
from bangfu.parameters.text import Text

THREADS = 8
#: A process for each core, and no more than so many unless asked for: each holds some 200 MB.
MOST_PROCESSES = 4
WAITING_CONNECTIONS = 1024
#: Objects made before young ones are collected; a page makes some ten thousand that mostly die by themselves.
COLLECT_AFTER = 20_000
LARGEST_PORT = 65535
WRONG_PORT = Text("端口“{port}”不对，应在1和{last}之间。", "The port {port} cannot be; name one from 1 to {last}.")
CANNOT_LISTEN = Text("{host}:{port} 不能用：{why}。", "Cannot listen on {host}:{port}: {why}.")
NO_SUCH_HOST = Text("没有“{host}”这个地址。", "There is no address “{host}”.")
SERVING = Text("网址 http://{host}:{port}/ ，按 Ctrl-C 停。", "Serving http://{host}:{port}/ , Ctrl-C stops.")


def processes_of_this_machine() -> int:
    """How many processes answer best: one for each core; one where processes cannot share a socket."""
    return min(os.cpu_count() or 1, MOST_PROCESSES) if sys.platform != "win32" else 1


def worker(
    with_parent: Annotated[bool, typer.Option(hidden=True, help="Stop when standard input closes.")] = False,
) -> None:
    """Do the jobs of this instance until SIGTERM or Ctrl-C; the job in hand goes back and is taken up again."""
    from bangfu.records.jobs.worker import work_until

    stopping = Event()
    _on_signal(stopping.set)
    if with_parent:
        at_end_of_input(stopping.set)
    work_until(stopping)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Start no worker beside the site.")] = False,
    processes: Annotated[
        int, typer.Option(min=1, help="How many processes answer.", show_default="one a core")
    ] = processes_of_this_machine(),
    handed: Annotated[bool, typer.Option(hidden=True, help="Answer what the parent process hands on.")] = False,
) -> None:
    """Run the site, and a worker beside it, until SIGTERM or Ctrl-C."""
    if handed:
        answer_handed(_application())
        return
    listening = _listening(host, port)
    stopping = Event()
    _on_signal(stopping.set)
    note(SERVING.format(host=host, port=port))
    workers = [] if no_worker else [Beside(bangfu("worker", "--with-parent"))]
    if processes > 1 and sys.platform != "win32":
        sites = [Beside(bangfu("serve", "--handed"), answers=True) for _ in range(processes)]
        keep([*sites, *workers], stopping, listening)
        return
    keeper = Thread(target=keep, args=(workers, stopping), daemon=True)
    keeper.start()
    answer(_application(), listening)
    stopping.set()
    keeper.join(GRACE_SECONDS + 5)


def answer(application: Any, listening: Sequence[socket.socket]) -> None:
    """Answer requests on sockets that listen, until SIGTERM or Ctrl-C."""
    from waitress.server import create_server

    _run(create_server(application, sockets=listening, threads=THREADS, ident=None))


def answer_handed(application: Any) -> None:
    """Answer the connections that the parent process hands on, until SIGTERM or Ctrl-C, or until it is gone."""
    from waitress.adjustments import Adjustments
    from waitress.server import TcpWSGIServer

    about = (socket.AF_INET, socket.SOCK_STREAM, 0, None)
    settings = Adjustments(threads=THREADS, ident=None)
    _run(TcpWSGIServer(application, _sock=HandedOn(), adj=settings, sockinfo=about, bind_socket=False))


def _run(server: Any) -> None:
    def stop() -> None:
        raise SystemExit(0)

    _on_signal(stop)
    # What is loaded by now lives as long as the process: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    try:
        server.run()
    finally:
        server.close()


def _application() -> Any:
    from bangfu.config.wsgi import application

    return application


def _listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen at every address of a host; ends the command where there is none."""
    # The system takes a larger port modulo 65536, and the address printed would lead nowhere.
    if not 1 <= port <= LARGEST_PORT:
        fail(WRONG_PORT.format(port=port, last=LARGEST_PORT))
    listening: list[socket.socket] = []
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            listening.append(_opened(family, kind, protocol))
            listening[-1].bind(address)
            listening[-1].listen(WAITING_CONNECTIONS)
        return listening
    except (socket.gaierror, UnicodeError):
        fail(NO_SUCH_HOST.format(host=host))
    except OSError as taken:
        for each in listening:
            each.close()
        fail(CANNOT_LISTEN.format(host=host, port=port, why=taken.strerror))


def _opened(family: int, kind: int, protocol: int) -> socket.socket:
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return opened


def _on_signal(action: Callable[[], None]) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        action()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
