"""A blank read for an office: its blocks, what each cell asks, and what has to be settled by a person first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bangfu.analytics.workbooks.bounded import read_blank_bounded
from bangfu.analytics.workbooks.layout import Block, ListColumn, Slot, digest_of, find_blocks
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.records.places.models import Place
from bangfu.records.places.queries import place_index
from bangfu.records.reports.matching import (
    MOST_QUESTIONS,
    PlaceQuestion,
    Question,
    Read,
    Reader,
    list_of,
    unit_for,
)
from bangfu.records.reports.meanings import Book, candidates
from bangfu.records.reports.place_words import nearest

MOST_SLOTS = 60_000
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell that waits: where it stands, what is read of the words around it, and the key of its heading."""

    block: Block
    slot: Slot
    read: Read
    key: str


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """One column of a list and the key of its heading."""

    column: ListColumn
    key: str


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list, where each row is one household: its key in the answers, which households it proposes, its year."""

    key: str
    block: Block
    which: str
    year: int
    columns: tuple[AskedColumn, ...]


@dataclass(frozen=True)
class Parsed:
    """A workbook's tables before anything is read of their words: their digest and the title of the first."""

    blocks: tuple[Block, ...]
    digest: str
    title: str


@dataclass
class Blank:
    """A blank as it is read: its digest, what it asks, and the questions that a person settles."""

    digest: str
    title: str
    cells: list[Asked] = field(default_factory=list)
    lists: list[AskedList] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    places: dict[str, PlaceQuestion] = field(default_factory=dict)

    @property
    def columns(self) -> list[AskedColumn]:
        """The columns of all lists."""
        return [column for each in self.lists for column in each.columns]

    def unsettled(self, answers: Mapping[str, str]) -> bool:
        """Whether anything is asked that the answers do not settle."""
        keys = [*self.questions, *self.places, *(each.key for each in self.lists)]
        return any(key not in answers for key in keys)


def parse(path: Path) -> Parsed:
    """The tables of a workbook to fill, which lies in a folder for files in the clear. **Errors** ``FileRefused``."""
    blocks = find_blocks(read_blank_bounded(path, path.parent))
    count = sum(len(block.slots) for block in blocks)
    if not blocks:
        raise FileRefused("no_table")
    if count > MOST_SLOTS:
        raise FileRefused("too_many_cells", sheet=blocks[0].sheet, count=count, limit=MOST_SLOTS)
    title = next((text for block in blocks for text in block.titles), blocks[0].sheet)
    return Parsed(blocks, digest_of(blocks), title)


def read(parsed: Parsed, *, area: Place, year: int, answers: Mapping[str, str]) -> Blank:
    """A blank as it is read for an office and year. **Errors** ``FileRefused``."""
    blank = Blank(parsed.digest, parsed.title)
    index = place_index()
    ref = index.by_code(area.code)
    assert ref is not None, "an area is a place of today"
    figures, fields = Book(candidates(lists=False)), Book(candidates(lists=True))
    reader = Reader(index, ref, year, answers, figures.is_name)
    for number, block in enumerate(parsed.blocks):
        if block.is_list:
            columns = tuple(_read_columns(blank, block, fields))
            blank.lists.append(AskedList(f"list:{number}", block, list_of(block), reader.year_of(block), columns))
        else:
            _read_table(blank, block, reader, figures)
    if len(blank.questions) > MOST_QUESTIONS:
        raise FileRefused("too_many_headings", count=len(blank.questions), limit=MOST_QUESTIONS)
    return blank


def _read_table(blank: Blank, block: Block, reader: Reader, book: Book) -> None:
    proposals: dict[tuple[str, str], str] = {}
    for slot in block.slots:
        found, parts = reader.read(block, slot)
        known = (found.what, found.unit)
        if known not in proposals:
            proposals[known] = _question(blank, block, book, parts, found)
            if len(blank.questions) > MOST_QUESTIONS:
                return
        key = proposals[known]
        blank.questions[key].cells += 1
        blank.cells.append(Asked(block, slot, found, key))
        if found.asks_place:
            _place_question(blank, reader, found.asks_place).cells += 1


def _place_question(blank: Blank, reader: Reader, name: str) -> PlaceQuestion:
    """The question which place a name means: one of those that bear it, or of those that are written most like it."""
    key = f"where:{name}"
    if key not in blank.places:
        named = reader.places_named(name, reader.area.code)
        offered = named or nearest(name, reader.index, reader.area.code)
        blank.places[key] = PlaceQuestion(key, name, offered, near=not named)
    return blank.places[key]


def _question(blank: Blank, block: Block, book: Book, parts: tuple[str, ...], found: Read) -> str:
    """The key of a heading; the first time it is met, what it proposes is looked for.

    A heading that is a unit alone, 「Persons」, asks for what the title says.
    """
    unit = found.unit
    said = tuple(text for text in (*block.titles[:1], found.unit_words) if text)
    proposal = book.propose(parts or said, unit or (block.units[0].lower() if len(block.units) == 1 else ""))
    if not unit:
        unit = unit_for(unit, block, proposal.candidate)
    key = f"what:{found.what}|{unit}"
    if key not in blank.questions:
        shown = found.what or found.unit_words or " / ".join(said) or block.sheet
        blank.questions[key] = Question(key, shown, unit, 0, block.sheet, proposal)
    return key


def _read_columns(blank: Blank, block: Block, book: Book) -> Iterator[AskedColumn]:
    for column in block.columns:
        said = " / ".join(_YEAR.sub("", head) for head in column.heads)
        key = f"field:{said}"
        if key not in blank.questions:
            blank.questions[key] = Question(key, said, "", 0, block.sheet, book.propose(column.heads, ""))
        blank.questions[key].cells += 1
        yield AskedColumn(column, key)
