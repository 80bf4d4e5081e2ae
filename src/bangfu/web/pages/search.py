"""Search: households, places and figures by name, pinyin, initials or number, each within the scope.

Names are asked by GET, so that a result has an address. What could be somebody's number is sent by POST; its answer has
an address with a mark that says nothing, so that one can go on from it and come back: no number stands in an address, a
history or a log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from bangfu.records.access.gate import Scope
from bangfu.records.access.permissions import Permission, admit_signed_in
from bangfu.records.access.requests import GateRequest
from bangfu.records.households.queries import MOST_FOUND, Found, Wanted, found_again, is_number, listed
from bangfu.records.households.queries import search as found_households
from bangfu.records.places.queries import places_named, search_within, with_children
from bangfu.web import numbers
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.dictionary import figures_called
from bangfu.web.pages.households import EVERYONE, list_context, own_code
from bangfu.web.pages.number_searches import Answer, keep, kept_under
from bangfu.web.pages.readings import words
from bangfu.web.pages.typed import first_only, typed_in, whole_of
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Link, Notice

MOST_FIGURES = 10
#: The part of an address under which the answer to a number is kept for a while.
MARK = "m"


@dataclass(frozen=True)
class More:
    """That more was found than is shown, and where all of it stands."""

    note: str
    link: Link | None = None


@admit_signed_in
@never_cache
def search(request: GateRequest) -> HttpResponse:
    """What was found."""
    if request.method == "POST":
        return _posted(request)
    if request.GET.get(MARK):
        return _by_mark(request, request.GET[MARK])
    typed, cut = typed_in(request.GET)
    if is_number(typed):
        # It stands in the address already, but nothing is looked up by it from there.
        told = _("A number is searched through the box only, so that it stands in no address.")
        return _answer(request, "", [], Notice("error", told))
    groups = _groups(request, typed) if typed else []
    return _answer(request, typed, groups, cut or _nothing(typed, groups))


def _posted(request: GateRequest) -> HttpResponse:
    """The way to the address of the answer."""
    typed = whole_of(request.POST)
    if not is_number(typed):
        return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': typed})}")
    whole, seen = request.whole_scope, Permission.SEE_HOUSEHOLD
    households = found_households(typed, whole.narrowed(seen)) if whole.may(seen) else []
    places = search_within(typed, whole.narrowed(Permission.SEE_AREA).places) if whole.may(Permission.SEE_AREA) else []
    _remember(request, len(households) + len(places))
    pairs = [(one.household.pk, one.person.pk if one.person else None) for one in households]
    mark = keep(request.session, Answer(pairs, [place.code for place in places]))
    answer = HttpResponseRedirect(f"{reverse('search')}?{urlencode({MARK: mark})}")
    answer.status_code = 303
    return answer


def _by_mark(request: GateRequest, mark: str) -> HttpResponse:
    """What a number found, as far as it may still be seen."""
    answer = kept_under(request.session, mark)
    if answer is None:
        told = _("This answer is over: what a number finds is kept for a quarter of an hour. Search for it again.")
        return _answer(request, "", [], Notice("empty", told))
    whole = request.whole_scope
    households = found_again(answer.households, whole.narrowed(Permission.SEE_HOUSEHOLD))
    seen = whole.narrowed(Permission.SEE_AREA).places
    places = [place for code, place in places_named(answer.places).items() if seen.allows_place(code)]
    groups = [table for table in (_households(households), _places(places)) if table.rows]
    return _answer(request, "", groups, _nothing(mark, groups))


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
        found = found_households(typed, whole.narrowed(Permission.SEE_HOUSEHOLD), MOST_FOUND + 1)
        more = _more_households(request, typed) if len(found) > MOST_FOUND else None
        tables.append(_households(found[:MOST_FOUND], more))
    if whole.may(Permission.SEE_AREA):
        places = search_within(typed, whole.narrowed(Permission.SEE_AREA).places, MOST_FOUND + 1)
        tables.append(_places(places[:MOST_FOUND], more=len(places) > MOST_FOUND))
    if whole.may(Permission.SEE_FIGURES):
        tables.append(_figures(typed))
    return [table for table in tables if table.rows]


def _more_households(request: GateRequest, typed: str) -> More:
    """How many households a list has of the same name, and the way there, for those who may open lists."""
    scope: Scope = request.whole_scope.narrowed(Permission.SEE_HOUSEHOLDS)
    if not request.whole_scope.may(Permission.SEE_HOUSEHOLDS):
        return More(first_only(MOST_FOUND))
    code = own_code(scope)
    place = places_named([code])[code]
    wanted = Wanted(prefix=place.code, year=list_context(request, place).year, text=typed, everyone=True)
    count = listed(wanted, scope).count
    if count <= MOST_FOUND:  # the beginning of a household number, which lists do not look in
        return More(first_only(MOST_FOUND))
    url = f"{reverse('households', args=[place.code])}?{urlencode({'q': typed, 'of': EVERYONE})}"
    label = _("All of them in the list of %(place)s") % {"place": name_of(place)}
    return More(_shown_of(MOST_FOUND, count), Link(label, url))


def _shown_of(shown: int, count: int) -> str:
    return _("%(shown)s of %(count)s are shown.") % {"shown": numbers.whole(shown), "count": numbers.whole(count)}


def _households(found: Sequence[Found], more: More | None = None) -> DrillTable:
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
    note, link = (more.note, more.link) if more else ("", None)
    heading = pgettext("heading", "Households")
    return DrillTable(heading, _("Head of household"), columns, rows, note=note, note_link=link)


def _places(found: Sequence[Any], *, more: bool = False) -> DrillTable:
    columns = (DrillColumn(_("In"), numeric=False), DrillColumn(_("Place code"), numeric=False))
    rows = tuple(
        DrillRow(
            name_of(place),
            (DrillCell(name_of(place.parent) if place.parent else "—"), DrillCell(place.code)),
            href=reverse("area", args=[place.code]),
        )
        for place in with_children(found)
    )
    return DrillTable(_("Places"), _("Place"), columns, rows, note=first_only(MOST_FOUND) if more else "")


def _figures(typed: str) -> DrillTable:
    found = figures_called(typed)
    rows = tuple(
        DrillRow(words(i.title), (DrillCell(words(i.definition)),), href=reverse("figure", args=[i.code]))
        for i in found[:MOST_FIGURES]
    )
    note, link = "", None
    if len(found) > MOST_FIGURES:
        url = f"{reverse('figures')}?{urlencode({'q': typed})}"
        note, link = _shown_of(MOST_FIGURES, len(found)), Link(_("All of them in the dictionary of figures"), url)
    columns = (DrillColumn(_("Definition"), numeric=False),)
    return DrillTable(_("Figures"), _("Figure"), columns, rows, note=note, note_link=link)
