"""Points of places: which place a point belongs to, and whether it may be believed.

A row with a code goes to that place. A row with names goes to the place that bears one of them in the county that the
row names, or else, doubtful, elsewhere in its prefecture. A doubtful point is kept and flagged, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bangfu.analytics.geometry import LonLat, Neighbourhood, neighbourhood_check
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.bulk import update_rows
from bangfu.records.places.files import PointRow
from bangfu.records.places.index import PlaceIndex, PlaceRef, place_index
from bangfu.records.places.models import Place, PointState
from bangfu.records.places.naming import folded

#: How sure a match is, the surest first. A stored point gives way only to one matched as surely.
WAYS = ("code", "name", "short_name", "english", "elsewhere_name", "elsewhere_english")
COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Match:
    """A point and the place that it was given to."""

    place: PlaceRef
    row: PointRow
    way: str
    #: The county that the row names where it is not the place's own.
    other_county: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What is stored beside the point: where it came from and how it was matched."""
        named = {"county_code": self.other_county} if self.other_county else {}
        return {"source": self.row.file, "line": self.row.line, "way": self.way, **named}


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a load of points did. ``unmatched`` rows fit no place, or several alike."""

    matched: int
    changed: int
    flagged: int
    unmatched: tuple[PointRow, ...]


@transaction.atomic
def load_points(rows: Sequence[PointRow], *, by: User | None = None) -> Pointed:
    """Give points to places and judge them anew under every parent that got one; the same rows twice change nothing."""
    found, unmatched = matches(rows, place_index())
    standing = {place.pk: place for place in Place.objects.all() if place.pk in found}
    touched = [_set(standing[key], match) for key, match in found.items() if _gives_way(standing[key], match)]
    update_rows(
        Place,
        ("latitude", "longitude", "point_state", "point_facts"),
        ((one.latitude, one.longitude, str(one.point_state), json.dumps(one.point_facts), one.pk) for one in touched),
    )
    judge_points({place.parent_id for place in touched})
    states = Place.objects.filter(latitude__isnull=False).values_list("pk", "point_state")
    flagged = sum(state != PointState.SOUND for key, state in states if key in found)
    if touched:
        facts = {"count": len(touched), "unmatched": len(unmatched)}
        audit.record(action="places.points", by=by, subject="place", facts=facts)
    return Pointed(len(found), len(touched), flagged, tuple(unmatched))


def matches(rows: Iterable[PointRow], index: PlaceIndex) -> tuple[dict[int, Match], list[PointRow]]:
    """The best point of each place, and the rows that found no place. Pure of the database."""
    finder = _Finder(index)
    best: dict[int, Match] = {}
    unmatched: list[PointRow] = []
    for row in rows:
        found = finder.matches_of(row)
        for match in found:
            if match.place.id not in best or _surer(match, best[match.place.id]):
                best[match.place.id] = match
        if not found:
            unmatched.append(row)
    return best, unmatched


def _surer(match: Match, other: Match) -> bool:
    """A surer way wins; among equals the row whose own name sounds like the place, then the earlier one."""
    return (WAYS.index(match.way), not _sounds_alike(match)) < (WAYS.index(other.way), not _sounds_alike(other))


def _sounds_alike(match: Match) -> bool:
    return folded(match.place.english) == folded(match.row.names[0] if match.row.names else "")


def _bears(ref: PlaceRef, names: Sequence[str], way: str) -> bool:
    """Whether a place that shares some name with a row shares the kind that the way asks for."""
    full, short = ref.name in names, ref.short in names
    return {"name": full, "short_name": short, "elsewhere_name": full or short}.get(way, True)


class _Finder:
    """Finds the places of rows; keeps what is asked for again."""

    def __init__(self, index: PlaceIndex) -> None:
        self.index = index
        by_code = index.scheme.by_code
        self.county = by_code.get(COUNTY, index.scheme.levels[-1]).number
        self.lengths = {level.number: level.length for level in index.scheme.levels}

    def matches_of(self, row: PointRow) -> list[Match]:
        if row.code:
            ref = self.index.by_code(row.code)
            return [self._match(ref, row, "code")] if ref else []
        county, prefecture = self._area(row.county_code), self._area(row.prefecture_code)
        own = self._inside(row, county or prefecture)
        if own:
            return own
        return self._elsewhere(row, prefecture) if county and prefecture else []

    def _area(self, code: str) -> str:
        ref = self.index.by_code(code) if code else None
        return ref.code if ref else ""

    def _inside(self, row: PointRow, area: str) -> list[Match]:
        """Below the named area: its township or village, and the area itself where the point bears its name."""
        found = self._below(row, area, ("name", "short_name", "english")) if area else None
        seat = self.index.refs[self.index.ids[area]] if area else None
        itself = [self._match(seat, row, "short_name")] if seat and set(row.names) & {seat.name, seat.short} else []
        return [*([found] if found else []), *itself]

    def _elsewhere(self, row: PointRow, prefecture: str) -> list[Match]:
        """In the prefecture, but outside of the county that the row names: townships only, and flagged."""
        found = self._below(row, prefecture, ("elsewhere_name", "elsewhere_english"), deepest=self.county + 1)
        return [found] if found else []

    def _below(self, row: PointRow, area: str, ways: Sequence[str], deepest: int | None = None) -> Match | None:
        """The one place of the highest level that bears a name of the row; none where several do."""
        for way in ways:
            named = [ref for ref in self._named(row, area, way) if deepest is None or ref.level <= deepest]
            top = min((ref.level for ref in named), default=0)
            highest = [ref for ref in named if ref.level == top]
            if len(highest) == 1:
                return self._match(highest[0], row, way)
        return None

    def _named(self, row: PointRow, area: str, way: str) -> list[PlaceRef]:
        refs = {ref.id: ref for name in row.names for ref in self.index.by_name(name, area)}
        return [ref for ref in refs.values() if _bears(ref, row.names, way)]

    def _match(self, ref: PlaceRef, row: PointRow, way: str) -> Match:
        named = self._area(row.county_code)
        own = ref.code[: self.lengths[self.county]]
        differs = bool(named) and len(ref.code) >= self.lengths[self.county] and own != named
        return Match(ref, row, way, named if differs else "")


def _gives_way(place: Place, match: Match) -> bool:
    """Whether a stored point is replaced: not by a less sure one, and not by itself."""
    if place.latitude is None:
        return True
    stored, offered = WAYS.index(place.point_facts.get("way", "code")), WAYS.index(match.way)
    same = (place.latitude, place.longitude) == (match.row.latitude, match.row.longitude)
    return offered < stored or (offered == stored and not same)


def _set(place: Place, match: Match) -> Place:
    place.latitude, place.longitude = match.row.latitude, match.row.longitude
    place.point_state = PointState.OTHER_COUNTY if match.other_county else PointState.SOUND
    place.point_facts = match.facts
    return place


def judge_points(parent_ids: Iterable[int | None]) -> None:
    """Judge every point right under these parents by its siblings of the same level, and flag what lies away."""
    siblings: dict[tuple[int | None, int], list[Place]] = {}
    for place in Place.objects.filter(parent_id__in=[key for key in parent_ids if key], latitude__isnull=False):
        siblings.setdefault((place.parent_id, place.level), []).append(place)
    changed = [place for group in siblings.values() for place in group if _judge(place, group)]
    states = ((str(one.point_state), json.dumps(one.point_facts), one.pk) for one in changed)
    update_rows(Place, ("point_state", "point_facts"), states)


def _judge(place: Place, group: Sequence[Place]) -> bool:
    """Set state and facts of one point; whether that changed anything."""
    others = [point_of(other) for other in group if other.pk != place.pk]
    verdict = neighbourhood_check(point_of(place), others)
    state, facts = place.point_state, {**place.point_facts}
    for name in ("distance_km", "limit_km"):
        facts.pop(name, None)
    if verdict.where is Neighbourhood.OUTSIDE:
        facts |= {"distance_km": round(verdict.distance_km or 0, 1), "limit_km": round(verdict.limit_km or 0, 1)}
    if state != PointState.OTHER_COUNTY:
        outside = verdict.where is Neighbourhood.OUTSIDE
        state = PointState.OUTSIDE_NEIGHBOURHOOD if outside else PointState.SOUND
    differs = (state, facts) != (place.point_state, place.point_facts)
    place.point_state, place.point_facts = state, facts
    return differs


def point_of(place: Place) -> LonLat:
    """The point of a place that has one, longitude first."""
    return float(place.longitude or 0.0), float(place.latitude or 0.0)
