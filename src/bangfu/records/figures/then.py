"""A place as a snapshot has it: found by its id, which every change leaves alone, and not by its code of today.

Whoever may see the place of today sees what was counted where it lay, under whatever code; nothing else is reached.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bangfu.records.access.gate import SYSTEM_SCOPE, Scope, successor_of
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.figures.moves import Move, crosses, moved, under_names_of_then
from bangfu.records.figures.queries import figures
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_now, under

#: The code of then of a place that got its code of today from another one: nothing lies under it.
NOWHERE = "-"


@dataclass(frozen=True)
class Then:
    """A place in a snapshot: the code it had there, and by id what has another code today."""

    snapshot: Snapshot
    scope: Scope
    place: Place
    code: str
    moves: Mapping[int, Move]

    def figures(self, indicator: str, year: int | None = None) -> QuerySet[Figure]:
        """The figures of an indicator that may be seen here, of every group."""
        if not self.moves:
            return figures(self.snapshot, self.scope, indicator=indicator, year=year).order_by()
        # The scope names codes of today; that the place lies in it was asked where this was made.
        found = figures(self.snapshot, SYSTEM_SCOPE, indicator=indicator, year=year)
        return found.filter(under(self.code, "place_code")).order_by()

    def of_place(self, indicator: str, year: int | None = None) -> QuerySet[Figure]:
        """Those of the place itself."""
        return self.figures(indicator, year).filter(place_code=self.code, place=self.place.pk)

    def code_of(self, place: Place) -> str:
        """The code that a place had."""
        return self.moves[place.pk].old if place.pk in self.moves else place.code

    def places_at(self, level: int) -> QuerySet[Place]:
        """The places of a level as then: those that stand here today and did not come since, and those that left."""
        standing = places_now().filter(under(self.place.code), level=level)
        came, left = self._came(), self._left(level)
        if not came and not left:
            return standing
        here = Q(merged_into__isnull=True, ended_on__isnull=True, level=level) & under(self.place.code)
        return Place.objects.filter((here & ~Q(id__in=came)) | Q(id__in=left))

    def shown(self, places: Sequence[Place]) -> list[Place]:
        """The same places; those that lie elsewhere today, as copies with code and name of then, never to be saved."""
        gone = {move.place_id for move in self.moves.values() if self._is_gone(move)}
        made = [copy(place) if place.pk in gone else place for place in places]
        copies = [place for place in made if place.pk in gone]
        for place in copies:
            place.code = self.moves[place.pk].old
        under_names_of_then(copies)
        return made

    def differs(self, level: int) -> bool:
        """Whether the places of a level, or what they hold, are others today."""
        if not self.moves:
            return False
        length = current_scheme().levels[level].length if level >= 0 else len(self.place.code)
        return crosses(self.moves.values(), self.place.code, length)

    def _is_gone(self, move: Move) -> bool:
        return move.old.startswith(self.code) and not (move.same and move.new.startswith(self.place.code))

    def _came(self) -> set[int]:
        here = (move for move in self.moves.values() if move.same and move.new.startswith(self.place.code))
        return {move.place_id for move in here if not move.old.startswith(self.code)}

    def _left(self, level: int) -> set[int]:
        length = current_scheme().levels[level].length if level >= 0 else 0
        return {m.place_id for m in self.moves.values() if len(m.old) == length and self._is_gone(m)}


def place_then(snapshot: Snapshot, scope: Scope, place: Place, indicators: Collection[str]) -> Then:
    """A place in a snapshot of these indicators; four queries, none where no place ever changed."""
    seen = scope.places.allows_place(successor_of(place).code)
    moves = {move.place_id: move for move in moved(snapshot, indicators)} if seen else {}
    code = moves[place.pk].old if place.pk in moves else place.code
    if any(move.old == code and move.place_id != place.pk for move in moves.values()):
        code = NOWHERE
    near = {key: m for key, m in moves.items() if m.old.startswith(code) or m.new.startswith(place.code)}
    return Then(snapshot, scope, place, code, near)
