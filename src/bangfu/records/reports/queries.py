"""What is asked of filled tables: past ones, the tasks they left, what their headings can mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db.models import QuerySet

from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.figures.queries import current_snapshot, years_of
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.jobs.queries import ENDED
from bangfu.records.personal import CannotOpen
from bangfu.records.places.index import PlaceRef, place_index
from bangfu.records.places.models import Place
from bangfu.records.places.queries import own_places, places_named
from bangfu.records.reports import words
from bangfu.records.reports.layouts import layout_of, outdated
from bangfu.records.reports.meanings import Candidate, candidates, list_columns
from bangfu.records.reports.models import Filling, FillingState, Gap, GapState
from bangfu.records.reports.place_words import below
from bangfu.records.reports.reading import Blank, parse, read


def areas(scope: Scope) -> list[Place]:
    """The areas that somebody can fill a table for."""
    return own_places(scope.rows)


def years(place_code: str) -> list[int]:
    """The years that a table can be filled for, the latest first."""
    snapshot = current_snapshot(place_code)
    return sorted(years_of(snapshot), reverse=True) if snapshot else []


def fillings(scope: Scope) -> QuerySet[Filling]:
    """The tables within a scope, the latest first."""
    return scoped(Filling.objects.select_related("place"), scope).defer("cells").order_by("-created_at", "-id")


def open_gaps(scope: Scope) -> QuerySet[Gap]:
    """The open tasks within a scope, in order of place."""
    return scoped(Gap.objects.filter(state=GapState.OPEN), scope).order_by("place_code", "what", "year", "group")


def opened(filling: Filling, answers: Mapping[str, str]) -> Blank:
    """A blank read anew from the vault. **Errors** ``CannotOpen`` where it is gone or cannot be read any more."""
    with vault.workroom() as folder:
        source = folder / "blank.xlsx"
        vault.fetch(filling.stored_as, source)
        try:
            return read(parse(source), area=filling.place, year=filling.year, answers=answers)
        except FileRefused as refused:
            raise CannotOpen("The blank could be read once and cannot be read now.") from refused


def can_be_changed(filling: Filling) -> bool:
    """Whether the headings can be settled otherwise: the blank is kept, was read, and no work on it goes on."""
    is_waiting = filling.state == FillingState.RECEIVED
    is_over = filling.job is not None and filling.job.state in ENDED
    return bool(filling.stored_as) and (not is_waiting or (is_over and bool(filling.digest)))


def answers_for(filling: Filling) -> dict[str, str]:
    """What the office confirmed for the layout of a filling, empty where it never did."""
    layout = layout_of(filling, filling.digest)
    return dict(layout.answers) if layout else {}


def outdated_in(filling: Filling, answers: Mapping[str, str]) -> dict[str, str]:
    """The headings whose indicator is gone (``removed``) or defined anew (``changed``) since the office confirmed."""
    layout = layout_of(filling, filling.digest)
    return outdated(answers, layout.versions if layout else {})


def choices(*, lists: bool) -> tuple[Candidate, ...]:
    """Everything that a heading can mean."""
    return candidates(lists=lists)


def units_for(kind: str) -> tuple[str, ...]:
    """The units that a kind of figure can be written in."""
    return words.CHOICES.get(kind, ())


def title_of(what: str, group: str) -> Text:
    """The name of an indicator (with its group) or of a field of a list."""
    indicator = current().indicators.get(what)
    if indicator is not None:
        found = next((one for one in _all() if one.choice == f"figure:{what}:{group}"), None)
        return found.title if found else indicator.title
    field = next((one for one in candidates(lists=True) if one.choice == f"field:{what}"), None)
    return field.title if field else Text(what, what)


@lru_cache(maxsize=4)
def _cached(digest: str) -> tuple[Candidate, ...]:
    return candidates(lists=False)


def _all() -> tuple[Candidate, ...]:
    return _cached(current().content_hash)


def is_field(what: str) -> bool:
    """Whether something is a field of a household rather than an indicator."""
    return what not in current().indicators and (what in list_columns() or what in words.FIELDS)


def names_of(codes: Iterable[str]) -> dict[str, Place]:
    """Places by code."""
    return places_named(codes)


def places_below(area: str, most: int) -> list[PlaceRef]:
    """The places of an area, itself included, in order of code; no more than so many."""
    found = sorted(below(place_index(area), area), key=lambda ref: ref.code)
    return found[:most]
