"""One value over time: a line with its band, and income bars; SVG with a table twin."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.web.charts.scale import BASE, HEIGHT, TOP, Line, across, down, percentage, runs
from bangfu.web.lettering import pixels
from bangfu.web.numbers import Shown

MOST_LABELS = 6
LABEL_GAP = 10
BAR_SHARE = 0.64
IN_BAR_ROOM = 30


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a period, perhaps with the ends of its interval; ``value`` None is missing and breaks the line."""

    period: str
    value: float | None
    shown: Shown
    low: float | None = None
    high: float | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn point: where it is, and its label with the side it stands on."""

    x: str
    y: str
    period: str
    label: str
    anchor: str
    dx: str
    dy: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A trend line ready for ``components/trend.html``; ``lines`` and ``bands`` are points in a 100 × HEIGHT box."""

    title: str
    unit: str
    height: int
    base: int
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    marks: tuple[Mark, ...]
    target: str
    target_words: str
    points: tuple[Point, ...]
    has_band: bool
    #: What the line is made of, where not of the whole area.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One drawn income bar."""

    x: str
    middle: str
    y: str
    width: str
    height: str
    period: str
    label: str
    label_y: str
    inside: bool
    missing: bool
    #: Where the line of the bar's own year crosses its column, and from where to where.
    target: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over time with a dashed line, ready for ``components/income_bars.html``."""

    title: str
    unit: str
    height: int
    base: int
    bars: tuple[Bar, ...]
    line: str
    line_words: str
    points: tuple[Point, ...]


def trend(title: str, unit: str, points: tuple[Point, ...], target: Line | None = None, note: str = "") -> Trend:
    """A line over time from zero, with its band where intervals are known; a missing period leaves a gap."""
    ceiling = _ceiling([*_values(points), *([target.value] if target else [])])
    line_y = down(target.value, ceiling) if target else None
    places = [(across(index, len(points)), point) for index, point in enumerate(points)]
    drawn = runs((x, None if point.value is None else point) for x, point in places)
    return Trend(
        title=title,
        unit=unit,
        height=HEIGHT,
        base=BASE,
        lines=tuple(_line(run, ceiling) for run in drawn if len(run) > 1),
        bands=tuple(_band(run, ceiling) for run in drawn if len(run) > 1 and _has_band(run)),
        marks=tuple(_mark(index, points, ceiling, line_y) for index in range(len(points))),
        target=pixels(line_y) if line_y is not None else "",
        target_words=target.words if target else "",
        points=points,
        has_band=any(point.low is not None for point in points),
        note=note,
    )


def income_bars(
    title: str,
    unit: str,
    points: tuple[Point, ...],
    line: Line | None = None,
    lines: tuple[float | None, ...] = (),
    lines_words: str = "",
) -> Bars:
    """Bars from zero, one a year; a missing year is a dashed box.

    A dashed ``line`` runs through all of them, or each has the line of its own year (``lines``, None where unknown).
    """
    own = lines or (None,) * len(points)
    ceiling = _ceiling([*_values(points), *([line.value] if line else []), *(value for value in own if value)])
    line_y = down(line.value, ceiling) if line else None
    own_y = [line_y if value is None else down(value, ceiling) for value in own]
    return Bars(
        title=title,
        unit=unit,
        height=HEIGHT,
        base=BASE,
        bars=tuple(_bar(index, points, ceiling, own_y[index], own[index] is not None) for index in range(len(points))),
        line=pixels(line_y) if line_y is not None else "",
        line_words=line.words if line else lines_words,
        points=points,
    )


def _values(points: tuple[Point, ...]) -> list[float]:
    return [value for point in points for value in (point.value, point.high) if value is not None]


def _ceiling(values: list[float]) -> float:
    return max(values, default=0.0) or 1.0


def _has_band(run: list[tuple[float, Point]]) -> bool:
    return all(point.low is not None and point.high is not None for _, point in run)


def _line(run: list[tuple[float, Point]], ceiling: float) -> str:
    return " ".join(f"{x:.2f},{down(point.value or 0.0, ceiling):.1f}" for x, point in run)


def _band(run: list[tuple[float, Point]], ceiling: float) -> str:
    upper = [f"{x:.2f},{down(point.high or 0.0, ceiling):.1f}" for x, point in run]
    lower = [f"{x:.2f},{down(point.low or 0.0, ceiling):.1f}" for x, point in reversed(run)]
    return " ".join([*upper, *lower])


def _quiet_height(line_y: float | None) -> float:
    """Where the word of a missing period stands: half-way up, off the target line."""
    middle = (TOP + BASE) / 2
    near = line_y is not None and abs(line_y - middle + 5) < LABEL_GAP + 8
    return middle - 2 * LABEL_GAP - 8 if near else middle


def _mark(index: int, points: tuple[Point, ...], ceiling: float, line_y: float | None) -> Mark:
    point = points[index]
    x = percentage(across(index, len(points)))
    if point.value is None:
        return Mark(x, pixels(_quiet_height(line_y)), point.period, point.shown.text, "middle", "0", "0", True)
    anchor, dx, dy = _label_side(index, points)
    label = str(point.shown) if _labelled(index, points) else ""
    y = down(point.value, ceiling)
    return Mark(x, pixels(y), point.period, label, anchor, dx, dy, False)


def _labelled(index: int, points: tuple[Point, ...]) -> bool:
    """All points of a short line; of a long one the ends and the extremes, so labels keep apart."""
    known = [point.value for point in points if point.value is not None]
    ends = index in {0, len(points) - 1}
    return len(points) <= MOST_LABELS or ends or points[index].value in {min(known), max(known)}


def _label_side(index: int, points: tuple[Point, ...]) -> tuple[str, str, str]:
    """Where a label touches no line: above a peak, below a valley, on the outer side of a slope."""
    value = points[index].value or 0.0
    before = points[index - 1].value if index else None
    after = points[index + 1].value if index + 1 < len(points) else None
    from_above = before is not None and before > value
    to_above = after is not None and after > value
    above, below = f"{-LABEL_GAP}", f"{LABEL_GAP + 12}"
    if from_above and after is not None and not to_above:
        return "start", "2", above
    if to_above and before is not None and not from_above:
        return "end", "-2", above
    return ("middle", "0", below) if from_above or to_above else ("middle", "0", above)


def _bar(index: int, points: tuple[Point, ...], ceiling: float, line_y: float | None, own_line: bool) -> Bar:
    point = points[index]
    column = 100 / len(points)
    width = column * BAR_SHARE
    middle = across(index, len(points))
    top = BASE - IN_BAR_ROOM if point.value is None else down(point.value, ceiling)
    inside = point.value is not None and BASE - top >= IN_BAR_ROOM
    return Bar(
        x=percentage(middle - width / 2),
        middle=percentage(middle),
        y=pixels(top),
        width=percentage(width),
        height=pixels(BASE - top),
        period=point.period,
        label=point.shown.text,
        label_y=pixels(_label_line(top, inside, line_y)),
        inside=inside,
        missing=point.value is None,
        target=pixels(line_y) if own_line and line_y is not None else "",
        left=percentage(middle - column / 2),
        right=percentage(middle + column / 2),
    )


def _label_line(top: float, inside: bool, line_y: float | None) -> float:
    """The label's baseline: in the bar's head or above it, and clear of the dashed line by at least six pixels."""
    baseline = top + 20 if inside else top - 6
    if line_y is None or not baseline - 18 < line_y < baseline + 6:
        return baseline
    return line_y + 22 if inside and line_y + 28 < BASE else line_y - 8
