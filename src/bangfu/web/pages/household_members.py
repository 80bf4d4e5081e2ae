"""The members of a household in a year, with their sealed fields masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.analytics.engines.memory import years_between
from bangfu.parameters.schema import FieldClass
from bangfu.records.access.reveal import masked
from bangfu.records.households.models import Household
from bangfu.records.households.past import PERSONAL_TITLES, Register
from bangfu.web import numbers
from bangfu.web.numbers import Missing
from bangfu.web.pages.described import code_name
from bangfu.web.pages.readings import words

Revealed = Mapping[tuple[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal field as a page shows it: masked, or, once it was revealed, whole for a while."""

    target: str
    field: str
    label: str
    masked: str
    href: str
    may_reveal: bool
    value: str = ""
    fault: str = ""

    @property
    def key(self) -> str:
        """What names the cell in its page."""
        return f"{self.target}-{self.field}"


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the table of members."""

    name: str
    relation: str
    age: str
    sealed: Sealed | None
    health: str
    school: str
    work: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader may see of this household, and what was just revealed."""

    classes: frozenset[FieldClass]
    may_reveal: bool
    revealed: Revealed


def sealed_field(household: Household, row: Any, field: str, reader: Reader, fault: str = "") -> Sealed | None:
    """A personal field of a household or person; None where there is nothing sealed."""
    value = masked(row, field)
    if value is None:
        return None
    target = "household" if row._meta.model_name == "household" else f"person-{row.pk}"
    return Sealed(
        target=target,
        field=field,
        label=words(PERSONAL_TITLES[field]),
        masked=value,
        href=reverse("household_reveal", args=[household.ref]),
        may_reveal=reader.may_reveal,
        value=reader.revealed.get((target, field)) or "",
        fault=fault,
    )


def members(household: Household, register: Register, year: int | None, day: date, reader: Reader) -> list[Member]:
    """The members on a day, with their ages at the end of the year and what the year's sheets say of them."""
    end = date(year, 12, 31) if year else day
    listed = register.members_on(day)
    return [_member(household, register, person, end, position, reader) for position, person in enumerate(listed, 1)]


def _member(household: Household, register: Register, person: Any, end: date, position: int, reader: Reader) -> Member:
    sheet = register.person_years.get((person.id, end.year))
    personal = FieldClass.PERSONAL in reader.classes
    absent = numbers.missing_word(Missing.NO_DATA)
    return Member(
        name=(person.name or absent) if personal else _("Member %(number)s") % {"number": position},
        relation=code_name("relation", person.relation),
        age=absent if person.birth_date is None else str(years_between(person.birth_date, end)),
        # Only what stands now is sealed under the row's own key; a past version shows none of it.
        sealed=sealed_field(household, person, "id_no", reader) if personal and not register.past else None,
        health=_health(sheet) if FieldClass.HEALTH in reader.classes else "",
        school=code_name("student_status", sheet.student_status if sheet else None),
        work=_work(sheet),
    )


def _health(sheet: Any) -> str:
    codes = [code for code in (sheet.health, sheet.second_health) if code] if sheet else []
    if not codes:
        return numbers.missing_word(Missing.NO_DATA)
    return " · ".join(code_name("health", code) for code in codes)


def _work(sheet: Any) -> str:
    if sheet is None or sheet.is_working is None:
        return numbers.missing_word(Missing.NO_DATA)
    if not sheet.is_working:
        return _("Not working away")
    if sheet.work_area is None:
        return _("Working away")
    where = code_name("work_area", sheet.work_area)
    if sheet.work_months is None:
        return where
    told = ngettext("%(where)s, %(months)s month", "%(where)s, %(months)s months", sheet.work_months)
    return told % {"where": where, "months": sheet.work_months}
