"""Scopes as engines apply them, without any engine: what a stored text needs when it is run for a reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: The relations from which a text compiled with ``DEFERRED`` reads the scope. Without them it does not run at all.
SCOPE_ROWS = "scope_rows"
SCOPE_HOUSEHOLDS = "scope_households"


@dataclass(frozen=True)
class Deferred:
    """A scope bound when the text is run, from ``scope_rows(prefix)`` and ``scope_households(household_id)``."""


DEFERRED = Deferred()


def ends_of_range(prefixes: Iterable[str]) -> tuple[str, str]:
    """The smallest string under any prefix, and the first above them all, in code point order."""
    found = sorted(set(prefixes))
    return found[0], max(prefix[:-1] + chr(ord(prefix[-1]) + 1) for prefix in found)
