"""The map of what lies right under a place: boundaries where they were loaded, else cells around points.

Cells of a place lie within the place's own area (its boundary, or its cell on the map above), so a drill from the
root down never leaves the shape that was clicked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from shapely.geometry import shape

from bangfu.analytics.geometry import LonLat, Ring, cells, rings_of
from bangfu.records.instance.actions import current_instance
from bangfu.records.places.kept import places_state
from bangfu.records.places.models import Boundary, Place, PointState
from bangfu.records.places.points import point_of
from bangfu.records.places.queries import children, current_scheme, places_now, under

Shapes = Mapping[str, list[Ring]]
#: Maps kept in each process: the root, every prefecture and county of a province.
MAPS_KEPT = 512


def map_cells(parent_code: str, on: date | None = None) -> Shapes:
    """The rings of each place right under a code, by code, in degrees (longitude first).

    Where every one of them has a boundary on the day (today without one), boundaries; else cells around points. A
    place without a point takes the middle of the points under it; one without any has no shape: the table names it.
    Kept in memory until places change.
    """
    return _cells(parent_code, on, places_state())


@lru_cache(maxsize=MAPS_KEPT)
def _cells(parent_code: str, on: date | None, state: tuple[Any, ...]) -> Shapes:
    below = list(children(parent_code))
    drawn = _boundaries([place.pk for place in below], on)
    if below and all(place.pk in drawn for place in below):
        return {place.code: drawn[place.pk] for place in below}
    points = points_below(parent_code, below)
    return cells(points, within=_area(parent_code, on, state)) if points else {}


def _boundaries(place_ids: list[int], on: date | None) -> dict[int, list[Ring]]:
    found = Boundary.objects.filter(place__in=place_ids)
    if on is None:
        found = found.filter(valid_until__isnull=True)
    else:
        found = found.exclude(valid_from__gt=on).exclude(valid_until__lte=on)
    return {boundary.place_id: rings_of(shape(boundary.geometry)) for boundary in found.order_by("valid_from", "id")}


def _area(code: str, on: date | None, state: tuple[Any, ...]) -> list[Ring] | None:
    """The shape of a place: its boundary, or its cell on the map above; None at a root without a boundary."""
    place_id = Place.objects.filter(code=code).values_list("id", flat=True).first()
    own = _boundaries([place_id], on) if place_id else {}
    if place_id in own:
        return own[place_id]
    parent = current_scheme().parent_of(code)
    if parent is None or code == current_instance().root_code:
        return None
    return _cells(parent, on, state).get(code)


def points_below(parent_code: str, below: list[Place]) -> dict[str, LonLat]:
    """The point of each place, or the middle of the sound points under it where it has none."""
    own = {place.code: point_of(place) for place in below if place.latitude is not None}
    lacking = {place.code for place in below} - own.keys()
    return own | _middles(parent_code, lacking) if lacking else own


def _middles(parent_code: str, codes: set[str]) -> dict[str, LonLat]:
    sound = places_now().filter(under(parent_code), point_state=PointState.SOUND)
    lengths = {len(code) for code in codes}
    gathered: dict[str, list[LonLat]] = {}
    for place in sound.only("code", "latitude", "longitude"):
        for length in lengths:
            if place.code[:length] in codes:
                gathered.setdefault(place.code[:length], []).append(point_of(place))
    return {code: _middle(points) for code, points in gathered.items()}


def _middle(points: list[LonLat]) -> LonLat:
    return sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points)
