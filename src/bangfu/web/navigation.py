"""The bar: at most seven items in the same order for all; one shows once its address exists and the role has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

PHONE_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that the bar can have: its key, its words, and the name of the URL it leads to (without arguments)."""

    key: str
    words: Promise
    url_name: str
    #: The letter that leads there after ``g``.
    letter: str = ""


ENTRIES = (
    Entry("inbox", pgettext_lazy("bar", "To do"), "inbox", "i"),
    Entry("area", pgettext_lazy("bar", "Area"), "home", "a"),
    Entry("households", pgettext_lazy("bar", "Households"), "own_households", "h"),
    Entry("mine", pgettext_lazy("bar", "My households"), "my_households", "m"),
    Entry("cases", pgettext_lazy("bar", "Cases"), "cases", "c"),
    Entry("help", pgettext_lazy("bar", "Support"), "aid", "s"),
    Entry("data", pgettext_lazy("bar", "Data"), "imports", "d"),
    Entry("analysis", pgettext_lazy("bar", "Figures"), "figures", "f"),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """An item of the bar in the reader's language; ``count`` is None where nothing is counted."""

    key: str
    label: str
    href: str
    count: int | None = None
    letter: str = ""


def items(keys: Collection[str] | None, counts: Mapping[str, int]) -> tuple[NavItem, ...]:
    """The items whose address exists, limited to ``keys`` (those of the role; None: all), with their counts."""
    wanted = [entry for entry in ENTRIES if keys is None or entry.key in keys]
    found = [(entry, address(entry.url_name)) for entry in wanted]
    return tuple(
        NavItem(entry.key, str(entry.words), href, counts.get(entry.key), entry.letter) for entry, href in found if href
    )


def with_keys(keys: Collection[str] | None) -> tuple[tuple[str, NavItem], ...]:
    """The items of the bar with the letter that leads to each after ``g``."""
    return tuple((item.letter, item) for item in items(keys, {}) if item.letter)


def address(url_name: str) -> str:
    """The address of a named URL without arguments, empty where it does not exist (yet)."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
