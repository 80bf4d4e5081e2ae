"""Eight people who ask a served instance for page after page at the same time, without a pause."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles

from bangfu.cli.benchmarks import NotMeasured
from benchmarks.instances import ROOT
from benchmarks.served_pages import HOST, USERS
from tests.instances import Instance

#: How often each person goes through all pages.
ROUNDS = 3
BARE_REQUESTS = 60


@dataclass(frozen=True)
class Served:
    """An instance that answers on a port: who is signed in, what to ask for, how many queries each page takes."""

    port: int
    cookies: Sequence[str]
    pages: Sequence[str]
    queries: dict[str, int]


@contextmanager
def served(instance: Instance, place: str) -> Iterator[Served]:
    """The instance, served by a process of its own until the end."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.served_pages", str(port), place]
    server = subprocess.Popen(command, env=instance.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline() if server.stdout else ""
        if not line:
            raise NotMeasured("The instance could not be served; what was wrong stands above.")
        yield Served(port, **json.loads(line))
    finally:
        server.terminate()
        server.wait(timeout=30)


def measured(instance: Instance, place: str) -> dict[str, float | str]:
    """Milliseconds of pages and of the bare view with eight people at once, and the most queries of a page."""
    with served(instance, place) as site:
        _all_at_once(site, [[page] for page in site.pages[:USERS]])  # every thread of the server has its connection
        pages = _all_at_once(site, [_turned(site.pages, number) * ROUNDS for number in range(USERS)])
        bare = _all_at_once(site, [["/bare/"] * BARE_REQUESTS] * USERS)
    spent = [each for one in pages.values() for each in one]
    slowest = max(pages, key=lambda page: median(pages[page]))
    most = max(site.queries, key=lambda page: site.queries[page])
    return {
        "p95": _p95(spent),
        "median": round(median(spent), 1),
        "requests": len(spent),
        "bare view, p95": _p95(bare["/bare/"]),
        "bare view, median": round(median(bare["/bare/"]), 1),
        "slowest page": slowest,
        "slowest page, median": round(median(pages[slowest]), 1),
        "most queries of a page": site.queries[most],
        "page of most queries": most,
    }


def _turned(pages: Sequence[str], number: int) -> list[str]:
    """The pages from another one on, so that no two people ask for the same at the same time."""
    start = number * len(pages) // USERS
    return [*pages[start:], *pages[:start]]


def _all_at_once(site: Served, wanted: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """What each request took, by page; one person a list. **Errors** ``NotMeasured`` where a page is none."""
    spent: dict[str, list[float]] = {}
    faults: list[str] = []

    def visit(cookie: str, pages: Sequence[str]) -> None:
        connection = http.client.HTTPConnection(HOST, site.port, timeout=120)
        for page in pages:
            started = time.perf_counter()
            connection.request("GET", page, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            spent.setdefault(page, []).append((time.perf_counter() - started) * 1000)
            if answer.status != http.HTTPStatus.OK:
                faults.append(f"{answer.status} instead of {page}")

    people = [
        threading.Thread(target=visit, args=(cookie, pages))
        for cookie, pages in zip(site.cookies, wanted, strict=False)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if faults:
        raise NotMeasured(f"{len(faults)} requests failed, the first: {faults[0]}.")
    return spent


def _p95(spent: Sequence[float]) -> float:
    return round(quantiles(spent, n=20)[-1], 1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
