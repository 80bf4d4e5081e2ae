"""Points find their places, and a doubtful one is kept and flagged."""

import pytest

from bangfu.records.access.models import AuditEvent
from bangfu.records.places.actions import PlaceRow, PointRow, adopt_places, load_points
from bangfu.records.places.models import Place, PointState
from bangfu.records.places.queries import doubtful_points
from tests.places.villages import load_villages, place

pytestmark = pytest.mark.db_twice
TOWN = "533422102"


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()


def point(
    *names: str, latitude: float = 28.2, longitude: float = 99.3, county: str = "533422", code: str = ""
) -> PointRow:
    return PointRow(latitude, longitude, names, code, county, "533400", "points.csv", 2)


def test_a_code_says_the_place_whatever_the_name() -> None:
    load_points([point("Elsewhere", code="533422102000")])
    assert (place(TOWN).latitude, place(TOWN).point_state) == (28.2, PointState.SOUND)


@pytest.mark.parametrize("names", [("Benzilan", "奔子栏镇"), ("奔子栏",), ("Benzilan",)])
def test_a_name_says_the_township_of_the_county(names: tuple[str, ...]) -> None:
    load_points([point(*names)])
    assert place(TOWN).point_state == PointState.SOUND


def test_a_point_that_bears_the_countys_name_is_its_seat_too() -> None:
    load_points([point("Shengping", "升平", "德钦")])
    assert place("533422101").latitude == place("533422").latitude == 28.2


def test_a_point_whose_file_names_another_county_is_kept_and_flagged() -> None:
    load_points([point("Benzilan", "奔子栏", county="533401")])
    found = place(TOWN)
    assert (found.latitude, found.point_state) == (28.2, PointState.OTHER_COUNTY)
    assert found.point_facts["county_code"] == "533401"


def test_a_name_that_two_places_of_the_county_bear_says_neither() -> None:
    adopt_places([PlaceRow("533422101203", "新村村民委员会"), PlaceRow("533422102204", "新村村民委员会")])
    assert load_points([point("新村")]).unmatched == (point("新村"),)


def test_a_township_wins_over_a_village_of_its_name() -> None:
    adopt_places([PlaceRow("533422102205", "奔子栏社区居民委员会")])
    load_points([point("奔子栏")])
    assert place(TOWN).latitude == 28.2
    assert place("533422102205").latitude is None


def test_a_less_sure_point_does_not_replace_a_surer_one() -> None:
    load_points([point(code=TOWN)])
    load_points([point("奔子栏镇", latitude=20.0)])
    assert place(TOWN).latitude == 28.2


def test_the_same_points_twice_change_nothing() -> None:
    load_points([point("奔子栏镇")])
    before = list(Place.objects.order_by("id").values()), AuditEvent.objects.count()
    assert load_points([point("奔子栏镇")]).changed == 0
    assert (list(Place.objects.order_by("id").values()), AuditEvent.objects.count()) == before


def test_a_point_away_from_its_siblings_is_kept_and_flagged() -> None:
    adopt_places([PlaceRow(f"53342210{number}", f"{name}乡") for number, name in enumerate("甲乙丙丁", 3)])
    near = [
        point(code=f"53342210{number}", latitude=28 + number / 50, longitude=99 + number / 50) for number in range(1, 7)
    ]
    load_points([*near[1:], point(code="533422101", latitude=22.5, longitude=102.0)])
    found = place("533422101")
    assert (found.latitude, found.point_state) == (22.5, PointState.OUTSIDE_NEIGHBOURHOOD)
    assert found.point_facts["distance_km"] > found.point_facts["limit_km"]
    assert place("533422103").point_state == PointState.SOUND


def test_places_without_a_point_or_with_a_doubtful_one_are_listed() -> None:
    load_points([point("升平镇"), point("奔子栏镇", county="533401")])
    adopt_places([PlaceRow("533422103", "云岭乡")])
    assert [(found.code, found.point_state) for found in doubtful_points("533422", "township")] == [
        ("533422102", PointState.OTHER_COUNTY),
        ("533422103", PointState.NONE),
    ]
