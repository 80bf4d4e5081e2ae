"""Change area: search by name, pinyin, initials or code; the tree one level at a time, within the scope.

``?to=`` keeps the page that one came from: ``households``, ``compare``, or ``f-<indicator>`` for a figure
(``f-<indicator>.<view>`` for a way to look at it); otherwise the area home.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bangfu.records.access.gate import Scope, place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import (
    MOST_FOUND,
    breadcrumb,
    children,
    current_scheme,
    own_places,
    search_within,
    with_children,
)
from bangfu.web.pages.asked import FIGURE_VIEWS, VIEW_QUERY, name_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.typed import first_only, typed_in
from bangfu.web.values import Crumb, DrillCell, DrillColumn, DrillRow, DrillTable

FIGURE = "f-"
#: What an address carries on to the next area.
KEPT = ("t", "by", "s", "as", "status", "cause", *VIEW_QUERY)


@admit(Permission.SEE_AREA)
@require_safe
def places(request: GateRequest) -> HttpResponse:
    """The places to go to."""
    typed, cut = typed_in(request.GET)
    opened = place_in_scope(request, request.GET["p"]) if request.GET.get("p") and not typed else None
    page = {
        "section": "area",
        "title": _("Change area"),
        "typed": typed,
        "notice": cut,
        "opened": opened,
        "opened_name": name_of(opened) if opened else "",
        "opened_href": _target(request, opened) if opened else "",
        "crumbs": _crumbs(request, opened) if opened else (),
        "kept": [(name, request.GET[name]) for name in ("to", *KEPT) if request.GET.get(name)],
        "table": _found(request, typed) if typed else _below(request, opened),
    }
    return render(request, "pages/places.html", page)


def _found(request: GateRequest, typed: str) -> DrillTable:
    rows = search_within(typed, request.scope.places, MOST_FOUND + 1)
    note = first_only(MOST_FOUND) if len(rows) > MOST_FOUND else ""
    empty = _("No place of your area is called so. Try the beginning of its name, its pinyin, initials or code.")
    return _table(request, _("Places found"), with_children(rows[:MOST_FOUND]), empty, path=True, note=note)


def _below(request: GateRequest, opened: Place | None) -> DrillTable:
    if opened is None:
        own = own_places(request.scope.places)
        return _table(request, _("Your areas"), with_children(own), _("You have no area."))
    rows = with_children(children(opened.code))
    if not rows and opened.parent is not None and request.scope.places.allows_place(opened.parent.code):
        # Nothing lies below a village, so those beside it are listed.
        rows = with_children(children(opened.parent.code))
    return _table(request, _level_words(rows), rows, _("Nothing lies below this place."), chosen=opened)


def _level_words(rows: Iterable[Any]) -> str:
    first = next(iter(rows), None)
    return _("Below") if first is None else words(current_scheme().levels[first.level].title)


def _table(
    request: GateRequest,
    caption: str,
    rows: Iterable[Any],
    empty: str,
    *,
    path: bool = False,
    chosen: Place | None = None,
    note: str = "",
) -> DrillTable:
    columns = (
        DrillColumn(_("Place code"), numeric=False),
        *((DrillColumn(_("In"), numeric=False),) if path else ()),
        DrillColumn(_("Below it"), numeric=False),
    )
    drawn = tuple(_row(request, row, path, row.pk == (chosen.pk if chosen else None)) for row in rows)
    return DrillTable(caption, _("Go to"), columns, drawn, note=note, empty=empty)


def _row(request: GateRequest, row: Any, path: bool, chosen: bool) -> DrillRow:
    count = row.below
    below = DrillCell("—")
    if count:
        told = ngettext("open %(count)s place", "open %(count)s places", count) % {"count": count}
        below = DrillCell(told, href=_open_href(request, row))
    within = (DrillCell(name_of(row.parent) if row.parent else "—"),) if path else ()
    return DrillRow(name_of(row), (DrillCell(row.code), *within, below), href=_target(request, row), chosen=chosen)


def _query(request: GateRequest, **further: str) -> str:
    query = {name: request.GET[name] for name in KEPT if request.GET.get(name)} | further
    return f"?{urlencode(query)}" if query else ""


def _open_href(request: GateRequest, place: Place) -> str:
    to = {"to": request.GET["to"]} if request.GET.get("to") else {}
    return reverse("places") + _query(request, p=place.code, **to)


def _target(request: GateRequest, place: Place) -> str:
    """Where a place leads: the page that one came from at that place, where it has a meaning there."""
    to = request.GET.get("to", "")
    if to == "households" and request.whole_scope.may(Permission.SEE_HOUSEHOLDS):
        return reverse("households", args=[place.code]) + _query(request)
    if to == "compare":
        return reverse("compare", args=[place.code]) + _query(request)
    indicator, _dot, view = to.removeprefix(FIGURE).partition(".")
    if to.startswith(FIGURE) and indicator in current().indicators:
        name = view if view in FIGURE_VIEWS else "figure"
        return reverse(name, args=[indicator]) + _query(request, p=place.code)
    return reverse("area", args=[place.code]) + _query(request)


def _crumbs(request: GateRequest, opened: Place) -> tuple[Crumb, ...]:
    scope: Scope = request.scope
    line = breadcrumb(opened)
    return tuple(
        Crumb(name_of(place), _open_href(request, place) if scope.places.allows_place(place.code) else "")
        for place in line
    )
