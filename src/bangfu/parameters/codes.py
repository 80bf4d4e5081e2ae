"""Dated code lists: what a code means on a day, and which code a word on a sheet stands for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from bangfu.parameters.dates import holds, overlaps
from bangfu.parameters.reading import Document, Node
from bangfu.parameters.text import Text


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code with its name, the days on which it holds (``valid_until`` excluded) and the words that mean it."""

    code: str
    title: Text
    valid_from: date | None = None
    valid_until: date | None = None
    aliases: tuple[str, ...] = ()
    unverified: bool = False
    #: The same thing in other code lists, as in ``{"GB/T 3304": "20"}``.
    standards: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def holds_on(self, day: date | None) -> bool:
        """Whether the code may be used on a day; without a day it may."""
        return holds(self.valid_from, self.valid_until, day)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that means this code on a sheet."""
        return (self.code, self.title.zh, self.title.en, *self.aliases)


@dataclass(frozen=True)
class CodeList:
    """A dated code list. The same code may stand again with another name on other days."""

    name: str
    title: Text
    entries: tuple[CodeEntry, ...]
    source: str
    #: Who numbered the codes: ``national`` (the national system), ``standard`` (a GB/T) or ``own`` (this project).
    numbering: str
    unverified: bool = False
    note: str = ""

    def on(self, day: date | None) -> dict[str, Text]:
        """The codes of a day with their names, in order; without a day every code with its latest name."""
        return {entry.code: entry.title for entry in self.entries if entry.holds_on(day)}

    @cached_property
    def titles(self) -> dict[str, Text]:
        """Every code that ever held, with its latest name: what pages print for old rows."""
        return self.on(None)

    def lookup(self, text: str, day: date | None = None) -> str | None:
        """The code that a word on a sheet means on a day, or None.

        Codes, Chinese and English names and aliases count; width, case and spaces around do not, nor leading zeros.
        """
        for entry in self._by_word.get(folded(text), ()):
            if entry.holds_on(day):
                return entry.code
        return None

    @cached_property
    def _by_word(self) -> dict[str, list[CodeEntry]]:
        found: dict[str, list[CodeEntry]] = {}
        for entry in self.entries:
            for word in {folded(word) for word in (*entry.words, entry.code.lstrip("0"))} - {""}:
                found.setdefault(word, []).append(entry)
        return found

    def clash(self) -> tuple[str, CodeEntry, CodeEntry] | None:
        """A word that means two codes on one day, with both entries; None where the list is sound."""
        for word, entries in self._by_word.items():
            for position, first in enumerate(entries):
                for second in entries[position + 1 :]:
                    if first.code != second.code and _share_a_day(first, second):
                        return word, first, second
        return None


def folded(text: str) -> str:
    """A word as it is compared: full-width letters and digits narrowed, case and outer spaces gone."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _share_a_day(first: CodeEntry, second: CodeEntry) -> bool:
    return overlaps(first.valid_from, first.valid_until, second.valid_from, second.valid_until)


def read_codes(document: Document) -> CodeList:
    """The code list of a file ``codes/<name>.yaml``."""
    top = document.root.only("title", "source", "numbering", "unverified", "note", "entries")
    numbering = top.string("numbering")
    if numbering not in {"national", "standard", "own"}:
        raise top.child("numbering").refuse(
            f"numbering只能是national、standard或own，却是{numbering!r}。",
            f"numbering is national, standard or own, found {numbering!r}.",
        )
    found = CodeList(
        document.name.rpartition("/")[2],
        top.text("title"),
        tuple(_entry(node) for node in top.items("entries")),
        top.string("source"),
        numbering,
        top.boolean("unverified"),
        top.string("note", ""),
    )
    clash = found.clash()
    if clash:
        word, first, second = clash
        raise top.refuse(
            f"{word!r}既指{first.code}（{first.title.zh}），又指{second.code}（{second.title.zh}）。",
            f"{word!r} means both {first.code} ({first.title.zh}) and {second.code} ({second.title.zh}).",
        )
    return found


def _entry(node: Node) -> CodeEntry:
    node.only("code", "zh", "en", "valid_from", "valid_until", "aliases", "unverified", "standards")
    code = node.string("code")
    if len(code) > 12:
        raise node.child("code").refuse(
            f"代码最多12个字符，{code!r}有{len(code)}个。", f"a code has at most 12 letters, {code!r} has {len(code)}."
        )
    return CodeEntry(
        code,
        Text(node.string("zh"), node.string("en")),
        node.day("valid_from"),
        node.day("valid_until"),
        node.strings("aliases"),
        node.boolean("unverified"),
        MappingProxyType({name: str(part.value) for name, part in node.entries("standards")}),
    )
