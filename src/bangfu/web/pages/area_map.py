"""The map of an area: the cells of its places with the same figures as the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bangfu.analytics.geometry import Shape, project
from bangfu.parameters.indicators import Indicator
from bangfu.records.figures.models import Figure
from bangfu.records.places.cells import map_cells
from bangfu.records.places.models import Place
from bangfu.web import maps, numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import Asked, area_href, name_of
from bangfu.web.pages.readings import shown, words

if TYPE_CHECKING:
    from bangfu.web.pages.area import AreaFigures

WIDTH, HEIGHT = 600.0, 520.0
#: Below so many shapes a map says nothing that the table does not.
FEWEST = 2


def of_area(
    context: Asked, below: Sequence[Place], figures: AreaFigures, indicator: Indicator
) -> maps.MapDrawing | None:
    """The map of the places right under a place, or None where they have no shapes or no class limits."""
    shapes = _shapes(context.place.code, tuple(place.code for place in below))
    drawn = [place for place in below if place.code in shapes]
    if len(drawn) < FEWEST or not indicator.breaks:
        return None
    title = f"{words(indicator.title)} · {year_end(context.year)}" if context.year else words(indicator.title)
    view = maps.MapView(
        title=title,
        description=_("Map of %(place)s; the table beside it has the same figures.")
        % {"place": name_of(context.place)},
        view_box=(0.0, 0.0, WIDTH, HEIGHT),
        cells=tuple(_cell(context, place, shapes[place.code], figures, indicator) for place in drawn),
        breaks=indicator.breaks,
        break_labels=numbers.break_labels(indicator.breaks, percents=indicator.unit == "share"),
    )
    return maps.drawing(view)


@lru_cache(maxsize=256)
def _projected(parent: str, codes: tuple[str, ...], key: int) -> dict[str, Shape]:
    cells = map_cells(parent)
    return project({code: cells[code] for code in codes if code in cells}, WIDTH, HEIGHT)


def _shapes(parent: str, codes: tuple[str, ...]) -> dict[str, Shape]:
    """Paths and label boxes, kept until the shapes of the places change."""
    return _projected(parent, codes, id(map_cells(parent)))


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
        shown=_plain(figure, indicator),
        href=area_href(place, context),
    )


def _short(place: Place) -> str:
    return (place.short_name or place.name) if numbers.in_chinese() else name_of(place)


def _plain(figure: Figure | None, indicator: Indicator) -> numbers.Shown:
    """The reading without its error: a cell has no room, the table and the figure page have it."""
    reading = shown(figure, indicator)
    return numbers.Shown(reading.text, reading.unit, exact=reading.exact, missing=reading.missing)
