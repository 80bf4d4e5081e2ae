"""Households and persons, their yearly sheets, status events and histories (DOMAIN.md §1.1–1.6)."""

from bangfu.records.households.models.household import Household
from bangfu.records.households.models.household_year import HouseholdYear
from bangfu.records.households.models.person import Person
from bangfu.records.households.models.person_year import PersonYear
from bangfu.records.households.models.status import Status, StatusEvent
from bangfu.records.rows import history_of

HouseholdHistory = history_of(Household)
HouseholdYearHistory = history_of(HouseholdYear)
PersonHistory = history_of(Person)
PersonYearHistory = history_of(PersonYear)

#: The four targets of the intake, parents first.
TARGETS = (Household, HouseholdYear, Person, PersonYear)
HISTORY = {
    Household: HouseholdHistory,
    HouseholdYear: HouseholdYearHistory,
    Person: PersonHistory,
    PersonYear: PersonYearHistory,
}

__all__ = [
    "HISTORY",
    "TARGETS",
    "Household",
    "HouseholdHistory",
    "HouseholdYear",
    "HouseholdYearHistory",
    "Person",
    "PersonHistory",
    "PersonYear",
    "PersonYearHistory",
    "Status",
    "StatusEvent",
]
