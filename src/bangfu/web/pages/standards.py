"""Standards of an area: which hold here, and what comes of each, by criterion and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.standards import HOUSEHOLD, Standard, StandardKind
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import assessing
from bangfu.records.figures.standards import standards_for
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web.pages.asked import Asked, asked, context_line, mistaken_period, name_of, with_context
from bangfu.web.pages.household_standards import notes_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.standard_households import households_page
from bangfu.web.pages.standard_places import places_page
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice, State, Tag

KINDS = frozenset(StandardKind)


@dataclass(frozen=True)
class Known:
    """What every page of a standard starts from."""

    context: Asked
    question: assessing.Asked


@admit(Permission.SEE_FIGURE_ROWS)
def standards(request: GateRequest, code: str) -> HttpResponse:
    """The standards that hold in an area at the end of the year asked for."""
    context = asked(request, place_in_scope(request, code))
    page = {
        "section": "area",
        "title": _("Standards in %(place)s") % {"place": name_of(context.place)},
        "context_line": context_line(request, request.scope, context, bases=False),
        "mistaken": mistaken_period(context.mistaken, context.year),
        "notice": _without_snapshot(context),
        "table": _list(context) if context.year else None,
    }
    return render(request, "pages/standards.html", page)


def _without_snapshot(context: Asked) -> Notice | None:
    return None if context.snapshot else Notice("empty", _("There is no snapshot for this area yet."))


def levels_judged(place: Place) -> list[str]:
    """The levels whose standards a place's page shows: its own, those below it, and households."""
    return [*(level.code for level in current_scheme().levels if level.number >= place.level), HOUSEHOLD]


def who(standard: Standard) -> str:
    """What a standard judges, in the reader's words."""
    if standard.level == HOUSEHOLD:
        return _("Households")
    return words(current_scheme().by_code[standard.level].title)


def kind_of(standard: Standard) -> str:
    """What is decided by a standard."""
    return {
        StandardKind.IDENTIFICATION: _("Identification"),
        StandardKind.EXIT: _("Exit"),
        StandardKind.MONITORING: _("Monitoring"),
    }[standard.kind]


def _list(context: Asked) -> DrillTable:
    day = date(context.year or 1, 12, 31)
    code = context.place.code
    found = [each for level in levels_judged(context.place) for each in standards_for(level, code, day, KINDS)]
    rows = tuple(_listed(each, context, day) for each in found)
    columns = (
        DrillColumn(_("Who is judged"), numeric=False),
        DrillColumn(_("Decides"), numeric=False),
        DrillColumn(_("Criteria")),
        DrillColumn(_("Wording"), numeric=False),
    )
    empty = _("No standard holds here in this year.")
    return DrillTable(_("Standards"), _("Standard"), columns, rows, empty=empty)


def _listed(standard: Standard, context: Asked, day: date) -> DrillRow:
    version = standard.on(day)
    criteria = version.criteria if version else ()
    unverified = version is not None and (version.unverified or any(each.unverified for each in criteria))
    wording = DrillCell(tag=Tag(State.UNKNOWN, _("Not verified"))) if unverified else DrillCell(_("Verified"))
    cells = (DrillCell(who(standard)), DrillCell(kind_of(standard)), DrillCell(str(len(criteria))), wording)
    return DrillRow(words(standard.title), cells, href=standard_href(context, standard))


def standard_href(context: Asked, standard: Standard, **further: Any) -> str:
    """The page of a standard at the place of the context."""
    return with_context(reverse("standard", args=[context.place.code, standard.name]), context, **further)


def known_or_404(request: GateRequest, code: str, name: str) -> Known:
    """The standard of an address with its version of the year; unknown where it does not hold at the place."""
    context = asked(request, place_in_scope(request, code))
    if context.year is None or context.snapshot is None:
        raise Http404
    day = date(context.year, 12, 31)
    levels = levels_judged(context.place)
    found = [each for level in levels for each in standards_for(level, context.place.code, day, KINDS)]
    standard = next((each for each in found if each.name == name), None)
    version = standard.on(day) if standard else None
    if standard is None or version is None:
        raise Http404
    snapshot, prefix = context.snapshot, context.place.code
    question = assessing.Asked(standard, version, snapshot, context.year, prefix, request.scope)
    return Known(context, question)


@admit(Permission.SEE_FIGURE_ROWS)
def standard(request: GateRequest, code: str, name: str) -> HttpResponse:
    """What comes of a standard in an area: verdicts by criterion and place, missing facts, and another line tried."""
    known = known_or_404(request, code, name)
    question, context = known.question, known.context
    page = {
        "section": "area",
        "title": words(question.standard.title),
        "subtitle": " · ".join(_facts(question)),
        "context_line": context_line(request, request.scope, context, bases=False),
        "mistaken": mistaken_period(context.mistaken, context.year),
        "source": question.version.source,
        "notes": notes_of(question.version),
        "list_href": with_context(reverse("standards", args=[context.place.code]), context),
    }
    content = households_page if question.standard.level == HOUSEHOLD else places_page
    return render(request, "pages/standard.html", page | content(request, context, question))


def _facts(question: assessing.Asked) -> Sequence[str]:
    since = question.version.valid_from
    held = [_("in force since %(day)s") % {"day": since.isoformat()}] if since else []
    return [who(question.standard), kind_of(question.standard), *held]
