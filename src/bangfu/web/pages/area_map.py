"""The map of an area: the cells of its places with the same figures as the table beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import gettext as _

from bangfu.analytics.geometry import Shape
from bangfu.parameters.indicators import Indicator
from bangfu.records.figures.models import Figure
from bangfu.records.figures.queries import cells_to_draw
from bangfu.records.places.kept import places_state
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import maps, numbers
from bangfu.web.dates import year_end
from bangfu.web.map_shapes import MapShapes, map_shapes
from bangfu.web.pages.asked import Asked, area_href, name_of
from bangfu.web.pages.readings import AreaFigures, scale_of, shown, words

#: Below so many shapes a map says nothing that the table does not.
FEWEST = 2


def can_draw(context: Asked, below: Sequence[Place], indicator: Indicator) -> bool:
    """Whether ``of_area`` gives a map."""
    shaped = _shaped(context.place.code, tuple(place.code for place in below), places_state())
    return bool(indicator.breaks) and sum(place.code in shaped.shapes for place in below) >= FEWEST


def of_area(
    context: Asked,
    below: Sequence[Place],
    figures: AreaFigures,
    indicator: Indicator,
    panels: tuple[maps.Panel, ...] = maps.PANELS,
) -> maps.MapDrawing | None:
    """The map of the places right under a place, or None where they have no shapes or no class limits."""
    shaped = _shaped(context.place.code, tuple(place.code for place in below), places_state())
    drawn = [place for place in below if place.code in shaped.shapes]
    if len(drawn) < FEWEST or not indicator.breaks:
        return None
    title = f"{words(indicator.title)} · {year_end(context.year)}" if context.year else words(indicator.title)
    view = maps.MapView(
        title=title,
        description=_("Map of %(place)s; the table beside it has the same figures.")
        % {"place": name_of(context.place)},
        view_box=shaped.view_box,
        cells=tuple(
            replace(
                _cell(context, place, shaped.shapes[place.code], figures, indicator),
                line_width=shaped.line_widths[place.code],
            )
            for place in drawn
        ),
        breaks=indicator.breaks,
        break_labels=numbers.break_labels(indicator.breaks, percents=indicator.unit == "share"),
        key=f"map-{context.place.code}",
        panels=panels,
    )
    return maps.drawing(view)


def of_places(
    context: Asked,
    rows: Sequence[tuple[Place, Figure | None]],
    indicator: Indicator,
    href: Callable[[Place], str],
    chosen: str = "",
) -> maps.MapDrawing | None:
    """The map of listed places of any level under a place, where their shapes are known and classes are fixed."""
    if not indicator.breaks or len(rows) < FEWEST:
        return None
    codes = tuple(sorted(place.code for place, _row in rows))
    parents = tuple(sorted({code for place, _row in rows if (code := current_scheme().parent_of(place.code))}))
    shaped = _shaped_under(parents, codes, places_state())
    drawn = [(place, row) for place, row in rows if place.code in shaped.shapes]
    if len(drawn) < FEWEST:
        return None
    title = f"{words(indicator.title)} · {year_end(context.year)}" if context.year else words(indicator.title)
    told = _("Map of %(place)s; the list beside it has the same figures.") % {"place": name_of(context.place)}
    cells = tuple(
        _drawn(place, shaped.shapes[place.code], shaped.line_widths[place.code], row, indicator, href(place))
        for place, row in drawn
    )
    labels = numbers.break_labels(_read(indicator), percents=indicator.unit == "share")
    return maps.drawing(maps.MapView(title, told, shaped.view_box, cells, indicator.breaks, labels, chosen))


def _read(indicator: Indicator) -> tuple[float, ...]:
    """The class limits in the unit that people read."""
    return tuple(each * scale_of(indicator) for each in indicator.breaks)


@lru_cache(maxsize=64)
def _shaped_under(parents: tuple[str, ...], codes: tuple[str, ...], state: object) -> MapShapes:
    """As ``_shaped``, of places that lie under several others."""
    shapes = {code: rings for parent in parents for code, rings in cells_to_draw(parent).items()}
    return map_shapes({code: shapes[code] for code in codes if code in shapes})


def _drawn(
    place: Place, shape: Shape, line_width: float, figure: Figure | None, indicator: Indicator, href: str
) -> maps.Cell:
    label = shape.label
    value, said = figure.value if figure else None, _plain(figure, indicator, place)
    box = (label.x, label.y, label.width, label.height)
    return maps.Cell(place.code, _short(place), shape.path, *box, value, said, href, line_width=line_width)


@lru_cache(maxsize=256)
def _shaped(parent: str, codes: tuple[str, ...], state: object) -> MapShapes:
    """Paths and label boxes of the places under one, kept until ``state`` says that places changed."""
    shapes = cells_to_draw(parent)
    return map_shapes({code: shapes[code] for code in codes if code in shapes})


def _cell(context: Asked, place: Place, shape: Shape, figures: AreaFigures, indicator: Indicator) -> maps.Cell:
    figure = figures.at(indicator.code, place.code, context.year)
    label = shape.label
    return maps.Cell(
        code=place.code,
        name=_short(place),
        path=shape.path,
        x=label.x,
        y=label.y,
        width=label.width,
        height=label.height,
        value=figure.value if figure else None,
        shown=_plain(figure, indicator, place),
        href=area_href(place, context),
    )


def _short(place: Place) -> str:
    return (place.short_name or place.name) if numbers.in_chinese() else name_of(place)


def _plain(figure: Figure | None, indicator: Indicator, place: Place) -> numbers.Shown:
    """The reading without its error: a cell has no room, the table and the figure page have it."""
    reading = shown(figure, indicator, place)
    return numbers.Shown(reading.text, reading.unit, exact=reading.exact, missing=reading.missing)
