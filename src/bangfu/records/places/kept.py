"""What pages ask of the places again and again, kept in each process until an action changes them.

Only under a request (``held()``): commands, jobs and tests of actions ask anew. What is handed out is shared by all
requests of the process, so nobody changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.db.models import Count, Max

from bangfu.records.access.models import AuditEvent
from bangfu.records.instance.held import is_held, once

Kept = TypeVar("Kept")
#: Answers kept: the places of a province that a hundred people drill through, at about a kilobyte each.
MOST_KEPT = 8_192


class _Answers:
    """Answers for one state of the places."""

    def __init__(self) -> None:
        self.state: tuple[Any, ...] = ()
        self.found: dict[Hashable, Any] = {}


_answers = _Answers()
_turn = Lock()


def places_state() -> tuple[Any, ...]:
    """What says whether places changed: every action on them leaves an event. Asked once a request."""
    return once("places", _asked)


def _asked() -> tuple[Any, ...]:
    # Ids are drawn before their transaction ends, so a later event can have a lower id; the count tells of it.
    events = AuditEvent.objects.filter(subject="place").aggregate(last=Max("id"), at=Max("at"), count=Count("id"))
    return (events["last"], events["at"], events["count"]) if events["count"] else ()


def kept(name: Hashable, ask: Callable[[], Kept]) -> Kept:
    """The answer to ``ask`` under a name, from this process where the places are the same since. None is not kept."""
    state = places_state() if is_held() else ()
    if not state:
        return ask()
    with _turn:
        if _answers.state != state or len(_answers.found) >= MOST_KEPT:
            _answers.state, _answers.found = state, {}
        answers = _answers.found
    if name not in answers:
        found = ask()
        if found is None:
            return found
        answers[name] = found
    answer: Kept = answers[name]
    return answer
