"""From the rings of places in degrees to the cells of a server-drawn map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from bangfu.analytics.geometry import Ring
from bangfu.analytics.geometry.drawing import Label, project
from bangfu.web.maps import LINE_HEIGHT, WIDE_PANEL, Cell, letter_sizes
from bangfu.web.numbers import Shown

ViewBox = tuple[float, float, float, float]
LOWEST, HIGHEST = 300.0, 760.0
# Below so many letters the two-line box holds no name; one line may still find room.
LEAST_LETTERS = 2.5


@dataclass(frozen=True, slots=True)
class Feature:
    """What a map says of a place: its name, the value that decides its class, the number as read, where it leads."""

    code: str
    name: str
    value: float | None
    shown: Shown
    href: str = ""
    uncertain: bool = False


def map_cells(
    shapes: Mapping[str, Sequence[Ring]], features: Sequence[Feature], *, limit_bytes: int = 20_000
) -> tuple[ViewBox, tuple[Cell, ...]]:
    """The view box and one cell for each feature that has a shape, in the order of the features.

    **Units** shapes in degrees (longitude first). A place without a shape is left out: the table names it.
    """
    wanted = {feature.code: shapes[feature.code] for feature in features if shapes.get(feature.code)}
    box = view_box(wanted)
    two_lines, one_line = _letters(box)
    high = project(wanted, box[2], box[3], text_height=two_lines, limit_bytes=limit_bytes)
    low = project(wanted, box[2], box[3], text_height=one_line, limit_bytes=limit_bytes)
    cells = tuple(
        _cell(feature, high[feature.code].path, _roomier(high[feature.code].label, low[feature.code].label, one_line))
        for feature in features
        if feature.code in high
    )
    return box, cells


def view_box(shapes: Mapping[str, Sequence[Ring]]) -> ViewBox:
    """A box of the width of a panel, as high as the places need, within limits."""
    places = [place for rings in shapes.values() for ring in rings for place in ring]
    if not places:
        return (0, 0, WIDE_PANEL, LOWEST)
    longitudes, latitudes = [place[0] for place in places], [place[1] for place in places]
    high, middle = max(latitudes) - min(latitudes), (max(latitudes) + min(latitudes)) / 2
    wide = max((max(longitudes) - min(longitudes)) * cos(radians(middle)), 1e-9)
    return (0, 0, WIDE_PANEL, round(min(max(WIDE_PANEL * high / wide, LOWEST), HIGHEST)))


def _letters(box: ViewBox) -> tuple[float, float]:
    """The heights of a block of two lines and of one line, in the smallest letters of a wide panel."""
    smallest = min(letter_sizes(box, WIDE_PANEL))
    return (1 + LINE_HEIGHT) * smallest, smallest


def _roomier(high: Label, low: Label, letter: float) -> Label:
    return high if high.width >= LEAST_LETTERS * letter else low


def _cell(feature: Feature, path: str, label: Label) -> Cell:
    return Cell(
        code=feature.code,
        name=feature.name,
        path=path,
        x=label.x,
        y=label.y,
        width=label.width,
        height=label.height + 0.1,
        value=feature.value,
        shown=feature.shown,
        href=feature.href,
        uncertain=feature.uncertain,
    )
