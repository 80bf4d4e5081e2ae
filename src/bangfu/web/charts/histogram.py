"""How many places lie in each class of a figure: bars that open their places, with lines at values that matter."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bangfu.web.charts.scale import BASE, HEIGHT, TOP, down, percentage
from bangfu.web.lettering import pixels

BAR_SHARE = 0.92


@dataclass(frozen=True, slots=True)
class Class:
    """A class of values: its words, how many places lie in it, the digits of that, and where they are listed."""

    words: str
    count: int
    shown: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to be marked among the classes, with its words; ``kind`` is target or own."""

    value: float
    words: str
    kind: str = "target"


@dataclass(frozen=True, slots=True)
class Column:
    """A drawn class; ``label_y`` is the baseline of its count, ``middle`` the centre of its column."""

    x: str
    middle: str
    y: str
    width: str
    height: str
    label_y: str
    words: str
    shown: str
    href: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns ready for ``components/histogram.html``; ``limits`` and ``marks`` are positions across with words."""

    title: str
    height: int
    base: int
    columns: tuple[Column, ...]
    limits: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, Reference], ...]


def histogram(
    title: str,
    classes: tuple[Class, ...],
    breaks: tuple[float, ...],
    break_words: tuple[str, ...],
    references: tuple[Reference, ...] = (),
) -> Histogram:
    """Columns of equal width between fixed limits; their height is the count, from zero."""
    ceiling = max((each.count for each in classes), default=0) or 1
    count = len(classes)
    return Histogram(
        title=title,
        height=HEIGHT,
        base=BASE,
        columns=tuple(_column(index, each, count, ceiling) for index, each in enumerate(classes)),
        limits=tuple((percentage(100 * (i + 1) / count), words) for i, words in enumerate(break_words)),
        marks=tuple((percentage(position(each.value, breaks)), each) for each in references),
    )


def position(value: float, breaks: tuple[float, ...]) -> float:
    """How far across a value lies, in percent: in its class as far as it is between the limits of the class."""
    index, count = bisect_right(breaks, value), len(breaks) + 1
    low = breaks[index - 1] if index else min(0.0, breaks[0])
    high = breaks[index] if index < len(breaks) else low + (low - breaks[-2] if len(breaks) > 1 else abs(low) or 1.0)
    inside = (value - low) / (high - low) if high > low else 0.5
    return 100 * (index + min(max(inside, 0.0), 1.0)) / count


def _column(index: int, each: Class, count: int, ceiling: int) -> Column:
    column = 100 / count
    width = column * BAR_SHARE
    top = down(each.count, ceiling)
    middle = column * (index + 0.5)
    return Column(
        x=percentage(middle - width / 2),
        middle=percentage(middle),
        y=pixels(top),
        width=percentage(width),
        height=pixels(BASE - top),
        label_y=pixels(max(top - 6, TOP - 18)),
        words=each.words,
        shown=each.shown,
        href=each.href,
    )
