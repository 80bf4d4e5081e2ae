"""The map of an area: every place has a cell with room for its name, also where points lie beside the parent's own."""

from __future__ import annotations

import pytest

from bangfu.records.figures.models import Figure
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Boundary, Place, PointState
from bangfu.web import maps, numbers
from bangfu.web.drawings.of_map import of_map
from bangfu.web.drawings.paper import Caption, on_paper
from bangfu.web.pages import area_map
from bangfu.web.pages.area_map import _shaped
from bangfu.web.pages.asked import REGISTER, Asked
from bangfu.web.pages.readings import AreaFigures

COUNTY, TOWNSHIP = "533422", "533422101"
#: Points of villages north-west of their township's, as those of 燕门乡 are; the last lies far away and is flagged.
POINTS = ((28.360, 99.084), (28.351, 99.072), (28.352, 99.102), (28.380, 99.070), (28.325, 99.082))
FAR = (25.0, 102.7)


@pytest.fixture
def villages(db: None) -> list[str]:
    found_instance(scheme="china", root_code="53")
    root = _place("53", 0, None, None)
    prefecture = _place("5334", 1, root, None)
    county = _place(COUNTY, 2, prefecture, (28.4, 98.9))
    township = _place(TOWNSHIP, 3, county, (28.30, 99.20))
    _place("533422102", 3, county, (28.36, 99.12))
    for number, point in enumerate(POINTS):
        _place(f"{TOWNSHIP}20{number}", 4, township, point)
    _place(f"{TOWNSHIP}209", 4, township, FAR, PointState.OUTSIDE_NEIGHBOURHOOD)
    return [f"{TOWNSHIP}20{number}" for number in range(len(POINTS))]


def _place(
    code: str, level: int, parent: Place | None, point: tuple[float, float] | None, state: str = PointState.SOUND
) -> Place:
    latitude, longitude = point or (None, None)
    return Place.objects.create(
        code=code, level=level, name=code, parent=parent, latitude=latitude, longitude=longitude,
        point_state=state if point else PointState.NONE,
    )  # fmt: skip


def test_every_village_has_room_for_its_name_wherever_its_townships_point_lies(villages: list[str]) -> None:
    drawn = _shaped(TOWNSHIP, tuple(villages), object())
    assert {code: drawn.shapes[code].label.width > 60 for code in villages} == dict.fromkeys(villages, True)


def test_a_flagged_point_is_left_to_the_table(villages: list[str]) -> None:
    drawn = _shaped(TOWNSHIP, (*villages, f"{TOWNSHIP}209"), object())
    assert drawn.shapes.keys() == {*villages}


def test_a_boundary_that_was_loaded_bounds_the_cells(villages: list[str]) -> None:
    west, south, east, north = 99.0, 28.3, 99.12, 28.4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    Boundary.objects.create(place=Place.objects.get(code=TOWNSHIP), geometry=geometry, source="test")
    wide, high = _shaped(TOWNSHIP, tuple(villages), object()).view_box[2:]
    assert high / wide == pytest.approx((north - south) / (0.88 * (east - west)), rel=0.02)


def test_a_long_word_takes_the_room_of_one_line_where_two_are_narrower() -> None:
    shown = numbers.percent_figure(0.1)
    cell = maps.Cell("1", "Xishuangbanna", "", 50, 50, 60, 40, 0.1, shown, line_width=140)
    view = maps.MapView("", "", (0, 0, 560, 480), (cell,), (0.1, 0.2, 0.3, 0.4, 0.5), ("1", "2", "3", "4", "5"))
    lines = [line for group in maps.drawing(view).groups for label in group.labels for _, line in label.lines]
    assert lines[:1] == ["Xishuangbanna"]


def test_a_map_of_incomes_taken_away_has_its_limits_in_yuan(
    villages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area_map, "places_state", object)
    spec = current().indicators["income_per_capita_registered"]
    context = Asked(Place.objects.get(code=TOWNSHIP), None, (2015,), 2015, REGISTER)
    below = list(Place.objects.filter(code__in=villages))
    own = {(spec.code, code, 2015, ""): Figure(place_code=code, year=2015, value=280_000.0) for code in villages}
    drawn = area_map.of_area(context, below, AreaFigures(own), spec)
    assert drawn is not None
    assert [entry.words for entry in drawn.legend][:2] == ["<2,000", "2,000–2,855"]
    assert "<2,000" in on_paper(of_map(drawn), Caption("", "", [])).replace("&lt;", "<")
    assert {area.kind for area in drawn.areas} == {"m2"}


@pytest.mark.parametrize(
    ("value", "error", "dotted"), [(0.10, 0.03, False), (0.10, 0.031, True), (0.10, None, False), (None, None, False)]
)
def test_a_cell_is_dotted_beyond_three_tenths_of_its_value(
    value: float | None, error: float | None, dotted: bool
) -> None:
    assert area_map.is_uncertain(Figure(value=value, standard_error=error)) is dotted
