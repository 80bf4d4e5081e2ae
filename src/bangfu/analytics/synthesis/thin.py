"""Many thin households, a county at a time, for benchmarks: who they are and where, a status and an income."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bangfu.analytics.synthesis import identity, naming
from bangfu.analytics.synthesis.columns import column, constant
from bangfu.analytics.synthesis.frames import Frame, frames_under
from bangfu.analytics.synthesis.households import days_in
from bangfu.analytics.synthesis.identity import Integers, Texts
from bangfu.analytics.synthesis.incomes import LINES
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import World

STATUSES, STATUS_SHARES = np.array(["04", "05", "03"], dtype=object), (0.62, 0.18, 0.20)
CAUSES = np.array(["01", "02", "03", "07", "08", "09", "10", "11"], dtype=object)
SIZES, SIZE_SHARES = np.arange(1, 8), (0.05, 0.11, 0.19, 0.28, 0.22, 0.11, 0.04)


@dataclass(frozen=True)
class ThinCounty:
    """A county's thin households and, where asked for, their members."""

    code: str
    households: pa.Table
    members: pa.Table | None


def thin_counties(world: World, prefix: str, year: int, *, persons: bool = False) -> Iterator[ThinCounty]:
    """The counties under a place one after the other; only one is in memory at a time."""
    for county in world.counties_under(prefix):
        yield _county(world, county, year, persons)


def _county(world: World, county: str, year: int, persons: bool) -> ThinCounty:
    frames = [frame for frame in frames_under(world, county) if frame.registered]
    rng = generator_for(world.seed, county, "thin")
    village = np.repeat(np.arange(len(frames)), [frame.registered for frame in frames])
    size = rng.choice(SIZES, len(village), p=SIZE_SHARES)
    number = _numbers(frames)
    status = STATUSES[rng.choice(len(STATUSES), len(village), p=STATUS_SHARES)]
    share = np.exp(np.where(status == "04", np.log(0.78), np.log(1.45)) + 0.26 * rng.normal(size=len(village)))
    per_capita = np.rint(LINES.get(year, LINES[2015]) * 100 * share).astype(np.int64)
    codes = np.array([frame.code for frame in frames], dtype=object)
    households = pa.table(
        {
            "row.place_code": column(codes[village]),
            "row.year": column(np.full(len(village), year, dtype=np.int16)),
            "household.household_no": column(number),
            "household_year.household_size": column(size),
            "household_year.household_type": column(np.where(status == "04", "03", "04").astype(object)),
            "household_year.poverty_status": column(status),
            "household_year.main_cause": column(CAUSES[rng.integers(0, len(CAUSES), len(village))]),
            "household_year.net_income_fen": column(per_capita * size),
            "household_year.net_income_per_capita_fen": column(per_capita),
        }
    )
    return ThinCounty(county, households, _persons(world, frames, village, size, number, year) if persons else None)


def _numbers(frames: Sequence[Frame]) -> Texts:
    return np.array(
        [f"{frame.code[2:]}{serial:04d}" for frame in frames for serial in range(1, frame.registered + 1)], dtype=object
    )


def _persons(
    world: World, frames: Sequence[Frame], village: Integers, size: Integers, number: Texts, year: int
) -> pa.Table:
    rng = generator_for(world.seed, frames[0].code[:6], "thin persons")
    household = np.repeat(np.arange(len(size)), size)
    count = len(household)
    place = np.arange(count) - np.searchsorted(household, household)
    ranks = np.array([world.rank[frame.code] for frame in frames])[village[household]]
    male = rng.random(count) < 0.52
    age = np.where(place == 0, rng.integers(25, 80, count), rng.integers(0, 75, count))
    birth = days_in(rng, year - age)
    people = np.array([code for code, _ in world.calibration.ethnicity], dtype=object)
    shares = np.array([share for _, share in world.calibration.ethnicity])
    ethnicity = people[rng.choice(len(people), len(size), p=shares / shares.sum())][household]
    codes = np.array([frame.code for frame in frames], dtype=object)
    return pa.table(
        {
            "row.place_code": column(codes[village[household]]),
            "row.year": column(np.full(count, year, dtype=np.int16)),
            "household.household_no": column(number[household]),
            "person.person_no": column(
                np.array([f"{no}{at + 1:02d}" for no, at in zip(number[household], place, strict=True)], dtype=object)
            ),
            "person.name": column(naming.names(rng, ethnicity, naming.surnames(rng, ethnicity), male)),
            "person.sex": column(np.where(male, "1", "2").astype(object)),
            "person.id_type": constant("01", count),
            "person.id_no": column(identity.id_numbers(rng, ranks, birth, male)),
            "person.birth_date": column(birth),
            "person.ethnicity": column(ethnicity),
            "person.relation": column(np.where(place == 0, "01", "99").astype(object)),
        }
    )
