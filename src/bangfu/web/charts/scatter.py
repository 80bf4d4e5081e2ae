"""Two figures against each other: a point a place, each a link, its name where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bangfu.web.charts.scale import percentage
from bangfu.web.lettering import pixels, shortened, text_width

TALL, FLOOR, TOP_ROOM = 380, 340, 14
#: Where the drawing begins and ends across; on the left stand the values of the vertical axis.
LEFT, RIGHT = 12.0, 96.0
#: Widths for which names are placed, in pixels, and the letters they are written in.
PANELS = (("wide", 900.0), ("narrow", 310.0))
LETTER = 13
LONGEST = 10.0
#: Room is looked for for so many names: of more points the outermost.
MOST_NAMES = 40
#: How far a name may stand under or over its point, in pixels; of few points, further off: it is clear whose it is.
HEIGHTS = (0,)
FEW, FEW_HEIGHTS = 12, (0, 16, -16, 30, -30)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with both values; ``said`` is what a reader hears of it."""

    name: str
    x: float
    y: float
    said: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class DrawnSpot:
    """A point where it is drawn."""

    x: str
    y: str
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names for one size of screen: where each stands, and which end of it."""

    screen: str
    names: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points ready for ``components/scatter.html``; ticks are positions with their words."""

    title: str
    across_words: str
    up_words: str
    height: int
    base: int
    left: str
    right: str
    spots: tuple[DrawnSpot, ...]
    names: tuple[Names, ...]
    across_ticks: tuple[tuple[str, str], ...]
    up_ticks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis says, up to which value it goes, and its ticks with their words."""

    words: str
    top: float
    ticks: tuple[tuple[float, str], ...] = ()


def scatter(title: str, spots: tuple[Spot, ...], across: Axis, up: Axis) -> Scatter:
    """Points on two scales from zero."""
    drawn = [(_x(spot.x, across.top), _y(spot.y, up.top), spot) for spot in spots]
    return Scatter(
        title=title,
        across_words=across.words,
        up_words=up.words,
        height=TALL,
        base=FLOOR,
        left=percentage(LEFT),
        right=percentage(RIGHT),
        spots=tuple(DrawnSpot(percentage(x), pixels(y), spot.said, spot.href) for x, y, spot in drawn),
        names=tuple(Names(screen, _names(drawn, width)) for screen, width in PANELS),
        across_ticks=tuple((percentage(_x(value, across.top)), words) for value, words in across.ticks),
        up_ticks=tuple((pixels(_y(value, up.top)), words) for value, words in up.ticks),
    )


def _x(value: float, top: float) -> float:
    return LEFT + (RIGHT - LEFT) * max(value, 0.0) / (top or 1.0)


def _y(value: float, top: float) -> float:
    return FLOOR - (FLOOR - TOP_ROOM) * max(value, 0.0) / (top or 1.0)


Box = tuple[float, float, float, float]


def _names(drawn: Sequence[tuple[float, float, Spot]], width: float) -> tuple[tuple[str, str, str, str], ...]:
    """Names that touch neither a point nor another name at this width, from the outside in; the rest are left out."""
    taken: list[Box] = [(x * width / 100 - 6, y - 6, x * width / 100 + 6, y + 6) for x, y, _spot in drawn]
    middle = sum(x for x, _y, _spot in drawn) / len(drawn) if drawn else 0.0
    heights = FEW_HEIGHTS if len(drawn) <= FEW else HEIGHTS
    placed = []
    for x, y, spot in sorted(drawn, key=lambda each: -abs(each[0] - middle))[:MOST_NAMES]:
        name = shortened(spot.name, LONGEST)
        for anchor, box in _boxes(x * width / 100, y, text_width(name) * LETTER, heights):
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0
            if inside and not any(_touch(box, other) for other in taken):
                taken.append(box)
                placed.append((percentage(x), pixels(box[3] - 3), anchor, name))
                break
    return tuple(placed)


def _boxes(x: float, y: float, length: float, heights: Sequence[int]) -> Iterator[tuple[str, Box]]:
    """Where a name may stand around its point: beside it, then under or over it and at its corners."""
    for down in heights:
        if down:
            yield "middle", (x - length / 2, y - 8 + down, x + length / 2, y + 8 + down)
        yield "start", (x + 7, y - 8 + down, x + 9 + length, y + 8 + down)
        yield "end", (x - 9 - length, y - 8 + down, x - 7, y + 8 + down)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
