"""The demonstration of a small place, filled through the real intake on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from django.conf import LazySettings

from bangfu.cli import demo
from bangfu.records.access.models import Grant, Role, User
from bangfu.records.figures.models import Figure
from bangfu.records.households.models import HISTORY, Household, Person
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake.models import Upload
from bangfu.records.places.models import Place
from tests.figures.recomputed import compared
from tests.synthesis.world import COUNTY, PLACES, little_world

pytestmark = pytest.mark.db_twice(transaction=True)
YEARS = (2014, 2015)
#: Indicators of the survey, which published numbers are the oracle of (tests/outside).
SURVEYED = 4
#: The little world has no neighbour township.
PEOPLE = tuple(person for person in demo.PEOPLE if person.over != demo.NEIGHBOUR)


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> Path:
    """A home for the demonstration's files."""
    (tmp_path / "tmp").mkdir()
    settings.HOME = tmp_path
    return tmp_path


def run_the_demonstration() -> dict[str, int]:
    """Run it; how many rows stand afterwards."""
    demo.fill(little_world(), COUNTY, YEARS)
    demo.make_people(PEOPLE)
    models = (Household, Person, Upload, Place, Figure, User, Grant)
    return {model.__name__: model._default_manager.count() for model in models}


def incidences() -> list[float | None]:
    found = Figure.objects.filter(formula__indicator="incidence_register", place_code=COUNTY).order_by("year")
    return list(found.values_list("value", flat=True))


@pytest.mark.usefixtures("home")
def test_the_demonstration_goes_in_whole_and_a_second_run_changes_nothing() -> None:
    found_instance(scheme="china", synthetic=True)
    first = run_the_demonstration()
    assert run_the_demonstration() == first
    assert first["Place"] == len(PLACES)
    assert first["User"] == first["Grant"] == len(PEOPLE)
    assert [counts["refused"] + counts["ask"] for counts in Upload.objects.values_list("counts", flat=True)] == [0] * 6
    assert Grant.objects.get(role=Role.HELPER).household is not None


@pytest.mark.usefixtures("home")
def test_every_figure_of_its_register_is_that_of_a_second_computation_and_adds_up() -> None:
    found_instance(scheme="china", synthetic=True)
    run_the_demonstration()
    comparison = compared(last_year=YEARS[-1])
    assert comparison.different == {}
    assert comparison.indicators == len(current().indicators) - SURVEYED
    assert parts_that_do_not_add_up() == []


def parts_that_do_not_add_up() -> list[tuple[str, str, int, str]]:
    """Additive figures that are not the sum of those of the places right below."""
    additive = [code for code, indicator in current().indicators.items() if indicator.additive]
    rows = Figure.objects.filter(snapshot__current=True, indicator__in=additive, value__isnull=False)
    found = rows.values_list("indicator", "place_code", "year", "group", "value")
    values = {row[:4]: row[4] or 0.0 for row in found}
    sums: dict[tuple[str, str, int, str], float] = {}
    for (indicator, code, year, group), value in values.items():
        above = {12: code[:9], 9: code[:6], 6: code[:4], 4: code[:2]}.get(len(code))
        if above is not None:
            key = (indicator, above, year, group)
            sums[key] = sums.get(key, 0.0) + value
    return [key for key, total in sums.items() if key in values and values[key] != total]


@pytest.mark.usefixtures("home")
def test_its_incidence_falls_and_each_year_became_known_in_the_next() -> None:
    found_instance(scheme="china", synthetic=True)
    demo.fill(little_world(), COUNTY, YEARS)
    first, last = incidences()
    assert first is not None
    assert last is not None
    assert 1 > first > last > 0
    known = HISTORY[Person]._default_manager.values_list("known_at__year", flat=True)
    assert set(known) == {2015, 2016}


def test_an_instance_with_real_data_does_not_become_the_demonstration() -> None:
    found_instance(scheme="china")
    with pytest.raises(typer.Exit):
        demo.make_people(PEOPLE)
    assert not User.objects.exists()
