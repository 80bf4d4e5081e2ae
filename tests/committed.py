"""What is committed once for a module: DuckDB reads what is committed, and counting a register takes a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.core.cache import cache
from django.core.management import call_command

Made = TypeVar("Made")


def for_a_module(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """The steps of a fixture of module scope: make something outside of any test's transaction, remove all after it.

    ``blocker`` is the fixture ``django_db_blocker``; the fixture must ask for ``django_db_setup`` before. Its tests
    take ``db`` beside it, so that what they change is rolled back; not beside another world in one module.
    """
    with blocker.unblock():
        cache.clear()
        made = make()
    yield made
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()
