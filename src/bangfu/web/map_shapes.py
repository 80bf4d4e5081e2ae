"""From the rings of places in degrees to shapes on a map of the right height, with the best room for each label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from bangfu.analytics.geometry import Ring, Shape, project
from bangfu.web.maps import LINE_HEIGHT, NARROW, WALL, WIDE, letter_sizes

ViewBox = tuple[float, float, float, float]
LOWEST, HIGHEST = 300.0, 760.0
# Below so many letters the room for two lines holds no name; the room for one line may.
LEAST_LETTERS = 2.5
#: The panels that maps are shown in, for whose letters room is looked for.
ROOMS = (WIDE, NARROW, WALL)


@dataclass(frozen=True, slots=True)
class MapShapes:
    """The view box of a map and the shape of each place in it (path, label's place and room), by code.

    ``line_widths`` is how wide a label of one line may be at the same place.
    """

    view_box: ViewBox
    shapes: Mapping[str, Shape]
    line_widths: Mapping[str, float]


def map_shapes(rings: Mapping[str, Sequence[Ring]], *, limit_bytes: int = 20_000) -> MapShapes:
    """Shapes whose labels may hold name and value where two lines fit, else the name alone.

    **Units** rings in degrees (longitude first), shapes in the units of the view box. A place without area is left
    out: the table names it. Worth keeping between requests: it thins and measures every border.
    """
    box = view_box(rings)
    letter = min(letter_sizes(box, WIDE))
    high = project(rings, box[2], box[3], text_height=(1 + LINE_HEIGHT) * letter, limit_bytes=limit_bytes)
    heights = sorted({round(size, 1) for panel in ROOMS for size in letter_sizes(box, panel)})
    low = project(rings, box[2], box[3], text_height=letter, limit_bytes=limit_bytes, line_heights=heights)
    least = LEAST_LETTERS * letter
    shapes = {
        code: replace(shape, lines=low[code].lines) if shape.label.width >= least else low[code]
        for code, shape in high.items()
    }
    return MapShapes(box, shapes, {code: shape.label.width for code, shape in low.items()})


def view_box(rings: Mapping[str, Sequence[Ring]]) -> ViewBox:
    """A box of the width of a panel, as high as the places need, within limits."""
    places = [place for parts in rings.values() for ring in parts for place in ring]
    if not places:
        return (0, 0, WIDE.width, LOWEST)
    longitudes, latitudes = [place[0] for place in places], [place[1] for place in places]
    high, middle = max(latitudes) - min(latitudes), (max(latitudes) + min(latitudes)) / 2
    wide = max((max(longitudes) - min(longitudes)) * cos(radians(middle)), 1e-9)
    return (0, 0, WIDE.width, round(min(max(WIDE.width * high / wide, LOWEST), HIGHEST)))
