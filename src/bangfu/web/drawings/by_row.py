"""Bars by group or place as a picture: name, bar and digits in each row."""

from __future__ import annotations

from bangfu.web.charts import RowChart
from bangfu.web.drawings.paper import INSIDE, LETTER, Drawing, Element, element, text
from bangfu.web.maps import text_width

ROW = 26
GAP = 10


def by_row(chart: RowChart) -> Drawing:
    """The drawing of a chart whose rows carry a bar each."""
    names = min(max((text_width(row.name) for row in chart.rows), default=0) * LETTER + GAP, INSIDE / 2)
    digits = max((text_width(str(row.shown)) for row in chart.rows), default=0) * LETTER + GAP
    room = INSIDE - names - digits
    drawn: list[Element] = []
    for index, row in enumerate(chart.rows):
        base = index * ROW + 18
        drawn.append(text(_cut(row.name, names - GAP), 0, base))
        length = room * float(row.length.removesuffix("%")) / 100 if row.length else 0
        if row.length:
            drawn.append(element("rect", x=names, y=float(base - 13), width=length, height=16, rx=2, fill="column"))
        else:
            hole = {"fill": "none", "stroke": "unknown", "stroke_dasharray": "4 3"}
            drawn.append(element("rect", x=names, y=float(base - 13), width=room * 0.4, height=16, **hole))
        ink = "unknown" if row.shown.missing else "ink"
        drawn.append(text(str(row.shown), INSIDE, base, text_anchor="end", fill=ink))
    return Drawing(drawn, float(ROW * len(chart.rows)))


def _cut(name: str, width: float) -> str:
    while text_width(name) * LETTER > width + 0.1 and len(name) > 1:
        name = name.removesuffix("…")[:-1] + "…"
    return name
