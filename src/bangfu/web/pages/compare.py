"""Two figures against each other at the places of a level: a point a place, a table, or why they do not compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.records.figures.models import Figure
from bangfu.records.places.models import Place
from bangfu.web import charts, numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import Asked, asked, kept_fields, name_of, replaced, with_context
from bangfu.web.pages.comparable import Side, refusal
from bangfu.web.pages.figure_frame import page_of, told_then
from bangfu.web.pages.figure_search import Found, figure_named, titles
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import ROWS_A_PAGE, is_group, title_of
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import in_table, scale_of, unit_of, words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Link, Notice

#: More points than these lie on one another.
MOST_SPOTS = 300
Pair = tuple[Place, Figure, Figure]


@dataclass
class Answer:
    """What a comparison shows: a chart with its table, or sentences that say why not."""

    shown: dict[str, Any] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    ways: list[Link] = field(default_factory=list)


@admit(Permission.SEE_FIGURES)
def compare(request: GateRequest, code: str) -> HttpResponse:
    """The figures of ``?x=`` and ``?y=`` at the places of ``?level=`` (else the next one) under a place."""
    place: Place = place_in_scope(request, code)
    context = asked(request, place)
    x, y = figure_named(request.GET.get("x", "")), figure_named(request.GET.get("y", ""))
    specs = [each.indicator for each in (x, y) if each.indicator is not None]
    levels = level_asked(request, place, [])
    answer = _answer(request, context, levels, (x, y))
    page = page_of(request, context, levels)
    page["notices"] += answer.notices
    page |= {
        "title": _("Two figures against each other"),
        "kept": kept_fields(request, "x", "y"),
        "typed_x": words(x.indicator.title) if x.indicator else x.typed,
        "typed_y": words(y.indicator.title) if y.indicator else y.typed,
        "titles": titles(),
        "swap": _swapped(request, x, y) if len(specs) == 2 else "",
        "ways": answer.ways,
    }
    return render(request, "pages/compare.html", page | answer.shown)


def _swapped(request: GateRequest, x: Found, y: Found) -> str:
    changed = {"x": y.typed, "y": x.typed, "xg": request.GET.get("yg", ""), "yg": request.GET.get("xg", "")}
    return replaced(request, **changed)


def _answer(request: GateRequest, context: Asked, levels: LevelAsked, found: tuple[Found, Found]) -> Answer:
    answer = Answer()
    for name, each in zip(("x", "y"), found, strict=True):
        if each.indicator is None:
            _not_found(request, name, each, answer)
    x, y = found
    if x.indicator is None or y.indicator is None or levels.level is None:
        return answer
    sides = (
        Side("x", x.indicator, _group(request, "xg", x.indicator)),
        Side("y", y.indicator, _group(request, "yg", y.indicator)),
    )
    refused = refusal(request, context, levels, sides)
    if refused is not None:
        answer.notices.append(refused.notice)
        answer.ways += refused.ways
        return answer
    return _compared(request, context, levels, sides)


def _group(request: GateRequest, name: str, spec: Indicator) -> str:
    """The group that the address asks for, where the figure has it: the other figure's may have stayed in the form."""
    asked_for = request.GET.get(name, "")
    return asked_for if spec.group and is_group(spec, asked_for) else ""


def _not_found(request: GateRequest, name: str, each: Found, answer: Answer) -> None:
    """Which figure is not chosen yet, and those that may be meant."""
    if not each.typed:
        return
    facts = {"typed": each.typed[:60]}
    told = _("“%(typed)s” may be several figures. Choose one:") if each.near else _("No figure is called “%(typed)s”.")
    answer.notices.append(Notice("error", told % facts))
    answer.ways += [Link(words(near.title), replaced(request, **{name: near.code})) for near in each.near]


def _compared(request: GateRequest, context: Asked, levels: LevelAsked, sides: tuple[Side, Side]) -> Answer:
    if context.snapshot is None or context.year is None:
        return Answer()
    level = levels.at(request.scope, context.snapshot, [side.spec for side in sides])
    across, up = (exploring.of_level(level, side.spec.code, context.year).filter(group=side.group) for side in sides)
    both, lacking, count = exploring.pairs(level, across, up, MOST_SPOTS)
    if count == 0:
        return Answer(notices=[Notice("empty", _("No place of this level has both figures at this period."))])
    if count > MOST_SPOTS:
        facts = {"most": numbers.whole(MOST_SPOTS)}
        told = _(
            "More than %(most)s places have both figures; so many points cannot be told apart. Choose a place below or "
            "a higher level."
        )
        return Answer(notices=[Notice("partial", told % facts)])
    part = part_of(request, count, ROWS_A_PAGE)
    listed = both[part.start : part.end]
    return Answer(
        {
            "told": told_then(context, level, sides[1].spec),
            "chart": _chart(context, sides, both),
            "table": _table(context, levels, sides, listed, lacking),
            "pages": pages_of(request, part),
        }
    )


def _chart(context: Asked, sides: tuple[Side, Side], both: Sequence[Pair]) -> charts.Scatter:
    x, y = sides
    href = reverse("figure", args=[y.spec.code])
    spots = tuple(
        charts.Spot(
            name_of(place),
            (across.value or 0.0) * _scale(x.spec),
            (up.value or 0.0) * _scale(y.spec),
            _said(place, sides, across, up),
            with_context(href, context, p=place.code, group=y.group),
        )
        for place, across, up in both
    )
    title = f"{title_of(y.spec, y.group)} / {title_of(x.spec, x.group)} · {year_end(context.year or 0)}"
    return charts.scatter(title, spots, _axis(x, [spot.x for spot in spots]), _axis(y, [spot.y for spot in spots]))


def _said(place: Place, sides: tuple[Side, Side], across: Figure, up: Figure) -> str:
    """What a point is called for whoever does not see it."""
    x, y = sides
    told = _("%(place)s: %(across)s %(first)s, %(up)s %(second)s")
    return told % {
        "place": name_of(place),
        "across": words(x.spec.title),
        "first": in_table(across, x.spec, place),
        "up": words(y.spec.title),
        "second": in_table(up, y.spec, place),
    }


def _axis(side: Side, values: Sequence[float]) -> charts.Axis:
    top = 1.05 * (max(values) or 1.0)
    places = 0 if top >= 4 else 1 if top >= 0.4 else 2
    ticks = tuple((value, numbers.decimal(value, places if value else 0)) for value in charts.steps(top))
    unit = unit_of(side.spec)
    title = title_of(side.spec, side.group)
    return charts.Axis(f"{title} ({unit})" if unit else title, top, ticks)


def _scale(spec: Indicator) -> float:
    return 100 if spec.unit == "share" else scale_of(spec)


def _table(
    context: Asked, levels: LevelAsked, sides: tuple[Side, Side], listed: Sequence[Pair], lacking: int
) -> DrillTable:
    urls = [(reverse("figure", args=[side.spec.code]), side.group) for side in sides]
    rows = []
    for place, *pair in listed:
        cells = tuple(
            DrillCell(str(in_table(row, side.spec, place)), href=with_context(url, context, p=place.code, group=group))
            for row, side, (url, group) in zip(pair, sides, urls, strict=True)
        )
        rows.append(DrillRow(name_of(place), cells))
    columns = tuple(DrillColumn(title_of(side.spec, side.group), unit_of(side.spec)) for side in sides)
    caption = words(levels.level.title) if levels.level else _("Places")
    return DrillTable(caption, _("Place"), columns, tuple(rows), note=_lacking(lacking))


def _lacking(count: int) -> str:
    if not count:
        return ""
    told = _("Places that have only one of the two figures and so no point: %(count)s.")
    return told % {"count": numbers.whole(count)}
