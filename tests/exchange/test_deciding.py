"""Who is right is decided with a reason; the entry list, the intake and later exports follow from it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from bangfu.records.access.audit import FactRefused
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.access.keys import rotate
from bangfu.records.access.models import AuditEvent, User
from bangfu.records.exchange import entry, queries, takeover, visits
from bangfu.records.exchange.actions import CannotDecide, decide, forget_expired, note_listed, tell_window
from bangfu.records.exchange.models import Comparison, Difference, DifferenceDecision
from bangfu.records.households.models import Person, PersonYear
from bangfu.records.intake.actions import Outcome, work_through
from tests.exchange.conftest import AREA, Export, agreeing, changed, found, line
from tests.intake.sheets import id_number

pytestmark = pytest.mark.db_twice
REASON = "户口本已核对"
EDUCATION = "person_year.education"


def differing(**other: Any) -> list[dict[str, Any]]:
    """An export with another education of the first person and other IDs where asked."""
    return changed(agreeing(), 0, 文化程度="初中", **other)


def settled(by: User, side: str, path: str = EDUCATION) -> Difference:
    """The difference of a column, decided."""
    one = Difference.objects.filter(path=path)
    decide(one, kind=one.get().kind, side=side, reason=REASON, by=by, place_code=AREA)
    return one.get()


def listed(comparison: Comparison, *, revealed: bool = False) -> list[entry.Line]:
    """The entry list of the area."""
    wanted = queries.to_enter(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    return entry.lines_of(wanted, revealed=revealed)


def brought_in(comparison: Comparison, by: User) -> Outcome:
    """What the intake makes of the values that are taken over."""
    wanted = queries.to_take_over(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    upload = takeover.hand_over(comparison, wanted, by=by).upload
    assert upload is not None
    return work_through(upload, merge=True)


def test_the_same_values_are_handed_over_once_until_a_new_decision(export: Export, officer: User) -> None:
    comparison = export(differing())
    wanted = queries.to_take_over(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    settled(officer, "theirs")
    first, second = (takeover.hand_over(comparison, wanted.all(), by=officer).upload for _ in range(2))
    settled(officer, "theirs")
    third = takeover.hand_over(comparison, wanted.all(), by=officer).upload
    assert (first == second, first == third) == (True, False)


def test_no_household_is_taken_out_of_the_register_because_an_export_lacks_it(export: Export, officer: User) -> None:
    export(agreeing()[2:])
    with pytest.raises(CannotDecide):
        settled(officer, "theirs", "household")
    assert settled(officer, "leave", "household").state == "decided"


def test_a_person_to_remove_there_is_named_by_both_numbers(export: Export, officer: User) -> None:
    further = {**line(7, 1), "与户主关系": "子女"}
    comparison = export([*agreeing(), further])
    settled(officer, "ours", "person")
    who, masked = listed(comparison, revealed=True)[0].who, listed(comparison)[0].who
    assert (who["人编号"], who["证件号码"], who["姓名"]) == ("P0007", id_number(7), further["姓名"])
    assert (masked["人编号"], id_number(7) in str(masked)) == ("P0007", False)
    assert Difference.objects.get(path="person").theirs is None


def test_numbers_that_a_later_export_adds_do_not_reopen_the_removal_of_a_person(export: Export, officer: User) -> None:
    rows = [*agreeing(), {**line(7, 1), "与户主关系": "子女"}]
    export(rows)
    settled(officer, "ours", "person")
    Difference.objects.filter(path="person").update(theirs_enc=None)
    comparison = export(list(rows))
    assert (comparison.counts["reopened"], listed(comparison)[0].who["人编号"]) == (0, "P0007")


def test_a_decision_is_kept_with_its_values_and_its_reason_and_audited(export: Export, officer: User) -> None:
    export(differing())
    assert (settled(officer, "ours").state, settled(officer, "leave").side) == ("decided", "leave")
    assert list(DifferenceDecision.objects.order_by("id").values_list("side", "ours", "theirs", "reason")) == [
        ("ours", "02", "03", REASON),
        ("leave", "02", "03", REASON),
    ]
    assert AuditEvent.objects.filter(action="exchange.decide", reason=REASON).count() == 2


def test_a_reason_carries_no_number_of_a_person_and_a_cell_that_cannot_be_read_is_not_decided(
    export: Export, officer: User
) -> None:
    export(differing(证件号码="9.90101E+17"))
    rows = Difference.objects.filter(path=EDUCATION)
    with pytest.raises(FactRefused):
        decide(rows, kind="differs", side="ours", reason=id_number(1), by=officer, place_code=AREA)
    with pytest.raises(CannotDecide):
        settled(officer, "ours", "person.id_no")


def test_all_with_the_same_pair_of_values_are_decided_at_once(export: Export, officer: User) -> None:
    export([{**row, "文化程度": "初中"} for row in agreeing()[:4]] + agreeing()[4:])
    alike = queries.alike(Difference.objects.filter(path=EDUCATION).first() or Difference(), SYSTEM_SCOPE)
    assert decide(alike, kind="differs", side="theirs", reason=REASON, by=officer, place_code=AREA) == 4


def test_the_entry_list_says_what_to_type_in_the_national_order_and_masks_numbers(
    export: Export, officer: User
) -> None:
    comparison = export(differing(证件号码=id_number(99)))
    settled(officer, "ours")
    settled(officer, "ours", "person.id_no")
    book = openpyxl.load_workbook(BytesIO(entry.workbook(listed(comparison), title="清单").getvalue()))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert (len(rows), rows[0][:8]) == (2, entry.WHO)
    assert (cells["人编号"], cells["文化程度"], cells["证件号码"]) == (
        "P0001",
        "小学",
        f"990101********{id_number(1)[-4:]}",
    )
    assert listed(comparison, revealed=True)[0].cells["证件号码"] == id_number(1)


def test_a_person_that_only_the_register_has_is_listed_whole(export: Export, officer: User) -> None:
    comparison = export(agreeing()[1:])
    settled(officer, "ours", "person")
    (line,) = listed(comparison)
    assert (line.who["姓名"], line.cells["文化程度"], line.cells["人均纯收入"]) == ("扎西·次仁甲", "小学", "2610.50")


def test_a_household_that_only_the_register_has_is_listed_with_a_line_a_member(export: Export, officer: User) -> None:
    comparison = export(agreeing()[2:])
    settled(officer, "ours", "household")
    lines = listed(comparison, revealed=True)
    typed = [(line.who["人编号"], line.cells["与户主关系"], line.cells["人数"]) for line in lines]
    assert typed == [("P0001", "本人或户主", "2"), ("P0002", "配偶", "2")]
    assert [line.cells["联系电话"] for line in lines] == ["10000000001", "10000000002"]
    assert {line.differences[0].pk for line in lines} == set(Difference.objects.values_list("pk", flat=True))


def test_numbers_of_what_is_new_there_are_masked_unless_revealed(export: Export, officer: User) -> None:
    comparison = export(agreeing()[2:])
    settled(officer, "ours", "household")
    (first, _) = listed(comparison)
    assert [
        value
        for value in (*first.who.values(), *first.cells.values())
        if id_number(1) == value or value == "10000000001"
    ] == []
    assert first.cells["联系电话"].endswith("0001")


def test_what_is_wrong_on_both_sides_is_a_list_for_the_visit_until_it_is_decided_anew(
    export: Export, officer: User
) -> None:
    comparison = export(differing())
    settled(officer, "both_wrong")
    wanted = queries.to_verify(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    book = openpyxl.load_workbook(visits.workbook(wanted, title="清单"))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert dict(zip(rows[0], rows[1], strict=True)) == {
        **dict.fromkeys(visits.HEADINGS),
        "乡(镇)": "松林镇",
        "行政村": "松林村委会",
        "户编号": "H0001",
        "姓名": "扎西·次仁甲",
        "指标项": "文化程度",
        "名册的值": "小学",
        "国家系统的值": "初中",
        "判定理由": REASON,
    }
    PersonYear.objects.filter(person__person_no="P0001").update(education="01")
    export([*differing()])
    assert (wanted.all().count(), Difference.objects.get().state) == (0, "open")


def test_what_was_listed_stays_until_an_export_agrees(export: Export, officer: User) -> None:
    comparison = export(differing())
    settled(officer, "ours")
    note_listed(Difference.objects.values_list("pk", flat=True), by=officer, comparison=comparison, revealed=False)
    export([*differing(务工时间="")])
    assert Difference.objects.get().state == "listed"
    export(agreeing())
    assert (Difference.objects.get().state, len(listed(comparison))) == ("closed", 0)


@pytest.mark.parametrize("side", ["ours", "theirs", "both_wrong", "leave"])
def test_an_export_that_says_something_else_opens_the_decision_again(export: Export, officer: User, side: str) -> None:
    export(differing())
    settled(officer, side)
    export(changed(agreeing(), 0, 文化程度="高中"))
    again = Difference.objects.get()
    assert (again.state, again.side, again.reopened) == ("open", "", 1)


def test_the_same_export_again_leaves_decisions_as_they_are(export: Export, officer: User) -> None:
    export(differing(证件号码=id_number(99)))
    settled(officer, "theirs", "person.id_no")
    export([*differing(证件号码=id_number(99))])
    assert Difference.objects.get(path="person.id_no").state == "decided"


def test_values_of_the_export_come_in_through_the_checks_of_the_intake(export: Export, officer: User) -> None:
    rows = differing(联系电话="10000000077")
    comparison = export(rows)
    settled(officer, "theirs")
    settled(officer, "theirs", "person.phone")
    outcome = brought_in(comparison, officer)
    assert (outcome.refusal, outcome.counts["refused"], outcome.counts["ask"]) == (None, 0, 0)
    export([*rows])
    assert found() == set()


def test_a_member_without_number_is_named_by_the_id_when_the_name_is_taken_over(export: Export, officer: User) -> None:
    Person.objects.filter(person_no="P0001").update(person_no=None)
    comparison = export(changed(agreeing(), 0, 人编号="", 姓名="扎西·次仁甲玛"))
    settled(officer, "theirs", "person.name")
    outcome = brought_in(comparison, officer)
    kept = Person.objects.filter(household__household_no="H0001").order_by("id").values_list("name", flat=True)
    assert (outcome.counts["ask"], list(kept)) == (0, ["扎西·次仁甲玛", "扎西·次仁乙"])


def test_a_number_that_is_taken_over_leaves_the_id_to_name_the_member(export: Export, officer: User) -> None:
    comparison = export(changed(agreeing(), 0, 人编号="P9001"))
    settled(officer, "theirs", "person.person_no")
    outcome = brought_in(comparison, officer)
    assert (outcome.counts["ask"], Person.objects.count()) == (1, 6)


def test_a_member_whom_nothing_would_name_any_more_is_left_out(export: Export, officer: User) -> None:
    Person.objects.filter(person_no="P0001").update(person_no=None, id_no_enc=None, id_no_hash=None)
    comparison = export(changed(agreeing(), 0, 人编号="", 证件号码="", 姓名="扎西次仁甲"))
    settled(officer, "theirs", "person.name")
    wanted = queries.to_take_over(comparison.year, comparison.place_code, SYSTEM_SCOPE)
    handed = takeover.hand_over(comparison, wanted, by=officer)
    assert (handed.upload, handed.left_out) == (None, 1)


def test_sealed_values_open_after_the_keys_were_changed_and_the_decision_stands(export: Export, officer: User) -> None:
    export(differing(证件号码=id_number(99)))
    settled(officer, "theirs", "person.id_no")
    rotate(at=timezone.now())
    export([*differing(证件号码=id_number(99))])
    kept = Difference.objects.get(path="person.id_no")
    assert (queries.opened(kept), kept.state) == (id_number(99), "decided")


def test_stored_exports_are_forgotten_and_differences_stay(export: Export) -> None:
    comparison = export(differing())
    assert forget_expired(timezone.now() + timedelta(days=31)) == 1
    comparison.refresh_from_db()
    assert (comparison.stored_as, Difference.objects.count()) == ("", 1)


def test_the_window_told_last_counts_for_the_places_below(export: Export, officer: User) -> None:
    today = timezone.localdate()
    tell_window(place_code=AREA, opens_on=today, closes_on=today + timedelta(days=3), by=officer)
    tell_window(place_code=AREA, opens_on=today, closes_on=today + timedelta(days=9), by=officer)
    window = queries.window_of(f"{AREA}100", SYSTEM_SCOPE, today)
    assert window is not None
    assert window.closes_on == today + timedelta(days=9)
