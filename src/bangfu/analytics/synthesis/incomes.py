"""The income sheet of a household's year, item by item in whole yuan, so that the sums are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bangfu.analytics.synthesis.columns import Columns, column
from bangfu.analytics.synthesis.identity import Integers
from bangfu.analytics.synthesis.naming import Booleans

#: Poverty lines that incomes are drawn around, yuan per person; the register's lines stand in parameters/lines.
LINES = {2013: 2736, 2014: 2800, 2015: 2855}
#: Net income per person relative to the line: median and spread of the logarithm, of the poor and of the exited.
POOR, EXITED = (0.78, 0.24), (1.42, 0.26)
#: What crops, livestock and forest bring for each yuan of business income that is left after cost.
GROSS = 1.38
FEN = 100


@dataclass(frozen=True)
class Ground:
    """What incomes are drawn from: a row per household of the year."""

    size: Integers
    poor: Booleans
    fate: npt.NDArray[np.float64]
    months: Integers
    cropland: npt.NDArray[np.float64]
    returned: npt.NDArray[np.float64]
    allowances: Integers
    pensioners: Integers


def incomes(rng: np.random.Generator, ground: Ground, year: int) -> Columns:
    """The items of the sheet and their sums in fen; what does not occur is missing, not zero."""
    items = _items(rng, ground, _targets(rng, ground, year))
    families = {"wage": 0, "business": 0, "property": 0, "transfer": 0, "cost": 0}
    sums = {
        family: sum(
            (values for name, values in items.items() if name.startswith(family)),
            np.zeros(len(ground.size), dtype=np.int64),
        )
        for family in families
    }
    total = sums["wage"] + sums["business"] + sums["property"] + sums["transfer"]
    net = total - sums["cost"]
    found = {f"household_year.{name}_fen": column(values * FEN, values == 0) for name, values in items.items()}
    found |= {f"household_year.{name}_fen": column(values * FEN, values == 0) for name, values in sums.items()}
    per_capita = np.rint(net * FEN / np.maximum(ground.size, 1)).astype(np.int64)
    return found | {
        "household_year.total_income_fen": column(total * FEN),
        "household_year.net_income_fen": column(net * FEN),
        "household_year.net_income_per_capita_fen": column(per_capita),
    }


def _targets(rng: np.random.Generator, ground: Ground, year: int) -> npt.NDArray[np.float64]:
    """Net income of each household, about: lower for the poor, and within each group by fate."""
    normal = 0.75 * _scores(ground.fate) + 0.66 * rng.normal(size=len(ground.size))
    median = np.where(ground.poor, POOR[0], EXITED[0])
    spread = np.where(ground.poor, POOR[1], EXITED[1])
    share = median * np.exp(spread * normal)
    # Nobody exits with an income below the line; some stay on the register above it, for other reasons.
    share = np.where(ground.poor, share, np.maximum(share, 1.04 + 0.05 * rng.random(len(share))))
    return np.asarray(LINES.get(year, LINES[2015]) * share * ground.size)


def _scores(fate: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Numbers between 0 and 1 as scores about 0 with a spread of about 1 (logistic)."""
    inside = np.clip(fate, 0.002, 0.998)
    return np.asarray(np.log(inside / (1 - inside)) / 1.8)


def _items(rng: np.random.Generator, ground: Ground, target: npt.NDArray[np.float64]) -> dict[str, Integers]:
    """The items: transfers as they are due, then wages of those who work away, the rest from land and animals."""
    due = {
        "transfer_dibao": 1560 * ground.allowances,
        "transfer_pension": 780 * ground.pensioners,
        "transfer_grain_for_green": 90 * ground.returned,
        "transfer_planting": 12 * ground.cropland,
        "transfer_soil": 68 * ground.cropland,
    }
    items = {name: np.minimum(np.rint(values), np.rint(0.25 * target)).astype(np.int64) for name, values in due.items()}
    left = np.maximum(target - sum(items.values()), 0)
    wages = np.where(ground.months > 0, left * rng.uniform(0.25, 0.65, len(left)), 0)
    leased = np.where(rng.random(len(left)) < 0.06, left * 0.04, 0)
    shares = rng.dirichlet((3.2, 2.6, 1.4, 0.3), len(left))
    business = (left - wages - leased)[:, None] * GROSS * shares
    cost = business * (1 - 1 / GROSS)
    drawn = {"wage_migrant": wages, "property_land": leased}
    for place, name in enumerate(("crops", "livestock", "forestry", "other")):
        drawn |= {f"business_{name}": business[:, place], f"cost_{name}": cost[:, place]}
    return items | {name: np.rint(values).astype(np.int64) for name, values in drawn.items()}
