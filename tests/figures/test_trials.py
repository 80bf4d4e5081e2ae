"""A figure tried before it counts: what was is the stored figure to the digit, and what is not known is no zero."""

from __future__ import annotations

import pytest

from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.figures.trials import FigureTried, indicator_tried
from bangfu.records.households.models import HouseholdYear
from bangfu.records.instance.parameters import current
from tests.figures.register import Register, small_register

#: DuckDB reads what is committed, as a second connection.
pytestmark = pytest.mark.db_twice(transaction=True)
COUNTY = "533422"


@pytest.fixture
def register(transactional_db: None) -> Register:
    """Ten households in each of two villages, one of which has no income on record, another no size."""
    made = small_register()
    HouseholdYear.objects.filter(year=2015, household__household_no__endswith="07").update(household_size=None)
    return made


def tried(code: str, after: Parameters | None = None) -> FigureTried:
    snapshot = Snapshot.objects.get(current=True)
    found = indicator_tried(code, current(), after or current(), snapshot=snapshot, prefix=COUNTY, scope=SYSTEM_SCOPE)
    assert found is not None
    return found


def with_numerator(code: str, text: str) -> Parameters:
    """The parameters with another text of an indicator."""
    spec = current().indicators[code]
    title, definition = ({"zh": each.zh, "en": each.en} for each in (spec.title, spec.definition))
    body = {"code": code, "version": "2", "title": title, "definition": definition, "unit": "count", "numerator": text}
    return current().with_overlay([OverlayItem("indicators/register", {"indicators": [body | {"additive": True}]})])


@pytest.mark.parametrize(
    "code", ["income_per_capita_registered", "mean_household_size", "incidence_register", "households_registered"]
)
def test_what_was_is_the_stored_figure(register: Register, code: str) -> None:
    run_cycle()
    stored = Figure.objects.get(snapshot__current=True, indicator=code, place_code=COUNTY, year=2015, group="")
    assert stored.value is not None
    assert tried(code).before == stored.value


def test_what_would_be_is_summed_with_the_new_text(register: Register) -> None:
    run_cycle()
    after = with_numerator("households_registered", "if(poor_now, 2, 0)")
    assert (tried("households_registered", after).before, tried("households_registered", after).after) == (14, 28)


def test_a_sum_of_which_no_row_is_known_is_not_known(register: Register) -> None:
    HouseholdYear.objects.filter(year=2015).update(net_income_fen=None)
    run_cycle()
    assert tried("income_per_capita_registered").before is None
