"""Changing the key of personal fields: nothing is lost, a kill is made up for, old keys go when nothing needs them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bangfu.records import personal
from bangfu.records.access.keys import KeysRotating, drop_unused_keys, hold_keys, rotate
from bangfu.records.access.models import AuditEvent, KeyRotation
from bangfu.records.households.models import Person, PersonHistory
from bangfu.records.intake import vault
from bangfu.records.intake.models import Batch, StagingPerson, StagingRow, Upload
from tests.access.world import World, moment

pytestmark = pytest.mark.db_twice
AT = moment(2016, 5, 1)
IDS = [f"99000119700101{number:04d}" for number in range(7)]
TABLE = "households_person"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def register(world: World, settings: Any, tmp_path: Path) -> list[int]:
    """Seven persons with an ID number in the current, history and staging tables, under a keyring of their own."""
    settings.HOME = tmp_path
    return [person(world, number, text) for number, text in enumerate(IDS)]


def person(world: World, number: int, text: str) -> int:
    household = world.households["own"]
    facts = {"household_id": household.pk, "place_id": household.place_id, "place_code": household.place_code}
    facts |= {"happened_on": date(2016, 1, 1), "known_at": AT}
    new = Person(**facts)
    new.save()
    ring = personal.keyring()
    sealed = {
        "id_no_enc": ring.seal(TABLE, "id_no", new.pk, text), "id_no_hash": ring.hash_one(TABLE, "id_no", text),
    }  # fmt: skip
    Person.objects.filter(pk=new.pk).update(**sealed)
    _rows(PersonHistory).create(seq=number + 1, id=new.pk, **facts, **sealed)
    _rows(StagingPerson).create(id=new.pk, batch_id=1, change="new", **sealed)
    return int(new.pk)


def _rows(model: Any) -> Any:
    return model.objects


def stored_upload() -> Upload:
    new = Upload(
        file_name="f",
        stored_as="f",
        content_hash="x",
        mapping="m",
        mapping_hash="x",
        happened_on=AT.date(),
        known_at=AT,
    )
    new.save()
    return new


def opened(model: Any) -> list[str]:
    rows = model.objects.order_by("id").values_list("id", "id_no_enc")
    return [personal.keyring().open(TABLE, "id_no", row_id, bytes(sealed)) for row_id, sealed in rows]


def hashes(model: Any) -> list[bytes]:
    return [bytes(found) for found in model.objects.order_by("id").values_list("id_no_hash", flat=True)]


def kill_after(slices: int) -> Any:
    done: list[int] = []

    def after_slice(rows: int) -> None:
        done.append(rows)
        if len(done) == slices:
            raise Killed

    return after_slice


def test_every_value_opens_under_the_new_key_alone(register: list[int]) -> None:
    rotate(at=AT, slice_size=3)
    assert list(personal.keyring().keys) == [2]
    assert [opened(model) for model in (Person, PersonHistory, StagingPerson)] == [IDS] * 3


def test_hashes_meet_under_the_new_key(register: list[int]) -> None:
    before = hashes(Person)
    rotate(at=AT, slice_size=3)
    expected = personal.keyring().hash_many(TABLE, "id_no", IDS)
    assert [hashes(model) for model in (Person, PersonHistory, StagingPerson)] == [expected] * 3
    assert set(before).isdisjoint(expected)


def test_missing_values_stay_missing(register: list[int]) -> None:
    rotate(at=AT)
    assert Person.objects.filter(phone_enc__isnull=True, phone_hash__isnull=True).count() == len(IDS)


@pytest.mark.parametrize("slices", [1, 2, 4])
def test_a_killed_change_goes_on_where_it_broke_off(register: list[int], slices: int) -> None:
    with pytest.raises(Killed):
        rotate(at=AT, slice_size=3, after_slice=kill_after(slices))
    assert set(personal.keyring().keys) == {1, 2}
    assert opened(Person) == IDS
    rotate(at=AT, slice_size=3)
    assert list(personal.keyring().keys) == [2]
    assert [opened(model) for model in (Person, PersonHistory, StagingPerson)] == [IDS] * 3
    assert KeyRotation.objects.get().values_done == 3 * len(IDS)


def test_a_kill_before_the_new_key_was_written_is_made_up_for(register: list[int]) -> None:
    KeyRotation(from_key=1, to_key=2, started_at=AT).save()
    rotate(at=AT)
    assert list(personal.keyring().keys) == [2]
    assert opened(Person) == IDS


def test_whoever_matches_by_hash_waits_for_the_end(register: list[int]) -> None:
    with pytest.raises(Killed):
        rotate(at=AT, slice_size=3, after_slice=kill_after(1))
    with pytest.raises(KeysRotating, match="imports wait"), transaction.atomic():
        hold_keys()
    rotate(at=AT)
    with transaction.atomic():
        assert hold_keys().active == 2


def test_rows_that_wait_for_a_person_are_sealed_anew(register: list[int]) -> None:
    batch = Batch(upload=stored_upload(), number=1, sheet="s", first_row=1, last_row=2)
    batch.save()
    raw = personal.keyring().seal("intake_stagingrow", "raw", 12, "a whole row")
    StagingRow.objects.create(batch=batch, sheet="s", row=12, verdict="refused", findings=[], raw=raw)
    rotate(at=AT)
    stored = bytes(StagingRow.objects.get().raw or b"")
    assert stored[0] == 2
    assert personal.keyring().open("intake_stagingrow", "raw", 12, stored) == "a whole row"


def test_an_old_key_stays_while_a_stored_file_needs_it(register: list[int], tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("a workbook")
    name = vault.store(source)
    rotate(at=AT)
    assert set(personal.keyring().keys) == {1, 2}
    vault.fetch(name, target)
    assert target.read_text() == "a workbook"
    vault.forget(name)
    assert drop_unused_keys() == 1
    assert list(personal.keyring().keys) == [2]


def test_a_merge_that_began_under_the_old_key_is_refused(register: list[int]) -> None:
    since = personal.keyring().active
    rotate(at=AT)
    with pytest.raises(KeysRotating), transaction.atomic():
        hold_keys(since=since)


def test_a_change_leaves_its_beginning_and_end_in_the_log(register: list[int]) -> None:
    rotate(at=AT)
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["keys.rotate_begin", "keys.rotate_end"]
