"""An address with a code of former years: what it meant, said on the page that it leads to.

Of a merged place a figure's own page, its rows and its files still show what was counted in it, under a snapshot that
has it; every other page is of the place that it lives on in.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import successor_of
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.queries import counts_place
from bangfu.records.places.former import Former, former
from bangfu.records.places.models import Place
from bangfu.web.pages.asked import Asked, asked, name_of, replaced, same_query, with_context
from bangfu.web.pages.opened import place_asked
from bangfu.web.values import Link, Notice

#: What a redirect keeps in the address: the code that was asked for.
FROM = "from"
#: The figure that an area's page offers of a merged place.
ITS_FIGURE = "households_registered"


def led_to(request: HttpRequest, url: str, code: str) -> str:
    """The address of a place of today with what this one asks for, and the code that led there."""
    return same_query(request, url, **{FROM: code})


def asked_of_figure(request: GateRequest, spec: Indicator) -> Asked:
    """The context of a figure; its place is a merged one where the address names that and the snapshot counts it."""
    context = asked(request, place_asked(request))
    gone = _former(request, context.place)
    if gone is None or gone.merged is None or context.as_now or not _counted(context.snapshot, gone.merged, spec.code):
        return context
    return replace(context, place=gone.merged)


def said_of_code(request: HttpRequest, context: Asked) -> Notice | None:
    """That the code of the address is one of former years, and which place is shown; None where it is of today."""
    if context.place.merged_into_id is not None:
        today = successor_of(context.place)
        facts = {"old": name_of(context.place), "new": name_of(today), "day": _day(context.place)}
        told = _("%(old)s was merged into %(new)s on %(day)s. These are the figures of %(old)s before that.")
        there = replaced(request, p=today.code)
        return Notice("partial", told % facts, Link(_("Figures of %(place)s") % {"place": facts["new"]}, there))
    found = _former(request, context.place)
    if found is None:
        return None
    facts = {"code": found.code, "new": name_of(context.place), "new_code": context.place.code}
    if found.merged is None:
        told = _("%(code)s is a code of former years; this is %(new)s, today %(new_code)s.")
        return Notice("partial", told % facts)
    facts |= {"old": name_of(found.merged), "day": _day(found.merged)}
    told = _("%(old)s was merged into %(new)s on %(day)s; this is %(new)s.")
    return Notice("partial", told % facts, _of_then(context, found.merged, name_of(found.merged)))


def _former(request: HttpRequest, today: Place) -> Former | None:
    found = request.resolver_match
    of_path = str(found.kwargs.get("code", "")) if found else ""
    return former(request.GET.get(FROM) or request.GET.get("p") or of_path, today)


def _of_then(context: Asked, gone: Place, name: str) -> Link | None:
    """The figures of a merged place, where the snapshot has them."""
    if not _counted(context.snapshot, gone, ITS_FIGURE):
        return None
    url = with_context(reverse("figure", args=[ITS_FIGURE]), replace(context, as_now=False), p=gone.code)
    return Link(_("Figures of %(place)s") % {"place": name}, url)


def _counted(snapshot: Snapshot | None, place: Place, indicator: str) -> bool:
    return snapshot is not None and counts_place(snapshot, place, indicator)


def _day(place: Place) -> str:
    return place.ended_on.isoformat() if place.ended_on else "—"
