"""Which places of a snapshot have another code today, and the names that went with their codes of then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.places.kept import kept
from bangfu.records.places.models import Place, PlaceCode


@dataclass(frozen=True, slots=True)
class Move:
    """A place of a snapshot that has another code today; ``same`` is False where it was merged into another."""

    place_id: int
    old: str
    new: str
    same: bool


def moved(snapshot: Snapshot, indicators: Collection[str]) -> tuple[Move, ...]:
    """The places of a snapshot's figures that have another code today; four queries, one where none ever changed."""
    ever = _ever_changed()
    if not ever:
        return ()
    rows = list(_changed(snapshot, indicators, ever).values_list("place_id", "place_code").order_by().distinct())
    if not rows:
        return ()
    merged = dict(Place.objects.filter(merged_into__isnull=False).values_list("id", "merged_into_id"))
    ends = {place_id: _successor(place_id, merged) for place_id, _code in rows}
    codes = dict(Place.objects.filter(id__in=set(ends.values())).values_list("id", "code"))
    return tuple(Move(key, code, codes[ends[key]], ends[key] == key) for key, code in sorted(rows))


def _ever_changed() -> Sequence[int]:
    """The ids of places that were merged or had another code."""
    return kept("ever changed", _asked_changed)


def _asked_changed() -> tuple[int, ...]:
    # Codes are loaded without a first day; whatever came after has one.
    dated = PlaceCode.objects.filter(valid_from__isnull=False).values("place_id")
    found = Place.objects.filter(Q(merged_into__isnull=False) | Q(id__in=dated))
    return tuple(found.values_list("id", flat=True))


def _changed(snapshot: Snapshot, indicators: Collection[str], ever: Collection[int]) -> QuerySet[Figure]:
    """Figures under a code that their place does not have any more, found from the few places that ever changed."""
    rows = Figure.objects.filter(snapshot=snapshot, indicator__in=indicators, place_id__in=ever)
    return rows.filter(Q(place__merged_into__isnull=False) | ~Q(place_code=F("place__code")))


def _successor(place_id: int, merged: Mapping[int, int | None]) -> int:
    seen = {place_id}
    following = merged.get(place_id)
    while following is not None and following not in seen:
        seen.add(following)
        place_id, following = following, merged.get(following)
    return place_id


def crosses(moves: Iterable[Move], code: str, length: int) -> bool:
    """Whether something came to a place, or to one at codes of a length under it, or left: not a new code alone, with
    all below it."""
    listed = tuple(moves)
    renamed = {move.old: move.new for move in listed if move.same}

    def today(of_then: str) -> str:
        return renamed.get(of_then, of_then)

    own = len(code)
    near = (m for m in listed if code in (today(m.old[:own]), m.new[:own]))
    return any(today(m.old[:at]) != m.new[:at] for m in near for at in (own, length))


def under_names_of_then(places: Sequence[Place]) -> None:
    """Give copies of places, which bear a code of then, the last name that went with it; one query at most."""
    if not places:
        return
    dated = PlaceCode.objects.filter(code__in=[place.code for place in places]).order_by("valid_from")
    names = {(row.place_id, row.code): row.name for row in dated}
    for place in places:
        name = names.get((place.pk, place.code), place.name)
        if name != place.name:
            place.name, place.short_name, place.name_en = name, "", ""
