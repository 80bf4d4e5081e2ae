"""Coordinates judged by their siblings."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.analytics.geometry import Neighbourhood, NeighbourhoodRule, distance_km, neighbourhood_check

# A busy machine is no fault of the code: examples carry no time limit.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A county of about 60 km across.
SIBLINGS = [(98.91, 28.49), (99.13, 28.94), (98.81, 28.73), (99.02, 28.07), (98.97, 28.29), (99.36, 27.81)]
DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_a_place_among_its_siblings_is_inside() -> None:
    assert neighbourhood_check((99.1, 28.4), SIBLINGS).where is Neighbourhood.INSIDE


def test_a_namesake_in_another_prefecture_is_outside() -> None:
    found = neighbourhood_check((102.7, 25.0), SIBLINGS)
    assert found.where is Neighbourhood.OUTSIDE
    assert found.distance_km == pytest.approx(530, rel=0.05)
    assert found.limit_km is not None
    assert found.limit_km < 250


def test_two_wrong_siblings_of_six_do_not_hide_a_wrong_place() -> None:
    assert neighbourhood_check((110.0, 22.0), [*SIBLINGS[:4], (0.0, 0.0), (110.1, 22.1)]).where is Neighbourhood.OUTSIDE


def test_siblings_close_together_still_leave_the_least_distance() -> None:
    found = neighbourhood_check((99.1, 28.0), [(99.0, 28.0)] * 5)
    assert (found.where, found.limit_km) == (Neighbourhood.INSIDE, 15.0)


@pytest.mark.parametrize(
    ("point", "where"), [((99.5, 28.0), Neighbourhood.UNKNOWN), ((102.7, 25.0), Neighbourhood.OUTSIDE)]
)
def test_with_few_siblings_only_what_is_far_away_is_outside(point: tuple[float, float], where: Neighbourhood) -> None:
    assert neighbourhood_check(point, SIBLINGS[:2]).where is where


def test_without_siblings_nothing_is_known() -> None:
    found = neighbourhood_check((99.0, 28.0), [])
    assert (found.where, found.distance_km, found.limit_km) == (Neighbourhood.UNKNOWN, None, None)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert distance_km((100, 25), (100, 26)) == pytest.approx(111.195, abs=0.001)


@UNTIMED
@given(DEGREES, DEGREES)
def test_distance_is_the_same_both_ways(first: tuple[float, float], second: tuple[float, float]) -> None:
    assert distance_km(first, second) == pytest.approx(distance_km(second, first), abs=1e-6)


def test_a_rule_without_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two siblings"):
        NeighbourhoodRule(enough=1)
