"""A difference follows its household when that moves, and its place when that is merged or gets another code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.access.models import User
from bangfu.records.exchange.actions import compare, tell_window
from bangfu.records.exchange.models import Comparison, Difference, EntryWindow
from bangfu.records.exchange.queries import Wanted, chosen, counted
from bangfu.records.households.models import Household
from bangfu.records.places.changes import merge_places, rename_place
from bangfu.records.places.models import Place
from tests.exchange.conftest import AREA, NEXT_TOWNSHIP, SECOND, TOWNSHIP, Export, agreeing, changed, line, received
from tests.intake.sheets import NEIGHBOUR

pytestmark = pytest.mark.db_twice
EDUCATION = "person_year.education"
TODAY = date(2016, 3, 1)


def differing() -> list[dict[str, str]]:
    """An export with another education of the first person."""
    return changed(agreeing(), 0, 文化程度="初中")


def moved(education: str = "初中") -> list[dict[str, str]]:
    """The first household as the export of the next township has it."""
    return [line(1, 1, NEIGHBOUR, 文化程度=education), line(2, 1, NEIGHBOUR)]


def move() -> None:
    """The first household moves to another township."""
    new = Place.objects.get(code=NEIGHBOUR)
    Household.objects.filter(household_no="H0001").update(place=new, place_code=new.code)


def compare_again(comparison: Comparison) -> None:
    """What a job does that was started a second time."""
    compare(comparison)


def test_a_household_that_moved_to_another_township_keeps_its_difference(export: Export) -> None:
    first = export(differing())
    move()
    second = export(moved(), area=NEXT_TOWNSHIP)
    kept = Difference.objects.values_list("place_code", "first_seen", "last_seen")
    assert (second.state, list(kept)) == ("done", [(NEIGHBOUR, first.pk, second.pk)])


def test_a_difference_of_a_household_that_only_the_export_has_is_the_same_in_another_township(export: Export) -> None:
    export([*agreeing(), line(8, 9)])
    second = export([*moved(), line(8, 9, NEIGHBOUR)], area=NEXT_TOWNSHIP)
    kept = Difference.objects.filter(household_no="H0009").values_list("place_code", "last_seen")
    assert (second.state, list(kept)) == ("done", [(NEIGHBOUR, second.pk)])


def test_a_household_that_moved_is_closed_by_the_export_of_its_new_township_alone(export: Export) -> None:
    export(differing())
    move()
    export(agreeing()[2:], area=TOWNSHIP)
    before = Difference.objects.get().state
    export(moved("小学"), area=NEXT_TOWNSHIP)
    assert (before, Difference.objects.get().state) == ("open", "closed")


def test_a_household_that_moved_is_listed_and_counted_where_it_is_now(export: Export) -> None:
    export(differing())
    move()
    listed = [chosen(Wanted(2015, place), SYSTEM_SCOPE).count() for place in (TOWNSHIP, NEXT_TOWNSHIP)]
    assert listed == [0, 1]
    assert counted(Wanted(2015, AREA), SYSTEM_SCOPE).places == (NEXT_TOWNSHIP,)


def test_a_household_with_another_head_keeps_its_difference_under_the_new_name(export: Export) -> None:
    rows = agreeing()
    rows[0]["主要致贫原因"] = rows[1]["主要致贫原因"] = "因残"
    export(rows)
    Household.objects.filter(household_no="H0001").update(head_name="扎西·次仁乙")
    export([*rows])
    assert list(Difference.objects.values_list("path", "name")) == [("household_year.main_cause", "扎西·次仁乙")]


def test_merged_and_recoded_places_take_comparisons_differences_and_windows_along(
    export: Export, officer: User
) -> None:
    export([*agreeing(), line(8, 9, SECOND)], area=SECOND)
    today = timezone.localdate()
    tell_window(place_code=SECOND, opens_on=today, closes_on=today, by=officer)
    merge_places([SECOND], into="539901100201", on=TODAY, reason="Document 12")
    rename_place(TOWNSHIP, name="松林街道", new_code="539901001", on=TODAY, reason="Document 13")
    models = (Comparison, Difference, EntryWindow)
    codes = {tuple(model.objects.values_list("place_code", "place__code")) for model in models}
    assert codes == {(("539901001201", "539901001201"),)}


def test_a_job_that_runs_twice_writes_its_counts_once(register: None, officer: User, tmp_path: Path) -> None:
    comparison = received(differing(), tmp_path, officer)
    again = Comparison.objects.get(pk=comparison.pk)
    compare(comparison, progress=lambda phase: None if phase == "check" else compare_again(again))
    kept = Comparison.objects.get().counts
    assert (kept["new"], kept["again"], comparison.counts["new"]) == (1, 0, 1)
