"""The charts of one indicator, as its page and the notebook draw them: over time, by group, by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.figures.formulas import UNKNOWN_GROUP, group_codes
from bangfu.records.figures.models import Figure
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import charts
from bangfu.web.pages.asked import Asked, name_of
from bangfu.web.pages.readings import in_table, shown, unit_of, words

#: Figures of one indicator by place code, year and group.
Found = Mapping[tuple[str, int, str], Figure]


def no_link(_target: str) -> str:
    """The address of nothing, where a drawing leads nowhere."""
    return ""


def over_time(found: Found, context: Asked, spec: Indicator, group: str, note: str) -> charts.Trend | None:
    """The figure of the place over the years of its snapshot, or None where there are none."""
    if not context.years:
        return None
    scale = 100 if spec.unit == "share" else 0.01 if spec.unit == "fen" else 1
    points = tuple(
        _point(year, found.get((context.place.code, year, group)), spec, scale, context.place) for year in context.years
    )
    return charts.trend(words(spec.title), unit_of(spec), points, note=note)


def by_groups(found: Found, context: Asked, spec: Indicator, href: Callable[[str], str] = no_link) -> charts.RowChart:
    """Bars of the groups of a place and year, the longest first; those whose group is not known last."""
    rows = [r for (place, year, _), r in found.items() if place == context.place.code and year == context.year]
    ordered = sorted(rows, key=lambda row: (row.group == UNKNOWN_GROUP, -(row.value or 0.0)))
    items = tuple(
        charts.Item(group_name(spec, row.group), row.value, shown(row, spec, context.place), href=href(row.group))
        for row in ordered
    )
    return charts.bars(words(spec.title), _("Group"), unit_of(spec), items)


def by_places(found: Found, places: Sequence[Place], year: int, spec: Indicator, group: str) -> charts.RowChart:
    """Places of one level in the order of their codes: dots with error bars for an estimate, else bars."""
    items = tuple(_item(place, found.get((place.code, year, group)), spec) for place in places)
    first = words(current_scheme().levels[places[0].level].title) if places else _("Place")
    draw = charts.dots if spec.measure else charts.bars
    return draw(words(spec.title), first, unit_of(spec), items)


def group_name(spec: Indicator, group: str) -> str:
    """What a group is called."""
    if group == UNKNOWN_GROUP:
        return _("Not recorded")
    codes = group_codes(spec)
    titles = current().codes[codes].titles if codes else {}
    return words(titles[group]) if group in titles else group


def _item(place: Place, row: Figure | None, spec: Indicator) -> charts.Item:
    if row is None:
        return charts.Item(name_of(place), None, shown(row, spec, place))
    return charts.Item(name_of(place), row.value, in_table(row, spec, place), row.lower, row.upper)


def _point(year: int, row: Figure | None, spec: Indicator, scale: float, place: Place) -> charts.Point:
    def scaled(value: float | None) -> float | None:
        return None if value is None else value * scale

    reading = shown(row, spec, place)
    if row is None:
        return charts.Point(str(year), None, reading)
    return charts.Point(str(year), scaled(row.value), reading, scaled(row.lower), scaled(row.upper))
