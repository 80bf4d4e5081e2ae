"""What a page can draw, as a picture to take away: one way for exports and for the notebook."""

from __future__ import annotations

from bangfu.web.charts import RowChart, Trend
from bangfu.web.drawings.by_row import by_row
from bangfu.web.drawings.of_map import of_map
from bangfu.web.drawings.over_time import over_time
from bangfu.web.drawings.paper import Drawing
from bangfu.web.maps import MapDrawing

Picture = Trend | RowChart | MapDrawing


def draw(picture: Picture) -> Drawing:
    """The drawing of a chart or map, to be put on its paper."""
    match picture:
        case Trend():
            return over_time(picture)
        case RowChart():
            return by_row(picture)
        case MapDrawing():
            return of_map(picture)


def count_of(picture: Picture) -> int:
    """How many figures it shows: periods, rows or areas."""
    match picture:
        case Trend():
            return len(picture.points)
        case RowChart():
            return len(picture.rows)
        case MapDrawing():
            return len(picture.areas)
