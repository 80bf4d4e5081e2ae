"""DESIGN.md §4.3: change is judged on plain values and keyed hashes; people are known by number, ID, then name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bangfu.records.access.models import AuditEvent
from bangfu.records.households.models import HISTORY, TARGETS, Household, HouseholdYear, Person
from bangfu.records.intake.models import StagingRow
from tests.kernel.register import FIRST, SECOND, bring_in, file_of

pytestmark = pytest.mark.db_twice


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the register and its histories, ciphertext included."""
    models: list[Any] = [*TARGETS, *HISTORY.values()]
    return {model.__name__: [plain(row) for row in model.objects.order_by("pk").values()] for model in models}


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def changes_of_last_batch() -> dict[str, int]:
    """How many rows the last batch wrote, by kind of change."""
    rows = AuditEvent.objects.filter(action="intake.merge").latest("id").facts["rows"]
    return {change: sum(table[change] for table in rows.values()) for change in ("new", "changed", "same")}


def test_the_same_file_twice_changes_nothing(register: None, outside: Path) -> None:
    before = everything()
    bring_in(file_of(outside, FIRST, SECOND), known=(2016, 6, 1))
    assert everything() == before


def test_the_event_of_a_file_that_came_twice_names_no_changed_row(register: None, outside: Path) -> None:
    bring_in(file_of(outside, FIRST, SECOND), known=(2016, 6, 1))
    assert changes_of_last_batch() == {"new": 0, "changed": 0, "same": 8}


def test_one_changed_cell_changes_one_row(register: None, outside: Path) -> None:
    bring_in(file_of(outside, {**FIRST, "联系电话": "19900012346"}, SECOND), known=(2016, 6, 1))
    assert changes_of_last_batch() == {"new": 0, "changed": 1, "same": 7}


def test_an_empty_cell_says_nothing(register: None, outside: Path) -> None:
    bring_in(file_of(outside, {**FIRST, "联系电话": "", "姓名": ""}, SECOND), known=(2016, 6, 1))
    assert changes_of_last_batch() == {"new": 0, "changed": 0, "same": 8}


def test_a_person_is_known_by_the_person_number_first(register: None, outside: Path) -> None:
    bring_in(file_of(outside, {**FIRST, "姓名": "阿茸", "证件号码": ""}), known=(2016, 6, 1))
    assert [*Person.objects.filter(person_no="P1").values_list("name", flat=True)] == ["阿茸"]


def test_a_person_without_number_is_known_by_the_id(register: None, outside: Path) -> None:
    bring_in(file_of(outside, {**FIRST, "人编号": "", "姓名": "阿茸"}), known=(2016, 6, 1))
    assert (Person.objects.count(), Person.objects.get(person_no="P1").name) == (2, "阿茸")


def test_numbers_that_name_two_persons_go_to_a_person_and_change_nothing(register: None, outside: Path) -> None:
    before = everything()
    outcome = bring_in(file_of(outside, {**SECOND, "证件号码": FIRST["证件号码"]}), known=(2016, 6, 1))
    waiting = StagingRow.objects.exclude(verdict="notice").count()
    assert (outcome.counts["sound"], waiting, everything() == before) == (0, 1, True)


def test_name_id_birth_date_and_sex_may_be_missing(register: None) -> None:
    person = Person.objects.get(person_no="P2")
    assert (person.name, person.id_no_hash, person.birth_date, person.sex) == (None, None, None, None)


def test_a_household_may_hang_at_any_level(register: None) -> None:
    levels = Household.objects.order_by("place_code").values_list("place__level", flat=True)
    assert [*levels] == [3, 4]


def test_income_is_kept_in_whole_fen(register: None) -> None:
    assert HouseholdYear.objects.get(household__household_no="H1").net_income_fen == 1_200_050
