"""The households of an area: picked by place, year, name, status and cause; the address holds every choice."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope, place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.households.queries import A_PAGE, Page, Wanted, is_number, listed, years_stored
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.web import numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import (
    Asked,
    asked,
    context_line,
    mistaken_period,
    name_of,
    replaced,
    year_asked,
)
from bangfu.web.pages.came_from import led_to, said_of_code
from bangfu.web.pages.described import code_name
from bangfu.web.pages.household_table import pages, table
from bangfu.web.pages.paging import fetched
from bangfu.web.pages.readings import words
from bangfu.web.pages.typed import typed_in, unknown_choices
from bangfu.web.values import Choice, Link, Notice

REGISTERED = "registered"
#: ``?of=all`` lists the households too that no register has.
EVERYONE = "all"


@admit(Permission.SEE_HOUSEHOLDS)
@require_safe
def own_households(request: GateRequest) -> HttpResponse:
    """One's own area's list."""
    return HttpResponseRedirect(reverse("households", args=[own_code(request.scope)]))


@admit(Permission.SEE_HOUSEHOLDS)
@require_safe
def households(request: GateRequest, code: str) -> HttpResponse:
    """The list."""
    place = place_in_scope(request, code)
    if place.code != code:
        return HttpResponseRedirect(led_to(request, reverse("households", args=[place.code]), code))
    context = list_context(request, place)
    wanted, notice = _wanted(request, context)
    part, found = fetched(
        request, A_PAGE, lambda number: listed(wanted, request.scope, number), lambda page: page.count
    )
    codes = current().codes
    further = "" if not context.years or context.year == context.years[-1] else f"?t={context.year}"
    page = {
        "section": "households",
        "title": pgettext("heading", "Households"),
        "context_line": context_line(request, request.scope, context, bases=False),
        "sentence": _sentence(context, wanted, found.count),
        "beside": _beside(request, wanted, found),
        "table": table(found, request.scope, pgettext("heading", "Households"), _empty(wanted), further),
        "pages": pages(request, part),
        "wanted": wanted,
        "place_code": context.place.code,
        "names_shown": FieldClass.PERSONAL in request.scope.classes,
        "statuses": _choices("poverty_status", wanted.status, first=(REGISTERED, _registered())),
        "causes": _choices("poverty_cause", wanted.cause),
        "filtered": bool(wanted.text or wanted.status or wanted.cause),
        "kinds": [Choice(_("On the register"), "", not wanted.everyone), Choice(_("All"), EVERYONE, wanted.everyone)],
        "notices": [
            one
            for one in (
                said_of_code(request, context),
                mistaken_period(context.mistaken, context.year),
                unknown_choices(
                    request,
                    {"status": (REGISTERED, *codes["poverty_status"].titles), "cause": codes["poverty_cause"].titles},
                ),
                notice,
            )
            if one
        ],
    }
    return render(request, "pages/households.html", page)


def list_context(request: GateRequest, place: Place) -> Asked:
    """The context of a list of households."""
    context = asked(request, place)
    if context.years:
        return context
    # Before the first snapshot the list still has the sheets that were brought in.
    years = years_stored()
    year, mistaken = year_asked(request, years)
    return replace(context, years=years, year=year, mistaken=mistaken)


def own_code(scope: Scope) -> str:
    """The code of the reader's own area."""
    from bangfu.records.places.queries import root

    return min(scope.places.prefixes, key=lambda code: (len(code), code), default="") or root().code


def _wanted(request: GateRequest, context: Asked) -> tuple[Wanted, Notice | None]:
    text, notice = typed_in(request.GET)
    if is_number(text):
        text, notice = (
            "",
            Notice(
                "error",
                _("Numbers are not searched here, where they would stand in the address. Use the search in the bar."),
            ),
        )
    codes = current().codes
    status, cause = request.GET.get("status", ""), request.GET.get("cause", "")
    return (
        Wanted(
            prefix=context.place.code,
            year=context.year,
            text=text,
            status=status if status == REGISTERED or status in codes["poverty_status"].titles else "",
            cause=cause if cause in codes["poverty_cause"].titles else "",
            everyone=request.GET.get("of") == EVERYONE,
        ),
        notice,
    )


def _registered() -> str:
    return _("Poor now (not exited or fallen back)")


def _choices(codes: str, chosen: str, first: tuple[str, str] | None = None) -> list[Choice]:
    """Options of a select: the address part as ``href``."""
    listed_codes = [(code, words(title)) for code, title in current().codes[codes].titles.items()]
    return [Choice(label, code, code == chosen) for code, label in [*([first] if first else []), *listed_codes]]


def _sentence(context: Asked, wanted: Wanted, count: int) -> str:
    """What is listed, in one sentence."""
    told = (
        ngettext("%(count)s household in %(place)s", "%(count)s households in %(place)s", count)
        if wanted.everyone
        else ngettext(
            "%(count)s household on the register of %(place)s",
            "%(count)s households on the register of %(place)s",
            count,
        )
    )
    parts = [told % {"count": numbers.whole(count), "place": name_of(context.place)}]
    if context.year is not None:
        parts.append(year_end(context.year))
    if wanted.status:
        name = _registered() if wanted.status == REGISTERED else code_name("poverty_status", wanted.status)
        parts.append(_("status: %(name)s") % {"name": name})
    if wanted.cause:
        parts.append(_("main cause: %(name)s") % {"name": code_name("poverty_cause", wanted.cause)})
    if wanted.text:
        parts.append(_("a member called “%(text)s”") % {"text": wanted.text})
    return " · ".join(parts)


def _beside(request: GateRequest, wanted: Wanted, found: Page) -> tuple[str, Link] | None:
    """How many households of the same choice no register has, and the way to see them or to leave them out."""
    count = found.unregistered
    if not count:
        return None
    if wanted.everyone:
        told = ngettext(
            "%(count)s of them is on no register: only a survey has it.",
            "%(count)s of them are on no register: only a survey has them.",
            count,
        )
        link = Link(_("Leave them out"), replaced(request, of=""))
    else:
        told = ngettext(
            "%(count)s more household is on no register: only a survey has it.",
            "%(count)s more households are on no register: only a survey has them.",
            count,
        )
        link = Link(_("Show all households"), replaced(request, of=EVERYONE))
    return told % {"count": numbers.whole(count)}, link


def _empty(wanted: Wanted) -> str:
    if wanted.text or wanted.status or wanted.cause:
        return _("No household fits all of these. Leave one out.")
    return _("No households are in the register of this area for this year.")
