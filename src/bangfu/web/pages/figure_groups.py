"""The groups of a figure at the places of a level: places as rows, groups as columns, the smallest as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.records.places.models import Place
from bangfu.web import numbers
from bangfu.web.numbers import Missing
from bangfu.web.pages.asked import Asked, asked, name_of, replaced, with_context
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.figure_frame import frame, told_then
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import ROWS_A_PAGE, indicator_or_404, place_asked
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import unit_of, words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Link, cell_of

#: So many groups have a column; the others are summed.
MOST_COLUMNS = 6
Values = Mapping[str, float | None]


@admit(Permission.SEE_FIGURES)
def figure_groups(request: GateRequest, indicator: str) -> HttpResponse:
    """One indicator's groups at the places of ``?level=`` (else the next one)."""
    spec, context = indicator_or_404(indicator), asked(request, place_asked(request))
    if not spec.group:
        return redirect(with_context(reverse("figure", args=[spec.code]), context, p=context.place.code))
    levels = level_asked(request, context.place, [spec])
    page = frame(request, spec, context, "", "figure_groups", levels)
    if context.snapshot is not None and context.year is not None:
        page |= _filled(request, spec, context, levels)
    return render(request, "pages/figure_groups.html", page)


def _filled(request: GateRequest, spec: Indicator, context: Asked, levels: LevelAsked) -> dict[str, object]:
    if context.snapshot is None or context.year is None:
        return {}
    every = request.GET.get("groups") == "all"
    level = levels.at(request.scope, context.snapshot, [spec])
    places = exploring.places_of(level)
    part = part_of(request, places.count(), ROWS_A_PAGE)
    listed = list(places.order_by("code")[part.start : part.end])
    rows = exploring.group_values(level.then, spec.code, [context.place, *listed], context.year)
    ordered = _largest_first(rows.get(context.place.pk, {}))
    columns = ordered if every or len(ordered) <= MOST_COLUMNS + 1 else ordered[:MOST_COLUMNS]
    return {
        "told": told_then(context, level, spec),
        "table": _table(spec, context, levels, level.then.shown(listed), rows, columns, ordered[len(columns) :]),
        "every": _every_link(request, len(ordered), len(columns), every),
        "pages": pages_of(request, part),
    }


def _largest_first(own: Values) -> list[str]:
    """The groups of the whole area, the largest first; what is not recorded stands last."""
    return sorted((code for code in own if code), key=lambda code: (code == "?", -(own[code] or 0.0), code))


def _every_link(request: GateRequest, count: int, drawn: int, every: bool) -> Link | None:
    if every and count > MOST_COLUMNS + 1:
        return Link(_("Only the largest groups"), replaced(request, groups=""))
    if count > drawn:
        return Link(_("All %(count)s groups") % {"count": numbers.whole(count)}, replaced(request, groups="all"))
    return None


def _table(
    spec: Indicator,
    context: Asked,
    levels: LevelAsked,
    listed: Sequence[Place],
    rows: Mapping[int, Values],
    columns: Sequence[str],
    rest: Sequence[str],
) -> DrillTable:
    by_place = reverse("figure_places", args=[spec.code])
    level = levels.level.code if levels.level else ""
    heads = [
        DrillColumn(
            group_name(spec, code),
            sort_href=with_context(by_place, context, p=context.place.code, level=level, group=code),
        )
        for code in columns
    ]
    heads += [DrillColumn(_("Other groups"))] if rest else []
    drawn = tuple(_row(spec, context, place, rows.get(place.pk, {}), columns, rest) for place in listed)
    total = _row(spec, context, context.place, rows.get(context.place.pk, {}), columns, rest)
    note = _("The heading of a group leads to the places in the order of that group.")
    caption = f"{words(spec.title)} · {unit_of(spec)}"
    empty = _("No places lie below this one.")
    return DrillTable(caption, _("Place"), tuple(heads), drawn, total, note=note, empty=empty)


def _row(
    spec: Indicator,
    context: Asked,
    place: Place,
    own: Values,
    columns: Sequence[str],
    rest: Sequence[str],
) -> DrillRow:
    here = with_context(reverse("figure", args=[spec.code]), context, p=place.code)
    cells = [_cell(own, code, f"{here}&{urlencode({'group': code})}") for code in columns]
    cells += [_sum(own, rest)] if rest else []
    return DrillRow(name_of(place), tuple(cells), href=here)


def _cell(own: Values, code: str, href: str) -> DrillCell:
    """A count; a place that has any group has none of a group that it does not name."""
    if not own:
        return cell_of(numbers.missing(Missing.NOT_REPORTED))
    if code not in own:
        return DrillCell(numbers.whole(0))
    value = own[code]
    if value is None:
        return cell_of(numbers.missing(Missing.NO_DATA), href=href)
    return DrillCell(numbers.whole(value), href=href)


def _sum(own: Values, rest: Sequence[str]) -> DrillCell:
    if not own:
        return cell_of(numbers.missing(Missing.NOT_REPORTED))
    values = [own[code] for code in rest if code in own]
    known = [value for value in values if value is not None]
    return (
        DrillCell(numbers.whole(sum(known))) if len(known) == len(values) else cell_of(numbers.missing(Missing.NO_DATA))
    )
