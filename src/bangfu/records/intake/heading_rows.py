"""The rows in which headings may stand: one row, or two or three of which the upper ones head groups of columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bangfu.analytics.workbooks import MergedCells

#: Rows of headings that are joined at most.
DEEPEST = 3
#: What stands between a group's heading and that of its column: a sign that no sheet has, as offices write 「是/否」.
JOINT = "\x1f"
#: What stands there where people read it.
_SHOWN_JOINT = "/"
#: A note above a table, not a head: 单位：元.
_NOTE = re.compile("[:：]")
#: The number before a group head: 一、基本情况.
_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十0-9]{1,3}[)）、.．,，]\s*")

Row = tuple[int, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Headings:
    """One reading of the first rows: ``last`` is the row of the lowest headings, ``cells`` the headings by column.

    A heading under group heads holds them in front of itself, ``JOINT`` between; :func:`shown` is for people.
    ``grouped``: that the upper rows are group heads is told by their blocks or words, not guessed.
    """

    last: int
    cells: tuple[str | None, ...]
    depth: int
    grouped: bool = False


def readings(
    rows: Sequence[Row], merged: Sequence[MergedCells], is_plain_group: Callable[[str], bool]
) -> Iterator[Headings]:
    """Every way to read headings out of the first rows: each row alone, then joined with those right below it."""
    for depth in range(1, DEEPEST + 1):
        for start in range(len(rows) - depth + 1):
            taken = rows[start : start + depth]
            if taken[-1][0] - taken[0][0] == depth - 1:
                *upper, lowest = taken
                grouped = bool(upper) and all(_heads(row, lowest, merged, is_plain_group) for row in upper)
                yield Headings(taken[-1][0], _joined(taken, merged), depth, grouped)


def _heads(row: Row, lowest: Row, merged: Sequence[MergedCells], is_plain_group: Callable[[str], bool]) -> bool:
    """Whether a row holds group heads: over some of the columns, not over all as a title, and no note (单位：元)."""
    number, cells = row
    below = {index for index, cell in enumerate(lowest[1]) if cell}
    blocks = [block for block in merged if block.first_row == number and block.first_column < len(cells)]
    for block in blocks:
        over = set(range(block.first_column, block.last_column + 1))
        if len(below - over) and not _NOTE.search(cells[block.first_column] or ":"):
            return True
    return not blocks and any(cell and is_plain_group(_NUMBERING.sub("", cell)) for cell in cells)


def parts(heading: str, is_plain_group: Callable[[str], bool]) -> tuple[str, ...]:
    """What a joined heading may be known by, surest first: with its groups, under the last group only, and by itself.

    By itself only under groups that say nothing of their own, such as 家庭成员: a phone under 帮扶责任人 is not the
    member's.
    """
    *groups, last = heading.split(JOINT)
    if not groups:
        return (heading,)
    known = [shown(heading), "".join([*groups, last])]
    groups = [_NUMBERING.sub("", group) for group in groups]
    known.append("".join([*groups, last]))
    if all(map(is_plain_group, groups[:-1])):
        known += [f"{groups[-1]}{_SHOWN_JOINT}{last}", f"{groups[-1]}{last}"]
    if all(map(is_plain_group, groups)):
        known.append(last)
    return tuple(dict.fromkeys(known))


def shown(heading: str) -> str:
    """A heading as people read it: ``收入情况/工资性收入``."""
    return heading.replace(JOINT, _SHOWN_JOINT)


def _joined(rows: Sequence[Row], merged: Sequence[MergedCells]) -> tuple[str | None, ...]:
    if len(rows) == 1:
        return tuple(_name([cell]) for cell in rows[0][1])
    width = max(len(cells) for _, cells in rows)
    *groups, (_, lowest) = rows
    levels = [_spread(row, merged, width) for row in groups]
    levels.append([*lowest, *[None] * (width - len(lowest))])
    return tuple(_name([level[column] for level in levels]) for column in range(width))


def _spread(row: Row, merged: Sequence[MergedCells], width: int) -> list[str | None]:
    """The cells of a row of group heads, each over its block; up to the next one where none is merged."""
    number, cells = row
    spread = [*cells, *[None] * (width - len(cells))]
    blocks = [block for block in merged if block.first_row == number and block.first_column < len(cells)]
    for block in blocks:
        last = min(block.last_column, width - 1)
        spread[block.first_column : last + 1] = [cells[block.first_column]] * (last + 1 - block.first_column)
    if not blocks and sum(1 for cell in cells if cell) > 1:
        for column in range(1, width):
            spread[column] = spread[column] or spread[column - 1]
    return spread


def _name(words: Sequence[str | None]) -> str | None:
    said = [bare for word in words if word and (bare := word.replace(JOINT, " ").strip())]
    return JOINT.join(dict.fromkeys(said)) or None
