"""What a table is filled from: the office's answers, the snapshot of today, and the scope of whoever fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bangfu.records.access.gate import Scope
from bangfu.records.figures.models import Snapshot
from bangfu.records.places.models import Place
from bangfu.records.reports.answers import EMPTY

#: Says how many of how many cells or households are done; where the work is to be stopped, it raises.
Progress = Callable[[int, int], None]


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True)
class Ground:
    """The area that a table is filled for, and what its values are taken from; no snapshot, no figures."""

    area: Place
    answers: Mapping[str, str]
    snapshot: Snapshot | None
    scope: Scope
    progress: Progress = unheard

    def answer(self, key: str) -> str:
        """What the office confirmed for a heading."""
        return self.answers.get(key, EMPTY)
