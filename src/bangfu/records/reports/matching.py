"""What the words of a blank mean: places, years, units, and which indicator or field a heading proposes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bangfu.analytics.workbooks.layout import Block, clean
from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.schema import Column
from bangfu.parameters.text import Text
from bangfu.records.figures.formulas import group_codes
from bangfu.records.households.models import Household, HouseholdYear
from bangfu.records.instance.parameters import current
from bangfu.records.places.index import PlaceIndex, PlaceRef
from bangfu.records.reports import words
from bangfu.records.schema import columns_of

#: From here on a proposal is taken as meant, and from here on it is shown at all.
SURE, LIKELY = 0.86, 0.52
MOST_QUESTIONS = 400
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*年?\s*(?:末|底|度)?")
_BRACKET = re.compile(r"[（(]\s*(?:单位\s*[：:])?\s*([^（）()]+?)\s*[)）]\s*$")
_SUMMED = re.compile(r"\s*(?:合\s*计|总\s*计|小\s*计|汇总|总数|共计)$")
_NOISE = re.compile(r"[\s·、，,。；;：:（）()\[\]【】的之]|^其中|总?数$|情况$")
#: 「贫困户/户数」 and 「贫困户/人数」 ask for households and people; the first 户 adds nothing.
_DOUBLED = re.compile(r"户(?=户|人)")
SPECIAL = {
    "id_no": Text("户主身份证号码", "ID number of the head"),
    "phone": Text("联系电话", "Phone"),
    "county": Text("县（区）", "County"),
    "township": Text("乡镇", "Township"),
    "village": Text("行政村", "Village"),
    "year": Text("年度", "Year"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a heading can mean: ``figure:CODE:GROUP`` or ``field:NAME``, its names and unit."""

    choice: str
    title: Text
    names: tuple[str, ...]
    kind: str = ""
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a heading is taken to mean, how surely, and why: ``same``, ``alike``, ``unit`` or ``unknown``."""

    candidate: Candidate | None
    score: float
    why: str

    @property
    def is_sure(self) -> bool:
        """Whether it needs no second look."""
        return self.score >= SURE


@dataclass
class Question:
    """A heading to be settled once: ``key`` names it in the answers, ``words`` show it, ``cells`` wait for it."""

    key: str
    words: str
    unit: str = ""
    cells: int = 0
    sheet: str = ""
    proposal: Proposal = field(default_factory=lambda: Proposal(None, 0, "unknown"))


@dataclass
class PlaceQuestion:
    """A name that several places bear, or none: who is meant has to be said once."""

    key: str
    words: str
    places: tuple[PlaceRef, ...]
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """What the words around a cell say: what is asked, of where and when, in which unit; ``outside``: not our area."""

    what: str
    place: PlaceRef | None
    year: int
    unit: str
    asks_place: str = ""
    outside: bool = False


def normal(text: str) -> str:
    """Words as they are compared: full-width as half-width, lower case, without marks and filling words."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    return _DOUBLED.sub("", plain)


def candidates(*, lists: bool) -> tuple[Candidate, ...]:
    """Everything that a heading can mean: of a list, fields of households; otherwise, indicators and their groups."""
    return _fields() if lists else tuple(found for one in current().indicators.values() for found in _of(one))


def _of(one: Indicator) -> Iterable[Candidate]:
    if one.removed:
        return
    noun = one.noun.zh if one.noun else ""
    kind = one.unit or ("count" if one.kind is IndicatorKind.EXPRESSION else "")
    codes = group_codes(one)
    if one.group is None:
        names = (one.title.zh, one.title.en, *words.INDICATORS.get(one.code, ()))
        yield Candidate(f"figure:{one.code}:", one.title, names, kind, noun)
    elif codes is not None and codes in current().codes:
        for entry in current().codes[codes].entries:
            title = Text(f"{one.title.zh}：{entry.title.zh}", f"{one.title.en}: {entry.title.en}")
            plain = one.code == "households_by_cause"
            short = (
                (entry.title.zh, f"{entry.title.zh}致贫", entry.title.en, f"致贫原因{entry.title.zh}") if plain else ()
            )
            yield Candidate(f"figure:{one.code}:{entry.code}", title, (title.zh, title.en, *short), kind, noun)


def _fields() -> tuple[Candidate, ...]:
    columns = {column.name: column.title for column in list_columns().values()} | SPECIAL
    return tuple(
        Candidate(f"field:{name}", title, (title.zh, title.en, *words.FIELDS.get(name, ())))
        for name, title in columns.items()
    )


def list_columns() -> dict[str, Column]:
    """The described columns that a list of households can have, by name."""
    return {column.name: column for model in (HouseholdYear, Household) for column in columns_of(model)}


@dataclass
class Book:
    """The candidates of one kind, ready to be compared with headings."""

    found: tuple[Candidate, ...]

    @cached_property
    def _by_name(self) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = {}
        for one in self.found:
            for name in one.names:
                found.setdefault(normal(name), []).append(one)
        return found

    @cached_property
    def _grams(self) -> list[tuple[frozenset[str], Candidate]]:
        return [(_pairs(normal(name)), one) for one in self.found for name in one.names]

    @cached_property
    def by_choice(self) -> dict[str, Candidate]:
        """Candidates by their choice."""
        return {one.choice: one for one in self.found}

    def propose(self, parts: Sequence[str], unit: str) -> Proposal:
        """The candidate that the words propose: all of them together first, then the last, then each."""
        said = words.UNITS.get(unit or (words.HINTS.get(normal(parts[-1]), "") if parts else ""))
        best = Proposal(None, 0, "unknown")
        for text, weight in (
            ("".join(parts), 1.0),
            ("".join(parts[-2:]), 0.97),
            ("".join(parts[-1:]), 0.93),
            ("".join(parts[:1]), 0.85),
        ):
            for score, one in self._scored(normal(text)):
                fit = _fit(one, said)
                total = min(1.0, score * weight + fit)
                if total > best.score + 1e-9:
                    best = Proposal(one, total, "same" if score == 1 else "unit" if fit > 0 else "alike")
        return best if best.score >= LIKELY else Proposal(None, best.score, "unknown")

    def _scored(self, word: str) -> Iterable[tuple[float, Candidate]]:
        if not word:
            return
        if word in self._by_name:
            yield from ((1.0, one) for one in self._by_name[word])
            return
        pairs = _pairs(word)
        for other, one in self._grams:
            both = len(pairs & other)
            if both:
                yield 2 * both / (len(pairs) + len(other)) * 0.95, one


def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[at : at + 2] for at in range(max(len(word) - 1, 1)))


def _fit(one: Candidate, said: words.Said | None) -> float:
    """What a unit adds to a candidate or takes from it."""
    if said is None or not one.kind:
        return 0.0
    if said.kind != one.kind:
        return -0.45
    if said.noun and one.noun:
        return 0.04 if said.noun == one.noun else -0.35
    return 0.04


@dataclass
class Reader:
    """Reads the words of blanks against the places of an instance; ``area`` is the office that fills."""

    index: PlaceIndex
    area: PlaceRef
    year: int
    answers: Mapping[str, str]
    _kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    _named: dict[tuple[str, str], tuple[PlaceRef, ...]] = field(default_factory=dict)
    _level: dict[int, int] = field(default_factory=dict)
    _among: dict[tuple[int, bool], set[str]] = field(default_factory=dict)

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

    def read(self, block: Block, heads: Sequence[str], labels: Sequence[str]) -> tuple[Read, tuple[str, ...]]:
        """What the words around one cell say, and the words that say what is asked."""
        parts: list[str] = []
        unit, asks, outside = "", "", False
        place: PlaceRef | None = self.area
        year = titled = self.year_of(block)
        below = self.area.code
        for position, phrase in enumerate((*heads, *labels)):
            kind, said = self.kind_of(phrase)
            if kind == "what" and self._is_among_places(block, phrase, position >= len(heads)):
                kind = "place"
            if kind == "unit":
                unit = said
            elif kind == "year":
                year = int(said)
            elif kind == "before":
                year = titled - int(said)
            elif kind == "whole":
                if place is None or not self._is_whole(said, place):
                    place, outside = None, True
            elif kind == "place":
                place, asks, outside = self._place(block, phrase, below)
                below = place.code if place is not None else below
            elif kind == "what":
                text, told_year, told_unit = _split(phrase)
                year, unit = told_year or year, told_unit or unit
                parts += [text] if text else []
        what = " / ".join(parts)
        return Read(what, place, year, unit, asks, outside), tuple(parts)

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

    def _is_among_places(self, block: Block, phrase: str, is_label: bool) -> bool:
        """Whether words that name nothing stand where the others name places."""
        key = (id(block), is_label)
        if key not in self._among:
            depth: dict[int, set[str]] = {}
            for slot in block.slots:
                for at, word in enumerate(slot.labels if is_label else slot.heads):
                    depth.setdefault(at, set()).add(word)
            found: set[str] = set()
            for told in depth.values():
                named = sum(self.kind_of(word)[0] == "place" for word in told)
                other = sum(self.kind_of(word)[0] == "what" for word in told)
                found |= told if named > other else set()
            self._among[key] = found
        return phrase in self._among[key]

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
