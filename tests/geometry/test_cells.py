"""Cells around points: they tile their parent, repeat, and survive odd points."""

from __future__ import annotations

import random

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from bangfu.analytics.geometry import GeometryError, LonLat, area_of, cells, rings_of

# A busy machine is no fault of the code: examples carry no time limit.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Half of the points come from a coarse grid, so that several share one place.
PLACE = st.tuples(st.floats(99, 101), st.floats(27, 29)) | st.tuples(
    st.sampled_from([99.0, 99.5, 100.0]), st.sampled_from([27.0, 28.0])
)
PLACES = st.lists(PLACE, min_size=1, max_size=15).map(lambda found: {f"53340{k:02}": p for k, p in enumerate(found)})
PARENT = Polygon([(98.5, 26.5), (101.5, 26.8), (100.2, 28.0), (101.2, 29.5), (98.7, 29.2)])


@UNTIMED
@given(PLACES)
def test_children_tile_their_parent_exactly(points: dict[str, LonLat]) -> None:
    areas = [area_of(rings) for rings in cells(points, within=PARENT).values()]
    assert sum(area.area for area in areas) == pytest.approx(PARENT.area, rel=1e-9)
    assert shapely.union_all(areas).area == pytest.approx(PARENT.area, rel=1e-9)


@UNTIMED
@given(PLACES)
def test_every_place_has_a_cell(points: dict[str, LonLat]) -> None:
    assert all(cells(points).values())


@UNTIMED
@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing(points: dict[str, LonLat], shuffle: random.Random) -> None:
    mixed = list(points.items())
    shuffle.shuffle(mixed)
    assert cells(dict(mixed)) == cells(points)


def test_a_cell_holds_its_own_point() -> None:
    points = {f"{k}": (99 + 0.3 * (k % 5), 27 + 0.37 * (k // 5)) for k in range(20)}
    assert all(area_of(rings).covers(Point(points[code])) for code, rings in cells(points).items())


def test_grandchildren_tile_the_child() -> None:
    child = cells({"533401": (99.7, 27.8), "533422": (98.9, 28.5), "533423": (99.3, 27.2)})["533422"]
    inside = cells({"a": (98.9, 28.5), "b": (98.95, 28.4), "c": (98.8, 28.6)}, within=child)
    assert sum(area_of(rings).area for rings in inside.values()) == pytest.approx(area_of(child).area, rel=1e-12)


def test_one_point_gets_a_disc_of_two_kilometres() -> None:
    (ring,) = cells({"a": (100.0, 25.0)})["a"]
    assert area_of([ring]).contains(Point(100.0, 25.0))
    assert max(lat for _, lat in ring) == pytest.approx(25.02)


def test_one_point_gets_all_of_its_parent() -> None:
    found = area_of(cells({"a": (100.0, 25.0)}, within=box(99, 24, 101, 26))["a"])
    assert found.area == pytest.approx(4)


def test_two_points_halve_the_parent() -> None:
    found = cells({"a": (99.5, 25.0), "b": (100.5, 25.0)}, within=box(99, 24, 101, 26))
    assert [area_of(rings).area for rings in found.values()] == pytest.approx([2, 2])


def test_many_points_at_one_place_all_get_a_cell() -> None:
    found = cells({f"{k:02}": (100.0, 25.0) for k in range(30)})
    assert min(area_of(rings).area for rings in found.values()) > 0


def test_a_point_outside_its_parent_is_drawn_onto_it() -> None:
    found = cells({"near": (100.0, 25.0), "far": (110.0, 25.0)}, within=box(99, 24, 101, 26))
    assert area_of(found["far"]).bounds[2] == pytest.approx(101)


def test_a_parent_in_two_parts_with_a_hole_is_tiled_too() -> None:
    parent = shapely.union(box(0, 0, 4, 4).difference(box(1, 1, 2, 2)), box(5, 0, 6, 1))
    areas = [area_of(rings) for rings in cells({"a": (0.5, 0.5), "b": (3, 3)}, within=rings_of(parent)).values()]
    assert sum(area.area for area in areas) == pytest.approx(16, rel=1e-9)


def test_no_points_give_no_cells() -> None:
    assert cells({}) == {}


@pytest.mark.parametrize("place", [(25.0, 100.0), (float("nan"), 25.0), (200.0, 25.0)])
def test_an_impossible_coordinate_is_refused_by_name(place: LonLat) -> None:
    with pytest.raises(GeometryError, match="coordinates of 533422") as caught:
        cells({"533422": place, "533401": (99.0, 28.0)})
    assert "533422的坐标" in caught.value.texts[0].zh


def test_a_parent_without_area_is_refused() -> None:
    with pytest.raises(GeometryError, match="no area"):
        cells({"a": (1.0, 1.0)}, within=Polygon())
