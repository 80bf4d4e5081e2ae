"""Work on a row of items that goes on in threads while what comes of it is used in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def in_order(pool: Executor, work: Callable[[Item], Made], items: Iterable[Item], *, ahead: int) -> Iterator[Made]:
    """What ``work`` makes of each item, in their order; ``ahead`` further items are in work while one is used."""
    waiting: deque[Future[Made]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items; the next one is being read in a thread of its own while one is used."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        waiting = thread.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = thread.submit(next, items, None)
            yield item
