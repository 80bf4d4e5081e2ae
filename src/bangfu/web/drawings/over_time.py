"""A trend as a picture of fixed width: the same line, band and labels as on the page."""

from __future__ import annotations

from bangfu.web.charts import Mark, Trend
from bangfu.web.drawings.below import LINE_STYLE, below
from bangfu.web.drawings.paper import INSIDE, Drawing, Element, element, text


def over_time(trend: Trend) -> Drawing:
    """The drawing of a trend."""
    drawn: list[Element] = [element("polygon", points=_points(band), fill="primary-soft") for band in trend.bands]
    drawn += [
        element("polyline", points=_points(line), fill="none", stroke="c1", stroke_width=2.5, stroke_linejoin="round")
        for line in trend.lines
    ]
    drawn.append(_across(trend.base, stroke="edge"))
    if trend.target:
        drawn.append(_across(float(trend.target), **LINE_STYLE))
    for mark in trend.marks:
        drawn += _mark(mark)
        drawn.append(text(mark.period, _x(mark.x), trend.base + 20, fill="ink2", text_anchor="middle"))
    words, height = below(trend.target_words, trend.note, trend.base + 34)
    return Drawing([*drawn, *words], height)


def _mark(mark: Mark) -> list[Element]:
    x, y = _x(mark.x), float(mark.y)
    if mark.missing:
        return [text(mark.label, x, y, 13, fill="unknown", text_anchor="middle")]
    drawn = [element("circle", cx=x, cy=y, r=4, fill="surface", stroke="c1", stroke_width=2.5)]
    if mark.label:
        drawn.append(text(mark.label, x + float(mark.dx), y + float(mark.dy), text_anchor=mark.anchor))
    return drawn


def _across(y: float, **attributes: object) -> Element:
    return element("line", "", x1=0, x2=INSIDE, y1=float(y), y2=float(y), **attributes)


def _x(percent: str) -> float:
    return INSIDE * float(percent.removesuffix("%")) / 100


def _points(given: str) -> str:
    """Points whose x is in percent, in pixels."""
    pairs = (point.split(",") for point in given.split())
    return " ".join(f"{_x(x):.1f},{y}" for x, y in pairs)
