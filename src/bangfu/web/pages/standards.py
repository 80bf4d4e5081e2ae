"""Standards of an area: which hold here, and what comes of each, by criterion and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.standards import HOUSEHOLD, Standard
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import assessing
from bangfu.records.figures.standards import standards_for
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.queries import current_scheme
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import Asked, asked, context_line, mistaken_period, name_of, with_context
from bangfu.web.pages.household_standards import notes_of
from bangfu.web.pages.pinned import no_figures, strips
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_forms import STANDARD_KINDS
from bangfu.web.pages.standard_asked import KINDS, levels_judged, question_of
from bangfu.web.pages.standard_households import households_page
from bangfu.web.pages.standard_places import places_page
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice, State, Tag


@admit(Permission.SEE_FIGURE_ROWS)
def standards(request: GateRequest, code: str) -> HttpResponse:
    """The standards that hold in an area at the end of the year asked for."""
    context = asked(request, place_in_scope(request, code))
    none = no_figures(request, context, Notice("empty", _("There is no snapshot for this area yet.")))
    return render(request, "pages/standards.html", _list_page(request, context, none))


def _list_page(request: GateRequest, context: Asked, notice: Notice | None) -> dict[str, Any]:
    return {
        "section": "area",
        "title": _("Standards in %(place)s") % {"place": name_of(context.place)},
        "context_line": context_line(request, request.scope, context, bases=False),
        "strips": strips(request, context),
        "mistaken": mistaken_period(context.mistaken, context.year),
        "notice": notice,
        "table": _list(context) if context.year else None,
    }


def who(standard: Standard) -> str:
    """What a standard judges, in the reader's words."""
    if standard.level == HOUSEHOLD:
        return _("Households")
    return words(current_scheme().by_code[standard.level].title)


def kind_of(standard: Standard) -> str:
    """What is decided by a standard."""
    return str(STANDARD_KINDS[standard.kind])


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


@admit(Permission.SEE_FIGURE_ROWS)
def standard(request: GateRequest, code: str, name: str) -> HttpResponse:
    """What comes of a standard in an area: verdicts by criterion and place, missing facts, and another line tried."""
    context = asked(request, place_in_scope(request, code))
    question = question_of(request, context, name)
    if question is None:
        return _does_not_hold(request, context, name)
    page = {
        "section": "area",
        "title": words(question.standard.title),
        "subtitle": " · ".join(_facts(question)),
        "context_line": context_line(request, request.scope, context, bases=False),
        "strips": strips(request, context),
        "mistaken": mistaken_period(context.mistaken, context.year),
        "source": words(question.version.source),
        "notes": notes_of(question.version),
        "list_href": with_context(reverse("standards", args=[context.place.code]), context),
    }
    content = households_page if question.standard.level == HOUSEHOLD else places_page
    return render(request, "pages/standard.html", page | content(request, context, question))


def _does_not_hold(request: GateRequest, context: Asked, name: str) -> HttpResponse:
    """The list of the standards that hold, and why the one of the address is none of them."""
    asked_for = current().standards.get(name)
    if asked_for is None or asked_for.scheme != current_instance().scheme:
        raise Http404
    told = _("“%(standard)s” does not hold in %(place)s at %(period)s. Choose another year, or a standard of the list.")
    period = year_end(context.year) if context.year is not None else "—"
    facts = {"standard": words(asked_for.title), "place": name_of(context.place), "period": period}
    none = no_figures(request, context, Notice("empty", _("There is no snapshot for this area yet.")))
    return render(request, "pages/standards.html", _list_page(request, context, none or Notice("error", told % facts)))


def _facts(question: assessing.Asked) -> Sequence[str]:
    since = question.version.valid_from
    held = [_("in force since %(day)s") % {"day": since.isoformat()}] if since else []
    return [who(question.standard), kind_of(question.standard), *held]
