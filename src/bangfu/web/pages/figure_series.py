"""Several groups or several places over time: at most six lines with their names, and the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from bangfu.records.figures.then import place_then
from bangfu.records.places.models import Place
from bangfu.web import charts, numbers
from bangfu.web.charts import MOST_SERIES
from bangfu.web.numbers import Missing
from bangfu.web.pages.asked import MOST_REPEATED, Asked, asked, kept_fields, name_of, with_context
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.figure_frame import frame, told_then
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import group_asked, indicator_or_404, place_asked
from bangfu.web.pages.readings import in_table, scale_of, unit_of, words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice, cell_of

#: So many places can be ticked on the page; of more, those with the highest values.
MOST_TICKED = 60
ByYear = Mapping[int, Figure]
#: What the lines that are not drawn come to in each year; None where it is not known.
Rest = Mapping[int, float | None]


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
    group = group_asked(request, spec)
    if spec.group and not group:
        page = frame(request, spec, context, group, "figure_series")
        alone = _alone(request, spec, context)
        lines, rest = _of_groups(spec, context, alone)
        page |= {"told": told_then(context, alone, spec)}
        heads = Heads(_("Group"), _("Other groups"))
        return render(request, "pages/figure_series.html", page | _drawn(spec, context, lines, rest, heads))
    levels = level_asked(request, context.place, [spec])
    page = frame(request, spec, context, group, "figure_series", levels)
    level = levels.at(request.scope, context.snapshot, [spec]) if context.snapshot else None
    places, ticks, notices = _places(request, spec, context, levels, level, group)
    lines, rest = _of_places(spec, context, level, places, group, whole=len(ticks) == len(places))
    page["notices"] += notices
    page |= {"told": told_then(context, level, spec)}
    page |= {"ticks": ticks, "kept": kept_fields(request, "place"), "most": MOST_SERIES}
    heads = Heads(_("Place"), _("Other places"))
    return render(request, "pages/figure_series.html", page | _drawn(spec, context, lines, rest, heads))


def _alone(request: GateRequest, spec: Indicator, context: Asked) -> exploring.Level | None:
    """The place without those below it."""
    if context.snapshot is None:
        return None
    return exploring.Level(place_then(context.snapshot, request.scope, context.place, [spec.code]), -1)


def _of_groups(spec: Indicator, context: Asked, alone: exploring.Level | None) -> tuple[list[OneLine], Rest | None]:
    """The largest groups of the area, and what the others add up to in each year; unknown where one of them is."""
    if alone is None:
        return [], None
    found = exploring.at_places(alone.then, spec.code, [context.place], context.years)
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
    reported = {year for rows in by_group.values() for year in rows}
    return lines, {
        y: _added(by_group[code].get(y) for code in others) if y in reported else None for y in context.years
    }


def _added(rows: Iterable[Figure | None]) -> float | None:
    """What figures add up to; a group without a row has no cases, and one whose facts are missing leaves no sum."""
    values = [row.value for row in rows if row is not None]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _places(
    request: GateRequest,
    spec: Indicator,
    context: Asked,
    levels: LevelAsked,
    level: exploring.Level | None,
    group: str,
) -> tuple[list[Place], list[Tick], list[Notice]]:
    """The places to draw, those that can be ticked in order of code, and what was asked for and is not drawn."""
    if level is None or context.year is None or levels.level is None:
        return [], [], []
    found = exploring.of_level(level, spec.code, context.year)
    highest = exploring.by_value(found.filter(group=group), level, 0, MOST_TICKED)
    listed = [place for place, _row in highest.rows]
    wanted = dict.fromkeys(code for code in request.GET.getlist("place")[:MOST_TICKED] if code.isprintable())
    further = wanted.keys() - {place.code for place in listed}
    listed += level.then.shown(list(exploring.places_of(level).filter(code__in=further))) if further else []
    asked_for = [place for place in listed if place.code in wanted]
    drawn = (asked_for or listed)[:MOST_SERIES]
    ticks = [Tick(each.code, name_of(each), each in drawn) for each in sorted(listed, key=lambda each: each.code)]
    return drawn, ticks, _not_drawn(wanted, asked_for, levels)


def _not_drawn(wanted: Iterable[str], found: Sequence[Place], levels: LevelAsked) -> list[Notice]:
    """Which places of the address are none of this level, and that no more than so many lines are drawn."""
    notices = []
    unknown = [code[:MOST_REPEATED] for code in wanted if code not in {place.code for place in found}]
    if unknown:
        told = _("No %(level)s below this place: %(codes)s.")
        facts = {"level": words(levels.level.one) if levels.level else "", "codes": _(", ").join(unknown[:MOST_SERIES])}
        notices.append(Notice("error", told % facts))
    if len(found) <= MOST_SERIES:
        return notices
    told = _("%(asked)s places are ticked, %(most)s lines can be told apart: those with the highest values are drawn.")
    facts = {"asked": numbers.whole(len(found)), "most": numbers.whole(MOST_SERIES)}
    return [*notices, Notice("partial", told % facts)]


def _of_places(
    spec: Indicator,
    context: Asked,
    level: exploring.Level | None,
    places: Sequence[Place],
    group: str,
    *,
    whole: bool,
) -> tuple[list[OneLine], Rest | None]:
    """The places drawn; and, of what adds up, what the others have: the whole area without those that are drawn."""
    if level is None:
        return [], None
    found = exploring.at_places(level.then, spec.code, [context.place, *places], context.years).filter(group=group)
    by_place: dict[int, dict[int, Figure]] = {}
    for row in found:
        by_place.setdefault(row.place_id, {})[row.year] = row
    lines = [OneLine(name_of(place), by_place.get(place.pk, {}), place, group) for place in places]
    own = by_place.get(context.place.pk, {})
    if whole or not spec.additive or any(own.get(y) is None or own[y].value is None for y in context.years):
        return lines, None
    drawn = {y: _added(line.by_year.get(y) for line in lines) for y in context.years}
    return lines, {y: None if (part := drawn[y]) is None else (own[y].value or 0.0) - part for y in context.years}


def _drawn(
    spec: Indicator, context: Asked, lines: Sequence[OneLine], rest: Rest | None, heads: Heads
) -> dict[str, object]:
    """The chart and its table twin."""
    if not lines:
        return {}
    scale = 100 if spec.unit == "share" else scale_of(spec)
    series = [charts.Series(line.name, _points(spec, context, line, scale)) for line in lines]
    if rest is not None:
        others = tuple(_point_of_rest(year, rest[year], scale) for year in context.years)
        series.append(charts.Series(heads.other, others, other=True))
    return {
        "chart": charts.series(words(spec.title), unit_of(spec), tuple(series)),
        "table": _table(spec, context, lines, rest, heads),
    }


def _point_of_rest(year: int, value: float | None, scale: float) -> charts.Point:
    if value is None:
        return charts.Point(str(year), None, numbers.missing(Missing.NO_DATA))
    return charts.Point(str(year), value * scale, numbers.figure(value * scale))


def _points(spec: Indicator, context: Asked, line: OneLine, scale: float) -> tuple[charts.Point, ...]:
    def point(year: int) -> charts.Point:
        row = line.by_year.get(year)
        value = None if row is None or row.value is None else row.value * scale
        return charts.Point(str(year), value, in_table(row, spec, line.place))

    return tuple(point(year) for year in context.years)


def _table(spec: Indicator, context: Asked, lines: Sequence[OneLine], rest: Rest | None, heads: Heads) -> DrillTable:
    href = _href(spec, context)
    rows = [
        DrillRow(line.name, tuple(_cell(spec, line, year) for year in context.years), href=href(line)) for line in lines
    ]
    if rest is not None:
        rows.append(DrillRow(heads.other, tuple(_cell_of_rest(rest[year], spec) for year in context.years)))
    columns = tuple(DrillColumn(str(year), unit_of(spec)) for year in context.years)
    return DrillTable(words(spec.title), heads.first, columns, tuple(rows))


def _cell_of_rest(value: float | None, spec: Indicator) -> DrillCell:
    if value is None:
        return cell_of(numbers.missing(Missing.NO_DATA))
    return DrillCell(numbers.whole(value * scale_of(spec)))


def _cell(spec: Indicator, line: OneLine, year: int) -> DrillCell:
    row = line.by_year.get(year)
    if row is None and line.group and line.by_year:
        return DrillCell(numbers.missing_word(Missing.NOT_APPLICABLE))
    reading = in_table(row, spec, line.place)
    return DrillCell(str(reading), cell_of(reading).tag)


def _href(spec: Indicator, context: Asked) -> Callable[[OneLine], str]:
    url = reverse("figure", args=[spec.code])
    return lambda line: with_context(url, context, p=line.place.code, group=line.group)
