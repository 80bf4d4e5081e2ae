"""A person decides about doubtful rows; checked again, they go in as decided."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.records.access.audit import FactRefused
from bangfu.records.access.models import AuditEvent, User
from bangfu.records.households.models import HISTORY, Household, Person, PersonYear
from bangfu.records.intake.actions import CannotDecide, Outcome, decide, work_through
from bangfu.records.intake.models import RowDecision, StagingRow
from bangfu.records.intake.queries import choices_of
from bangfu.records.rows import WrittenOnce
from tests.intake.conftest import Take
from tests.intake.sheets import NEIGHBOUR, id_number, member

pytestmark = pytest.mark.db_twice
REASON = "户口本已核对"


@pytest.fixture
def clerk(db: None) -> User:
    """Who decides."""
    return User.objects.create_user("clerk", password="long enough for a test")


def doubtful(take: Take, *rows: dict[str, Any], **options: Any) -> Outcome:
    """The check of rows, of which one is doubtful."""
    outcome = take(list(rows), merge=False, **options)
    assert outcome.counts["ask"] == 1
    return outcome


def decided(outcome: Outcome, choice: str, by: User) -> Outcome:
    """The merge of a file after a decision about its doubtful row."""
    decide(StagingRow.objects.get(batch__upload=outcome.upload, verdict="ask"), choice=choice, reason=REASON, by=by)
    return work_through(outcome.upload, merge=True)


def test_a_member_who_married_into_another_household_moves_there(take: Take, clerk: User) -> None:
    take([member(1), member(2), member(3, household=2)])
    moved = member(2, household=2)
    outcome = decided(doubtful(take, moved, year=2016), "take", clerk)
    assert (outcome.counts["ask"], outcome.counts["rows"]) == (0, 1)
    person = Person.objects.get(person_no="P0002")
    assert (Person.objects.count(), person.household.household_no) == (3, "H0002")
    assert HISTORY[Person]._default_manager.filter(id=person.id).count() == 2
    assert PersonYear.objects.get(person=person, year=2016).household_id == person.household_id


def test_a_corrected_id_number_replaces_the_stored_one(take: Take, clerk: User) -> None:
    take([member(1)])
    before = bytes(Person.objects.get().id_no_hash or b"")
    decided(doubtful(take, member(1, 证件号码=id_number(77))), "take", clerk)
    assert bytes(Person.objects.get().id_no_hash or b"") != before


@pytest.mark.parametrize(("choice", "persons"), [("same", 1), ("take", 2)])
def test_a_namesake_is_the_same_person_or_another_one_as_decided(
    take: Take, clerk: User, choice: str, persons: int
) -> None:
    take([member(1, 证件号码="", 人编号="")])
    outcome = doubtful(take, member(1, 证件号码="", 人编号="", 出生日期="1981-05-06"))
    assert list(choices_of(StagingRow.objects.get(verdict="ask"))) == ["same", "take"]
    decided(outcome, choice, clerk)
    assert Person.objects.count() == persons


def test_a_birth_date_that_differs_from_the_number_is_taken_as_decided(take: Take, clerk: User) -> None:
    decided(doubtful(take, member(1, 出生日期="1980-02-02")), "take", clerk)
    assert str(Person.objects.get().birth_date) == "1980-02-02"


def test_two_different_persons_cannot_be_decided_to_be_one(take: Take, clerk: User) -> None:
    take([member(1), member(3)])
    outcome = doubtful(take, member(1, 证件号码=id_number(3)))
    staged = StagingRow.objects.get(batch__upload=outcome.upload)
    assert choices_of(staged) == {}
    with pytest.raises(CannotDecide):
        decide(staged, choice="take", reason=REASON, by=clerk)


def test_what_is_found_after_a_decision_has_to_be_decided_too(take: Take, clerk: User) -> None:
    take([member(1), member(3)])
    outcome = doubtful(take, member(1, 证件号码=id_number(3), 出生日期="1980-02-02"))
    again = decided(outcome, "take", clerk)
    assert ({each.code for each in again.findings if each.verdict == "ask"}, again.counts["ask"]) == (
        {"steps_disagree"},
        1,
    )


def test_nobody_moves_a_person_out_of_a_place_that_is_not_theirs(take: Take, clerk: User) -> None:
    take([member(1, 村代码=NEIGHBOUR)])
    outcome = take([member(1, household=2)], prefixes=("539901100",))
    assert {each.code for each in outcome.findings} >= {"person_outside", "person_elsewhere"}
    assert (outcome.counts["refused"], Person.objects.get().household.household_no) == (1, "H0001")


def test_a_decision_is_kept_with_its_reason_and_audited_and_stands(take: Take, clerk: User) -> None:
    outcome = doubtful(take, member(1, 出生日期="1980-02-02"))
    decision = decide(StagingRow.objects.get(verdict="ask"), choice="take", reason=REASON, by=clerk)
    event = AuditEvent.objects.get(action="intake.decide")
    assert (event.actor, event.reason, event.subject_id) == (clerk, REASON, outcome.upload.pk)
    with pytest.raises(WrittenOnce):
        decision.save()


def test_a_reason_carries_no_number_of_a_person(take: Take, clerk: User) -> None:
    doubtful(take, member(1, 出生日期="1980-02-02"))
    with pytest.raises(FactRefused):
        decide(StagingRow.objects.get(verdict="ask"), choice="take", reason=f"证件{id_number(1)}", by=clerk)
    assert not RowDecision.objects.exists()


def test_a_file_that_was_merged_is_not_decided_about_any_more(take: Take, clerk: User) -> None:
    take([member(1, 出生日期="1980-02-02"), member(2)])
    with pytest.raises(CannotDecide):
        decide(StagingRow.objects.get(verdict="ask"), choice="take", reason=REASON, by=clerk)
    assert Household.objects.count() == 1


def test_the_member_it_could_be_is_the_one_the_doubt_speaks_of(take: Take, clerk: User) -> None:
    born = member(1, 证件号码="", 人编号="", 出生日期="1950-01-01")
    unknown = member(1, 证件号码="", 人编号="") | {"姓名": "试验9"}
    take([born | {"姓名": "试验9"}, unknown])
    outcome = doubtful(take, born | {"姓名": "试验9", "出生日期": "1981-05-06", "健康状况": "残疾"})
    decided(outcome, "same", clerk)
    assert sorted(map(str, Person.objects.values_list("birth_date", flat=True))) == ["1950-01-01", "1981-05-06"]


def test_of_two_members_whom_it_could_be_none_is_guessed(take: Take, clerk: User) -> None:
    nameless = member(1, 证件号码="", 人编号="", 姓名="试验9")
    take([nameless | {"人编号": "P1"}, nameless | {"人编号": "P2"}])
    outcome = doubtful(take, nameless)
    assert list(choices_of(StagingRow.objects.get(batch__upload=outcome.upload))) == ["take"]
    decided(outcome, "take", clerk)
    assert Person.objects.count() == 3


def test_a_decision_no_longer_counts_when_the_register_says_something_else(take: Take, clerk: User) -> None:
    take([member(1), member(2, household=2), member(3, household=3)])
    outcome = doubtful(take, member(1, household=3))
    decide(StagingRow.objects.get(batch__upload=outcome.upload), choice="take", reason=REASON, by=clerk)
    Person.objects.filter(person_no="P0001").update(household=Household.objects.get(household_no="H0002"))
    assert work_through(outcome.upload, merge=False).counts["ask"] == 1


def test_the_area_of_whoever_decides_counts_and_not_only_that_of_whoever_checks(take: Take, clerk: User) -> None:
    take([member(1, 村代码=NEIGHBOUR), member(2, household=2)])
    outcome = doubtful(take, member(1, household=2))
    staged = StagingRow.objects.get(batch__upload=outcome.upload)
    decide(staged, choice="take", reason=REASON, by=clerk, prefixes=("539901100",))
    assert work_through(outcome.upload, merge=True).counts["ask"] == 1
    assert Person.objects.get(person_no="P0001").household.household_no == "H0001"


def test_a_check_that_comes_after_the_merge_changes_nothing(take: Take) -> None:
    outcome = take([member(1)])
    again = work_through(outcome.upload, merge=False)
    outcome.upload.refresh_from_db()
    assert (outcome.upload.state, again.counts["rows"]) == ("merged", 1)
    assert outcome.upload.counts["merged"]["person"]["new"] == 1
