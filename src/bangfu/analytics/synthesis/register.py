"""The register of a village in a year: a table of its households and one of their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bangfu.analytics.synthesis import identity
from bangfu.analytics.synthesis.causes import causes
from bangfu.analytics.synthesis.columns import Columns, coded, column, constant, rows
from bangfu.analytics.synthesis.frames import Frame, frames_under
from bangfu.analytics.synthesis.households import NEVER, Households, households_of
from bangfu.analytics.synthesis.identity import Integers, Texts
from bangfu.analytics.synthesis.incomes import Ground, incomes
from bangfu.analytics.synthesis.living import Land, land_of, living
from bangfu.analytics.synthesis.naming import Booleans
from bangfu.analytics.synthesis.persons import Situations, Traits, schooling, situations, traits_of
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.world import World

#: Statuses of the national code list: poor, fallen back, exited this year, exited before (parameters/codes).
POOR, RELAPSED, JUST_EXITED, EXITED = "04", "02", "05", "03"
#: Kinds of household until 2020: registered poor, lifted out of poverty.
REGISTERED, LIFTED = "03", "04"
#: Shares of cells that were left empty or numbers that nobody has: phones, accounts, ID numbers of adults and of
#: children under two.
NO_PHONE, NO_ACCOUNT, NO_ID, NO_ID_YET = 0.18, 0.10, 0.012, 0.35


@dataclass(frozen=True)
class Sheet:
    """A village's year: ``households`` and ``members`` by ``table.column``, codes as codes and money in fen."""

    households: pa.Table
    members: pa.Table


@dataclass(frozen=True)
class Village:
    """A filled village: its households and what they carry through the years."""

    seed: int
    homes: Households
    land: Land
    traits: Traits


def village_of(world: World, frame: Frame) -> Village:
    """Fill a village."""
    homes = households_of(world, frame)
    return Village(world.seed, homes, land_of(world.seed, homes), traits_of(world.seed, homes))


def villages_under(world: World, prefix: str) -> Iterator[Village]:
    """The filled villages under a place, one after the other."""
    return (village_of(world, frame) for frame in frames_under(world, prefix))


def sheet_of(village: Village, year: int) -> Sheet:
    """What the register says of a village at the end of a year."""
    homes = village.homes
    now = situations(homes, village.traits, year)
    here = homes.identified <= year
    members = _members(village, now, year)
    present = (now.age >= 0) & here[homes.members.household]
    return Sheet(rows(_households(village, now, year), here), rows(members, present))


def sheets_under(villages: Iterable[Village], year: int) -> Iterator[Sheet]:
    """The sheets of villages in a year, without those that have no household yet."""
    found = (sheet_of(village, year) for village in villages)
    return (sheet for sheet in found if sheet.households.num_rows)


def poor_in(homes: Households, year: int) -> Booleans:
    """Which households are poor at the end of a year: identified, and not exited or fallen back."""
    return np.asarray((homes.identified <= year) & ((homes.exited > year) | (homes.relapsed <= year)))


def _status(homes: Households, year: int) -> Texts:
    return np.select(
        [homes.relapsed <= year, homes.exited == year, homes.exited < year], [RELAPSED, JUST_EXITED, EXITED], POOR
    ).astype(object)


def _households(village: Village, now: Situations, year: int) -> Columns:
    homes, count = village.homes, len(village.homes)
    poor, status = poor_in(homes, year), _status(homes, year)
    reason = generator_for(village.seed, homes.frame.code, "reasons").choice(
        np.array(["02", "05", "06", "07"], dtype=object), count, p=(0.4, 0.1, 0.15, 0.35)
    )
    found: Columns = _identity(village, year)
    found |= {
        "household_year.household_size": column(homes.size(year)),
        "household_year.household_type": coded(poor, REGISTERED, LIFTED),
        "household_year.identification_standard": constant("01", count),
        "household_year.poverty_attribute": coded(_sums(village, now.dibao) > 0, "02", "01"),
        "household_year.poverty_status": column(status),
        "household_year.non_exit_reason": column(reason, ~poor | (year < 2014)),
    }
    found |= causes(village.seed, homes, village.traits, now)
    found |= living(village.seed, homes, village.land, year)
    rng = generator_for(village.seed, homes.frame.code, f"incomes {year}")
    return found | incomes(rng, _ground(village, now, poor, year), year)


def _identity(village: Village, year: int) -> Columns:
    homes, count = village.homes, len(village.homes)
    rng = generator_for(village.seed, homes.frame.code, "contacts")
    heads = np.searchsorted(homes.members.household, np.arange(count))
    groups = np.array([f"{group}组" for group in "一二三四五六七八"], dtype=object)
    return {
        "row.place_code": constant(homes.frame.code, count),
        "row.year": column(np.full(count, year, dtype=np.int16)),
        "household.household_no": column(homes.number),
        "household.head_name": column(homes.members.name[heads]),
        "household.natural_village": column(groups[rng.integers(0, len(groups), count)]),
        "household.phone": column(identity.phones(rng, count), rng.random(count) < NO_PHONE),
        "household.bank_name": constant("农村信用社", count),
        "household.bank_account": column(identity.bank_accounts(rng, count), rng.random(count) < NO_ACCOUNT),
        "household.identified_year": column(homes.identified.astype(np.int16)),
        "household.exited_year": column(np.minimum(homes.exited, NEVER).astype(np.int16), homes.exited > year),
        "household.relapse_year": column(np.minimum(homes.relapsed, NEVER).astype(np.int16), homes.relapsed > year),
    }


def _sums(village: Village, values: Booleans | Integers) -> Integers:
    """Values of members added up by household."""
    sums = np.bincount(village.homes.members.household, weights=values, minlength=len(village.homes))
    return np.asarray(sums.astype(np.int64))


def _ground(village: Village, now: Situations, poor: Booleans, year: int) -> Ground:
    here = now.age >= 0
    return Ground(
        size=village.homes.size(year),
        poor=poor,
        fate=village.homes.fate,
        months=_sums(village, now.months * here),
        cropland=village.land.cropland,
        returned=village.land.returned,
        allowances=_sums(village, now.dibao & here),
        pensioners=_sums(village, now.pensioner & here),
    )


def _members(village: Village, now: Situations, year: int) -> Columns:
    members = village.homes.members
    count = len(members.household)
    rng = generator_for(village.seed, village.homes.frame.code, "member contacts")
    no_id = rng.random(count) < np.where(now.age < 2, NO_ID_YET, NO_ID)
    found = {
        "row.place_code": constant(village.homes.frame.code, count),
        "row.year": column(np.full(count, year, dtype=np.int16)),
        "household.household_no": column(village.homes.number[members.household]),
        "person.person_no": column(members.number),
        "person.name": column(members.name),
        "person.sex": coded(members.male, "1", "2"),
        "person.id_type": constant("01", count),
        "person.id_no": column(members.id_no, no_id),
        "person.birth_date": column(members.birth),
        "person.ethnicity": column(members.ethnicity),
        "person.relation": column(members.relation),
        "person.phone": column(identity.phones(rng, count), (now.age < 18) | (rng.random(count) < 0.45)),
    }
    return found | schooling(village.seed, village.homes, village.traits, now, year)
