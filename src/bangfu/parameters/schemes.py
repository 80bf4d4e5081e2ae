"""Place schemes: how a country's places are nested, and how their codes are written.

A code is the hierarchy: an ancestor's code is a prefix. A scheme says the length of the code at each level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bangfu.parameters.reading import Document, Node
from bangfu.parameters.text import Text

ALPHABETS = {"digits": re.compile(r"[0-9]+"), "letters": re.compile(r"[0-9A-Z]+")}


@dataclass(frozen=True, slots=True)
class Level:
    """A level: its English code (``county``), its name, the length of its codes, its position from the top (0)."""

    code: str
    title: Text
    length: int
    number: int
    #: Endings that a short name leaves away, longest first (``自治州``).
    endings: tuple[str, ...] = ()
    #: The English name of several places of the level, as inside a sentence (``counties``).
    en_many: str = ""

    @property
    def many(self) -> Text:
        """The name of several places of the level, as inside a sentence."""
        return Text(self.title.zh, self.en_many or self.title.en.lower())

    @property
    def one(self) -> Text:
        """The name of a place of the level, as inside a sentence."""
        return Text(self.title.zh, self.title.en.lower())


@dataclass(frozen=True, slots=True)
class InlinePlace:
    """A place that the scheme itself carries, with the names that files use for it."""

    code: str
    name: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceScheme:
    """Levels from the top down, the alphabet of codes, and whether shorter codes are padded with zeros."""

    name: str
    title: Text
    levels: tuple[Level, ...]
    alphabet: str
    zero_padded: bool
    currency: str
    source: str
    places: tuple[InlinePlace, ...] = ()

    @cached_property
    def by_length(self) -> dict[int, Level]:
        """Levels by the length of their codes."""
        return {level.length: level for level in self.levels}

    @cached_property
    def by_code(self) -> dict[str, Level]:
        """Levels by their English code."""
        return {level.code: level for level in self.levels}

    @cached_property
    def village(self) -> Level | None:
        """The level of villages, where the scheme has one."""
        return self.by_code.get("village")

    @property
    def sheet_level(self) -> Level:
        """The level whose yearly sheets add up to those above: villages, else the lowest."""
        return self.village or self.levels[-1]

    def level_of(self, code: str) -> Level | None:
        """The level of a code, or None where no level has codes of this length or the letters are foreign."""
        return self.by_length.get(len(code)) if ALPHABETS[self.alphabet].fullmatch(code) else None

    def parent_of(self, code: str) -> str | None:
        """The code one level up; None at the top."""
        level = self.by_length[len(code)]
        return code[: self.levels[level.number - 1].length] if level.number else None

    def line_of(self, code: str) -> tuple[str, ...]:
        """The codes from the top down to this one, itself included."""
        return tuple(code[: level.length] for level in self.levels if level.length <= len(code))

    def plain(self, text: str) -> str:
        """The code without zero padding: whole trailing segments of zeros go (``533400`` → ``5334``).

        Only a text whose length is that of a level is stripped, and never the top level's own segment.
        """
        code = text.strip().upper()
        if not self.zero_padded or len(code) not in self.by_length:
            return code
        while len(code) > self.levels[0].length:
            shorter = self.parent_of(code)
            if shorter is None or set(code[len(shorter) :]) != {"0"}:
                break
            code = shorter
        return code


def read_scheme(document: Document) -> PlaceScheme:
    """The scheme of a file ``schemes/<name>.yaml``."""
    top = document.root.only("title", "levels", "alphabet", "zero_padded", "currency", "source", "places")
    scheme = PlaceScheme(
        document.name.rpartition("/")[2],
        top.text("title"),
        tuple(_level(node, number) for number, node in enumerate(top.items("levels"))),
        top.string("alphabet"),
        top.boolean("zero_padded"),
        top.string("currency"),
        top.string("source"),
        tuple(_place(node) for node in top.items("places")),
    )
    _check(scheme, top)
    return scheme


def _level(node: Node, number: int) -> Level:
    node.only("code", "zh", "en", "en_many", "length", "endings")
    title = Text(node.string("zh"), node.string("en"))
    endings = tuple(sorted(node.strings("endings"), key=len, reverse=True))
    return Level(node.string("code"), title, node.integer("length"), number, endings, node.string("en_many"))


def _place(node: Node) -> InlinePlace:
    node.only("code", "zh", "en", "aliases")
    return InlinePlace(node.string("code"), Text(node.string("zh"), node.string("en")), node.strings("aliases"))


def _check(scheme: PlaceScheme, top: Node) -> None:
    lengths = [level.length for level in scheme.levels]
    if not lengths or lengths != sorted(set(lengths)):
        raise top.refuse(
            f"级别的代码长度要从上到下变长，却是{lengths}。",
            f"levels need growing code lengths from the top down, found {lengths}.",
        )
    if scheme.alphabet not in ALPHABETS:
        listed = ", ".join(ALPHABETS)
        raise top.child("alphabet").refuse(
            f"alphabet只能是{listed}，却是{scheme.alphabet!r}。",
            f"alphabet is one of {listed}, found {scheme.alphabet!r}.",
        )
    for place in scheme.places:
        if scheme.level_of(place.code) is None:
            raise top.child("places").refuse(
                f"区划代码{place.code!r}不合这个方案的任何一级。",
                f"the place code {place.code!r} fits no level of this scheme.",
            )
