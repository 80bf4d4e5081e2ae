"""What an address asks for: place, period, way of counting. The same words mean the same on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.records.access.gate import Scope
from bangfu.records.figures import queries
from bangfu.records.figures.models import Snapshot
from bangfu.records.places.models import Place
from bangfu.records.places.queries import breadcrumb
from bangfu.web.dates import year_end
from bangfu.web.numbers import in_chinese
from bangfu.web.values import Choice, ContextLine, Crumb, Notice

REGISTER, SURVEY = "register", "survey"
AS_NOW = "now"
#: A period that cannot be read is repeated up to so many letters.
MOST_REPEATED = 20
#: Pages that look at one figure in another way than its own page, and what their addresses may ask for.
FIGURE_VIEWS = ("figure_places", "figure_groups", "figure_series", "figure_classes")
VIEW_QUERY = ("group", "level", "sort", "groups", "x", "y", "xg", "yg")


@dataclass(frozen=True)
class Asked:
    """The context of a page: its place, the snapshot that covers it, the year, the way of counting."""

    place: Place
    snapshot: Snapshot | None
    years: tuple[int, ...]
    year: int | None
    basis: str
    #: What the address asks for as a period and is none of the page's.
    mistaken: str = ""
    #: The address names this snapshot (``?s=``), so that a newer one does not take its place.
    pinned: bool = False
    #: What the address names as a snapshot and is none that is kept of the place.
    lost: str = ""
    #: ``?as=now``: figures of the past on the places of today.
    as_now: bool = False

    @property
    def before(self) -> int | None:
        """The year before, if the snapshot has it."""
        return self.year - 1 if self.year is not None and self.year - 1 in self.years else None


def name_of(place: Place) -> str:
    """A place's name in the active language; English shows the pinyin name where there is one."""
    return place.name if in_chinese() or not place.name_en else place.name_en


def asked(request: HttpRequest, place: Place) -> Asked:
    """The context that an address asks for; what it does not say is the latest year, counted by the register."""
    named = request.GET.get("s", "").strip()
    pinned = queries.snapshot_named(named, place.code) if named else None
    snapshot = pinned if named else queries.current_snapshot(place.code)
    years = tuple(queries.years_of(snapshot)) if snapshot else ()
    basis = SURVEY if request.GET.get("by") == SURVEY else REGISTER
    year, mistaken = year_asked(request, years)
    lost = named[:MOST_REPEATED] if named and pinned is None else ""
    as_now = request.GET.get("as") == AS_NOW
    return Asked(place, snapshot, years, year, basis, mistaken, pinned is not None, lost, as_now)


def year_asked(request: HttpRequest, years: Sequence[int]) -> tuple[int | None, str]:
    """The year of ``?t=``, else the latest; and what was asked for instead of a year that there is."""
    wanted = request.GET.get("t", "").strip()
    latest = years[-1] if years else None
    found = next((year for year in years if str(year) == wanted), None)
    return (found, "") if found is not None else (latest, wanted[:MOST_REPEATED] if latest is not None else "")


def mistaken_period(mistaken: str, year: int | None) -> Notice | None:
    """That the address asks for a period of which there is nothing here, and which year is shown instead."""
    if not mistaken or year is None:
        return None
    facts = {"asked": mistaken, "period": year_end(year)}
    return Notice("error", _("There is nothing for “%(asked)s” here; this is %(period)s.") % facts)


def with_context(url: str, context: Asked, **further: Any) -> str:
    """An address that keeps the context: defaults are left out."""
    latest = context.years[-1] if context.years else None
    query: Mapping[str, Any] = {
        **({"t": context.year} if context.year != latest else {}),
        **({"by": SURVEY} if context.basis == SURVEY else {}),
        **({"s": context.snapshot.ref} if context.pinned and context.snapshot else {}),
        **({"as": AS_NOW} if context.as_now else {}),
        **{key: value for key, value in further.items() if value not in (None, "")},
    }
    return f"{url}?{urlencode(query)}" if query else url


def same_query(request: HttpRequest, url: str, **further: str) -> str:
    """Another address with whatever this one asks for, and more."""
    query = request.GET.copy()
    for name, value in further.items():
        query[name] = value
    return f"{url}?{query.urlencode()}" if query else url


def area_href(place: Place, context: Asked) -> str:
    """The area home of a place in the same context."""
    return with_context(reverse("area", args=[place.code]), context)


def context_line(request: HttpRequest, scope: Scope, context: Asked, *, bases: bool = True) -> ContextLine:
    """The line under the bar: crumbs from the reader's own scope down, periods, ways of counting."""
    line = breadcrumb(context.place)
    crumbs = tuple(
        Crumb(name_of(place), area_href(place, context) if scope.places.allows_place(place.code) else "")
        for place in line
    )
    source = _("Snapshot %(mark)s") % {"mark": f"#{context.snapshot.short}"} if context.snapshot else ""
    return ContextLine(
        crumbs=crumbs,
        areas_href=_areas_href(request, context),
        periods=tuple(
            Choice(year_end(year), replaced(request, t=year), year == context.year) for year in reversed(context.years)
        ),
        bases=_bases(request, context) if bases else (),
        source=source,
    )


def _areas_href(request: HttpRequest, context: Asked) -> str:
    """The area switcher, open at the area of the page, and knowing which page to come back to."""
    found = request.resolver_match
    to = "households" if found and found.url_name in {"households", "household"} else ""
    if found and found.url_name == "compare":
        to = "compare"
    if found and found.url_name in {"figure", "figure_rows", *FIGURE_VIEWS}:
        view = f".{found.url_name}" if found.url_name in FIGURE_VIEWS else ""
        to = f"f-{found.kwargs['indicator']}{view}"
    kept = {name: request.GET.get(name, "") for name in VIEW_QUERY} if to.startswith(("f-", "compare")) else {}
    return with_context(reverse("places"), context, p=context.place.code, to=to, **kept)


def _bases(request: HttpRequest, context: Asked) -> tuple[Choice, ...]:
    titles = {REGISTER: _("Register"), SURVEY: _("Survey")}
    return tuple(Choice(title, replaced(request, by=key), key == context.basis) for key, title in titles.items())


def kept_fields(request: HttpRequest, *asked_anew: str) -> list[tuple[str, str]]:
    """What the address asks for beside the fields of a form, for its hidden fields; pages start again."""
    gone = {*asked_anew, "page"}
    return [(name, value) for name, values in request.GET.lists() if name not in gone for value in values]


def replaced(request: HttpRequest, **changed: Any) -> str:
    """The same page asked for something else; what is empty is left out, and pages start again."""
    query = request.GET.copy()
    for key, value in {**changed, "page": ""}.items():
        if str(value):
            query[key] = str(value)
        else:
            query.pop(key, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
