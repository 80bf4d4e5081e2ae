"""Several groups or several places over time: at most six lines with their names, and the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.records.figures.models import Figure
from bangfu.records.places.models import Place
from bangfu.web import charts, numbers
from bangfu.web.charts import MOST_SERIES
from bangfu.web.numbers import Missing
from bangfu.web.pages.asked import Asked, asked, name_of, with_context
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.figure_frame import frame
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import indicator_or_404, place_asked
from bangfu.web.pages.readings import in_table, scale_of, unit_of, words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice, cell_of

#: So many places can be ticked on the page; of more, those with the highest values.
MOST_TICKED = 60
ByYear = Mapping[int, Figure]


@dataclass(frozen=True)
class OneLine:
    """A line: its name, its figures by year, the place and group it is of."""

    name: str
    by_year: ByYear
    place: Place
    group: str = ""


@dataclass(frozen=True)
class Heads:
    """What the lines are of, and what the rest of them is called."""

    first: str
    other: str


@dataclass(frozen=True)
class Tick:
    """A place that can be drawn."""

    code: str
    name: str
    drawn: bool


@admit(Permission.SEE_FIGURES)
def figure_series(request: GateRequest, indicator: str) -> HttpResponse:
    """One indicator over time: its groups, else places of ``?level=``: those of ``?place=``, else the highest."""
    spec, context = indicator_or_404(indicator), asked(request, place_asked(request))
    group = request.GET.get("group", "")
    if spec.group and not group:
        page = frame(request, spec, context, group, "figure_series")
        lines, rest = _of_groups(request, spec, context)
        heads = Heads(_("Group"), _("Other groups"))
        return render(request, "pages/figure_series.html", page | _drawn(spec, context, lines, rest, heads))
    levels = level_asked(request, context.place, [spec])
    page = frame(request, spec, context, group, "figure_series", levels)
    places, ticks, notice = _places(request, spec, context, levels, group)
    lines, rest = _of_places(request, spec, context, places, group, whole=len(ticks) == len(places))
    page["notices"] += [notice] if notice else []
    kept = {"p": context.place.code, "group": group, "level": levels.level.code if levels.level else ""}
    page |= {"ticks": ticks, "kept": [(name, value) for name, value in kept.items() if value], "most": MOST_SERIES}
    heads = Heads(_("Place"), _("Other places"))
    return render(request, "pages/figure_series.html", page | _drawn(spec, context, lines, rest, heads))


def _of_groups(request: GateRequest, spec: Indicator, context: Asked) -> tuple[list[OneLine], dict[int, float] | None]:
    """The largest groups of the area, and what the others add up to in each year."""
    if context.snapshot is None:
        return [], None
    found = exploring.at_places(context.snapshot, request.scope, spec.code, [context.place.code], context.years)
    by_group: dict[str, dict[int, Figure]] = {}
    for row in found:
        by_group.setdefault(row.group, {})[row.year] = row

    def latest(code: str) -> float:
        row = by_group[code].get(context.year or 0)
        return (row.value or 0.0) if row else 0.0

    ordered = sorted((code for code in by_group if code), key=lambda code: (code == "?", -latest(code), code))
    drawn = ordered if len(ordered) <= MOST_SERIES else ordered[:MOST_SERIES]
    lines = [OneLine(group_name(spec, code), by_group[code], context.place, code) for code in drawn]
    others = ordered[len(drawn) :]
    if not others:
        return lines, None
    rows = [row for code in others for row in by_group[code].values()]
    return lines, {y: sum(r.value or 0.0 for r in rows if r.year == y) for y in context.years}


def _places(
    request: GateRequest, spec: Indicator, context: Asked, levels: LevelAsked, group: str
) -> tuple[list[Place], list[Tick], Notice | None]:
    """The places to draw, those that can be ticked in order of code, and what was asked for beyond the most."""
    if context.snapshot is None or context.year is None or levels.level is None:
        return [], [], None
    found = exploring.of_level(context.snapshot, request.scope, spec.code, context.year, levels.places)
    highest = exploring.by_value(found.filter(group=group), levels.places, 0, MOST_TICKED)
    listed = [place for place, _row in highest.rows]
    asked_for = [place for place in listed if place.code in set(request.GET.getlist("place"))]
    drawn = (asked_for or listed)[:MOST_SERIES]
    ticks = [Tick(each.code, name_of(each), each in drawn) for each in sorted(listed, key=lambda each: each.code)]
    if len(asked_for) <= MOST_SERIES:
        return drawn, ticks, None
    told = _("%(asked)s places are ticked, %(most)s lines can be told apart: those with the highest values are drawn.")
    facts = {"asked": numbers.whole(len(asked_for)), "most": numbers.whole(MOST_SERIES)}
    return drawn, ticks, Notice("partial", told % facts)


def _of_places(
    request: GateRequest, spec: Indicator, context: Asked, places: Sequence[Place], group: str, *, whole: bool
) -> tuple[list[OneLine], dict[int, float] | None]:
    """The places drawn; and, of what adds up, what the others have: the whole area without those that are drawn."""
    if context.snapshot is None:
        return [], None
    codes = [context.place.code, *(place.code for place in places)]
    found = exploring.at_places(context.snapshot, request.scope, spec.code, codes, context.years).filter(group=group)
    by_place: dict[str, dict[int, Figure]] = {}
    for row in found:
        by_place.setdefault(row.place_code, {})[row.year] = row
    lines = [OneLine(name_of(place), by_place.get(place.code, {}), place, group) for place in places]
    own = by_place.get(context.place.code, {})
    if whole or not spec.additive or any(own.get(y) is None or own[y].value is None for y in context.years):
        return lines, None
    return lines, {y: (own[y].value or 0.0) - _sum(lines, y) for y in context.years}


def _sum(lines: Sequence[OneLine], year: int) -> float:
    rows = [line.by_year.get(year) for line in lines]
    return sum(row.value or 0.0 for row in rows if row is not None)


def _drawn(
    spec: Indicator, context: Asked, lines: Sequence[OneLine], rest: Mapping[int, float] | None, heads: Heads
) -> dict[str, object]:
    """The chart and its table twin."""
    if not lines:
        return {}
    scale = 100 if spec.unit == "share" else scale_of(spec)
    series = [charts.Series(line.name, _points(spec, context, line, scale)) for line in lines]
    if rest is not None:
        others = tuple(charts.Point(str(y), rest[y] * scale, numbers.figure(rest[y] * scale)) for y in context.years)
        series.append(charts.Series(heads.other, others, other=True))
    return {
        "chart": charts.series(words(spec.title), unit_of(spec), tuple(series)),
        "table": _table(spec, context, lines, rest, heads),
    }


def _points(spec: Indicator, context: Asked, line: OneLine, scale: float) -> tuple[charts.Point, ...]:
    def point(year: int) -> charts.Point:
        row = line.by_year.get(year)
        value = None if row is None or row.value is None else row.value * scale
        return charts.Point(str(year), value, in_table(row, spec, line.place))

    return tuple(point(year) for year in context.years)


def _table(
    spec: Indicator, context: Asked, lines: Sequence[OneLine], rest: Mapping[int, float] | None, heads: Heads
) -> DrillTable:
    href = _href(spec, context)
    rows = [
        DrillRow(line.name, tuple(_cell(spec, line, year) for year in context.years), href=href(line)) for line in lines
    ]
    if rest is not None:
        rows.append(
            DrillRow(
                heads.other, tuple(DrillCell(numbers.whole(rest[year] * scale_of(spec))) for year in context.years)
            )
        )
    columns = tuple(DrillColumn(str(year), unit_of(spec)) for year in context.years)
    return DrillTable(words(spec.title), heads.first, columns, tuple(rows))


def _cell(spec: Indicator, line: OneLine, year: int) -> DrillCell:
    row = line.by_year.get(year)
    if row is None and line.group and line.by_year:
        return DrillCell(numbers.missing_word(Missing.NOT_APPLICABLE))
    reading = in_table(row, spec, line.place)
    return DrillCell(str(reading), cell_of(reading).tag)


def _href(spec: Indicator, context: Asked) -> Callable[[OneLine], str]:
    url = reverse("figure", args=[spec.code])
    return lambda line: with_context(url, context, p=line.place.code, group=line.group)
