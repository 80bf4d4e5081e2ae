"""Households that a township reports late: they are left out of the yearly files and come in a workbook of its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.synthesis.register import Village, poor_in
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import TOWNSHIP

#: How many households of each village are late.
LATE = 8


def late_numbers(village: Village, year: int) -> frozenset[str]:
    """Numbers of the households of a village that are poor in a year and were reported late."""
    homes = village.homes
    poor = np.flatnonzero(poor_in(homes, year))
    drawn = generator_for(village.seed, homes.frame.code, "late").permutation(poor)[:LATE]
    return frozenset(str(homes.number[index]) for index in drawn)


def late_in(villages: list[Village], townships: tuple[str, ...], year: int) -> frozenset[str]:
    """Numbers of the late households of some townships."""
    inside = (village for village in villages if village.homes.frame.code[:TOWNSHIP] in townships)
    return frozenset[str]().union(*(late_numbers(village, year) for village in inside))


def split_late(found: pa.Table, numbers: frozenset[str]) -> tuple[pa.Table, pa.Table]:
    """The rows in time, and the late ones."""
    late = pc.is_in(found["household.household_no"], pa.array(sorted(numbers), pa.string()))
    return found.filter(pc.invert(late)), found.filter(late)
