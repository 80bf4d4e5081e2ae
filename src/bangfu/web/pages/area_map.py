"""The map of an area: the cells of its places with the same figures as the table beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.figures.models import Figure
from bangfu.records.figures.queries import cells_to_draw
from bangfu.records.places.kept import places_state
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import maps, numbers
from bangfu.web.dates import year_end
from bangfu.web.lettering import joined
from bangfu.web.map_shapes import MapShapes, map_shapes
from bangfu.web.pages.asked import Asked, area_href, name_of
from bangfu.web.pages.class_limits import break_words
from bangfu.web.pages.readings import AreaFigures, shown, words

#: Below so many shapes a map says nothing that the table does not.
FEWEST = 2
#: Beyond this part of its value a standard error puts dots on a cell.
MOST_ERROR = 0.30

PlaceFigure = tuple[Place, Figure | None]


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
    rows = [(place, figures.at(indicator.code, place.code, context.year)) for place in below]
    told = _("Map of %(place)s; the table beside it has the same figures.") % {"place": name_of(context.place)}
    view = _view(context, rows, shaped, indicator, lambda place: area_href(place, context), told)
    return None if view is None else maps.drawing(replace(view, key=f"map-{context.place.code}", panels=panels))


def of_places(
    context: Asked,
    rows: Sequence[PlaceFigure],
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
    told = _("Map of %(place)s; the list beside it has the same figures.") % {"place": name_of(context.place)}
    view = _view(context, rows, shaped, indicator, href, told)
    return None if view is None else maps.drawing(replace(view, chosen=chosen))


def _view(
    context: Asked,
    rows: Sequence[PlaceFigure],
    shaped: MapShapes,
    indicator: Indicator,
    href: Callable[[Place], str],
    description: str,
) -> maps.MapView | None:
    """The places that have a shape, in fixed classes; None where they are too few or no classes are fixed."""
    drawn = [(place, row) for place, row in rows if place.code in shaped.shapes]
    if len(drawn) < FEWEST or not indicator.breaks:
        return None
    title = joined([words(indicator.title), year_end(context.year) if context.year else ""])
    cells = tuple(_cell(place, row, shaped, indicator, href(place)) for place, row in drawn)
    return maps.MapView(title, description, shaped.view_box, cells, indicator.breaks, break_words(indicator))


@lru_cache(maxsize=64)
def _shaped_under(parents: tuple[str, ...], codes: tuple[str, ...], state: object) -> MapShapes:
    """As ``_shaped``, of places that lie under several others."""
    shapes = {code: rings for parent in parents for code, rings in cells_to_draw(parent).items()}
    return map_shapes({code: shapes[code] for code in codes if code in shapes})


@lru_cache(maxsize=256)
def _shaped(parent: str, codes: tuple[str, ...], state: object) -> MapShapes:
    """Paths and label boxes of the places under one, kept until ``state`` says that places changed."""
    shapes = cells_to_draw(parent)
    return map_shapes({code: shapes[code] for code in codes if code in shapes})


def _cell(place: Place, figure: Figure | None, shaped: MapShapes, indicator: Indicator, href: str) -> maps.Cell:
    shape = shaped.shapes[place.code]
    return maps.Cell(
        code=place.code,
        name=_short(place),
        path=shape.path,
        x=shape.label.x,
        y=shape.label.y,
        width=shape.label.width,
        height=shape.label.height,
        value=figure.value if figure else None,
        shown=_plain(figure, indicator, place),
        href=href,
        uncertain=figure is not None and is_uncertain(figure),
        line_width=shaped.line_widths[place.code],
        lines=tuple((line.x, line.y, line.width, line.height) for line in shape.lines),
    )


def is_uncertain(figure: Figure) -> bool:
    """Whether an estimate says little: its standard error is more than three tenths of it."""
    if figure.value is None or figure.standard_error is None:
        return False
    return figure.standard_error > MOST_ERROR * abs(figure.value)


def _short(place: Place) -> str:
    return (place.short_name or place.name) if numbers.in_chinese() else name_of(place)


def _plain(figure: Figure | None, indicator: Indicator, place: Place) -> numbers.Shown:
    """The reading without its error: a cell has no room, the table and the figure page have it."""
    reading = shown(figure, indicator, place)
    return numbers.Shown(reading.text, reading.unit, exact=reading.exact, missing=reading.missing)
