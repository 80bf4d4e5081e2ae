"""The rows in which headings may stand: one row, or two or three of which the upper ones head groups of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bangfu.analytics.workbooks import MergedCells

#: Rows of headings that are joined at most.
DEEPEST = 3
#: What stands between a group's heading and that of its column.
JOINT = "/"

Row = tuple[int, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Headings:
    """One reading of the first rows: ``last`` is the row of the lowest headings, ``cells`` the headings by column.

    A heading under group heads is written ``收入情况/工资性收入``.
    """

    last: int
    cells: tuple[str | None, ...]
    depth: int


def readings(rows: Sequence[Row], merged: Sequence[MergedCells]) -> Iterator[Headings]:
    """Every way to read headings out of the first rows: each row alone, then joined with those right below it."""
    for depth in range(1, DEEPEST + 1):
        for start in range(len(rows) - depth + 1):
            taken = rows[start : start + depth]
            if taken[-1][0] - taken[0][0] == depth - 1:
                yield Headings(taken[-1][0], _joined(taken, merged), depth)


def parts(heading: str) -> tuple[str, ...]:
    """What a joined heading may be known by, surest first: with its groups, without, and under the last group only."""
    words = heading.split(JOINT)
    if len(words) == 1:
        return (heading,)
    return tuple(dict.fromkeys((heading, "".join(words), "".join(words[-2:]), words[-1])))


def _joined(rows: Sequence[Row], merged: Sequence[MergedCells]) -> tuple[str | None, ...]:
    if len(rows) == 1:
        return tuple(rows[0][1])
    width = max(len(cells) for _, cells in rows)
    *groups, (_, lowest) = rows
    levels = [_spread(row, merged, width) for row in groups]
    levels.append([*lowest, *[None] * (width - len(lowest))])
    return tuple(_name([level[column] for level in levels]) for column in range(width))


def _spread(row: Row, merged: Sequence[MergedCells], width: int) -> list[str | None]:
    """The cells of a row of group heads, each over all columns of its block."""
    number, cells = row
    spread = [*cells, *[None] * (width - len(cells))]
    for block in merged:
        if block.first_row == number and block.first_column < len(cells):
            last = min(block.last_column, width - 1)
            spread[block.first_column : last + 1] = [cells[block.first_column]] * (last + 1 - block.first_column)
    return spread


def _name(words: Sequence[str | None]) -> str | None:
    said = [word.strip() for word in words if word and word.strip()]
    return JOINT.join(dict.fromkeys(said)) or None
