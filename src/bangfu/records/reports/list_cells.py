"""The cells of lists: a line for each household, below each other, as far as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bangfu.records.reports import lists
from bangfu.records.reports.answers import CONSTANT, field_of
from bangfu.records.reports.ground import Ground
from bangfu.records.reports.reading import AskedList
from bangfu.records.reports.told import ORDINAL, Told

PERSONAL = frozenset({"id_no", "phone"})


@dataclass(frozen=True)
class ListTold:
    """A list as it comes out: its cells, how many households it shows, and how many found no room below it."""

    sheet: str
    pattern_row: int
    told: tuple[Told, ...]
    households: int
    no_room: int

    @property
    def counts(self) -> dict[str, int]:
        """How many households and personal numbers it shows; ``revealed`` numbers are given whole."""
        personal = [one.state for one in self.told if one.facts.get("what") in PERSONAL]
        return {
            "households": self.households,
            "no_room": self.no_room,
            "revealed": personal.count("filled"),
            "masked": personal.count("masked"),
        }


def told_list(asked: AskedList, ground: Ground) -> ListTold:
    """What becomes of a list. **Errors** ``FileRefused`` where it cannot be said which households it is of."""
    block = asked.block
    which = ground.answers.get(asked.key, asked.which)
    listed = lists.households_listed(which, ground.area, asked.year, ground.snapshot, ground.scope)
    by_column = {one.column.column: ground.answer(one.key) for one in asked.columns}
    fields = sorted({field_of(answer) for answer in by_column.values()} - {""})
    room = len(listed) if block.may_grow else block.last_row - block.first_row + 1
    told: list[Told] = []
    shown = 0
    for at, row in enumerate(lists.rows(listed[:room], fields, asked.year, ground.scope)):
        ground.progress(at, len(listed))
        told += _line(asked, by_column, row, at)
        shown = at + 1
    return ListTold(block.sheet, block.last_row, tuple(told), shown, max(len(listed) - room, 0))


def _line(asked: AskedList, by_column: Mapping[int, str], row: lists.ListRow, at: int) -> Iterator[Told]:
    """The cells of one household."""
    block, line = asked.block, asked.block.first_row + at
    if block.ordinals >= 0:
        yield Told(block.sheet, line, block.ordinals, ORDINAL, at + 1)
    for column, answer in by_column.items():
        if answer.startswith(CONSTANT):
            yield Told(block.sheet, line, column, "constant", answer[1:], {"household": row.ref})
        elif (found := row.values.get(field_of(answer))) is not None:
            state = found.reason or ("masked" if found.masked else "filled")
            facts = {"what": field_of(answer), "group": row.ref, "place": row.place_code, "year": asked.year}
            yield Told(block.sheet, line, column, state, found.value, {"household": row.ref} | facts)
