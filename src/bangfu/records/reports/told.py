"""What became of each cell that waited: the value that goes into it, where it came from, or why it stays empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bangfu.analytics.workbooks.fill import Value
from bangfu.analytics.workbooks.refusals import column_letters

#: States of cells that hold something, and of those that stay empty although nobody has to report anything.
HOLDS = frozenset({"filled", "partial", "no_case", "constant", "masked"})
NO_TASK = frozenset({"left_empty", "outside", "withheld", "not_applicable"})
#: The number of a row, which is written and not told.
ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Told:
    """One cell: where it stands, what became of it, its value, and what is known of it (indicator, place, …)."""

    sheet: str
    row: int
    column: int
    state: str
    value: Value | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """``filled``, ``missing`` (somebody has to report it) or ``left_empty``."""
        if self.state in HOLDS:
            return "filled"
        return "left_empty" if self.state in NO_TASK else "missing"

    @property
    def cell(self) -> str:
        """Its name as people write it: ``B7``."""
        return f"{column_letters(self.column)}{self.row}"

    def as_fact(self) -> dict[str, Any]:
        """It as it is kept with the filling."""
        return {"sheet": self.sheet, "cell": self.cell, "state": self.state, **self.facts}


def values_by_sheet(told: Iterable[Told]) -> dict[str, dict[tuple[int, int], Value]]:
    """The values that go into the sheets, by row and column."""
    found: dict[str, dict[tuple[int, int], Value]] = {}
    for one in told:
        if one.value is not None:
            found.setdefault(one.sheet, {})[one.row, one.column] = one.value
    return found


def counted(told: Iterable[Told]) -> dict[str, int]:
    """How many cells are filled, missing, and left empty."""
    counts = {"filled": 0, "missing": 0, "left_empty": 0}
    for one in told:
        counts[one.kind] += 1
    return counts
