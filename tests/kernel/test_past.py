"""DESIGN.md §4.4: every version is kept with two times, and the past is what was known of it at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bangfu.records.access import audit
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.figures.snapshots import Moment, open_snapshot, take_snapshot
from bangfu.records.households.models import HISTORY, TARGETS, Household, HouseholdYear
from bangfu.records.households.past import AsOf, register_as_of
from bangfu.records.instance.parameters import current
from tests.kernel.register import FIRST, SECOND, bring_in, file_of

pytestmark = pytest.mark.db_twice
DAY = date(2015, 12, 31)
BEFORE, BETWEEN, AFTER = (datetime(2016, month, 1, tzinfo=UTC) for month in (1, 3, 7))


@pytest.fixture
def corrected(register: None, outside: Path) -> None:
    """The income of 2015 as it came in on 10 January 2016, and its correction, known on 1 June."""
    bring_in(file_of(outside, {**FIRST, "家庭纯收入": "15000"}, SECOND), known=(2016, 6, 1))


def versions() -> list[Any]:
    history: Any = HISTORY[HouseholdYear]
    row = HouseholdYear.objects.get(household__household_no="H1")
    return [*history.objects.filter(id=row.id).order_by("seq")]


def income_known_at(known: datetime, happened: date = DAY) -> int | None:
    """The income of 2015 that a page shows at two times."""
    found = register_as_of(Household.objects.get(household_no="H1"), AsOf(happened, known))
    return found.years[2015].net_income_fen if found and 2015 in found.years else None


def income_in_snapshot(known: datetime, happened: date = DAY) -> list[tuple[Any, ...]]:
    """The income of 2015 that a snapshot at two times holds."""
    moment = Moment(happened, known, known_now=False)
    snapshot = take_snapshot(moment=moment, parameters=current())
    with open_snapshot(snapshot.id, SYSTEM_SCOPE) as opened:
        query = "SELECT net_income_fen FROM households WHERE place_code = '533422102201'"
        return opened.connection.execute(query).fetchall()


def test_a_change_appends_a_version_and_leaves_the_earlier_one(corrected: None) -> None:
    assert [(row.net_income_fen, row.known_at.month) for row in versions()] == [(1_200_050, 1), (1_500_000, 6)]


def test_versions_are_ordered_and_say_which_batch_wrote_them(corrected: None) -> None:
    first, second = versions()
    assert (first.seq < second.seq, first.batch_id != second.batch_id, None in {first.batch_id}) == (True, True, False)


def test_the_latest_version_is_the_row_as_it_stands(corrected: None) -> None:
    row = HouseholdYear.objects.get(household__household_no="H1")
    names = [field.attname for field in HouseholdYear._meta.concrete_fields]
    assert [getattr(versions()[-1], name) for name in names] == [getattr(row, name) for name in names]


def test_a_merge_that_fails_leaves_neither_row_nor_version(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**facts: Any) -> None:
        assert facts["action"] != "intake.merge"

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(AssertionError):
        bring_in(file_of(outside, FIRST, SECOND))
    models: list[Any] = [*TARGETS, *HISTORY.values()]
    assert [model.__name__ for model in models if model.objects.exists()] == []


def test_nothing_is_known_before_it_became_known(corrected: None) -> None:
    assert income_known_at(BEFORE) is None


def test_a_late_correction_is_not_seen_at_an_earlier_time(corrected: None) -> None:
    assert income_known_at(BETWEEN) == 1_200_050


def test_a_correction_is_seen_once_it_is_known(corrected: None) -> None:
    assert income_known_at(AFTER) == 1_500_000


def test_what_had_not_happened_by_a_day_is_not_seen_however_well_it_is_known(corrected: None) -> None:
    assert income_known_at(AFTER, date(2015, 6, 30)) is None


@pytest.mark.db_twice(transaction=True)
def test_a_snapshot_of_an_earlier_time_does_not_see_the_correction(corrected: None) -> None:
    assert income_in_snapshot(BETWEEN) == [(1_200_050,)]


@pytest.mark.db_twice(transaction=True)
def test_a_snapshot_of_a_later_time_sees_the_correction(corrected: None) -> None:
    assert income_in_snapshot(AFTER) == [(1_500_000,)]


@pytest.mark.db_twice(transaction=True)
def test_a_snapshot_before_anything_was_known_is_empty(corrected: None) -> None:
    assert income_in_snapshot(BEFORE) == []


@pytest.mark.db_twice(transaction=True)
def test_a_snapshot_records_both_times(register: None) -> None:
    snapshot = take_snapshot(moment=Moment(DAY, BETWEEN, known_now=False), parameters=current())
    assert (snapshot.happened, snapshot.known) == (DAY, BETWEEN)
    assert (snapshot.manifest["happened"], snapshot.manifest["known"]) == (DAY.isoformat(), BETWEEN.isoformat())
