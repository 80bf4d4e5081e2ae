"""Places in degrees become cells with room for their labels."""

from __future__ import annotations

import pytest

from bangfu.web import maps, numbers
from bangfu.web.map_cells import Feature, map_cells, view_box


def square(west: float, south: float, size: float) -> list[list[tuple[float, float]]]:
    east, north = west + size, south + size
    return [[(west, south), (east, south), (east, north), (west, north), (west, south)]]


def feature(code: str, name: str = "羊拉乡") -> Feature:
    return Feature(code, name, 0.298, numbers.percent_figure(0.298), f"/p/{code}/")


def test_a_place_without_a_shape_is_left_to_the_table() -> None:
    _, cells = map_cells({"1": square(99, 28, 1)}, [feature("1"), feature("2")])
    assert [cell.code for cell in cells] == ["1"]


def test_neighbours_share_their_border() -> None:
    box, cells = map_cells({"1": square(99, 28, 1), "2": square(100, 28, 1)}, [feature("1"), feature("2")])
    assert (len(cells), box[2]) == (2, maps.WIDE_PANEL)


def test_a_large_cell_has_room_for_name_and_value() -> None:
    box, cells = map_cells({"1": square(99, 28, 1)}, [feature("1")])
    view = maps.MapView("", "", box, cells, (0.01, 0.03, 0.1, 0.2, 0.25), ("1%", "3%", "10%", "20%", "25%"))
    assert [line for _, line in maps.drawing(view).groups[0].labels[0].lines] == ["羊拉乡", "29.8%"]


@pytest.mark.parametrize(("shapes", "height"), [({}, 300), ({"1": square(0, 0, 1)}, 560)])
def test_a_map_is_as_high_as_its_places_need(shapes: dict[str, list[list[tuple[float, float]]]], height: float) -> None:
    assert view_box(shapes)[3] == height
