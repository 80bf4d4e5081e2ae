"""Search: households, places and figures by name, pinyin, initials or number, each within the scope.

Names are asked by GET, so that a result has an address. What could be somebody's number is sent by POST and answered at
once: no number stands in an address, a history or a log.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from bangfu.records.access.audit import record
from bangfu.records.access.permissions import Permission, admit_signed_in
from bangfu.records.access.requests import GateRequest
from bangfu.records.households.queries import Found, is_number
from bangfu.records.households.queries import search as found_households
from bangfu.records.instance.parameters import current
from bangfu.records.places.queries import search_within, with_children
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.readings import words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice

MOST_FIGURES = 10


@admit_signed_in
@never_cache
def search(request: GateRequest) -> HttpResponse:
    """What was found."""
    posted = request.method == "POST"
    typed = (request.POST if posted else request.GET).get("q", "").strip()
    number = is_number(typed)
    if posted and not number:
        return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': typed})}")
    if number and not posted:
        # It stands in the address already, but nothing is looked up by it from there.
        return _answer(
            request,
            "",
            [],
            Notice("error", _("A number is searched through the box only, so that it stands in no address.")),
        )
    groups = _groups(request, typed) if typed else []
    if number:
        _remember(request, sum(len(group.rows) for group in groups))
    return _answer(request, "" if number else typed, groups, _nothing(typed, groups))


def _answer(request: GateRequest, typed: str, groups: list[DrillTable], notice: Notice | None) -> HttpResponse:
    page = {"title": _("Search"), "typed": typed, "search_text": typed, "groups": groups, "notice": notice}
    return render(request, "pages/search.html", page)


@transaction.atomic
def _remember(request: GateRequest, found: int) -> None:
    """Whoever knows a number and asks for its household leaves a trace; the number itself is not kept."""
    record(action="search.by_number", by=request.user, subject="household", facts={"found": found})


def _nothing(typed: str, groups: list[DrillTable]) -> Notice | None:
    if not typed or groups:
        return None
    sentence = _("Nothing is called so in your area. Try the beginning of the name, its pinyin or its initials.")
    return Notice("empty", sentence)


def _groups(request: GateRequest, typed: str) -> list[DrillTable]:
    whole = request.whole_scope
    tables = []
    if whole.may(Permission.SEE_HOUSEHOLD):
        tables.append(_households(found_households(typed, whole.narrowed(Permission.SEE_HOUSEHOLD))))
    if whole.may(Permission.SEE_AREA):
        tables.append(_places(typed, whole.narrowed(Permission.SEE_AREA)))
    if whole.may(Permission.SEE_FIGURES):
        tables.append(_figures(typed))
    return [table for table in tables if table.rows]


def _households(found: list[Found]) -> DrillTable:
    columns = (DrillColumn(_("Member found"), numeric=False), DrillColumn(_("Place"), numeric=False))
    rows = tuple(
        DrillRow(
            item.household.head_name or _("Head not recorded"),
            (
                DrillCell((item.person.name or "—") if item.person else "—"),
                DrillCell(name_of(item.household.place)),
            ),
            href=reverse("household", args=[item.household.ref]),
        )
        for item in found
    )
    return DrillTable(pgettext("heading", "Households"), _("Head of household"), columns, rows)


def _places(typed: str, scope: Any) -> DrillTable:
    columns = (DrillColumn(_("In"), numeric=False), DrillColumn(_("Place code"), numeric=False))
    rows = tuple(
        DrillRow(
            name_of(place),
            (DrillCell(name_of(place.parent) if place.parent else "—"), DrillCell(place.code)),
            href=reverse("area", args=[place.code]),
        )
        for place in with_children(search_within(typed, scope.places))
    )
    return DrillTable(_("Places"), _("Place"), columns, rows)


def _figures(typed: str) -> DrillTable:
    wanted = typed.lower()
    found = [i for i in current().indicators.values() if wanted in f"{i.code} {i.title.zh} {i.title.en}".lower()]
    rows = tuple(
        DrillRow(words(i.title), (DrillCell(words(i.definition)),), href=reverse("figure", args=[i.code]))
        for i in found[:MOST_FIGURES]
    )
    return DrillTable(_("Figures"), _("Figure"), (DrillColumn(_("Definition"), numeric=False),), rows)
