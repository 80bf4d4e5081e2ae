"""Surveys of other countries come in through their mappings, each into an instance of its own scheme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake.actions import Outcome, receive, work_through

pytestmark = pytest.mark.django_db


def bring(path: Path, mapping: str, **options: Any) -> Outcome:
    upload = receive(path, file_name=path.name, mapping=current().mappings[mapping], by=None, **options)
    return work_through(upload, merge=True)


def test_eusilc_founds_austria_and_keeps_incomes_and_weights_to_the_last_digit(shared: Callable[[str], Path]) -> None:
    outcome = bring(shared("eusilc/eusilc.csv"), "eusilc")
    assert outcome.counts == {"rows": 14_827, "sound": 14_827, "refused": 0, "ask": 0, "notice": 0}
    assert (Household.objects.count(), Person.objects.count()) == (6_000, 14_827)
    assert (Instance.objects.get().scheme, Instance.objects.get().currency) == ("austria", "EUR")
    first = PersonYear.objects.get(person__person_no="101")
    assert (first.place_code, first.year) == ("AT33", 2006)
    assert (first.x["eq_income"], first.x["weight"]) == (16090.6944444444, 504.569620253165)


def test_ilocos_rows_are_known_by_their_place_in_the_sheet(shared: Callable[[str], Path]) -> None:
    path = shared("household-incomes/ilocos.csv")
    bring(path, "ilocos")
    again = bring(path, "ilocos")
    assert again.merged["householdyear"] == {"new": 0, "changed": 0, "same": 632}
    assert HouseholdYear.objects.filter(place_code="0128").count() > 0


def test_mexican_households_that_share_a_number_stay_apart(shared: Callable[[str], Path]) -> None:
    bring(shared("household-incomes/mexico_2008.csv"), "mexico", year=2008)
    assert HouseholdYear.objects.filter(year=2008, place_code="MX").count() == 5_000


def test_a_file_of_another_scheme_is_refused(places: None, shared: Callable[[str], Path]) -> None:
    outcome = bring(shared("household-incomes/ilocos.csv"), "ilocos")
    assert outcome.refusal is not None
    assert outcome.refusal["code"] == "scheme_differs"
