"""Bars and dots that are tables: each row carries its own small drawing, so the table is the chart."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.web.charts.scale import Line, share_of
from bangfu.web.numbers import Shown


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart that is a table; lengths and positions are SVG percentages, empty where missing."""

    name: str
    href: str
    shown: Shown
    length: str = ""
    low: str = ""
    high: str = ""
    interval: str = ""
    #: Further cells, one for each of the chart's ``further`` headings.
    after: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class RowChart:
    """Horizontal bars or dots, ready for ``components/bars.html`` or ``components/dots.html``."""

    title: str
    first: str
    unit: str
    rows: tuple[Row, ...]
    line: str = ""
    line_words: str = ""
    note: str = ""
    further: tuple[str, ...] = ()
    empty: str = ""
    #: Dots with their error bars, else bars.
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What a row of bars or dots shows: a value with its words, perhaps with the ends of its interval."""

    name: str
    value: float | None
    shown: Shown
    low: float | None = None
    high: float | None = None
    interval: str = ""
    href: str = ""
    after: tuple[str, ...] = ()
    chosen: bool = False


def bars(title: str, first: str, unit: str, items: tuple[Item, ...], note: str = "") -> RowChart:
    """Horizontal bars from zero in the order given; the longest fills its cell."""
    ceiling = max([item.value for item in items if item.value is not None], default=0.0) or 1.0
    rows = tuple(
        Row(item.name, item.href, item.shown, "" if item.value is None else share_of(item.value, ceiling))
        for item in items
    )
    return RowChart(title, first, unit, rows, note=note)


def dots(
    title: str,
    first: str,
    unit: str,
    items: tuple[Item, ...],
    line: Line | None = None,
    note: str = "",
    further: tuple[str, ...] = (),
    empty: str = "",
) -> RowChart:
    """Dots with error bars on one scale from zero, in the order given, with the policy line through all rows."""
    tops = [value for item in items for value in (item.high, item.value) if value is not None]
    ceiling = 1.06 * max([*tops, *([line.value] if line else [])], default=1.0) or 1.0
    rows = tuple(
        Row(
            item.name,
            item.href,
            item.shown,
            length=share_of(item.value, ceiling),
            low=share_of(item.low, ceiling),
            high=share_of(item.high, ceiling),
            interval=item.interval,
            after=item.after,
            chosen=item.chosen,
        )
        for item in items
    )
    position = share_of(line.value, ceiling) if line else ""
    return RowChart(title, first, unit, rows, position, line.words if line else "", note, further, empty, dots=True)
