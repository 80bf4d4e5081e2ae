"""The households of a village and their members, as they are through all years of the register."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bangfu.analytics.synthesis import identity, naming
from bangfu.analytics.synthesis.frames import Frame
from bangfu.analytics.synthesis.identity import Integers, Texts
from bangfu.analytics.synthesis.naming import Booleans
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import World

#: The year at whose end ages are drawn.
BASE_YEAR = 2013
#: Never: a year beyond all others, for exits that do not come.
NEVER = 9999
#: Chance of exit in a year, before the village's pace; nobody exits before the second year.
EXIT_CHANCE = {2014: 0.14, 2015: 0.22}
RELAPSE_CHANCE = 0.012
#: Relations that may stand in a household, in the order in which members are listed.
RELATIONS = ("01", "02", "11", "12", "child", "child", "child", "05", "grandchild", "grandchild", "born")
HEAD, SPOUSE, FATHER, MOTHER, CHILDREN, DAUGHTER_IN_LAW, GRANDCHILDREN, BORN = 0, 1, 2, 3, (4, 5, 6), 7, (8, 9), 10


@dataclass(frozen=True)
class Members:
    """The members of a village's households, a row each: ``household`` is the household's place in the village."""

    household: Integers
    number: Texts
    relation: Texts
    male: Booleans
    birth: npt.NDArray[np.datetime64]
    ethnicity: Texts
    name: Texts
    id_no: Texts

    def age(self, year: int) -> Integers:
        """Years passed at the end of a year; negative before the birth."""
        return np.asarray(year - (self.birth.astype("datetime64[Y]").astype(np.int64) + 1970))


@dataclass(frozen=True)
class Households:
    """The registered households of a village: numbers, what became of them and when, and their members.

    ``fate`` (0 to 1) is a household's standing among its village's: the lower, the poorer, in every year.
    """

    frame: Frame
    number: Texts
    identified: Integers
    exited: Integers
    relapsed: Integers
    fate: npt.NDArray[np.float64]
    members: Members

    def __len__(self) -> int:
        return len(self.number)

    def size(self, year: int) -> Integers:
        """Members of each household at the end of a year."""
        here = self.members.age(year) >= 0
        return np.asarray(np.bincount(self.members.household[here], minlength=len(self)))


def households_of(world: World, frame: Frame) -> Households:
    """The registered households of a village with their members."""
    rng = generator_for(world.seed, frame.code, "households")
    count = frame.registered
    number = np.array([f"{frame.code[2:]}{serial:04d}" for serial in range(1, count + 1)], dtype=object)
    fate = rng.random(count)
    identified = np.where(rng.random(count) < 0.90, BASE_YEAR, np.where(rng.random(count) < 0.7, 2014, 2015))
    exited = _exits(rng, frame, identified, fate)
    again = (exited == 2014) & (rng.random(count) < RELAPSE_CHANCE)
    relapsed = np.where(again, 2015, NEVER)
    people = tuple(code for code, _ in world.calibration.ethnicity)
    ethnicity = np.array(people, dtype=object)[rng.choice(len(people), count, p=np.array(frame.ethnicity))]
    members = _members(rng, world.rank[frame.code], number, ethnicity)
    return Households(frame, number, identified, exited, relapsed, fate, members)


def _exits(rng: np.random.Generator, frame: Frame, identified: Integers, fate: npt.NDArray[np.float64]) -> Integers:
    """The year of each exit: better-off households first, never in the year of identification."""
    exited = np.full(len(identified), NEVER)
    for year, chance in EXIT_CHANCE.items():
        may = (exited == NEVER) & (identified < year)
        exited[may & (rng.random(len(identified)) < chance * frame.pace * (0.4 + 1.2 * fate))] = year
    return exited


def _members(rng: np.random.Generator, rank: int, number: Texts, ethnicity: Texts) -> Members:
    there, born, male, relation = _slots(rng, len(number))
    household, slot = np.nonzero(there)
    years, males, relations = born[household, slot], male[household, slot], relation[household, slot]
    birth = days_in(rng, years)
    peoples = _peoples(rng, ethnicity[household], slot)
    place = np.arange(len(household)) - np.searchsorted(household, household)
    numbers = np.array([f"{number[h]}{p + 1:02d}" for h, p in zip(household, place, strict=True)], dtype=object)
    return Members(
        household=household,
        number=numbers,
        relation=relations,
        male=males,
        birth=birth,
        ethnicity=peoples,
        name=_names(rng, household, slot, peoples, males),
        id_no=identity.id_numbers(rng, np.full(len(birth), rank), birth, males),
    )


def days_in(rng: np.random.Generator, years: Integers) -> npt.NDArray[np.datetime64]:
    """A day in each of some years; never the last of a leap year."""
    first = np.asarray(years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray(first + rng.integers(0, 365, len(years)).astype("timedelta64[D]"))


def _peoples(rng: np.random.Generator, ethnicity: Texts, slot: Integers) -> Texts:
    """Members are of their household's people; who married in may be of another one."""
    other = np.isin(slot, (SPOUSE, DAUGHTER_IN_LAW)) & (rng.random(len(slot)) < 0.12)
    return np.where(other, rng.permutation(ethnicity), ethnicity)


def _names(rng: np.random.Generator, household: Integers, slot: Integers, peoples: Texts, male: Booleans) -> Texts:
    """Names; a household shares the surname of its head, except for those who married in."""
    own = naming.surnames(rng, peoples)
    first = np.searchsorted(household, household)
    shared = ~np.isin(slot, (SPOUSE, MOTHER, DAUGHTER_IN_LAW)) & (peoples == peoples[first])
    return naming.names(rng, peoples, np.where(shared, own[first], own), male)


def _slots(rng: np.random.Generator, count: int) -> tuple[Booleans, Integers, Booleans, Texts]:
    """For each household and possible member: whether it is there, year of birth, sex, relation to the head."""
    shape = (count, len(RELATIONS))
    chance, spread = rng.random(shape), rng.random(shape)
    male = rng.random(shape) < 0.51
    male[:, HEAD] = chance[:, HEAD] < 0.84
    male[:, SPOUSE] = ~male[:, HEAD]
    male[:, [FATHER, MOTHER, DAUGHTER_IN_LAW]] = (True, False, False)
    age = _ages(rng, count, spread)
    there = _there(chance, spread, age, male)
    relation = np.empty(shape, dtype=object)
    for slot, code in enumerate(RELATIONS):
        relation[:, slot] = code
    for slot in (*CHILDREN, BORN):
        relation[:, slot] = np.where(male[:, slot], "03", "04")
    for slot in GRANDCHILDREN:
        relation[:, slot] = np.where(male[:, slot], "07", "08")
    return there, BASE_YEAR - age, male, relation


def _ages(rng: np.random.Generator, count: int, spread: npt.NDArray[np.float64]) -> Integers:
    """Ages at the end of the base year; below zero: not yet born, or no such member."""
    age = np.zeros(spread.shape, dtype=np.int64)
    head = np.clip(rng.normal(47, 11, count), 22, 82).astype(np.int64)
    age[:, HEAD] = head
    age[:, SPOUSE] = np.maximum(head - 2 + np.rint(6 * (spread[:, SPOUSE] - 0.5)), 20)
    age[:, FATHER] = head + 22 + np.rint(12 * spread[:, FATHER])
    age[:, MOTHER] = head + 20 + np.rint(10 * spread[:, MOTHER])
    first = head - 21 - np.rint(7 * spread[:, CHILDREN[0]]).astype(np.int64)
    for order, slot in enumerate(CHILDREN):
        age[:, slot] = first - order * 3 - np.rint(2 * spread[:, slot]).astype(np.int64) * (order > 0)
    age[:, DAUGHTER_IN_LAW] = age[:, CHILDREN[0]] - np.rint(4 * spread[:, DAUGHTER_IN_LAW])
    for order, slot in enumerate(GRANDCHILDREN):
        age[:, slot] = age[:, DAUGHTER_IN_LAW] - 21 - 3 * order - np.rint(3 * spread[:, slot])
    age[:, BORN] = np.where(spread[:, BORN] < 0.5, -1, -2)
    return age


def _there(chance: npt.NDArray[np.float64], spread: npt.NDArray[np.float64], age: Integers, male: Booleans) -> Booleans:
    there = chance < np.array([1, 0.86, 0.45, 0.55, 0.93, 0.78, 0.22, 0.5, 0.8, 0.45, 0.05])
    there[:, HEAD] = True
    there[:, [FATHER, MOTHER]] &= age[:, [FATHER, MOTHER]] <= 88
    for slot in CHILDREN:
        # Most grown-up daughters have married away, and some sons have their own household.
        leaves = (age[:, slot] >= 23) & (spread[:, slot] < np.where(male[:, slot], 0.35, 0.85))
        there[:, slot] &= (age[:, slot] >= 0) & ~leaves
    son = there[:, CHILDREN[0]] & male[:, CHILDREN[0]]
    there[:, DAUGHTER_IN_LAW] &= son & (age[:, DAUGHTER_IN_LAW] >= 20)
    for slot in GRANDCHILDREN:
        there[:, slot] &= there[:, DAUGHTER_IN_LAW] & (age[:, slot] >= 0)
    # Only a couple of the right age, or the young couple, has a child in the years of the register.
    young = there[:, SPOUSE] & (np.minimum(age[:, HEAD], age[:, SPOUSE]) < 36)
    there[:, BORN] &= young
    return there
