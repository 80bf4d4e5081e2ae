"""What one request asks the database for once: the instance and its parameters stay the same under a page.

Outside of ``held()`` (commands, jobs, tests) everything is asked anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Kept = TypeVar("Kept")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside, what is asked through ``once`` is kept until the end."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_held() -> bool:
    """Whether something is held here."""
    return _kept.get() is not None


def once(name: str, ask: Callable[[], Kept]) -> Kept:
    """The answer to ``ask``, kept under a name while something is held. A refusal is not kept."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if name not in kept:
        kept[name] = ask()
    found: Kept = kept[name]
    return found
