"""Rings and polygons: the plain form that is stored and sent, and the form that is computed with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from bangfu.parameters.text import Text

LonLat = tuple[float, float]
Ring = list[LonLat]
Area = Polygon | MultiPolygon


class GeometryError(ValueError):
    """A shape that cannot be used; ``texts`` are the sentences for people, one per fault."""

    def __init__(self, *texts: Text) -> None:
        super().__init__(" ".join(text.en for text in texts))
        self.texts = texts


def rings_of(area: BaseGeometry) -> list[Ring]:
    """Every ring of the area, outer and inner alike; a point is inside where it lies in an odd number of them."""
    rings: list[Ring] = []
    for part in polygons_of(area):
        rings.extend([(float(x), float(y)) for x, y in ring.coords] for ring in (part.exterior, *part.interiors))
    return rings


def area_of(rings: Sequence[Sequence[Sequence[float]]]) -> Area:
    """The area from its rings, by the rule of ``rings_of``."""
    area: BaseGeometry = Polygon()
    for ring in rings:
        area = area.symmetric_difference(Polygon([(x, y) for x, y, *_ in ring]))
    return only_area(area)


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons inside any geometry; lines and points that an intersection leaves behind are dropped."""
    parts = shapely.get_parts(geometry)
    if (len(parts) == 1 and parts[0] is geometry) or geometry.geom_type == "Polygon":
        return [geometry] if isinstance(geometry, Polygon) and not geometry.is_empty else []
    return [polygon for part in parts for polygon in polygons_of(part)]


def only_area(geometry: BaseGeometry) -> Area:
    """The area of any geometry as one polygon or several."""
    parts = polygons_of(geometry)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def shrink_of_longitude(latitude: float) -> float:
    """How much shorter a degree of longitude is than one of latitude; never zero, so that it can be undone."""
    return max(math.cos(math.radians(latitude)), 0.01)


def middle_latitude(areas: Mapping[str, BaseGeometry]) -> float:
    """The latitude halfway between the southern and northern end of all areas."""
    bounds = shapely.total_bounds(list(areas.values()))
    return float((bounds[1] + bounds[3]) / 2)
