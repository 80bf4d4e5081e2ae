"""What happened to a household: status events, and what its histories say was entered and changed, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear, Status, StatusEvent
from bangfu.records.households.past import PLACE, AsOf, Change, Entry, Register, entries_of
from bangfu.records.households.queries import Source, Sources, sources_of
from bangfu.web.dates import day, minute
from bangfu.web.pages.described import written
from bangfu.web.pages.readings import words

#: Changes that stand in the open; the rest of an entry is folded.
OPEN_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Shift:
    """A field that came to say something else; ``hidden`` where its values are not shown."""

    of: str
    field: str
    old: str = ""
    new: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the timeline."""

    what: str
    happened: str
    known: str
    source: str
    who: str
    note: str = ""
    shifts: tuple[Shift, ...] = ()
    further: tuple[Shift, ...] = ()


def status_word(kind: str) -> str:
    """What a kind of status event says."""
    spoken = {
        Status.IDENTIFIED: _("Entered on the register as poor"),
        Status.EXITED: _("Left poverty"),
        Status.RELAPSED: _("Fell back into poverty"),
        Status.MONITORED: _("Monitored against relapse"),
        Status.RISK_REMOVED: _("Risk removed"),
        Status.REMOVED: _("Taken off the register"),
    }
    return spoken.get(Status(kind), kind)


def timeline(
    household: Household, register: Register, scope: Scope, classes: frozenset[FieldClass], moment: AsOf | None
) -> list[Item]:
    """Everything that happened, newest first, as far as it was known by the moment."""
    entries = [entry for entry in entries_of(household) if moment is None or _known_by(entry, moment)]
    events = list(register.events)
    batches = [*(event.batch_id for event in events), *(one for entry in entries for one in entry.batch_ids)]
    sources = sources_of(batches, [*(event.by_id for event in events), *(entry.by_id for entry in entries)], scope)
    names = _names(register, classes)
    dated: list[tuple[date, datetime, Item]] = [
        (event.happened_on, event.known_at, _event(event, sources)) for event in events
    ]
    dated += [(entry.happened_on, entry.known_at, _entry(entry, sources, names, classes)) for entry in entries]
    return [item for _day, _known, item in sorted(dated, key=lambda line: line[:2], reverse=True)]


def _known_by(entry: Entry, moment: AsOf) -> bool:
    return entry.happened_on <= moment.happened and entry.known_at <= moment.known


def _names(register: Register, classes: frozenset[FieldClass]) -> Mapping[int, str]:
    if FieldClass.PERSONAL not in classes:
        numbered = enumerate(register.persons, 1)
        return {person.id: _("Member %(number)s") % {"number": position} for position, person in numbered}
    return {person.id: person.name for person in register.persons if person.name}


def _event(event: StatusEvent, sources: Sources) -> Item:
    return _item(status_word(event.kind), event, sources.of([event.batch_id], event.by_id))


def _item(what: str, row: Any, source: Source, **more: Any) -> Item:
    return Item(
        what=what,
        happened=day(row.happened_on),
        known=minute(row.known_at),
        source=_source_words(source),
        who=source.person,
        **more,
    )


def _source_words(source: Source) -> str:
    """The files by name, or that it was a file whose name is not for this reader."""
    return " · ".join(source.files) if source.files else _("a file") if source.unnamed else ""


def _entry(entry: Entry, sources: Sources, names: Mapping[int, str], classes: frozenset[FieldClass]) -> Item:
    shifts = tuple(_shift(change, names, classes) for change in entry.changes)
    return _item(
        _entry_title(entry, len(shifts)),
        entry,
        sources.of(entry.batch_ids, entry.by_id),
        note=_new_rows(entry),
        shifts=shifts[:OPEN_CHANGES],
        further=shifts[OPEN_CHANGES:],
    )


def _entry_title(entry: Entry, changes: int) -> str:
    if Household in entry.new:
        return _("Entered in the register")
    if entry.new_years:
        return _("Sheets entered for %(years)s") % {"years": ", ".join(map(str, entry.new_years))}
    if Person in entry.new:
        return _("Members entered")
    text = ngettext("%(count)s fact changed", "%(count)s facts changed", changes)
    return text % {"count": changes} if changes else _("Confirmed without a change")


def _new_rows(entry: Entry) -> str:
    persons, sheets = entry.new.get(Person, 0), entry.new.get(PersonYear, 0)
    parts = []
    if persons:
        parts.append(ngettext("%(count)s member", "%(count)s members", persons) % {"count": persons})
    if entry.new.get(HouseholdYear):
        count = entry.new[HouseholdYear]
        parts.append(ngettext("%(count)s household sheet", "%(count)s household sheets", count) % {"count": count})
    if sheets:
        parts.append(ngettext("%(count)s member sheet", "%(count)s member sheets", sheets) % {"count": sheets})
    return " · ".join(parts)


def _shift(change: Change, names: Mapping[int, str], classes: frozenset[FieldClass]) -> Shift:
    of: Sequence[str] = [names.get(change.person_id, "") if change.person_id else "", str(change.year or "")]
    label, field = " · ".join(part for part in of if part), words(change.column.title)
    if change.column.field_class is FieldClass.PERSONAL or change.column.seen_by not in classes:
        return Shift(label, field, hidden=True)
    if change.column == PLACE:
        return Shift(label, field, change.old or "", change.new or "")
    return Shift(label, field, written(change.old, change.column), written(change.new, change.column))
