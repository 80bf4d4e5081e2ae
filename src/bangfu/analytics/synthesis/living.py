"""Land, house, road, water and power of a household, getting better year by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bangfu.analytics.synthesis.columns import Columns, column
from bangfu.analytics.synthesis.households import BASE_YEAR, Households
from bangfu.analytics.synthesis.seeds import generator_for

Floats = npt.NDArray[np.float64]
#: Yes-or-no conditions: the share that has each at the end of the base year, what a year adds, and how much
#: remoteness takes away.
CONDITIONS = {
    "water_safe": (0.72, 0.06, 0.35),
    "has_power": (0.96, 0.01, 0.06),
    "has_production_power": (0.55, 0.07, 0.45),
    "has_broadcast": (0.88, 0.03, 0.20),
    "has_toilet": (0.22, 0.05, 0.15),
    "in_cooperative": (0.08, 0.05, 0.04),
}
#: Chance that a cell of the sheet was left empty.
BLANK = 0.012


@dataclass(frozen=True)
class Land:
    """Areas in mu, a row per household; they do not change over the years."""

    cropland: Floats
    irrigated: Floats
    woodland: Floats
    returned: Floats
    orchard: Floats
    pasture: Floats


def land_of(seed: int, homes: Households) -> Land:
    """The land of a village's households."""
    rng = generator_for(seed, homes.frame.code, "land")
    count = len(homes)
    cropland = np.round(rng.gamma(3.2, 2.1, count), 1)
    woodland = np.where(rng.random(count) < 0.7, np.round(rng.gamma(1.6, 9, count), 1), 0)
    return Land(
        cropland=cropland,
        irrigated=np.round(cropland * rng.beta(1.6, 3.5, count), 1),
        woodland=woodland,
        returned=np.where(rng.random(count) < 0.4, np.round(rng.gamma(2, 1.6, count), 1), 0),
        orchard=np.where(rng.random(count) < 0.3, np.round(rng.gamma(1.5, 1.2, count), 1), 0),
        pasture=np.where(rng.random(count) < 0.15, np.round(rng.gamma(1.4, 15, count), 1), 0),
    )


def living(seed: int, homes: Households, land: Land, year: int) -> Columns:
    """The living conditions of every household at the end of a year; some cells were left empty."""
    rng = generator_for(seed, homes.frame.code, "living")
    blank = generator_for(seed, homes.frame.code, f"blank {year}")
    count, remote, after = len(homes), homes.frame.remote, year - BASE_YEAR
    drawn = {name: rng.random(count) for name in (*CONDITIONS, "danger", "road", "fuel", "structure", "source")}
    areas = {name: getattr(land, name) for name in ("cropland", "irrigated", "woodland", "orchard", "pasture")}
    values: dict[str, object] = {f"{name}_mu": area for name, area in areas.items()}
    values["grain_for_green_mu"] = land.returned
    values["housing_m2"] = np.round(rng.gamma(6, 16, count), 0)
    values["km_to_trunk_road"] = np.round(rng.gamma(1.2, 0.4 + 3.2 * remote, count), 1)
    values["km_to_market"] = np.round(rng.gamma(2.5, 2 + 9 * remote, count), 1)
    for name, (share, adds, takes) in CONDITIONS.items():
        values[name] = drawn[name] < share + adds * after - takes * remote
    values["water_hard"] = drawn["water_safe"] > 0.9 + 0.03 * after - 0.2 * remote
    values["danger_level"] = _graded(drawn["danger"], (0.09 - 0.03 * after, 0.30 - 0.05 * after), ("03", "02", "01"))
    values["access_road"] = _graded(
        drawn["road"], (min(0.72 * remote, 0.66) - 0.04 * after, 0.7, 0.97), ("01", "02", "03", "04")
    )
    values["fuel"] = _graded(drawn["fuel"], (0.8 - 0.04 * after, 0.86 - 0.04 * after), ("01", "02", "04"))
    values["house_structure"] = _graded(drawn["structure"], (0.35, 0.8, 0.95), ("04", "03", "02", "01"))
    values["water_source"] = _graded(drawn["source"], (0.55, 0.9, 0.96), ("01", "04", "05", "06"))
    return {f"household_year.{name}": column(cells, blank.random(count) < BLANK) for name, cells in values.items()}


def _graded(drawn: Floats, limits: tuple[float, ...], codes: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """A code by the first limit that a number lies below."""
    return np.asarray(
        np.array(codes, dtype=object)[np.searchsorted(np.array(limits), drawn, side="right")], dtype=object
    )
