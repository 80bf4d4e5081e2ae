"""What rows a reader may touch, as a frozen value that analytics can filter by.

The gate (``bangfu.records.access``) builds these from grants; nothing else should. Analytics only applies them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from bangfu.parameters.schema import FieldClass


class Reach(IntEnum):
    """How near a reader may come to a row: public notices, aggregates, rows."""

    PUBLIC = 0
    AGGREGATE = 1
    ROW = 2


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Rows whose place code starts with a prefix, or whose household is named; ``everything`` lifts the filter.

    An empty filter (no prefix, no household, not everything) matches no row.
    """

    prefixes: tuple[str, ...] = ()
    households: frozenset[int] = field(default_factory=frozenset)
    everything: bool = False

    def allows_place(self, code: str) -> bool:
        """Whether a row at this place code is inside by its place alone."""
        return self.everything or any(code.startswith(prefix) for prefix in self.prefixes)

    def allows(self, code: str, household_id: int | None) -> bool:
        """Whether a row with this place code and household is inside."""
        return self.allows_place(code) or (household_id is not None and household_id in self.households)


EVERYTHING = RowFilter(everything=True)
NOTHING = RowFilter()
ALL_CLASSES = frozenset(FieldClass)
