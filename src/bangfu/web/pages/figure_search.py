"""A figure found by what a reader types: its title in either language, the beginning of it, or its code."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.parameters.indicators import Indicator
from bangfu.records.instance.parameters import current
from bangfu.web.pages.readings import words

MOST_NEAR = 8


@dataclass(frozen=True)
class Found:
    """The one indicator that was meant, or those that may have been."""

    typed: str
    indicator: Indicator | None
    near: tuple[Indicator, ...] = ()


def figure_named(typed: str) -> Found:
    """The indicator of a code or title; where only a part fits, the one that it fits, else all that it fits."""
    typed = typed.strip()
    indicators = current().indicators
    if typed in indicators:
        return Found(typed, indicators[typed])
    low = typed.casefold()
    if not low:
        return Found("", None)
    exact = [each for each in indicators.values() if low in {each.title.zh.casefold(), each.title.en.casefold()}]
    if len(exact) == 1:
        return Found(typed, exact[0])
    near = exact or [each for each in indicators.values() if low in _said(each)]
    return Found(typed, near[0] if len(near) == 1 else None, tuple(near[:MOST_NEAR]))


def titles() -> list[tuple[str, str]]:
    """Every title in the reader's language with its code, for a list to choose from."""
    return sorted((words(each.title), each.code) for each in current().indicators.values())


def _said(each: Indicator) -> str:
    return " ".join((each.title.zh, each.title.en, each.code)).casefold()
