"""A point for every place: prefectures about where they lie, everything else around its parent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import LENGTHS, World

#: About where some places lie, in degrees (latitude, longitude); round numbers from general knowledge.
ANCHORS = {
    **{"53": (25.0, 101.5), "5301": (25.0, 102.8), "5303": (25.6, 103.8), "5304": (24.3, 102.2)},
    **{"5305": (24.9, 99.2), "5306": (27.4, 103.7), "5307": (26.8, 100.4), "5308": (23.1, 100.9)},
    **{"5309": (23.8, 99.8), "5323": (25.3, 101.4), "5325": (23.4, 103.1), "5326": (23.6, 104.7)},
    **{"5328": (21.9, 101.0), "5329": (25.7, 100.1), "5331": (24.5, 98.2), "5333": (26.5, 98.9)},
    **{"5334": (27.9, 99.4), "533401": (27.85, 99.75), "533422": (28.40, 98.95), "533423": (27.25, 99.25)},
}
#: How far the children of a place of this code length lie from it at most, in kilometres.
REACH_KM = {2: 380.0, 4: 75.0, 6: 32.0, 9: 8.0}
#: A country without anchor lies around here.
NOWHERE = (30.0, 105.0)
KM_PER_DEGREE = 111.2
#: A place with fewer children than this is smaller; its children's reach shrinks with the root of their number.
FULL = 12
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True)
class PlacePoint:
    """A place with its point, in degrees."""

    code: str
    name: str
    latitude: float
    longitude: float


def points_of(world: World) -> list[PlacePoint]:
    """Points of all places, parents first, five decimals (about a metre).

    Siblings stand on a spiral of golden angles (Vogel 1979) around their parent, each jittered by the generator of its
    own code, so they spread all around and no two coincide.
    """
    found: dict[str, tuple[float, float]] = {}
    turns: dict[str, float] = {}
    for length in LENGTHS:
        codes = sorted(code for code in world.places if len(code) == length)
        siblings = _siblings(codes)
        for code in codes:
            rank, of = siblings[code]
            parent = _parent(code)
            if parent not in turns:
                turns[parent] = generator_for(world.seed, parent, "turn").uniform(0, 2 * math.pi)
            place = _Place(code, found.get(parent, NOWHERE), REACH_KM.get(len(parent), 0.0), turns[parent])
            found[code] = ANCHORS.get(code) or _around(world.seed, place, rank, of)
    return [PlacePoint(code, world.places[code], *map(_rounded, found[code])) for code in found]


def _rounded(degrees: float) -> float:
    return round(float(degrees), 5)


def _parent(code: str) -> str:
    return code[: max((length for length in LENGTHS if length < len(code)), default=0)]


def _siblings(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The rank of each code among its siblings, and how many they are."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        groups.setdefault(_parent(code), []).append(code)
    return {code: (rank, len(group)) for group in groups.values() for rank, code in enumerate(group)}


@dataclass(frozen=True, slots=True)
class _Place:
    """A place to be set: its parent's point, how far it may lie from it, and by how much the spiral is turned."""

    code: str
    parent: tuple[float, float]
    reach: float
    turn: float


def _around(seed: int, place: _Place, rank: int, of: int) -> tuple[float, float]:
    shrunk, shifted = generator_for(seed, place.code, "point").random(2)
    reach = place.reach * math.sqrt(min(of / FULL, 1))
    # Linear in the rank, not its root as in a sunflower: the middle is denser, as around a seat.
    distance = reach * (rank + 0.5) / of * (0.9 + 0.1 * shrunk)
    angle = place.turn + rank * GOLDEN_ANGLE + 0.5 * (shifted - 0.5)
    latitude = place.parent[0] + distance * math.sin(angle) / KM_PER_DEGREE
    around = math.cos(math.radians(place.parent[0]))
    return latitude, place.parent[1] + distance * math.cos(angle) / (KM_PER_DEGREE * around)
