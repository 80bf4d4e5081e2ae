"""Effects counted for an area: they agree with each household's own judgement, and tell who is judged otherwise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import Reach, RowFilter
from bangfu.parameters.standards import StandardKind
from bangfu.records.access.gate import SYSTEM_SCOPE, Scope
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.effects import Verdicts, counts_by_place, counts_by_verdict, moved_between
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.standards import judge_household
from bangfu.records.households.models import Household, HouseholdYear
from bangfu.records.households.past import register_now
from bangfu.records.instance.parameters import current
from tests.figures.register import Register, small_register

#: DuckDB reads what is committed, as a second connection.
pytestmark = pytest.mark.db_twice(transaction=True)
STANDARD = "yunnan_household_exit"
SAFE = 'danger_level = "01"'
INCOME = "net_income_per_capita_fen >= poverty_line"


@pytest.fixture
def register(transactional_db: None) -> Register:
    """Ten households in each of two villages, whose incomes lie on both sides of the line of 2 855 yuan."""
    made = small_register()
    for at, sheet in enumerate(HouseholdYear.objects.filter(year=2015).order_by("id")):
        sheet.net_income_per_capita_fen = [None, 100_000, 285_499, 285_500, 400_000][at % 5]
        sheet.danger_level = ["01", None, "03"][at % 3]
        sheet.in_cooperative = [True, None, False, False][at % 4]
        sheet.save()
    run_cycle()
    return made


def with_line(yuan: float) -> Parameters:
    value = {"valid_from": "2015-01-01", "value": yuan, "reference": "what if"}
    return current().with_overlay([OverlayItem("lines/poverty_line", {"values": [value]})])


def judged_one_by_one(prefix: str) -> dict[str, Verdicts]:
    standard = current().standards[STANDARD]
    tally: Counter[tuple[str, bool | None]] = Counter()
    for household in Household.objects.filter(place_code__startswith=prefix):
        told = register_now(household)
        assert told is not None
        judgement = judge_household(standard, told, 2015, frozenset(FieldClass))
        assert judgement is not None
        tally.update((each.criterion.code, each.verdict) for each in judgement.criteria)
    codes = {code for code, _ in tally}
    return {code: Verdicts(tally[code, True], tally[code, False], tally[code, None]) for code in codes}


def test_counts_are_those_of_each_household_judged_by_itself(register: Register) -> None:
    version = current().standards[STANDARD].versions[0]
    snapshot = register_snapshot()
    found = counts_by_verdict(
        version, snapshot=snapshot, place_prefix="533422", scope=SYSTEM_SCOPE, kind=StandardKind.EXIT
    )
    assert found.verdicts == judged_one_by_one("533422")


def register_snapshot() -> Snapshot:
    return Snapshot.objects.get(current=True)


def test_another_line_is_asked_without_being_stored(register: Register) -> None:
    asked: dict[str, Any] = {"snapshot": register_snapshot(), "place_prefix": "53", "scope": SYSTEM_SCOPE}
    before = counts_by_verdict(INCOME, **asked).verdicts["text"]
    after = counts_by_verdict(INCOME, **asked, parameters=with_line(2854.99)).verdicts["text"]
    moved = moved_between((INCOME, current()), (INCOME, with_line(2854.99)), **asked)
    assert (before, after) == (Verdicts(8, 8, 4), Verdicts(12, 4, 4))
    assert [(each.before, each.after, each.households) for each in moved] == [(False, True, 4)]


def test_a_reader_counts_the_own_area_and_only_what_may_be_seen(register: Register) -> None:
    rows = RowFilter((register.villages[0].code,))
    classes = frozenset({FieldClass.OPEN})
    scope = Scope(rows, classes, Reach.ROW, frozenset(), None, 1, places=rows, area=rows)
    asked: dict[str, Any] = {"snapshot": register_snapshot(), "place_prefix": "53", "scope": scope}
    assert counts_by_verdict(SAFE, **asked).verdicts["text"] == Verdicts(4, 3, 3)
    assert counts_by_verdict(INCOME, **asked).withheld == {"text"}


def test_places_of_a_level_are_counted_in_one_pass(register: Register) -> None:
    found = counts_by_place(
        "main_cause is known", snapshot=register_snapshot(), place_prefix="5334", scope=SYSTEM_SCOPE, length=12
    )
    assert {code: counted["text"] for code, counted in found.verdicts.items()} == {
        register.villages[0].code: Verdicts(9, 1, 0),
        register.villages[1].code: Verdicts(9, 1, 0),
    }
