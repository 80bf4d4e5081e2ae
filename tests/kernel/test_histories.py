"""The history of the register against the audit log: it holds after a change of keys, and a changed row is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from bangfu.records.access.histories import verify_histories
from bangfu.records.access.keys import rotate
from bangfu.records.access.models import AuditEvent
from bangfu.records.households.models import HISTORY, Person

pytestmark = pytest.mark.db_twice


def test_every_batch_has_the_rows_that_it_wrote(register: None) -> None:
    assert (verify_histories().hold, verify_histories().batches) == (True, 1)


def test_a_change_of_keys_leaves_the_history_what_it_was(register: None) -> None:
    rotate(at=timezone.now())
    assert verify_histories().hold


def test_a_changed_history_row_is_found_with_its_event(register: None) -> None:
    history: Any = HISTORY[Person]
    history.objects.update(name="别人")
    found = verify_histories()
    assert (found.hold, found.event_id) == (False, AuditEvent.objects.get(action="intake.merge").pk)


def test_a_sealed_value_that_is_taken_away_is_found(register: None) -> None:
    history: Any = HISTORY[Person]
    assert history.objects.exclude(id_no_enc=None).update(id_no_enc=None) > 0
    assert not verify_histories().hold
