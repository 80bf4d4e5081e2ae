"""What members are in a year: school, health, work, insurance and allowances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.synthesis.columns import Columns, coded, column
from bangfu.analytics.synthesis.households import Households
from bangfu.analytics.synthesis.identity import Integers, Texts
from bangfu.analytics.synthesis.naming import Booleans
from bangfu.analytics.synthesis.seeds import generator_for

HEALTHY, CHRONIC, SERIOUS, DISABLED = "01", "02", "03", "04"
#: Education of those who left school, youngest first: shares of illiterate, primary, junior and senior secondary.
COHORTS = ((30, (0.03, 0.37, 0.48, 0.09)), (45, (0.09, 0.55, 0.32, 0.03)), (200, (0.33, 0.55, 0.11, 0.01)))
#: Shares of children in school by age: kindergarten, compulsory school, senior secondary, college.
KINDERGARTEN, COMPULSORY, SENIOR, COLLEGE = 0.55, 0.985, 0.62, 0.12
BLANK = 0.01


@dataclass(frozen=True)
class Traits:
    """What a village's members carry through the years: fixed draws, from which each year's answers follow."""

    health: Texts
    illiteracy: npt.NDArray[np.float64]
    schooling: npt.NDArray[np.float64]
    working: npt.NDArray[np.float64]
    allowance: npt.NDArray[np.float64]
    party: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Situations:
    """Members in a year, as their household's sheet needs them."""

    age: Integers
    student: Texts
    labour: Texts
    months: Integers
    dibao: Booleans
    pensioner: Booleans


def traits_of(seed: int, homes: Households) -> Traits:
    """The traits of a village's members."""
    rng = generator_for(seed, homes.frame.code, "traits")
    count = len(homes.members.household)
    age = np.maximum(homes.members.age(2014), 0)
    ill = rng.random(count)
    limits = np.stack([0.005 + 0.0022 * age, 0.006 + 0.0027 * age, 0.02 + 0.0036 * age])
    health = np.select(list(ill < limits), [CHRONIC, SERIOUS, DISABLED], HEALTHY).astype(object)
    poorer = homes.fate[homes.members.household]
    allowance = 0.6 * poorer + 0.4 * rng.random(len(homes))[homes.members.household]
    return Traits(health, rng.random(count), rng.random(count), rng.random(count), allowance, rng.random(count))


def situations(homes: Households, traits: Traits, year: int) -> Situations:
    """What the members are in a year."""
    age = homes.members.age(year)
    student = _students(age, traits.schooling)
    able = (age >= 16) & (age < 66) & np.isin(traits.health, (HEALTHY, CHRONIC)) & (student == "")
    labour = np.select(
        [age < 16, able & (traits.party > 0.93), able, (age >= 66) | (student != "")], ["04", "02", "01", "04"], "03"
    ).astype(object)
    away = able & (age < 56) & (traits.working < 0.30 + 0.03 * (year - 2013))
    months = np.where(away, 3 + np.rint(8 * traits.schooling).astype(np.int64), 0)
    return Situations(age, student, labour, months, traits.allowance < 0.24, age >= 60)


def _students(age: Integers, drawn: npt.NDArray[np.float64]) -> Texts:
    """The student's code by age; empty for those who are not in school."""
    found = np.full(len(age), "", dtype=object)
    found[(age >= 4) & (age <= 5) & (drawn < KINDERGARTEN)] = "02"
    found[(age >= 6) & (age <= 11)] = "03"
    for first, codes, share in ((12, ("04", "05", "06"), COMPULSORY), (15, ("07", "08", "09"), SENIOR)):
        for after, code in enumerate(codes):
            found[(age == first + after) & (drawn < share)] = code
    found[(age >= 18) & (age <= 21) & (drawn < COLLEGE)] = "16"
    return found


def schooling(seed: int, homes: Households, traits: Traits, now: Situations, year: int) -> Columns:
    """The yearly answers about every member; some cells were left empty."""
    blank = generator_for(seed, homes.frame.code, f"members blank {year}")
    count, adult, pupil = len(now.age), now.age >= 16, now.student != ""
    away, grown = now.months > 0, (now.age >= 16) & (now.student == "")
    compulsory = (now.age >= 6) & (now.age <= 14)
    party = np.select(
        [(traits.party < 0.035) & adult, (traits.party < 0.08) & adult & (now.age < 28)], ["01", "03"], "13"
    )
    area = np.array(["01", "02", "03", "04"], dtype=object)[np.minimum((traits.illiteracy * 4).astype(int), 3)]
    found = {
        "political_status": column(party.astype(object), ~adult),
        "education": column(_education(now.age, traits.illiteracy), pupil),
        "student_status": column(np.where(pupil, now.student, "01").astype(object), now.age < 3),
        "dropout_reason": coded(compulsory & ~pupil & (traits.party > 0.5), "99"),
        "health": column(traits.health),
        "labour_skill": column(now.labour),
        "is_working": column(away, ~grown),
        "work_area": column(area, ~away),
        "work_months": column(now.months, ~grown),
        "resident_medical": column(traits.party < 0.985),
        "serious_illness_insurance": column(traits.party < 0.8),
        "resident_pension": column(traits.schooling < 0.82, ~grown),
        "dibao": coded(now.dibao, "01", "00"),
        "tekun": coded(traits.party > 0.995, "01", "00"),
        "is_relocated": column(np.zeros(count, dtype=bool)),
    }
    masked = {
        name: values if name == "dropout_reason" else _left_empty(values, blank) for name, values in found.items()
    }
    return {f"person_year.{name}": values for name, values in masked.items()}


def _left_empty(values: pa.Array, blank: np.random.Generator) -> pa.Array:
    return pc.if_else(pa.array(blank.random(len(values)) < BLANK), pa.scalar(None, values.type), values)


def _education(age: Integers, drawn: npt.NDArray[np.float64]) -> Texts:
    """The education of those who are not in school; children below school age have a code of their own."""
    found = np.full(len(age), "05", dtype=object)
    youngest = 0
    for oldest, shares in COHORTS:
        of = (age >= youngest) & (age < oldest)
        found[of] = np.array(["01", "02", "03", "04", "05"], dtype=object)[
            np.searchsorted(np.cumsum(shares), drawn[of], side="right")
        ]
        youngest = oldest
    found[(age < 16) & (found != "01")] = "02"
    found[age < 6] = "06"
    return found
