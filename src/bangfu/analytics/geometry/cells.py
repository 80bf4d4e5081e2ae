"""Map cells around points, for places whose boundaries nobody has loaded: a cell is what lies nearest to a place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import shapely
from shapely import MultiPoint, Point
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from bangfu.analytics.geometry.shapes import (
    Area,
    GeometryError,
    LonLat,
    Ring,
    area_of,
    only_area,
    rings_of,
    shrink_of_longitude,
)
from bangfu.parameters.text import Text

# Coordinates closer than this are one point: about 0.1 m, the last digit of any source in use.
SAME_PLACE_DEGREES = 1e-6
# How far a point that shares its place with another is moved: about 100 m, enough for a cell, too little to mislead.
STEP_DEGREES = 1e-3
# The margin around the outermost points is at least this wide: about 2 km, so that a lone village has a cell.
LEAST_MARGIN_DEGREES = 0.02
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

NOT_A_COORDINATE = Text(
    "{code}的坐标（{lon}，{lat}）不在经纬度范围内，可能经纬颠倒。",
    "The coordinates of {code} ({lon}, {lat}) are outside the range of longitude and latitude; they may be swapped.",
)
EMPTY_PARENT = Text("上级地区的图形没有面积，无法在其中分块。", "The parent's shape has no area; no cells fit into it.")


def cells(points: Mapping[str, LonLat], *, within: Sequence[Ring] | Area | None = None) -> dict[str, list[Ring]]:
    """The rings of each place's cell, by code.

    Cells do not overlap and together are exactly the parent's area (``within``: rings as this function returns them, or
    a polygon); without a parent they fill the hull of the points with a margin. The same points give the same cells, in
    any order. **Units** degrees, WGS84. **Errors** ``GeometryError`` for a coordinate out of range. Points outside the
    parent are drawn onto it, points at one place are moved apart by about 100 m in the order of their codes. One point
    gets all of the parent, or a disc.
    """
    if not points:
        return {}
    _check(points)
    codes = sorted(points)
    parent = None if within is None else _parent(within)
    latitude = sorted(points[code][1] for code in codes)[len(codes) // 2] if parent is None else parent.centroid.y
    shrink = shrink_of_longitude(latitude)
    frame = None if parent is None else only_area(_stretched(parent, shrink))
    places = [(points[code][0] * shrink, points[code][1]) for code in codes]
    flat = _nearest(_apart(places if frame is None else _drawn_in(places, frame)), frame)
    return {code: rings_of(_stretched(cell, 1 / shrink)) for code, cell in zip(codes, flat, strict=True)}


def _nearest(places: list[LonLat], frame: Area | None) -> list[Area]:
    area = _hull(places) if frame is None else frame
    if len(places) == 1:
        return [area]
    around = area.envelope.buffer(1)
    pieces = shapely.voronoi_polygons(MultiPoint(places), extend_to=around, ordered=True)
    return [only_area(piece) for piece in shapely.intersection(shapely.get_parts(pieces), area)]


def _hull(places: list[LonLat]) -> Area:
    """The hull of the points with a margin of half the usual distance between neighbours."""
    hull = MultiPoint(places).convex_hull
    margin = max(LEAST_MARGIN_DEGREES, 0.5 * math.sqrt(hull.area / len(places)))
    return only_area(hull.buffer(margin, quad_segs=4))


def _apart(places: list[LonLat]) -> list[LonLat]:
    """The places with repeated ones moved outwards on a spiral until each has its own."""
    taken: set[tuple[int, int]] = set()
    result = []
    for lon, lat in places:
        turn, moved = 0, (lon, lat)
        while (key := _key(moved)) in taken:
            turn += 1
            reach, angle = STEP_DEGREES * math.sqrt(turn), GOLDEN_ANGLE * turn
            moved = (lon + reach * math.cos(angle), lat + reach * math.sin(angle))
        taken.add(key)
        result.append(moved)
    return result


def _key(place: LonLat) -> tuple[int, int]:
    return round(place[0] / SAME_PLACE_DEGREES), round(place[1] / SAME_PLACE_DEGREES)


def _drawn_in(places: list[LonLat], frame: Area) -> list[LonLat]:
    """Places outside the frame go to its nearest point, one step further inside."""
    return [place if frame.covers(Point(place)) else _onto(place, frame) for place in places]


def _onto(place: LonLat, frame: Area) -> LonLat:
    inside = frame.buffer(-STEP_DEGREES)
    target: BaseGeometry = frame if inside.is_empty else inside
    nearest = shapely.get_point(shapely.shortest_line(target, Point(place)), 0)
    return float(nearest.x), float(nearest.y)


def _parent(within: Sequence[Ring] | Area) -> Area:
    area = within if isinstance(within, shapely.Polygon | shapely.MultiPolygon) else area_of(within)
    if area.area <= 0:
        raise GeometryError(EMPTY_PARENT)
    return area


def _stretched(area: Area, factor: float) -> Area:
    return only_area(scale(area, factor, 1, origin=(0, 0)))


def _check(points: Mapping[str, LonLat]) -> None:
    # Written so that a coordinate that is not a number is refused too.
    wrong = [code for code, (lon, lat) in points.items() if not (-180 <= lon <= 180 and -90 <= lat <= 90)]
    if wrong:
        raise GeometryError(
            *(NOT_A_COORDINATE.format(code=code, lon=points[code][0], lat=points[code][1]) for code in sorted(wrong))
        )
