"""What searches by number found, kept in the session for a short while under a mark that says nothing.

The answer to a number has an address with the mark, so that one can come back to it; the number is kept nowhere. What
was found is looked up anew within the scope each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

KEY = "number_searches"
#: So many answers stay, each for so many seconds.
MOST_KEPT, SECONDS = 5, 900


@dataclass(frozen=True)
class Answer:
    """What a number found: households with the member who matched, by id, and places by code."""

    households: Sequence[tuple[int, int | None]]
    places: Sequence[str]


def keep(session: SessionBase, answer: Answer) -> str:
    """The mark of an answer that is kept from now on."""
    mark = secrets.token_urlsafe(9)
    kept = {**_standing(session), mark: {"at": _now(), "households": answer.households, "places": answer.places}}
    session[KEY] = dict(list(kept.items())[-MOST_KEPT:])
    return mark


def kept_under(session: SessionBase, mark: str) -> Answer | None:
    """The answer of a mark, or None where it is over."""
    found = _standing(session).get(mark)
    if found is None:
        return None
    return Answer([(household, person) for household, person in found["households"]], found["places"])


def _standing(session: SessionBase) -> dict[str, Any]:
    since = _now() - SECONDS
    return {mark: each for mark, each in session.get(KEY, {}).items() if each["at"] > since}


def _now() -> int:
    return int(timezone.now().timestamp())
