"""Figures of a snapshot on the places of then and of today: they differ by what was recorded, and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.parameters.scope import Reach, RowFilter
from bangfu.records.access.gate import NO_SCOPE, SYSTEM_SCOPE, Scope
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.as_now import OnPlaces, carries_over, figures_of
from bangfu.records.figures.models import Snapshot
from bangfu.records.instance.parameters import current
from bangfu.records.places.changes import merge_places, rename_place
from bangfu.records.places.models import Place
from bangfu.records.places.queries import children
from tests.figures.register import report, small_register

#: DuckDB reads what is committed, as a second connection.
pytestmark = pytest.mark.db_twice(transaction=True)
COUNTY, FIRST, SECOND, THIRD = "533422", "533422101", "533422102", "533422103"
KEPT, GONE = "533422101200", "533422101201"
MOVER, MOVED, STAYED, RECODED = "533422102200", "533422101205", "533422102201", "533422103201"
DAY = date(2016, 3, 1)


@pytest.fixture
def snapshot(transactional_db: None) -> Snapshot:
    """Four villages in two townships at the end of 2015; then one merges, one moves, a township is recoded."""
    register = small_register()
    second = Place.objects.create(code=SECOND, level=3, name="乙乡", parent=register.county)
    for code, name in ((MOVER, "迁村"), (STAYED, "留村")):
        report(Place.objects.create(code=code, level=4, name=name, parent=second))
    taken = run_cycle().snapshot
    merge_places([KEPT, GONE], into=KEPT, on=DAY, reason="Document 1 of 2016")
    rename_place(MOVER, name="迁村", new_code=MOVED, on=DAY, reason="Document 2 of 2016")
    rename_place(SECOND, name="丙镇", new_code=THIRD, on=DAY, reason="Document 3 of 2016")
    return taken


def seen(snapshot: Snapshot, code: str, indicator: str, *, as_now: bool, scope: Scope = SYSTEM_SCOPE) -> OnPlaces:
    place = Place.objects.get(code=code)
    spec = current().indicators[indicator]
    return figures_of(snapshot, scope, place, list(children(code)), [spec], as_now=as_now)


def values(snapshot: Snapshot, code: str, *, as_now: bool, indicator: str = "persons_registered") -> dict[str, float]:
    on = seen(snapshot, code, indicator, as_now=as_now)
    return {at: row.value for (_, at, year, _), row in on.figures.items() if year == 2015 and row.value is not None}


def test_a_county_has_its_townships_as_then_or_with_what_came_and_left_since(snapshot: Snapshot) -> None:
    # The recoded township is the same place, under its address of today; a combined figure has no rows of its own.
    assert values(snapshot, COUNTY, as_now=False) == {COUNTY: 112, FIRST: 56, THIRD: 56}
    assert values(snapshot, COUNTY, as_now=True) == {COUNTY: 112, FIRST: 84, THIRD: 28}
    combined = seen(snapshot, COUNTY, "persons_registered", as_now=True).combined
    assert {key[1] for key in combined} == {FIRST, THIRD}


def test_merged_and_moved_villages_stand_apart_as_then_and_in_their_places_of_today_as_now(snapshot: Snapshot) -> None:
    assert values(snapshot, FIRST, as_now=False) == {FIRST: 56, KEPT: 28, GONE: 28}
    assert values(snapshot, FIRST, as_now=True) == {FIRST: 84, KEPT: 56, MOVED: 28}
    assert values(snapshot, THIRD, as_now=False) == {THIRD: 56, MOVER: 28, RECODED: 28}
    assert values(snapshot, THIRD, as_now=True) == {THIRD: 28, RECODED: 28}


def test_ratios_go_through_their_numerators_and_denominators(snapshot: Snapshot) -> None:
    found = seen(snapshot, FIRST, "incidence_register", as_now=True).figures
    whole, merged = (found["incidence_register", code, 2015, ""] for code in (FIRST, KEPT))
    assert (whole.numerator, whole.denominator, whole.value) == (84, 300, 0.28)
    assert (merged.numerator, merged.denominator, merged.value) == (56, 200, 0.28)


def test_as_now_equals_what_a_cycle_on_the_rewritten_register_counts(snapshot: Snapshot) -> None:
    asked = [
        (code, indicator)
        for code in (COUNTY, FIRST, THIRD)
        for indicator in ("households_registered", "incidence_register", "households_by_cause")
    ]
    counted_back = [facts(seen(snapshot, *each, as_now=True)) for each in asked]
    again = run_cycle().snapshot
    assert [facts(seen(again, *each, as_now=False)) for each in asked] == counted_back
    differing = [(taken, code) for taken in (snapshot, again) for code in (COUNTY, "5334")]
    told = [seen(*each, "persons_registered", as_now=False).differs for each in differing]
    assert told == [True, False, False, False]


def facts(on: OnPlaces) -> dict[object, object]:
    return {key: (row.value, row.numerator, row.denominator, row.unknown_rows) for key, row in on.figures.items()}


def test_measures_of_the_survey_do_not_carry_over() -> None:
    codes = ("incidence_survey", "persons_registered", "incidence_register")
    assert [carries_over(current().indicators[code]) for code in codes] == [False, True, True]


def test_whoever_has_no_area_sees_nothing_on_either_places(snapshot: Snapshot) -> None:
    near = RowFilter((FIRST,))
    officer = Scope(near, frozenset(), Reach.ROW, frozenset(), None, 1, places=near, area=near)
    seen_by = [
        seen(snapshot, THIRD, "persons_registered", as_now=as_now, scope=scope).figures
        for scope in (NO_SCOPE, officer)
        for as_now in (True, False)
    ]
    assert seen_by == [{}] * 4


def test_a_new_code_alone_is_no_difference_and_loses_nothing(snapshot: Snapshot) -> None:
    rename_place(COUNTY, name="某市", new_code="533429", on=date(2016, 5, 1), reason="Document 6 of 2016")
    on = seen(snapshot, "5334", "persons_registered", as_now=True)
    assert (on.differs, on.figures["persons_registered", "533429", 2015, ""].value) == (False, 112)


def test_as_many_queries_for_many_changes_as_for_few(snapshot: Snapshot) -> None:
    few = queries_of(snapshot)
    rename_place(THIRD, name="丙镇", new_code="533422109", on=date(2016, 5, 1), reason="Document 4 of 2016")
    rename_place(KEPT, name="某村0", new_code="533422101230", on=date(2016, 5, 1), reason="Document 5 of 2016")
    assert queries_of(snapshot) == few


def queries_of(snapshot: Snapshot) -> int:
    seen(snapshot, COUNTY, "persons_registered", as_now=True)
    with CaptureQueriesContext(connection) as captured:
        seen(snapshot, COUNTY, "persons_registered", as_now=True)
    return len(captured)
