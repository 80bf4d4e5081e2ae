"""Several lines over time, each with its name at its end; the view gives the table twin."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.web.charts.over_time import Point
from bangfu.web.charts.scale import across, down, percentage, runs
from bangfu.web.lettering import pixels, shortened

#: Beyond so many lines the rest is one line, or left to the table.
MOST_SERIES = 6
TALL, FLOOR, TOP_ROOM = 280, 244, 16
#: The part of the width that lines take; the rest is for their names.
PLOT = 0.68
LABEL_STEP = 17
#: How far a name stands from the end of its line, in percent.
LEADER = 4.5
#: The longest name beside a line, in letter heights: what a page and what a phone have room for.
LONGEST_WIDE, LONGEST_NARROW = 20.0, 8.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its points, one a period; ``other`` is what the rest adds up to."""

    name: str
    points: tuple[Point, ...]
    other: bool = False


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as it is drawn: its class, its runs, single points, and its name with where it stands.

    ``leader`` leads from the last point to the name where names had to make room for one another.
    """

    kind: str
    runs: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    name: str
    short_name: str
    label_x: str
    label_y: str
    leader: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """Lines ready for ``components/series.html``."""

    title: str
    unit: str
    height: int
    base: int
    lines: tuple[DrawnLine, ...]
    ticks: tuple[tuple[str, str], ...]
    #: Whether a name is cut on a phone, where a key below then has it whole.
    cut: bool


def series(title: str, unit: str, lines: tuple[Series, ...]) -> SeriesChart:
    """Lines on one scale from zero; a missing period leaves a gap, and names never lie on one another."""
    periods = [point.period for point in lines[0].points] if lines else []
    top = max([p.value for line in lines for p in line.points if p.value is not None], default=0.0) or 1.0
    ends = _spread({index: _end(line, top) for index, line in enumerate(lines)})
    drawn = tuple(_drawn(index, line, top, ends[index]) for index, line in enumerate(lines))
    return SeriesChart(
        title=title,
        unit=unit,
        height=TALL,
        base=FLOOR,
        lines=drawn,
        ticks=tuple((percentage(_x(index, len(periods))), period) for index, period in enumerate(periods)),
        cut=any(line.short_name != line.name for line in drawn),
    )


def _x(index: int, count: int) -> float:
    return PLOT * across(index, count)


def _drawn(index: int, line: Series, top: float, label_y: float) -> DrawnLine:
    spots = [(_x(i, len(line.points)), point.value) for i, point in enumerate(line.points)]
    placed = [(x, None if value is None else down(value, top, FLOOR, TOP_ROOM)) for x, value in spots]
    known = [(x, y) for x, y in placed if y is not None]
    last = next((point for point in reversed(line.points) if point.value is not None), None)
    name = f"{last.shown.text} {line.name}" if last else line.name
    x, y = known[-1] if known else (0.0, float(FLOOR))
    return DrawnLine(
        kind="other" if line.other else f"s{index + 1}",
        runs=tuple(" ".join(f"{x:.2f},{y:.1f}" for x, y in run) for run in runs(placed) if len(run) > 1),
        dots=tuple((percentage(x), pixels(y)) for x, y in known),
        name=shortened(name, LONGEST_WIDE),
        short_name=shortened(name, LONGEST_NARROW),
        label_x=percentage(x + LEADER),
        label_y=pixels(label_y + 5),
        leader=(percentage(x), pixels(y), percentage(x + LEADER - 0.5), pixels(label_y)),
    )


def _end(line: Series, top: float) -> float:
    """How far down a line ends."""
    known = [point.value for point in line.points if point.value is not None]
    return down(known[-1] if known else 0.0, top, FLOOR, TOP_ROOM)


def _spread(wanted: dict[int, float]) -> dict[int, float]:
    """Heights near those wanted, a line of letters apart, none below the floor."""
    placed: dict[int, float] = {}
    previous = float(TOP_ROOM - LABEL_STEP)
    for index in sorted(wanted, key=lambda each: wanted[each]):
        previous = placed[index] = max(wanted[index], previous + LABEL_STEP)
    floor = float(FLOOR)
    for index in sorted(placed, key=lambda each: -placed[each]):
        placed[index] = min(placed[index], floor)
        floor = placed[index] - LABEL_STEP
    return placed
