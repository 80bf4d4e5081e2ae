"""How words stand beside one another, how wide letters are, and how SVG writes a length.

One measure for charts, maps, pictures and workbooks.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext

from bangfu.web.numbers import in_chinese

HAN_WIDTH = 1.0
LATIN_WIDTH = 0.56
#: Signs that stand outside the Han ranges and that Chinese fonts draw square all the same.
DRAWN_SQUARE = frozenset("·…—‘’“”±×≤≥")


def joined(parts: Iterable[str]) -> str:
    """Parts beside one another; the dot is wide in Chinese fonts and needs no spaces."""
    return ("·" if in_chinese() else " · ").join(part for part in parts if part)


def labelled(name: str, value: str) -> str:
    """A value behind its name, with the colon of the language."""
    return f"{name}{pgettext('after a label', ': ')}{value}" if name else value


def text_width(text: str) -> float:
    """The width of a line in letter heights: Han and full-width marks are square."""
    return sum(HAN_WIDTH if letter >= "\u2e80" or letter in DRAWN_SQUARE else LATIN_WIDTH for letter in text)


def shortened(text: str, most: float) -> str:
    """A text that is no wider than so many letter heights, its end left out where it must be."""
    if text_width(text) <= most:
        return text
    kept = text
    while kept and text_width(kept) + 1 > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def pixels(value: float) -> str:
    """A length as SVG writes it, with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
