"""What a village is like as a whole: rural households and persons, and how many are on the register."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import TOWNSHIP, World

MOST_ON_REGISTER = 0.72


@dataclass(frozen=True, slots=True)
class Frame:
    """A village: its rural households and persons of the base year, how many households the register ever holds,
    how poor (about 1) and how remote (0 to 1) it is, and how quickly its households exit."""

    code: str
    rural_households: int
    rural_persons: int
    registered: int
    poor: float
    remote: float
    pace: float
    ethnicity: tuple[float, ...]


def frame_of(world: World, code: str) -> Frame:
    """The frame of a village; its township's traits come from the township's own generator."""
    aims = world.calibration
    township = generator_for(world.seed, code[:TOWNSHIP], "traits")
    poor = float(np.clip(township.lognormal(-0.06, 0.35), 0.35, 2.2))
    pace = float(township.lognormal(-0.03, 0.25))
    mix = township.dirichlet([share * 5 for _, share in aims.ethnicity])
    own = generator_for(world.seed, code, "frame")
    households = max(40, round(own.lognormal(np.log(aims.rural_households) - 0.08, 0.4)))
    persons = round(households * aims.rural_household_size * own.normal(1, 0.02))
    share = min(aims.register_share * poor * own.lognormal(-0.03, 0.25), MOST_ON_REGISTER)
    remote = float(np.clip(0.35 * poor + own.normal(0, 0.15), 0.02, 0.98))
    mixed = tuple(float(value) for value in mix)
    return Frame(code, households, persons, round(households * share), poor, remote, pace, mixed)


def silent_in(world: World, county: str) -> frozenset[str]:
    """The villages of a county that have not reported; the county's own generator draws them."""
    villages = world.villages_under(county)
    drawn = generator_for(world.seed, county, "silent").permutation(len(villages))
    return frozenset(villages[index] for index in drawn[: world.calibration.unreported_per_county])


def frames_under(world: World, prefix: str) -> list[Frame]:
    """The frames of all villages under a place that report, in order of their codes."""
    silent = frozenset[str]().union(*(silent_in(world, county) for county in world.counties_under(prefix)))
    return [frame_of(world, code) for code in world.villages_under(prefix) if code not in silent]
