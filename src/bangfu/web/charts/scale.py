"""The box that charts share: its height, and positions in it as percentages across and pixels down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10
from typing import TypeVar

T = TypeVar("T")

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


def share_of(value: float | None, ceiling: float) -> str:
    """A length as a part of the ceiling, in percent; empty where there is no value."""
    return "" if value is None else percentage(100 * min(max(value, 0.0), ceiling) / ceiling)


def percentage(value: float) -> str:
    """A length across, as SVG writes it."""
    return f"{value:.2f}%"


def runs(places: Iterable[tuple[float, T | None]]) -> list[list[tuple[float, T]]]:
    """Neighbouring places that have something; where nothing is, a line breaks."""
    found: list[list[tuple[float, T]]] = [[]]
    for x, value in places:
        if value is None:
            found.append([])
        else:
            found[-1].append((x, value))
    return [run for run in found if run]
