"""What a heading can mean: indicators with their groups, or fields of households, and which of them its words say.

Only the words themselves, known other words for the same, and what a person confirmed are taken as meant. Figures
whose names are merely alike are offered, since 「劳动力人数」 and 「因缺劳动力致贫的户」 share most of their letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.schema import Column
from bangfu.parameters.text import Text
from bangfu.records.figures.formulas import group_codes
from bangfu.records.households.models import Household, HouseholdYear
from bangfu.records.instance.parameters import current
from bangfu.records.reports import words
from bangfu.records.schema import columns_of

#: How much of two names has to be the same for one to be offered for the other, and how many are offered.
ALIKE, OFFERED = 0.4, 3
_NOISE = re.compile(r"[\s·、，,。；;：:/（）()\[\]【】的之]|^其中|总?数$|情况$")
#: 「贫困户/户数」 and 「贫困户/人数」 ask for households and people; the first 户 adds nothing.
_DOUBLED = re.compile(r"户(?=户|人)")
#: Headings above others that say nothing of what is asked.
_NEUTRAL = re.compile(r"^(?:基本|总体|主要|家庭|户主|农户)*(?:情况|信息|指标|数据|项目|概况|内容)$")
_SPACES = re.compile(r"\s+")
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
    """What a heading is taken to mean and why: ``same`` words, the same ``meaning``, else ``alike`` or ``unknown``.

    Where it is taken to mean nothing, ``near`` are the candidates whose names are alike.
    """

    candidate: Candidate | None
    why: str
    near: tuple[Candidate, ...] = ()


UNKNOWN = Proposal(None, "unknown")


def normal(text: str) -> str:
    """Words as they are compared: full-width as half-width, lower case, without marks and filling words."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    return _DOUBLED.sub("", plain).removeprefix("numberof")


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
        """Candidates by everything that they are called, in the order of the dictionary."""
        found: dict[str, list[Candidate]] = {}
        for one in self.found:
            for word in dict.fromkeys(form for name in one.names for form in _forms(normal(name), one)):
                found.setdefault(word, []).append(one)
        return found

    @cached_property
    def _grams(self) -> list[tuple[frozenset[str], Candidate]]:
        return [(_pairs(normal(name)), one) for one in self.found for name in one.names]

    def is_name(self, phrase: str) -> bool:
        """Whether words are a name of something that a heading can mean."""
        return normal(phrase) in self._by_name

    def propose(self, parts: Sequence[str], unit: str) -> Proposal:
        """What all words of a heading together say; where they say nothing, the candidates that are alike."""
        asked = [part for part in parts if not _NEUTRAL.match(_SPACES.sub("", part))] or list(parts)
        word = normal("".join(asked))
        if not word:
            return UNKNOWN
        said = words.UNITS.get(unit)
        named = self._named(word, said)
        if len(named) == 1:
            same = word in {normal(named[0].title.zh), normal(named[0].title.en)}
            return Proposal(named[0], "same" if same else "meaning")
        near = tuple(named[:OFFERED]) or self._near(asked, said)
        return Proposal(None, "alike", near) if near else UNKNOWN

    def _named(self, word: str, said: words.Said | None) -> list[Candidate]:
        """The candidates of a name, or of 「贫困户（人）」 with what its unit counts, that fit the unit."""
        for each in (word, normal(f"{word}{said.noun}") if said and said.noun else ""):
            found = [one for one in self._by_name.get(each, ()) if words.fits(said, one.kind, one.noun)]
            if found:
                return found
        return []

    def _near(self, parts: Sequence[str], said: words.Said | None) -> tuple[Candidate, ...]:
        """The candidates whose names are the most alike, without those that measure something else or the opposite."""
        whole, last = " ".join(parts), parts[-1]
        meant = words.Meant.of(whole)
        scores: dict[str, tuple[float, Candidate]] = {}
        for word, weight in {normal("".join(parts)): 1.0, normal(last): 0.93}.items():
            pairs = _pairs(word)
            for other, one in self._grams:
                score = weight * 2 * len(pairs & other) / (len(pairs) + len(other))
                if score >= ALIKE and score > scores.get(one.choice, (0.0, one))[0]:
                    scores[one.choice] = (score, one)
        ranked = sorted(scores.values(), key=lambda found: -found[0])
        fitting = (
            one
            for _, one in ranked
            if words.fits(said, one.kind, one.noun) and meant.allows(one.title, one.kind, one.noun)
        )
        return tuple(one for one, _ in zip(fitting, range(OFFERED), strict=False))


def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[at : at + 2] for at in range(max(len(word) - 1, 1)))


def _forms(name: str, one: Candidate) -> Iterator[str]:
    """A name, and what it is with the other endings that its unit has: 残疾人, 残疾人口; 占比, 比例."""
    yield name
    for endings in words.ENDINGS.get((one.kind, one.noun), ()):
        ending = next((each for each in endings if name.endswith(each) and len(name) > len(each) + 1), None)
        if ending is not None:
            yield from (f"{name.removesuffix(ending)}{other}" for other in endings)
