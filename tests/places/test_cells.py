"""Maps show boundaries where they were loaded, else cells around points; a drill stays inside the clicked shape."""

from datetime import date
from typing import Any

import pytest

from bangfu.analytics.geometry import area_of
from bangfu.records.places.actions import PlacesRefused, PointRow, load_boundaries, load_points
from bangfu.records.places.cells import map_cells
from bangfu.records.places.files import BoundaryFile
from bangfu.records.places.models import Boundary
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice
POINTS = {
    "533401": (27.8, 99.7),
    "533422": (28.5, 98.9),
    "533422101": (28.6, 98.9),
    "533422102": (28.2, 99.3),
    "533422102201": (28.2, 99.2),
    "533422102202": (28.3, 99.4),
}


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()
    load_points([PointRow(lat, lon, (), code, file="points.csv") for code, (lat, lon) in POINTS.items()])


def square(code: str, west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: dict[str, Any]) -> BoundaryFile:
    return BoundaryFile("areas.geojson", {"type": "FeatureCollection", "features": list(features)})


def test_every_place_with_a_point_has_a_cell() -> None:
    assert set(map_cells("5334")) == {"533401", "533422"}


def test_a_place_without_a_point_takes_the_middle_of_those_under_it() -> None:
    assert set(map_cells("53")) == {"5334"}


def test_a_place_without_any_point_has_no_shape() -> None:
    assert set(map_cells("533422102")) == {"533422102201", "533422102202"}
    assert map_cells("533401101") == {}


def test_cells_below_fill_the_cell_above() -> None:
    above = area_of(map_cells("5334")["533422"])
    below = [area_of(rings) for rings in map_cells("533422").values()]
    assert sum(area.area for area in below) == pytest.approx(above.area, rel=1e-9)


def test_boundaries_are_shown_where_every_place_has_one() -> None:
    load_boundaries(collection(square("533401", 99.5, 27.5), square("533422", 98.5, 27.5)))
    assert area_of(map_cells("5334")["533422"]).bounds == (98.5, 27.5, 99.5, 28.5)


def test_cells_lie_inside_a_boundary_above() -> None:
    load_boundaries(collection(square("533422", 98.5, 27.9)))
    whole = area_of(map_cells("533422")["533422101"]).union(area_of(map_cells("533422")["533422102"]))
    assert whole.bounds == pytest.approx((98.5, 27.9, 99.5, 28.9))


def test_the_map_changes_when_places_change() -> None:
    before = map_cells("5334")
    load_points([PointRow(27.3, 99.9, (), "533401", file="better.csv")])
    assert map_cells("5334") != before


def test_a_kept_map_costs_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    map_cells("5334")
    with django_assert_num_queries(1):
        map_cells("5334")


def test_the_same_boundaries_twice_change_nothing() -> None:
    given = collection(square("533422", 98.5, 27.5))
    load_boundaries(given)
    assert load_boundaries(given).changed == 0
    assert Boundary.objects.count() == 1


def test_a_new_boundary_ends_the_one_before_and_both_can_be_shown() -> None:
    both = square("533401", 99.5, 27.5)
    load_boundaries(collection(both, square("533422", 98.5, 27.5)))
    load_boundaries(collection(square("533422", 97.5, 27.5, 2.0)), valid_from=date(2020, 1, 1))
    assert area_of(map_cells("5334", date(2019, 6, 1))["533422"]).area == pytest.approx(1)
    assert area_of(map_cells("5334")["533422"]).area == pytest.approx(4)


def test_a_boundary_under_an_old_code_goes_to_the_place_of_today() -> None:
    load_boundaries(collection(square("533421", 99.5, 27.5)))
    assert Boundary.objects.get().place.code == "533401"


def test_an_unknown_place_refuses_the_whole_file() -> None:
    with pytest.raises(PlacesRefused, match=r"areas\.geojson: there is no place with the code “533499”"):
        load_boundaries(collection(square("533422", 98.5, 27.5), square("533499", 99.5, 27.5)))
    assert not Boundary.objects.exists()


def test_features_without_a_code_are_refused() -> None:
    nameless = {**square("533422", 98.5, 27.5), "properties": {"title": "德钦"}}
    with pytest.raises(PlacesRefused, match="no property with the place code"):
        load_boundaries(collection(nameless))
