"""The box that charts share: its height, and positions in it as percentages across and pixels down."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

HEIGHT = 200
TOP = 34
BASE = 170


@dataclass(frozen=True, slots=True)
class Line:
    """A policy line or target: its value and its words (2015年线 2,855元)."""

    value: float
    words: str


def across(index: int, count: int) -> float:
    """The middle of the index-th of equal columns, in percent."""
    return 100 * (index + 0.5) / count


def down(value: float, ceiling: float, base: float = BASE, top: float = TOP) -> float:
    """How far down a value lies in a box whose top is the ceiling, in pixels."""
    return base - (base - top) * max(value, 0.0) / ceiling


def steps(ceiling: float, most: int = 5) -> tuple[float, ...]:
    """Round values from zero up to a ceiling, at most so many above zero: 0, 10, 20, 30."""
    if ceiling <= 0:
        return (0.0,)
    power = 10.0 ** floor(log10(ceiling / most))
    step = next(factor * power for factor in (1, 2, 5, 10) if ceiling / (factor * power) <= most)
    return tuple(round(index * step, 10) for index in range(floor(ceiling / step) + 1))


def letters_wide(text: str) -> float:
    """The width of a line in letter heights: Han and full-width marks are square."""
    return sum(1.0 if letter >= "\u2e80" else 0.56 for letter in text)


def shortened(text: str, most: float) -> str:
    """A text that is no wider than so many letter heights, its end left out where it must be."""
    if letters_wide(text) <= most:
        return text
    kept = text
    while kept and letters_wide(kept) + 1 > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def share_of(value: float | None, ceiling: float) -> str:
    """A length as a part of the ceiling, in percent; empty where there is no value."""
    return "" if value is None else percentage(100 * min(max(value, 0.0), ceiling) / ceiling)


def percentage(value: float) -> str:
    """A length across, as SVG writes it."""
    return f"{value:.2f}%"


def pixels(value: float) -> str:
    """A length down, as SVG writes it."""
    return f"{value:.1f}".removesuffix(".0")
