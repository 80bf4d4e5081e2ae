"""Bars or dots by group or place as a picture: name, bar or dot with its error, and digits in each row."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.web.charts import Row, RowChart
from bangfu.web.drawings.below import LINE_STYLE, below
from bangfu.web.drawings.paper import INSIDE, LETTER, SMALL, Drawing, Element, element, text
from bangfu.web.lettering import shortened, text_width

BAR_ROW, DOT_ROW = 26, 34
BAR = 16
GAP = 10
#: The room above the rows for the unit of their digits.
HEAD = 20
HOLE = {"fill": "none", "stroke": "unknown", "stroke_dasharray": "4 3"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the rows stand: how high each is, and from where to where its drawing goes."""

    top: float
    step: float
    left: float
    room: float

    def middle(self, index: int) -> float:
        """The middle of a row."""
        return self.top + self.step * (index + 0.5)

    def x(self, percent: str) -> float:
        """A position of the chart, in pixels."""
        return self.left + self._length(percent)

    def _length(self, percent: str) -> float:
        return self.room * float(percent.removesuffix("%")) / 100


def by_row(chart: RowChart) -> Drawing:
    """The drawing of a chart whose rows carry a bar or a dot each."""
    unit = "" if any(row.shown.unit for row in chart.rows) else chart.unit
    frame = _frame(chart, HEAD if unit else 0)
    drawn = [text(unit, INSIDE, SMALL, SMALL, fill="ink2", text_anchor="end")] if unit else []
    end = frame.top + frame.step * len(chart.rows)
    if chart.line:
        x = frame.x(chart.line)
        drawn.append(element("line", "", x1=x, x2=x, y1=frame.top, y2=end, **LINE_STYLE))
    for index, row in enumerate(chart.rows):
        drawn += _row(row, frame.middle(index), frame, dots=chart.dots)
    words, height = below(chart.line_words if chart.line else "", chart.note, end + 6)
    return Drawing([*drawn, *words], height)


def _frame(chart: RowChart, top: float) -> _Frame:
    names = min(max((text_width(row.name) for row in chart.rows), default=0) * LETTER + GAP, INSIDE / 2)
    digits = max((text_width(str(row.shown)) for row in chart.rows), default=0) * LETTER + GAP
    return _Frame(top, DOT_ROW if chart.dots else BAR_ROW, names, INSIDE - names - digits)


def _row(row: Row, middle: float, frame: _Frame, *, dots: bool) -> list[Element]:
    ink = "unknown" if row.shown.missing else "ink"
    return [
        text(shortened(row.name, (frame.left - GAP) / LETTER + 0.01), 0, middle + 5),
        *(_dot(row, middle, frame) if dots else _bar(row, middle, frame)),
        text(str(row.shown), INSIDE, middle + 5, text_anchor="end", fill=ink),
    ]


def _bar(row: Row, middle: float, frame: _Frame) -> list[Element]:
    """The bar; a dashed box where the value is missing."""
    y = middle - BAR / 2
    if not row.length:
        return [element("rect", "", x=frame.left, y=y, width=frame.room * 0.4, height=BAR, **HOLE)]
    width = frame.x(row.length) - frame.left
    return [element("rect", x=frame.left, y=y, width=width, height=BAR, rx=2, fill="column")]


def _dot(row: Row, middle: float, frame: _Frame) -> list[Element]:
    """The dot on its error; nothing where the value is missing, as the dashed box of a bar would look like a length."""
    rule = element("line", x1=frame.left, x2=frame.left + frame.room, y1=middle, y2=middle, stroke="line")
    if not row.length:
        return [rule]
    made = [rule]
    if row.low and row.high:
        ends = {"x1": frame.x(row.low), "x2": frame.x(row.high)}
        made.append(element("line", "", y1=middle, y2=middle, stroke="c1", stroke_width=2, **ends))
    return [*made, element("circle", cx=frame.x(row.length), cy=middle, r=5, fill="c1")]
