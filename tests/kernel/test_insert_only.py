"""What happened is never overwritten: steps, decisions and status events are inserted and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bangfu.records.cases.models import Decision, Step
from bangfu.records.households.models import Household, StatusEvent
from bangfu.records.rows import InsertOnly, WrittenOnce

pytestmark = pytest.mark.db_twice


@pytest.fixture
def event(register: None) -> Any:
    home = Household.objects.all()[0]
    facts = {"happened_on": date(2015, 1, 1), "known_at": datetime(2015, 1, 2, tzinfo=UTC)}
    made = StatusEvent(household=home, place_code=home.place_code, kind="monitored", **facts)
    made.save()
    return made


@pytest.mark.parametrize("model", [Step, Decision, StatusEvent])
def test_what_happened_is_insert_only(model: type[Any]) -> None:
    assert issubclass(model, InsertOnly)


def test_an_event_that_stands_is_not_saved_again(event: Any) -> None:
    event.kind = "removed"
    with pytest.raises(WrittenOnce, match="add a row that corrects it"):
        event.save()


def test_an_event_that_stands_is_not_deleted(event: Any) -> None:
    with pytest.raises(WrittenOnce):
        event.delete()


def test_no_set_of_events_is_changed_or_deleted(event: Any) -> None:
    with pytest.raises(WrittenOnce):
        StatusEvent.objects.filter(pk=event.pk).update(kind="removed")
    with pytest.raises(WrittenOnce):
        StatusEvent.objects.filter(pk=event.pk).delete()
