"""Places in degrees become shapes with room for their labels."""

from __future__ import annotations

import pytest

from bangfu.web import maps, numbers
from bangfu.web.map_shapes import map_shapes, view_box


def square(west: float, south: float, size: float) -> list[list[tuple[float, float]]]:
    east, north = west + size, south + size
    return [[(west, south), (east, south), (east, north), (west, north), (west, south)]]


def label_lines(rings: dict[str, list[list[tuple[float, float]]]], code: str) -> list[str]:
    """The lines of a place's label on a wide panel."""
    drawn = map_shapes(rings)
    room = drawn.shapes[code].label
    shown = numbers.percent_figure(0.298)
    cell = maps.Cell(code, "羊拉乡", "M0 0", room.x, room.y, room.width, room.height, 0.298, shown)
    limits = ("1%", "3%", "10%", "20%", "25%")
    view = maps.MapView("", "", drawn.view_box, (cell,), (0.01, 0.03, 0.1, 0.2, 0.25), limits)
    return [line for group in maps.drawing(view).groups if group.screen == "wide" for _, line in group.labels[0].lines]


def test_a_large_place_has_room_for_name_and_value() -> None:
    assert label_lines({"1": square(99, 28, 1)}, "1") == ["羊拉乡", "29.8%"]


def test_a_low_place_has_room_for_its_name() -> None:
    flat = [[(99.0, 28.0), (99.5, 27.98), (100.0, 28.0), (99.5, 28.04), (99.0, 28.0)]]
    assert label_lines({"flat": flat, "1": square(99, 28.1, 1)}, "flat") == ["羊拉乡"]


def test_places_keep_their_codes() -> None:
    assert map_shapes({"1": square(99, 28, 1), "2": square(100, 28, 1)}).shapes.keys() == {"1", "2"}


@pytest.mark.parametrize(("rings", "height"), [({}, 300), ({"1": square(0, 0, 1)}, 560)])
def test_a_map_is_as_high_as_its_places_need(rings: dict[str, list[list[tuple[float, float]]]], height: float) -> None:
    assert view_box(rings)[3] == height
