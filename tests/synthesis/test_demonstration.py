"""The demonstration of a small place, filled through the real intake on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from django.conf import LazySettings

from bangfu.cli import demo
from bangfu.records.access.models import Grant, Role, User
from bangfu.records.figures.models import Figure
from bangfu.records.households.models import Household, PersonHistory
from bangfu.records.instance.actions import found_instance
from bangfu.records.intake.models import Upload
from bangfu.records.places.models import Place
from tests.synthesis.world import COUNTY, PLACES, little_world

pytestmark = pytest.mark.db_twice(transaction=True)
YEARS = (2014, 2015)


@pytest.fixture
def filled(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    """A synthetic instance with one county filled."""
    (tmp_path / "tmp").mkdir()
    settings.HOME = tmp_path
    found_instance(scheme="china", synthetic=True)
    demo.fill(little_world(), COUNTY, YEARS)
    yield


def incidences() -> list[float]:
    found = Figure.objects.filter(formula__indicator="incidence_register", place_code=COUNTY).order_by("year")
    return [float(value) for value in found.values_list("value", flat=True)]


@pytest.mark.usefixtures("filled")
def test_no_row_of_the_demonstration_comes_back() -> None:
    assert [counts["refused"] + counts["ask"] for counts in Upload.objects.values_list("counts", flat=True)] == [0] * 6


@pytest.mark.usefixtures("filled")
def test_the_incidence_falls_from_year_to_year() -> None:
    first, last = incidences()
    assert 1 > first > last > 0


@pytest.mark.usefixtures("filled")
def test_what_was_known_when_is_remembered() -> None:
    known = PersonHistory.objects.order_by("known_at").values_list("known_at__year", flat=True).distinct()
    assert sorted(set(known)) == [2015, 2016]


@pytest.mark.usefixtures("filled")
def test_filling_twice_changes_nothing() -> None:
    before = (Household.objects.count(), Upload.objects.count(), Place.objects.count(), Figure.objects.count())
    demo.fill(little_world(), COUNTY, YEARS)
    after = (Household.objects.count(), Upload.objects.count(), Place.objects.count(), Figure.objects.count())
    assert before == after == (Household.objects.count(), 6, len(PLACES), before[3])


@pytest.mark.usefixtures("filled")
def test_people_are_made_once_with_one_grant_each() -> None:
    people = [person for person in demo.PEOPLE if not Place.objects.exists() or person.over != demo.NEIGHBOUR]
    demo.make_people(people)
    demo.make_people(people)
    assert Grant.objects.count() == User.objects.count() == len(people)
    assert Grant.objects.get(role=Role.HELPER).household is not None


def test_an_instance_with_real_data_does_not_become_the_demonstration() -> None:
    found_instance(scheme="china")
    with pytest.raises(typer.Exit):
        demo.make_people(demo.PEOPLE)
    assert not User.objects.exists()
