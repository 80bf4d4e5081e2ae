"""Area home: how is my area, and what is missing. Four figures, map and table twin, trend, causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.permissions import Permission, admit, admit_signed_in
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.as_now import OnPlaces
from bangfu.records.figures.models import Figure
from bangfu.records.figures.queries import parts_computed_since
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_below
from bangfu.web import charts, maps, numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.area_map import of_area
from bangfu.web.pages.asked import (
    AS_NOW,
    REGISTER,
    SURVEY,
    Asked,
    area_href,
    asked,
    context_line,
    mistaken_period,
    name_of,
    with_context,
)
from bangfu.web.pages.came_from import led_to, said_of_code
from bangfu.web.pages.export_links import export_links
from bangfu.web.pages.pinned import no_figures, share, strips
from bangfu.web.pages.readings import (
    AreaFigures,
    change_in_table,
    change_since,
    in_table,
    is_answered_at,
    scale_of,
    shown,
    unit_of,
    words,
)
from bangfu.web.pages.reported import (
    UNREPORTED,
    Reported,
    all_link,
    further_down,
    missing_href,
    missing_only,
    with_missing_below,
)
from bangfu.web.pages.then_or_now import on_places, told
from bangfu.web.pages.typed import unknown_choices
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, FigureCard, Link, Notice, cell_of

CARDS = ("households_registered", "incidence_register", "incidence_survey", "households_exited")
COLUMNS = ("households_registered", "persons_registered")
CAUSES = "households_by_cause"
SHOWN_CAUSES = 8


@admit_signed_in
def home(request: GateRequest) -> HttpResponse:
    """One's own home: the area of the first grant; those without an area go to what they have."""
    prefixes = request.whole_scope.places.prefixes
    if request.whole_scope.may(Permission.SEE_AREA) and (prefixes or request.whole_scope.places.everything):
        code = min(prefixes, key=lambda prefix: (len(prefix), prefix)) if prefixes else _root()
        return HttpResponseRedirect(reverse("area", args=[code]))
    if request.whole_scope.rows.households:
        return HttpResponseRedirect(reverse("my_households"))
    return HttpResponseRedirect(reverse("me"))


def _root() -> str:
    from bangfu.records.places.queries import root

    return root().code


@admit(Permission.SEE_AREA)
def area(request: GateRequest, code: str) -> HttpResponse:
    """The home of an area."""
    place = place_in_scope(request, code)
    if place.code != code:  # an old code, or a place that is part of another now
        return HttpResponseRedirect(led_to(request, reverse("area", args=[place.code]), code))
    return render(request, "pages/area.html", area_page(request, place))


def area_page(request: GateRequest, place: Place) -> dict[str, Any]:
    """What an area home shows, and under ``seen`` the figures that it shows it from."""
    context = asked(request, place)
    on = on_places(request.scope, context, indicators(), places_below(place.code), of_place_alone={CAUSES})
    below, figures = list(on.below), AreaFigures(dict(on.figures))
    page: dict[str, Any] = {
        "section": "area",
        "seen": SeenArea(context, _sorted(request, context, below, figures), figures, _rate(context), on),
        "context_line": context_line(request, request.scope, context),
        "place": place,
        "title": name_of(place),
        "subtitle": _subtitle(context, below),
        "snapshot": context.snapshot,
        "fill_href": reverse("fill") if request.whole_scope.may(Permission.EXPORT) else "",
        "strips": strips(request, context),
        "told": told(request, context, on, indicators()),
        "share": share(request, context),
    }
    if context.snapshot is None:
        return page | {"notice": no_figures(request, context, _no_snapshot())}
    page["notices"] = [
        one
        for one in (
            said_of_code(request, context),
            unknown_choices(
                request, {"by": (REGISTER, SURVEY), "as": (AS_NOW,), "sort": SORTS + tuple(f"-{key}" for key in SORTS)}
            ),
            mistaken_period(context.mistaken, context.year),
            _newer_parts(context, place),
        )
        if one
    ]
    return page | content(request, context, below, figures)


def _newer_parts(context: Asked, place: Place) -> Notice | None:
    """That something below was computed again by itself, so that a page below may show other figures."""
    parts = parts_computed_since(context.snapshot, place.code) if context.snapshot and not context.pinned else []
    names = [name_of(part) for part in parts]
    if not names:
        return None
    sentence = _(
        "Computed again by itself since: %(places)s. "
        "This page is without that; compute the whole again to have them agree."
    )
    return Notice("partial", sentence % {"places": _(", ").join(names)})


def content(
    request: GateRequest,
    context: Asked,
    below: Sequence[Place],
    figures: AreaFigures,
    panels: tuple[maps.Panel, ...] = maps.PANELS,
) -> dict[str, Any]:
    """Cards, map, table, trend and causes of a place, as the partials want them."""
    indicator = _rate(context)
    drawn = of_area(context, below, figures, indicator, panels) if below else None
    reported = partial(reported_of, context, below, figures)
    return {
        "cards": [_card(request, context, figures, reported(code)) for code in CARDS],
        "map": drawn,
        "export": export_links(request, context, maps=drawn is not None),
        "table": _table(request, context, below, figures, indicator) if below else None,
        "table_heading": _table_heading(request, below),
        "trend": _trend(context, figures, indicator, reported(indicator.code).over_time()),
        "causes": _causes(context, figures, reported(CARDS[0]).sentence(context.year)),
        "households_href": _households_href(request, context),
        "standards_href": _standards_href(request, context),
        "screen_href": with_context(reverse("screen", args=[context.place.code]), context),
    }


def reported_of(context: Asked, below: Sequence[Place], figures: AreaFigures, code: str) -> Reported:
    """What of the area the figures of an indicator hold, year by year."""
    found = {year: {p.code: row for p in below if (row := figures.at(code, p.code, year))} for year in context.years}
    own = {year: row for year in context.years if (row := figures.at(code, context.place.code, year))}
    return Reported(current().indicators[code], below, found, own)


@dataclass(frozen=True)
class SeenArea:
    """What an area home was made from: its context, the places of its table in order, the figures, the rate shown."""

    context: Asked
    below: Sequence[Place]
    figures: AreaFigures
    rate: Indicator
    on: OnPlaces


def _rate(context: Asked) -> Indicator:
    return current().indicators["incidence_survey" if context.basis == SURVEY else "incidence_register"]


def indicators() -> list[Indicator]:
    """What an area home shows."""
    return [current().indicators[code] for code in sorted({*CARDS, *COLUMNS, CAUSES})]


def _card(request: HttpRequest, context: Asked, figures: AreaFigures, reported: Reported) -> FigureCard:
    indicator = reported.indicator
    now = figures.at(indicator.code, context.place.code, context.year)
    before = figures.at(indicator.code, context.place.code, context.before)
    change = change_since(now, before, indicator, year_end(context.before)) if context.before else ""
    return FigureCard(
        label=words(indicator.title),
        figure=shown(now, indicator, context.place),
        href=figure_href(context, indicator.code),
        change=reported.change(change, context.year, context.before),
        source=_card_source(now, indicator, context.place),
        missing_link=_missing_link(request, context, reported),
    )


def _missing_link(request: HttpRequest, context: Asked, reported: Reported) -> Link | None:
    """What the figure is made of, where not of the whole area, leading to the list of those that are missing."""
    told = reported.sentence(context.year)
    if not told:
        return None
    # The table of this page tells of the register; who is missing in the survey stands at the figure itself.
    surveyed = f"{figure_href(context, reported.indicator.code, show=UNREPORTED)}#table"
    return Link(told, surveyed if reported.indicator.measure else missing_href(request))


def _card_source(figure: Figure | None, indicator: Indicator, place: Place) -> str:
    if figure is None and not is_answered_at(indicator, place):
        return _("The survey is too small for one place of this level")
    if figure is not None and figure.sample_size is not None:
        return _("Survey · n = %(count)s") % {"count": numbers.whole(figure.sample_size)}
    if figure is not None and figure.denominator is not None:
        return _("Register ÷ rural base %(count)s") % {"count": numbers.whole(figure.denominator)}
    return _("Survey") if indicator.measure else _("Register")


def figure_href(context: Asked, code: str, place: Place | None = None, **further: Any) -> str:
    """The page of an indicator at a place in the same context."""
    where = (place or context.place).code
    return with_context(reverse("figure", args=[code]), context, p=where, **further)


def _table_heading(request: HttpRequest, below: Sequence[Place]) -> str:
    if not below:
        return ""
    level = current_scheme().levels[below[0].level]
    if missing_only(request):
        return _("Not reported, by %(level)s") % {"level": words(level.one)}
    return _("By %(level)s") % {"level": words(level.one)}


def _table(
    request: HttpRequest, context: Asked, below: Sequence[Place], figures: AreaFigures, indicator: Indicator
) -> DrillTable:
    top = max((_value(figures.at(indicator.code, p.code, context.year)) or 0.0 for p in below), default=0.0) or 1.0
    row = partial(_row, context, figures=figures, indicator=indicator)
    places, only = _sorted(request, context, below, figures), missing_only(request)
    rows = [row(place, top=top) for place in places]
    if only:
        reported = reported_of(context, below, figures, COLUMNS[0])
        listed = [(place, figures.at(COLUMNS[0], place.code, context.year)) for place in places]
        rows = [with_missing_below(row(p, top=top), f) for p, f in listed if reported.lacking(p, context.year)]
    note = further_down(_places_missing(context, figures))
    return DrillTable(
        caption=f"{name_of(context.place)} {_table_heading(request, below)}",
        first=words(current_scheme().levels[below[0].level].title),
        columns=_columns(request, indicator),
        rows=tuple(rows),
        total=None if only else DrillRow(_("Total"), row(context.place, top=None).cells),
        note=note,
        note_link=all_link(request) if only else Link(_("Who is missing"), missing_href(request)) if note else None,
        empty=_("Every place has reported.") if only else "",
    )


def _places_missing(context: Asked, figures: AreaFigures) -> int | None:
    found = figures.at(COLUMNS[0], context.place.code, context.year)
    return found.missing_places if found is not None else None


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure else None


def _row(context: Asked, place: Place, *, figures: AreaFigures, indicator: Indicator, top: float | None) -> DrillRow:
    now = figures.at(indicator.code, place.code, context.year)
    before = figures.at(indicator.code, place.code, context.before)
    share = now.value / top if now is not None and now.value is not None and top else None
    counts = [current().indicators[code] for code in COLUMNS]
    return DrillRow(
        name_of(place),
        (
            *(cell_of(in_table(figures.at(i.code, place.code, context.year), i, place)) for i in counts),
            _cell(now, indicator, place, share, figure_href(context, indicator.code, place)),
            DrillCell(change_in_table(now, before, indicator)),
        ),
        href=area_href(place, context),
    )


def _cell(figure: Figure | None, indicator: Indicator, place: Place, bar: float | None, href: str) -> DrillCell:
    reading = in_table(figure, indicator, place)
    plain = cell_of(reading, bar=bar, href=href)
    return DrillCell(str(reading), plain.tag, plain.bar, plain.href)


SORTS = ("households_registered", "persons_registered", "rate", "change")


def _columns(request: HttpRequest, indicator: Indicator) -> tuple[DrillColumn, ...]:
    chosen = request.GET.get("sort", "")
    titles = [current().indicators[code] for code in COLUMNS]
    plain = [(words(i.noun) if i.noun else "", "") for i in titles]
    rate = (_("Incidence"), "%")
    change = (_("On last year"), _("points"))
    return tuple(
        DrillColumn(
            heading, unit, bar=key == "rate", sort_href=_sort_href(request, key), sorted=_sorted_as(chosen, key)
        )
        for key, (heading, unit) in zip(SORTS, [*plain, rate, change], strict=True)
    )


def _sorted_as(chosen: str, key: str) -> str:
    return "down" if chosen == key else "up" if chosen == f"-{key}" else ""


def _sort_href(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query["sort"] = f"-{key}" if request.GET.get("sort") == key else key
    return f"{request.path}?{query.urlencode()}#table"


def _sorted(request: HttpRequest, context: Asked, below: Sequence[Place], figures: AreaFigures) -> list[Place]:
    """The places in the order that the address asks for: by code, or by a column, the unknown last."""
    chosen = request.GET.get("sort", "")
    key = chosen.removeprefix("-")
    if key not in SORTS:
        return list(below)
    sign = 1 if chosen.startswith("-") else -1

    def order(place: Place) -> tuple[bool, float]:
        value = _sort_value(context, place, figures, key)
        return value is None, sign * (value or 0.0)

    return sorted(below, key=order)


def _sort_value(context: Asked, place: Place, figures: AreaFigures, key: str) -> float | None:
    rate = "incidence_survey" if context.basis == SURVEY else "incidence_register"
    now = _value(figures.at(rate if key in {"rate", "change"} else key, place.code, context.year))
    if key != "change":
        return now
    before = _value(figures.at(rate, place.code, context.before))
    return None if now is None or before is None else now - before


def _trend(context: Asked, figures: AreaFigures, indicator: Indicator, note: str) -> charts.Trend:
    points = []
    for year in context.years:
        found = figures.at(indicator.code, context.place.code, year)
        scale = 100 if indicator.unit == "share" else scale_of(indicator)
        known = found is not None and found.value is not None
        points.append(
            charts.Point(
                str(year),
                found.value * scale if known and found is not None and found.value is not None else None,
                shown(found, indicator, context.place),
                low=found.lower * scale if found is not None and found.lower is not None else None,
                high=found.upper * scale if found is not None and found.upper is not None else None,
            )
        )
    return charts.trend(words(indicator.title), unit_of(indicator), tuple(points), note=note)


def _causes(context: Asked, figures: AreaFigures, note: str) -> charts.RowChart | None:
    indicator = current().indicators[CAUSES]
    titles = current().codes["poverty_cause"].titles
    rows = [
        figure
        for (code, place, year, _group), figure in figures.found.items()
        if code == CAUSES and place == context.place.code and year == context.year and figure.value
    ]
    if not rows:
        return None
    ordered = sorted(rows, key=lambda figure: (figure.group == "?", -(figure.value or 0.0)))
    items = tuple(
        charts.Item(
            words(titles[figure.group]) if figure.group in titles else _("Cause not recorded"),
            figure.value,
            shown(figure, indicator, context.place),
            href=figure_href(context, CAUSES, group=figure.group),
        )
        for figure in ordered[:SHOWN_CAUSES]
    )
    return charts.bars(_("Main cause of poverty"), _("Cause"), unit_of(indicator), items, note)


def _subtitle(context: Asked, below: Sequence[Place]) -> str:
    parts = []
    if below:
        level = current_scheme().levels[below[0].level]
        named = words(level.one if len(below) == 1 else level.many)
        parts.append(_("%(count)s %(level)s") % {"count": len(below), "level": named})
    if context.snapshot is not None:
        facts = {"day": context.snapshot.happened.isoformat(), "mark": f"#{context.snapshot.short}"}
        parts.append(_("snapshot %(day)s %(mark)s") % facts)
    return " · ".join(parts)


def _households_href(request: GateRequest, context: Asked) -> str:
    if not request.whole_scope.may(Permission.SEE_HOUSEHOLDS):
        return ""
    return with_context(reverse("households", args=[context.place.code]), context)


def _standards_href(request: GateRequest, context: Asked) -> str:
    if not request.whole_scope.may(Permission.SEE_FIGURE_ROWS):
        return ""
    return with_context(reverse("standards", args=[context.place.code]), context)


def _no_snapshot() -> Notice:
    sentence = _("There are no figures for this area yet. Bring in the register, then run the cycle.")
    return Notice("empty", sentence, Link(_("Bring files in"), reverse("imports")))
