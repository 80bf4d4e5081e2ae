"""Charts drawn on the server, sized so that their letters never shrink: positions are percentages, letters are pixels.

Lines and bars over time, several lines, histograms and clouds of points are SVG with a table twin; bars and dots are
tables whose rows carry their own small drawing. Lines through percentages live in a nested SVG that stretches while
its stroke does not.
"""

from bangfu.web.charts.histogram import Class, Histogram, Reference, histogram
from bangfu.web.charts.over_time import Bar, Bars, Mark, Point, Trend, income_bars, trend
from bangfu.web.charts.rows import Item, Row, RowChart, bars, dots
from bangfu.web.charts.scale import BASE, HEIGHT, TOP, Line, steps
from bangfu.web.charts.scatter import Axis, Scatter, Spot, scatter
from bangfu.web.charts.series import MOST_SERIES, Series, SeriesChart, series

__all__ = [
    "BASE",
    "HEIGHT",
    "MOST_SERIES",
    "TOP",
    "Axis",
    "Bar",
    "Bars",
    "Class",
    "Histogram",
    "Item",
    "Line",
    "Mark",
    "Point",
    "Reference",
    "Row",
    "RowChart",
    "Scatter",
    "Series",
    "SeriesChart",
    "Spot",
    "Trend",
    "bars",
    "dots",
    "histogram",
    "income_bars",
    "scatter",
    "series",
    "steps",
    "trend",
]
