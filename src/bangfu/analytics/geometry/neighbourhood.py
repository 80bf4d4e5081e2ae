"""Whether a place's coordinate lies where its siblings lie; a wrong digit or a namesake shows up as far away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from bangfu.analytics.geometry.shapes import LonLat

EARTH_KM = 6371.0088
# Median absolute deviation to standard deviation, for normal data.
MAD_TO_SIGMA = 1.4826


class Neighbourhood(Enum):
    """Where a coordinate lies: among its siblings, away from them, or with too few of them to say."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NeighbourhoodRule:
    """How far is too far: median + ``spread`` robust deviations of the siblings' distances from their middle.

    Spread over a round area, siblings reach to about half of that limit; ``least_km`` keeps dense townships from
    flagging a neighbouring valley. With fewer than ``enough`` siblings only what lies beyond ``lonely_km`` is
    called outside.
    """

    spread: float = 4.0
    least_km: float = 15.0
    enough: int = 4
    lonely_km: float = 150.0

    def __post_init__(self) -> None:
        if min(self.spread, self.least_km, self.lonely_km) <= 0 or self.enough < 2:
            raise ValueError(f"A rule needs positive distances and at least two siblings, got {self}.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the point lies, how far from the siblings' middle, and the limit; both None without any sibling."""

    where: Neighbourhood
    distance_km: float | None
    limit_km: float | None
    siblings: int


STANDARD = NeighbourhoodRule()


def neighbourhood_check(point: LonLat, siblings: Sequence[LonLat], rule: NeighbourhoodRule = STANDARD) -> Verdict:
    """Whether the point lies in its parent's neighbourhood, judged by the other places of that parent.

    ``siblings`` are the other places, without the point itself, so that it cannot vouch for itself. The middle is the
    median of longitude and of latitude: up to half of the siblings may be wrong. **Units** kilometres.

    >>> neighbourhood_check((102.7, 25.0), [(99.0, 28.4), (98.9, 28.5), (99.1, 28.1), (99.0, 28.3)]).where.value
    'outside'
    """
    if not siblings:
        return Verdict(Neighbourhood.UNKNOWN, None, None, 0)
    middle = (median(lon for lon, _ in siblings), median(lat for _, lat in siblings))
    reaches = [distance_km(middle, sibling) for sibling in siblings]
    distance = distance_km(middle, point)
    if len(siblings) < rule.enough:
        where = Neighbourhood.OUTSIDE if distance > rule.lonely_km else Neighbourhood.UNKNOWN
        return Verdict(where, distance, rule.lonely_km, len(siblings))
    usual = median(reaches)
    deviation = MAD_TO_SIGMA * median(abs(reach - usual) for reach in reaches)
    limit = max(rule.least_km, usual + rule.spread * deviation)
    where = Neighbourhood.OUTSIDE if distance > limit else Neighbourhood.INSIDE
    return Verdict(where, distance, limit, len(siblings))


def distance_km(first: LonLat, second: LonLat) -> float:
    """Great-circle distance (haversine formula, mean earth radius)."""
    (lon1, lat1), (lon2, lat2) = ((math.radians(lon), math.radians(lat)) for lon, lat in (first, second))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
