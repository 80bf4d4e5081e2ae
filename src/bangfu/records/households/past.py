"""One household's past, read from its histories: what stood at two times, and what changed from version to version.

Callers hold a household that has passed the gate. A person who moved away is followed only as far as this household.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from bangfu.parameters.schema import Column, FieldClass, Kind
from bangfu.parameters.text import Text
from bangfu.records.fields import described
from bangfu.records.households.models import (
    HISTORY,
    Household,
    HouseholdYear,
    Person,
    PersonYear,
    StatusEvent,
)
from bangfu.records.rows import Placed
from bangfu.records.schema import personal_columns

PERSONAL_TITLES = {
    "id_no": Text("证件号码", "ID number"),
    "phone": Text("联系电话", "Phone"),
    "bank_account": Text("银行账号", "Bank account"),
}
PLACE = Column("place_code", Kind.STRING, Text("所在地", "Place"))


@dataclass(frozen=True, slots=True)
class AsOf:
    """Two times: what had happened by a day, among what was known by a moment."""

    happened: date
    known: datetime


@dataclass(frozen=True)
class Register:
    """What the register says of one household: its own row, its yearly sheets, its persons with theirs, its events.

    Rows are current rows, or rows of the histories where the state is a past one.
    """

    household: Any
    years: Mapping[int, Any]
    persons: tuple[Any, ...]
    person_years: Mapping[tuple[int, int], Any]
    events: tuple[StatusEvent, ...]
    past: bool = False

    def members_on(self, day: date) -> list[Any]:
        """Those who were members on a day, as far as their dates say; an open date does not exclude."""
        return [person for person in self.persons if _is_member(person, day)]

    def status_on(self, day: date) -> StatusEvent | None:
        """The latest status event by a day."""
        return max(
            (event for event in self.events if event.happened_on <= day),
            key=lambda event: (event.happened_on, event.known_at, event.pk),
            default=None,
        )


def _is_member(person: Any, day: date) -> bool:
    come = all(start is None or start <= day for start in (person.joined_on, person.birth_date))
    return come and (person.left_on is None or person.left_on > day)


def register_now(household: Household) -> Register:
    """What the register says now; four queries."""
    persons = tuple(Person.objects.filter(household=household).order_by("relation", "id"))
    return Register(
        household=household,
        years={row.year: row for row in HouseholdYear.objects.filter(household=household).order_by("year")},
        persons=persons,
        person_years={(row.person_id, row.year): row for row in PersonYear.objects.filter(household=household)},
        events=tuple(StatusEvent.objects.filter(household=household).order_by("happened_on", "id")),
    )


def register_as_of(household: Household, moment: AsOf) -> Register | None:
    """What the register said at two times; None where it did not know the household then.

    Of each row the latest version by ``happened_on`` (then by when it was known) among those known by then.
    """
    own = _versions_at(Household, [household.pk], moment).get(household.pk)
    if own is None:
        return None
    person_ids = _person_ids(household)
    persons = _versions_at(Person, person_ids, moment).values()
    years = _versions_at(HouseholdYear, _ids(HouseholdYear, household), moment).values()
    person_years = _versions_at(PersonYear, _ids(PersonYear, household), moment).values()
    events = StatusEvent.objects.filter(household=household)
    known = events.filter(happened_on__lte=moment.happened, known_at__lte=moment.known)
    return Register(
        household=own,
        years={row.year: row for row in sorted(years, key=attrgetter("year"))},
        persons=tuple(
            sorted(
                (row for row in persons if row.household_id == household.pk),
                key=lambda row: (row.relation or "~", row.id),
            )
        ),
        person_years={(row.person_id, row.year): row for row in person_years},
        events=tuple(known.order_by("happened_on", "id")),
        past=True,
    )


def _ids(model: type[HouseholdYear | PersonYear], household: Household) -> list[int]:
    return list(model._default_manager.filter(household=household).values_list("id", flat=True))


def _person_ids(household: Household) -> set[int]:
    """Everyone who is or was here: present members, and those who left sheets behind."""
    present = Person.objects.filter(household=household).values_list("id", flat=True)
    # Histories are indexed by row, not by household, so the rows are named first.
    return {*present, *PersonYear.objects.filter(household=household).values_list("person_id", flat=True)}


def _versions_at(model: type[Placed], ids: Iterable[int], moment: AsOf) -> dict[int, Any]:
    history: Any = HISTORY[model]
    versions = history.objects.filter(
        id__in=list(ids), happened_on__lte=moment.happened, known_at__lte=moment.known
    ).order_by("happened_on", "known_at", "seq")
    return {row.id: row for row in versions}


# --- What changed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One field that came to say something else. Personal fields carry no values."""

    model: type[Placed]
    row_id: int
    year: int | None
    person_id: int | None
    column: Column
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What became known at one moment through one person: rows that are new, and fields that changed."""

    happened_on: date
    known_at: datetime
    batch_ids: frozenset[int]
    by_id: int | None
    new: Mapping[type[Placed], int] = field(default_factory=dict)
    new_years: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()


def entries_of(household: Household) -> list[Entry]:
    """Everything that was written of a household, newest first; one query for each of its four tables."""
    steps: list[_Step] = []
    for model, ids in (
        (Household, [household.pk]),
        (HouseholdYear, _ids(HouseholdYear, household)),
        (Person, _person_ids(household)),
        (PersonYear, _ids(PersonYear, household)),
    ):
        steps += _steps(model, ids, household)
    ordered = sorted(steps, key=lambda step: step.key, reverse=True)
    return [_entry(list(group)) for _, group in groupby(ordered, key=lambda step: step.key)]


@dataclass(frozen=True, slots=True)
class _Step:
    """A version and the one before it."""

    model: type[Placed]
    before: Any
    after: Any

    @property
    def key(self) -> tuple[date, datetime, int]:
        row = self.after
        return row.happened_on, row.known_at, row.by_id or 0


def _steps(model: type[Placed], ids: Iterable[int], household: Household) -> list[_Step]:
    history: Any = HISTORY[model]
    versions = history.objects.filter(id__in=list(ids)).order_by("id", "seq")
    if model is not Household:
        versions = versions.filter(household_id=household.pk)
    steps = []
    for _, rows in groupby(versions, key=attrgetter("id")):
        before = None
        for row in rows:
            steps.append(_Step(model, before, row))
            before = row
    return steps


def _entry(steps: list[_Step]) -> Entry:
    first = steps[0].after
    new: dict[type[Placed], int] = {}
    changes: list[Change] = []
    years: set[int] = set()
    for step in steps:
        if step.before is None:
            new[step.model] = new.get(step.model, 0) + 1
            years |= {year for year in [getattr(step.after, "year", None)] if year is not None}
        else:
            changes += _changes(step)
    batches = frozenset(step.after.batch_id for step in steps if step.after.batch_id is not None)
    return Entry(first.happened_on, first.known_at, batches, first.by_id, new, tuple(sorted(years)), tuple(changes))


def _changes(step: _Step) -> list[Change]:
    before, after = step.before, step.after
    person_id = after.id if step.model is Person else getattr(after, "person_id", None)
    place = (step.model, after.id, getattr(after, "year", None), person_id)
    found = []
    for column, name in _compared(step.model):
        old, new = _plain(getattr(before, name)), _plain(getattr(after, name))
        if old != new:
            hidden = column.field_class is FieldClass.PERSONAL
            found.append(Change(*place, column) if hidden else Change(*place, column, old, new))
    return found + [Change(*place, *item) for item in _extension_changes(before, after)]


def _compared(model: type[Placed]) -> list[tuple[Column, str]]:
    """The columns of a model and the attributes that are compared; a sealed field by its hash."""
    pairs = [(column, column.name) for _, column in described(model)]
    pairs += [(_sealed(name), f"{name}_hash") for name in personal_columns(model)]
    return [*pairs, (PLACE, "place_code")] if model is Household else pairs


def _sealed(name: str) -> Column:
    return Column(name, Kind.STRING, PERSONAL_TITLES[name], field_class=FieldClass.PERSONAL)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _extension_changes(before: Any, after: Any) -> list[tuple[Column, Any, Any]]:
    old, new = getattr(before, "x", None) or {}, getattr(after, "x", None) or {}
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [(_extension(name), old.get(name), new.get(name)) for name in names]


def _extension(name: str) -> Column:
    """The column of an extension field as its form has it, or, where no form knows it any more, by its own name."""
    from bangfu.records.instance.parameters import current

    forms = current().forms.values()
    tables = ("household_year", "person_year")
    found = (c for form in forms for table in tables for c in form.columns_of(table) if c.name == f"x_{name}")
    return next(found, Column(f"x_{name}", Kind.STRING, Text(name, name)))
