"""A figure at the places of any level under one: in order of value or name, dots with their errors, and a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.records.figures.exploring import Listed
from bangfu.records.figures.models import Figure
from bangfu.records.places.models import Place
from bangfu.web import charts, maps
from bangfu.web.dates import year_end
from bangfu.web.lettering import joined
from bangfu.web.pages import area_map
from bangfu.web.pages.asked import Asked, asked, name_of, replaced, with_context
from bangfu.web.pages.class_limits import Limits, limits_asked
from bangfu.web.pages.figure_frame import frame, told_then
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import group_asked, indicator_or_404, place_asked
from bangfu.web.pages.paging import fetched, pages_of
from bangfu.web.pages.policy_lines import policy_line
from bangfu.web.pages.readings import change_in_table, in_table, shown, unit_of, words
from bangfu.web.values import Choice, Link

#: So many rows stand on a page, and so many places are drawn on a map: the two are twins, so the number is one.
A_PAGE = 100
VALUE, NAME = "value", "name"


@dataclass(frozen=True)
class Ordered:
    """What the page lists: of which figure and group, in which order, between which limits."""

    spec: Indicator
    context: Asked
    levels: LevelAsked
    #: The places of the level, where there is a snapshot.
    places: exploring.Level | None
    group: str
    sort: str
    limits: Limits | None


@admit(Permission.SEE_FIGURES)
def figure_places(request: GateRequest, indicator: str) -> HttpResponse:
    """One indicator at the places of ``?level=`` (else the next one), in the order of ``?sort=``."""
    spec, context = indicator_or_404(indicator), asked(request, place_asked(request))
    group = group_asked(request, spec)
    if spec.group and not group:  # only its groups have values: choose one first
        return redirect(with_context(reverse("figure_groups", args=[spec.code]), context, p=context.place.code))
    levels = level_asked(request, context.place, [spec])
    sort = NAME if request.GET.get("sort") == NAME else VALUE
    places = levels.at(request.scope, context.snapshot, [spec]) if context.snapshot else None
    wanted = Ordered(spec, context, levels, places, group, sort, limits_asked(request, spec))
    part, listed = fetched(request, A_PAGE, lambda number: _listed(wanted, number), lambda found: found.count)
    before = _before(wanted, listed)
    chosen = next((row for row in listed.rows if row[0].code == request.GET.get("at")), None)
    page = frame(request, spec, context, group, "figure_places", levels) | {
        "told": told_then(context, places, spec),
        "chart": _chart(wanted, listed, before, chosen[0] if chosen else None),
        "sorts": _sorts(request, sort),
        "limits": _limits_link(request, wanted),
        "chosen": _chosen(request, wanted, chosen) if chosen else None,
        "map": _map(request, wanted, listed, chosen[0] if chosen else None),
        "pages": pages_of(request, part),
    }
    return render(request, "pages/figure_places.html", page)


def _listed(wanted: Ordered, number: int) -> Listed:
    """The places of this page with their figures, one order for chart and map."""
    places, year = wanted.places, wanted.context.year
    if places is None or year is None:
        return Listed((), 0)
    found = exploring.of_level(places, wanted.spec.code, year).filter(group=wanted.group)
    first = (number - 1) * A_PAGE
    if wanted.limits is not None:
        found = exploring.within(found, wanted.limits.low, wanted.limits.high)
        return exploring.by_value(found, places, first, A_PAGE, all_places=False)
    if wanted.sort == NAME:
        return exploring.by_name(found, places, first, A_PAGE)
    return exploring.by_value(found, places, first, A_PAGE)


def _before(wanted: Ordered, listed: Listed) -> Mapping[int, Figure]:
    """The figures of the year before at the same places."""
    if wanted.places is None or wanted.context.before is None:
        return {}
    places = [place for place, _row in listed.rows]
    rows = exploring.at_places(wanted.places.then, wanted.spec.code, places, [wanted.context.before])
    return {row.place_id: row for row in rows.filter(group=wanted.group)}


def _chart(wanted: Ordered, listed: Listed, before: Mapping[int, Figure], chosen: Place | None) -> charts.RowChart:
    spec, context = wanted.spec, wanted.context
    href = _figure_href(wanted)
    items = tuple(
        charts.Item(
            name=name_of(place),
            value=row.value if row else None,
            shown=in_table(row, spec, place),
            low=row.lower if row else None,
            high=row.upper if row else None,
            href=href(place),
            after=_beside(spec, place, row, before.get(place.pk)) if context.before else (),
            chosen=chosen is not None and place.code == chosen.code,
        )
        for place, row in listed.rows
    )
    further = (year_end(context.before), _("On last year")) if context.before else ()
    title = joined([words(spec.title), year_end(context.year) if context.year else ""])
    line = policy_line(spec, wanted.levels.level, context.place.code, context.year)
    empty = _("No place lies in this class.") if wanted.limits else _("No places lie below this one.")
    return charts.dots(title, _("Place"), unit_of(spec), items, line, further=further, empty=empty)


def _beside(spec: Indicator, place: Place, now: Figure | None, before: Figure | None) -> tuple[str, ...]:
    return (str(in_table(before, spec, place)), change_in_table(now, before, spec))


def _figure_href(wanted: Ordered) -> Callable[[Place], str]:
    url = reverse("figure", args=[wanted.spec.code])
    return lambda place: with_context(url, wanted.context, p=place.code, group=wanted.group)


def _sorts(request: GateRequest, sort: str) -> tuple[Choice, ...]:
    titles = {VALUE: _("By value"), NAME: _("By name")}
    return tuple(Choice(title, replaced(request, sort=key), key == sort) for key, title in titles.items())


def _limits_link(request: GateRequest, wanted: Ordered) -> Link | None:
    """That only the places of one class are listed, and the way to all."""
    if wanted.limits is None:
        return None
    return Link(wanted.limits.words, replaced(request, **{"class": ""}))


def _chosen(request: GateRequest, wanted: Ordered, chosen: tuple[Place, Figure | None]) -> dict[str, str]:
    """The selected place with its value, and the ways to its figure and rows."""
    place, row = chosen
    rows = ""
    if row is not None and request.whole_scope.may(Permission.SEE_FIGURE_ROWS):
        url = reverse("figure_rows", args=[wanted.spec.code])
        rows = with_context(url, wanted.context, p=place.code, group=wanted.group)
    value = str(shown(row, wanted.spec, place))
    return {"name": name_of(place), "value": value, "href": _figure_href(wanted)(place), "rows_href": rows}


def _map(request: GateRequest, wanted: Ordered, listed: Listed, chosen: Place | None) -> maps.MapDrawing | None:
    """The map of exactly the rows beside it; none where they do not all stand on one page."""
    if listed.count > A_PAGE or wanted.limits is not None:
        return None

    start = replaced(request, at="")
    start += "&" if "?" in start else "?"

    def href(place: Place) -> str:
        return f"{start}{urlencode({'at': place.code})}#chosen"

    return area_map.of_places(wanted.context, listed.rows, wanted.spec, href, chosen.code if chosen else "")
