"""Paths and labels on the page."""

from __future__ import annotations

import random

import pytest
import shapely
from shapely import Polygon, box

from bangfu.analytics.geometry import Area, Frame, area_of, cells, label_in, project, simplified, svg_path


def wavy(west: float, east: float) -> Polygon:
    """A strip whose left and right borders wave in 400 small steps; neighbours share the wave."""
    lats = [25 + k / 400 for k in range(401)]
    left = [(west + 0.01 * (k % 2), lat) for k, lat in enumerate(lats)]
    right = [(east + 0.01 * (k % 2), lat) for k, lat in enumerate(lats)]
    return Polygon([*left, *reversed(right)])


STRIPS: dict[str, Area] = {f"{k:02}": wavy(100 + k / 10, 100.1 + k / 10) for k in range(40)}


def test_a_square_of_degrees_is_narrower_than_high_away_from_the_equator() -> None:
    shape = project({"a": box(0, 59.5, 1, 60.5)}, 108, 208)["a"]
    assert shape.path == "M104 204l0-200-100 0 0 200Z"


def test_north_is_up_and_east_is_right() -> None:
    frame = Frame.around({"a": box(99, 25, 101, 27)}, 400, 300)
    assert frame.point((101, 27))[0] > frame.point((99, 25))[0]
    assert frame.point((101, 27))[1] < frame.point((99, 25))[1]


def test_a_map_of_130_cells_stays_small() -> None:
    generator = random.Random(1)
    points = {f"{k}": (98 + 8 * generator.random(), 22 + 6 * generator.random()) for k in range(130)}
    assert sum(len(shape.path) for shape in project(cells(points), 800, 600).values()) < 10_000


def test_detailed_borders_are_thinned_to_the_limit() -> None:
    drawn = project(STRIPS, 1200, 900)
    assert sum(len(shape.path) for shape in drawn.values()) <= 40_000
    assert min(len(shape.path) for shape in drawn.values()) > 0


def test_thinned_borders_stay_shared() -> None:
    thinned = list(simplified(STRIPS, 0.05).values())
    assert shapely.coverage_is_valid(thinned)
    assert shapely.get_num_coordinates(thinned).sum() < 600


def test_steps_add_up_to_the_ring() -> None:
    assert svg_path([[(0.04, 0), (10.06, 0), (10.06, -5.25), (0.04, 0)]]) == "M0 0l10.1 0 0-5.2Z"


def test_a_ring_too_small_to_see_is_left_out() -> None:
    assert svg_path([[(0, 0), (0.01, 0), (0.01, 0.01), (0, 0)]]) == ""


def test_a_label_stands_at_the_deepest_point_with_the_room_it_has() -> None:
    label = label_in(box(0, 0, 200, 40), 14)
    assert label.y == pytest.approx(20, abs=0.5)
    assert 40 <= label.width <= 200


def test_a_label_stands_in_the_largest_part() -> None:
    label = label_in(area_of([list(box(0, 0, 10, 10).exterior.coords), list(box(50, 50, 90, 90).exterior.coords)]))
    assert (label.x, label.y, label.width) == pytest.approx((70, 70, 40), abs=0.5)


def test_a_label_does_not_cross_a_hole() -> None:
    around = [list(box(0, 0, 90, 90).exterior.coords), list(box(30, 10, 60, 80).exterior.coords)]
    assert label_in(area_of(around), 14).width <= 32


def test_an_area_lower_than_the_letters_has_no_room() -> None:
    assert label_in(box(0, 0, 200, 10), 14).width == 0


def test_an_empty_area_is_left_out() -> None:
    assert set(project({"a": box(0, 0, 1, 1), "b": []}, 100, 100)) == {"a"}


def test_nothing_to_draw_draws_nothing() -> None:
    assert project({}, 100, 100) == {}
