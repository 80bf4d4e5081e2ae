"""What the words around a cell of a blank say: place, year, unit, and the words that ask for a figure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bangfu.analytics.workbooks.layout import Block, Slot, clean
from bangfu.records.places.index import PlaceIndex, PlaceRef
from bangfu.records.reports import words
from bangfu.records.reports.meanings import UNKNOWN, Candidate, Proposal
from bangfu.records.reports.place_words import columns_of_places, heads_of_places

MOST_QUESTIONS = 400
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*年?\s*(?:末|底|度)?")
_BRACKET = re.compile(r"[（(]\s*(?:单位\s*[：:])?\s*([^（）()]+?)\s*[)）]\s*$")
_SUMMED = re.compile(r"\s*(?:合\s*计|总\s*计|小\s*计|汇总|总数|共计)$")


@dataclass
class Question:
    """A heading to be settled once: ``key`` names it in the answers, ``words`` show it, ``cells`` wait for it."""

    key: str
    words: str
    unit: str = ""
    cells: int = 0
    sheet: str = ""
    proposal: Proposal = UNKNOWN


@dataclass
class PlaceQuestion:
    """A name that several places bear, or none: who is meant has to be said once.

    ``near``: none bears it, and the places are those that are written most like it.
    """

    key: str
    words: str
    places: tuple[PlaceRef, ...]
    cells: int = 0
    near: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What the words around a cell say: what is asked, of where and when, in which unit; ``outside``: not our area.

    ``unit_words`` are those that say the unit, as they stand: of 「Persons」 alone they are all that is said.
    """

    what: str
    place: PlaceRef | None
    year: int
    unit: str
    asks_place: str = ""
    outside: bool = False
    unit_words: str = ""


@dataclass
class Reader:
    """Reads the words of blanks against the places of an instance; ``area`` is the office that fills.

    ``is_name`` says whether words are a known name of a figure.
    """

    index: PlaceIndex
    area: PlaceRef
    year: int
    answers: Mapping[str, str]
    is_name: Callable[[str], bool]
    _kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    _named: dict[tuple[str, str], tuple[PlaceRef, ...]] = field(default_factory=dict)
    _level: dict[int, int] = field(default_factory=dict)
    _columns: dict[int, frozenset[int]] = field(default_factory=dict)
    _heads: dict[int, frozenset[str]] = field(default_factory=dict)

    def kind_of(self, phrase: str) -> tuple[str, str]:
        """Whether words are a ``unit``, ``year``, ``total``, ``whole``, ``place`` or ``what``, and what of them counts.

        ``before`` are so many years before that of the table.
        """
        if phrase not in self._kinds:
            self._kinds[phrase] = self._kind(phrase)
        return self._kinds[phrase]

    def _kind(self, phrase: str) -> tuple[str, str]:
        plain = phrase.strip().lower()
        if plain in words.UNITS:
            return "unit", plain
        if plain in words.LAST_YEAR or plain in words.THIS_YEAR:
            return "before", "1" if plain in words.LAST_YEAR else "0"
        year = _YEAR.fullmatch(plain)
        if year:
            return "year", year[1]
        if plain in words.TOTALS:
            return "total", ""
        if (whole := _SUMMED.sub("", plain)) in words.WHOLES:
            return "whole", whole
        return ("place", phrase) if self.places_named(phrase, "") else ("what", phrase)

    def places_named(self, phrase: str, below: str) -> tuple[PlaceRef, ...]:
        """The places that a name on a sheet can mean, below a code (itself included)."""
        key = (phrase, below)
        if key not in self._named:
            self._named[key] = self._find(phrase.strip(), below)
        return self._named[key]

    def _find(self, name: str, below: str) -> tuple[PlaceRef, ...]:
        found = {ref.code: ref for ref in self._bearing(name, below)}
        if not found:
            for level in self.index.scheme.levels:
                endings = (*level.endings, *_SHORT_ENDINGS.get(level.code, ()))
                for ending in sorted(endings, key=len, reverse=True):
                    stem = name.removesuffix(ending)
                    if stem != name and len(stem) >= 2:
                        found |= {ref.code: ref for ref in self._bearing(stem, below) if ref.level == level.number}
                        break
        return tuple(found[code] for code in sorted(found))

    def _bearing(self, name: str, below: str) -> tuple[PlaceRef, ...]:
        if len(name) < 2:
            return ()
        refs = self.index.by_any_name(name, below)
        own = [ref for ref in self.index.above(name, below) if ref.code == below] if below else []
        return (*own, *refs)

    def read(self, block: Block, slot: Slot) -> tuple[Read, tuple[str, ...]]:
        """What the words around one cell say, and the words that say what is asked."""
        parts: list[str] = []
        unit, unit_words, asks, outside = "", "", "", False
        place: PlaceRef | None = self.area
        year = titled = self.year_of(block)
        below = self.area.code
        beside = False  # below a township of others no village is ours, also where one of ours has its name
        for phrase, kind, said in self._phrases(block, slot):
            if kind == "unit":
                unit, unit_words = said, phrase
            elif kind == "year":
                year = int(said)
            elif kind == "before":
                year = titled - int(said)
            elif kind == "whole":
                if place is None or not self._is_whole(said, place):
                    place, outside = None, True
            elif kind == "statistic":
                place, asks, outside = None, "", False
            elif kind == "place" and not beside:
                place, asks, outside = self._place(block, phrase, below)
                below = place.code if place is not None else below
                beside = outside and not self._is_above(phrase)
            elif kind == "what":
                text, told_year, told_unit = _split(phrase)
                year, unit = told_year or year, told_unit or unit
                parts += [text] if text else []
        what = " / ".join(parts)
        return Read(what, place, year, unit, asks, outside, unit_words), tuple(parts)

    def _phrases(self, block: Block, slot: Slot) -> Iterator[tuple[str, str, str]]:
        """The phrases around a cell, the kind that each has where it stands, and what counts of it."""
        for phrase in slot.heads:
            kind, said = self.kind_of(phrase)
            yield phrase, "place" if kind == "what" and phrase in self._place_heads(block) else kind, said
        for column, phrase in zip(slot.label_columns, slot.labels, strict=True):
            kind, said = self.kind_of(phrase)
            if kind == "what" and phrase.strip().lower() in words.STATISTICS:
                kind = "statistic"
            elif kind == "what" and column in self._place_columns(block):
                kind = "place"
            yield phrase, kind, said

    def _place(self, block: Block, phrase: str, below: str) -> tuple[PlaceRef | None, str, bool]:
        answer = self.answers.get(f"where:{phrase}")
        if answer == "-":
            return None, "", False
        if answer is not None and (ref := self.index.by_code(answer)) is not None:
            return ref, "", not ref.code.startswith(self.area.code)
        found = self.places_named(phrase, below)
        if len(found) > 1:
            usual = self._usual_level(block)
            found = tuple(ref for ref in found if ref.level == usual) or found
        if len(found) == 1:
            return found[0], "", False
        if not found:
            elsewhere = self.places_named(phrase, "")
            if elsewhere:
                return None, "", True
        return None, phrase, False

    def _is_above(self, phrase: str) -> bool:
        """Whether a place that is not ours is one that ours belongs to."""
        return any(self.area.code.startswith(ref.code) for ref in self.places_named(phrase, ""))

    def _is_whole(self, said: str, place: PlaceRef) -> bool:
        """Whether 「全县」 and the like speak of a place: it has to be of that level."""
        level = self.index.scheme.levels[place.level].code
        kind = said.removeprefix("全")
        named = level not in words.BY_NAME.get(kind, ()) or place.name.endswith(kind)
        return level in words.WHOLES[said] and named

    def _usual_level(self, block: Block) -> int:
        """The level of most places that the block names without doubt."""
        if id(block) not in self._level:
            counted: Counter[int] = Counter()
            for phrase in {word for slot in block.slots for word in (*slot.heads, *slot.labels)}:
                found = self.places_named(phrase, self.area.code)
                levels = {ref.level for ref in found}
                counted.update(levels if len(levels) == 1 else [])
            self._level[id(block)] = counted.most_common(1)[0][0] if counted else -1
        return self._level[id(block)]

    def _place_columns(self, block: Block) -> frozenset[int]:
        if id(block) not in self._columns:
            self._columns[id(block)] = columns_of_places(block, self.kind_of)
        return self._columns[id(block)]

    def _place_heads(self, block: Block) -> frozenset[str]:
        if id(block) not in self._heads:
            self._heads[id(block)] = heads_of_places(block, self.kind_of, self.is_name)
        return self._heads[id(block)]

    def year_of(self, block: Block) -> int:
        """The year that the titles say where they say one, else the year that is filled for."""
        said = {int(found) for title in block.titles for found in _YEAR.findall(title)}
        return said.pop() if len(said) == 1 else self.year


#: Endings that sheets give to names which the register ends otherwise (茨中村 for 茨中村民委员会).
_SHORT_ENDINGS = {"village": ("村",), "township": ("乡", "镇"), "prefecture": ("州",), "county": ("县",)}


def _split(phrase: str) -> tuple[str, int | None, str]:
    """Words without the year and the unit in brackets that they say."""
    unit = ""
    bracket = _BRACKET.search(phrase)
    if bracket and bracket[1].strip().lower() in words.UNITS:
        unit, phrase = bracket[1].strip().lower(), phrase[: bracket.start()]
    year = _YEAR.search(phrase)
    if year:
        phrase = f"{phrase[: year.start()]}{phrase[year.end() :]}"
    return clean(phrase), int(year[1]) if year else None, unit


def unit_for(read_unit: str, block: Block, candidate: Candidate | None) -> str:
    """The unit of a cell: its own, or the one of the sheet that fits what is asked."""
    if read_unit or candidate is None:
        return read_unit
    fitting = [
        unit for unit in block.units if unit.lower() in words.UNITS and words.UNITS[unit.lower()].kind == candidate.kind
    ]
    return fitting[0].lower() if len(fitting) == 1 else ""


#: Words of lists, the longer first, so that 「未脱贫」 is found before 「脱贫」.
_LIST_OF = {word: name for name, told in words.LISTS.items() for word in told}
_LIST_WORDS = re.compile("|".join(map(re.escape, sorted(_LIST_OF, key=len, reverse=True))))
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")


def list_of(block: Block) -> str:
    """Which households the titles of a list speak of, or else the name of its sheet."""
    for text in (*block.titles, block.sheet):
        said = _IN_BRACKETS.sub("", text.lower())
        for undertaking in words.NO_LIST:
            said = said.replace(undertaking, "")
        found = _LIST_WORDS.findall(said)
        if found:
            return _LIST_OF[found[-1]]
    return "register"
