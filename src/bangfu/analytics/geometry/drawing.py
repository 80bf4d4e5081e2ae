"""Areas as SVG paths small enough for one page, and where a label fits into each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, box
from shapely.affinity import affine_transform

from bangfu.analytics.geometry.shapes import (
    Area,
    LonLat,
    Ring,
    area_of,
    middle_latitude,
    only_area,
    polygons_of,
    rings_of,
    shrink_of_longitude,
)

PATH_BYTES = 40_000
#: Rows in which room is looked for for a line.
LINE_ROWS = 15
DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Label:
    """Where a label stands and the room it has there: text of ``height`` pixels may be ``width`` wide, 0: none."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One area on the page: the ``d`` of an SVG path (to be filled by the even-odd rule) and its label's place."""

    path: str
    label: Label
    #: Where single lines of the heights asked for have the most room.
    lines: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """From degrees to pixels, equirectangular around one latitude: x = lon·across + left, y = lat·down + top."""

    across: float
    down: float
    left: float
    top: float

    @classmethod
    def around(cls, areas: Mapping[str, Area], width: float, height: float, margin: float = 4) -> Frame:
        """The largest frame that shows all areas on a page of this size, centred."""
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(list(areas.values())))
        shrink = shrink_of_longitude(middle_latitude(areas))
        wide, high = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
        across, down = scale * shrink, -scale
        return cls(across, down, width / 2 - across * (west + east) / 2, height / 2 - down * (south + north) / 2)

    def point(self, place: LonLat) -> tuple[float, float]:
        """Where a place stands on the page."""
        return self.across * place[0] + self.left, self.down * place[1] + self.top

    def area(self, area: Area) -> Area:
        """The area in pixels."""
        return only_area(affine_transform(area, [self.across, 0, 0, self.down, self.left, self.top]))


def project(
    shapes: Mapping[str, Sequence[Ring] | Area],
    width: float,
    height: float,
    *,
    text_height: float = 14,
    limit_bytes: int = PATH_BYTES,
    line_heights: Sequence[float] = (),
) -> dict[str, Shape]:
    """Each area as an SVG path on a page of this size, with its label's place; all paths together within the limit.

    Borders are thinned together, so neighbours keep touching. **Units** pixels. A code without area is left out.
    """
    areas = {code: shape if isinstance(shape, Area) else area_of(shape) for code, shape in shapes.items()}
    areas = {code: area for code, area in areas.items() if area.area > 0}
    if not areas:
        return {}
    frame = Frame.around(areas, width, height)
    pixels = {code: frame.area(area) for code, area in areas.items()}
    paths = _within_limit(pixels, limit_bytes)
    return {
        code: Shape(paths[code], label_in(area, text_height), tuple(line_in(area, high) for high in line_heights))
        for code, area in pixels.items()
    }


def simplified(areas: Mapping[str, Area], tolerance: float) -> dict[str, Area]:
    """The areas with thinned borders; a border shared by two stays shared. Tolerance in the unit of the coordinates."""
    if not areas:
        return {}
    thinned = shapely.coverage_simplify(list(areas.values()), tolerance)
    return {code: only_area(area) for code, area in zip(areas, np.atleast_1d(thinned), strict=True)}


def svg_path(rings: Sequence[Ring]) -> str:
    """The ``d`` of a path through these rings: each starts at its place, then goes by steps (short to write)."""
    return "".join(part for ring in rings if (part := _ring_path(ring)))


def label_in(area: Area, text_height: float = 14) -> Label:
    """The label's place: the point deepest inside the largest part, and how wide a line of this height may be there."""
    part = max(polygons_of(area), key=lambda polygon: polygon.area)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(part), 0)
    x, y = float(centre.x), float(centre.y)
    return Label(round(x, 1), round(y, 1), round(_room(part, x, y, text_height), 1), text_height)


def line_in(area: Area, text_height: float) -> Label:
    """Where a line of this height has the most room inside the largest part; of equal rows the middle one."""
    part = max(polygons_of(area), key=lambda polygon: polygon.area)
    west, south, east, north = part.bounds
    heights = np.linspace(south + text_height / 2, north - text_height / 2, LINE_ROWS)
    strips = [box(west - 1, y - text_height / 2, east + 1, y + text_height / 2) for y in heights]
    gaps = [_widest_gap(polygons_of(outside)) for outside in shapely.difference(strips, part)]
    middle = (south + north) / 2
    y, (left, right) = max(
        zip(heights.tolist(), gaps, strict=True),
        key=lambda row: (round(row[1][1] - row[1][0]), -abs(row[0] - middle)),
    )
    return Label(round((left + right) / 2, 1), round(y, 1), round(right - left, 1), text_height)


def _widest_gap(obstacles: Sequence[Polygon]) -> tuple[float, float]:
    """From where to where a line meets no obstacle, at the longest."""
    spans = sorted((west, east) for west, _south, east, _north in (obstacle.bounds for obstacle in obstacles))
    best, reached = (0.0, 0.0), spans[0][1] if spans else 0.0
    for west, east in spans[1:]:
        if west - reached > best[1] - best[0]:
            best = (reached, west)
        reached = max(reached, east)
    return best


def _room(part: Polygon, x: float, y: float, height: float) -> float:
    """Width of the centred line that stays inside: twice the way to the nearest obstacle left or right."""
    west, _, east, _ = part.bounds
    strip = box(west - 1, y - height / 2, east + 1, y + height / 2)
    ways = [_way_to(obstacle, x) for obstacle in polygons_of(strip.difference(part))]
    return 2 * min(ways, default=0.0)


def _way_to(obstacle: Polygon, x: float) -> float:
    west, _, east, _ = obstacle.bounds
    return max(west - x, x - east, 0.0)


def _within_limit(pixels: Mapping[str, Area], limit_bytes: int) -> dict[str, str]:
    """Paths of the areas, thinned a little more each time until all fit."""
    tolerance, drawn = 0.0, _paths(pixels)
    while sum(map(len, drawn.values())) > limit_bytes and tolerance < 64:
        tolerance = max(0.5, tolerance * 1.5)
        drawn = _paths(simplified(pixels, tolerance))
    return drawn


def _paths(pixels: Mapping[str, Area]) -> dict[str, str]:
    return {code: svg_path(rings_of(area)) for code, area in pixels.items()}


def _ring_path(ring: Ring) -> str:
    # Rounded first and subtracted as whole tenths: neighbours then meet in the same points and errors do not add up.
    grid = np.rint(np.asarray(ring, dtype=np.float64) * 10**DECIMALS).astype(np.int64)
    steps = np.diff(grid, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 3:
        return ""
    # The last step only closes the ring, which Z does.
    moves = "".join(_number(dx, first=not place) + _number(dy) for place, (dx, dy) in enumerate(steps[:-1].tolist()))
    return f"M{_number(int(grid[0, 0]), first=True)}{_number(int(grid[0, 1]))}l{moves}Z"


def _number(tenths: int, *, first: bool = False) -> str:
    """Tenths as the shortest SVG number, with a space before it unless its sign or its being first already parts it."""
    sign, rest = ("-" if tenths < 0 else ""), abs(tenths)
    whole, tenth = divmod(rest, 10)
    digits = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return digits if first and not sign else f"{sign or ' '}{digits}"
