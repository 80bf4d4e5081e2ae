"""A small living survey: one household in a hundred, counties as strata, villages drawn first, with its own incomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from bangfu.analytics.synthesis.columns import column, constant, joined
from bangfu.analytics.synthesis.frames import Frame
from bangfu.analytics.synthesis.identity import Integers
from bangfu.analytics.synthesis.incomes import LINES
from bangfu.analytics.synthesis.naming import Booleans
from bangfu.analytics.synthesis.register import Village, poor_in
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import COUNTY

#: One household in so many is asked, about this many in each village that was drawn; two villages a county at least.
ONE_IN, TAKEN, LEAST_VILLAGES = 100, 10, 2
#: Households that are not on the register have serial numbers from here.
FIRST_ORDINARY = 5001
#: Income of ordinary households relative to the line: median and spread of the logarithm; of the poor and exited ones
#: relative to their income by the register's concept, which leaves out what they eat of their own.
ORDINARY, POOR, EXITED = (2.45, 0.39), (0.88, 0.20), (1.25, 0.25)
ORDINARY_TYPE = "01"


def survey_of(seed: int, villages: Iterable[Village], year: int) -> pa.Table:
    """The survey of a year, a row per household: number, place, size, income, weight, PSU and stratum.

    The same villages and households are asked every year. A household's weight is one over its chance of being drawn:
    villages of the county ÷ drawn ones × households of the village ÷ asked ones. **Units** yuan per person.
    """
    ordered = sorted(villages, key=lambda village: village.homes.frame.code)
    parts = []
    for county, group in groupby(ordered, key=lambda village: village.homes.frame.code[:COUNTY]):
        inside = list(group)
        drawn = _drawn(seed, county, [village.homes.frame for village in inside])
        parts += [_asked(seed, inside[index], len(inside) / len(drawn), county, year) for index in drawn]
    return joined(parts)


def _drawn(seed: int, county: str, frames: Sequence[Frame]) -> list[int]:
    """Which villages of a county were drawn, with equal chances and without replacement."""
    wanted = round(sum(frame.rural_households for frame in frames) / ONE_IN / TAKEN)
    count = min(max(wanted, LEAST_VILLAGES), len(frames))
    return sorted(int(index) for index in generator_for(seed, county, "survey").permutation(len(frames))[:count])


def _asked(seed: int, village: Village, stage: float, county: str, year: int) -> pa.Table:
    homes, frame = village.homes, village.homes.frame
    rng = generator_for(seed, frame.code, "survey")
    chosen = np.sort(rng.permutation(frame.rural_households)[:TAKEN])
    known = chosen < len(homes)
    own = np.minimum(chosen, len(homes) - 1)
    number = [
        str(homes.number[index]) if on else f"{frame.code[2:]}{FIRST_ORDINARY + index - len(homes)}"
        for index, on in zip(chosen, known, strict=True)
    ]
    size = np.where(known, homes.size(year)[own], np.clip(rng.poisson(3.2, len(chosen)) + 1, 1, 9))
    listed = known & (homes.identified[own] <= year)
    weight = stage * frame.rural_households / len(chosen)
    prefix = "household_year"
    return pa.table(
        {
            "row.place_code": constant(frame.code, len(chosen)),
            "row.year": column(np.full(len(chosen), year, dtype=np.int16)),
            "household.household_no": column(np.array(number, dtype=object)),
            f"{prefix}.household_type": column(np.full(len(chosen), ORDINARY_TYPE, dtype=object), listed),
            f"{prefix}.household_size": column(size),
            f"{prefix}.x.svy_income": column(_incomes(seed, village, own, listed, year)),
            f"{prefix}.x.svy_weight": column(np.full(len(chosen), round(weight, 4))),
            f"{prefix}.x.svy_psu": constant(frame.code, len(chosen)),
            f"{prefix}.x.svy_stratum": constant(county, len(chosen)),
        }
    )


def _incomes(seed: int, village: Village, own: Integers, listed: Booleans, year: int) -> Integers:
    """Survey incomes per person, whole yuan: standing draws with a little change from year to year."""
    frame = village.homes.frame
    standing = generator_for(seed, frame.code, "survey incomes").normal(size=len(own))
    moved = generator_for(seed, frame.code, f"survey incomes {year}").normal(size=len(own))
    score = 0.9 * standing + 0.44 * moved
    poor = poor_in(village.homes, year)[own]
    line = LINES.get(year, LINES[2015])
    ordinary = line * ORDINARY[0] * np.exp(ORDINARY[1] * score)
    below = line * POOR[0] * np.exp(POOR[1] * score)
    above = line * EXITED[0] * 1.2 * np.exp(EXITED[1] * score)
    return np.asarray(np.rint(np.where(listed, np.where(poor, below, above), ordinary)).astype(np.int64))
