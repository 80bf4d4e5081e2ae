"""The dictionary's figures made a second time, by other means: pandas over the stored rows, one line an indicator.

Nothing of the language, the engines or the snapshot is used. A truth is 1, 0 or missing; what is missing makes unknown
only what depends on it. Written from the definitions in the dictionary, not from its formulas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from bangfu.records.figures.models import Figure
from bangfu.records.instance.parameters import current

Key = tuple[str, str, int, str]
LINE = {2013: 2736, 2014: 2800, 2015: 2855, 2016: 2952}
LENGTHS = (2, 4, 6, 9, 12)
HOUSEHOLDS = "SELECT * FROM households_householdyear"
OWN = "SELECT id AS household_id, identified_year FROM households_household"
PERSONS = "SELECT * FROM households_personyear"
PEOPLE = "SELECT id AS person_id, sex, birth_date, ethnicity FROM households_person"
SHEETS = "SELECT * FROM places_placeyear"


def rows_of(statement: str) -> pd.DataFrame:
    """All rows of a statement, yes and no as 1 and 0."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column[0] for column in cursor.description or ()]
        frame = pd.DataFrame(cursor.fetchall(), columns=names)
    flags = [name for name in frame if frame[name].map(lambda cell: isinstance(cell, bool)).any()]
    return frame.astype(dict.fromkeys(flags, float))


def truth(condition: Any, *known: Any) -> Any:
    """1 where a condition holds, 0 where not, missing where anything that it rests on is."""
    found = condition.astype(float)
    for column in known:
        found = found.mask(column.isna())
    return found


def both(*parts: Any) -> Any:
    """All of several truths: one that fails decides, whatever else is missing."""
    stacked = np.stack([part.to_numpy(float) for part in parts])
    failed, missing = (stacked == 0).any(axis=0), np.isnan(stacked).any(axis=0)
    return pd.Series(np.where(failed, 0.0, np.where(missing, np.nan, 1.0)), index=parts[0].index)


def either(*parts: Any) -> Any:
    """At least one of several truths."""
    return 1 - both(*[1 - part for part in parts])


def of(who: Any, amount: Any) -> Any:
    """An amount of those who count, 0 of the others, missing where it is not known whether they count."""
    amount = amount if isinstance(amount, pd.Series) else pd.Series(float(amount), index=who.index)
    return amount.astype(float).where(who == 1, 0.0).mask(who.isna())


class People:
    """Persons of a year with what is asked of them, counted by household."""

    def __init__(self, persons: pd.DataFrame, homes: pd.DataFrame) -> None:
        self.rows, self.index = persons, homes.index
        self.keys = [persons["household_id"], persons["year"]]
        births = pd.to_datetime(persons["birth_date"], errors="coerce")
        self.age = persons["year"] - births.dt.year
        self.pupil_age = truth(self.age.between(6, 15), self.age)
        self.in_school = self.codes("student_status", "01", there=False)
        self.excused = persons["dropout_reason"].isin(["07", "08"]).astype(float)
        self.adult = truth(self.age >= 16, self.age)
        self.able = self.codes("labour_skill", "01", "02", "05")
        self.works = (persons["is_working"].astype(float) == 1).astype(float)
        self.insured = either(self.flag("resident_medical"), (self.flag("employee_medical") == 1).astype(float))
        self.pensioned = either(self.flag("resident_pension"), (self.flag("employee_pension") == 1).astype(float))

    def flag(self, name: str) -> Any:
        return self.rows[name].astype(float)

    def codes(self, name: str, *codes: str, there: bool = True) -> Any:
        """Whether a code is one of several (or none of them)."""
        found = self.rows[name].isin(codes)
        return truth(found if there else ~found, self.rows[name])

    def known_codes(self, name: str, *codes: str) -> Any:
        """The same, where a missing code counts as none of them."""
        return self.rows[name].isin(codes).astype(float)

    def total(self, amount: Any) -> Any:
        """Amounts of the members of each household; unknown where one of them is."""
        grouped = amount.groupby(self.keys)
        sums = grouped.sum().mask(amount.isna().groupby(self.keys).any())
        return sums.reindex(self.index, fill_value=0.0)

    def count(self, condition: Any) -> Any:
        """How many members a condition holds for."""
        return self.total(condition)

    def any(self, condition: Any) -> Any:
        """Whether it holds for one member at least: one who is known decides."""
        holds = (condition == 1).groupby(self.keys).any().reindex(self.index, fill_value=False)
        unknown = condition.isna().groupby(self.keys).any().reindex(self.index, fill_value=False)
        return holds.astype(float).mask(~holds & unknown)

    def all(self, condition: Any) -> Any:
        return 1 - self.any(1 - condition)


@dataclass(frozen=True)
class Side:
    """Numerator and denominator of an indicator row by row, and the group of each row."""

    numerator: Any
    denominator: Any = None
    group: Any = None


def sides(h: pd.DataFrame, persons: pd.DataFrame) -> dict[str, Side]:
    """Every indicator of households, by code."""
    # Long: the dictionary's own list, a line for each indicator.
    p = People(persons, h)
    status, one = h["poverty_status"], pd.Series(1.0, index=h.index)
    ordinary = both(status.isna().astype(float), truth(h["household_type"] == "01", h["household_type"]))
    poor, listed, exited, relapsed, ever = (
        both(1 - ordinary, truth(status.isin(codes), status))
        for codes in (
            ["04", "02"],
            ["02", "03", "04", "05", "06", "07"],
            ["05"],
            ["02"],
            ["02", "03", "05", "06", "07"],
        )
    )
    monitored = h["monitoring_category"].notna().astype(float)
    size, income = h["household_size"].astype(float), h["net_income_per_capita_fen"].astype(float)
    line = h["year"].map(LINE).astype(float) * 100
    below = truth(income < line, income, line)
    house = truth(h["danger_level"] == "01", h["danger_level"])
    water = both(h["water_safe"].astype(float), 1 - h["water_hard"].astype(float))
    out = both(p.pupil_age, 1 - p.in_school, 1 - p.excused)
    safe = both(house, water, 1 - p.any(out), p.all(p.insured))
    here = h["identified_year"] == h["year"]
    new = both(listed, truth(here, h["identified_year"]))
    cause = h["main_cause"]
    ill = either(
        truth(cause.isin(["01", "02"]), cause),
        h["other_cause_1"].isin(["01", "02"]).astype(float),
        h["other_cause_2"].isin(["01", "02"]).astype(float),
    )
    labour_left = (h["no_labour_household"].astype(float) == 1).astype(float)
    allowance, destitute = p.codes("dibao", "00", there=False), p.codes("tekun", "00", there=False)
    grown = both(p.adult, 1 - p.in_school)

    def code(name: str, *codes: str) -> Any:
        return truth(h[name].isin(codes), h[name])

    def yes(name: str) -> Any:
        return h[name].astype(float)

    def health(*codes: str) -> Any:
        return either(p.codes("health", *codes), p.known_codes("second_health", *codes))

    def counted(condition: Any, who: Any = None) -> Side:
        return Side(of(listed if who is None else who, p.count(condition)))

    def share(condition: Any, who: Any = None) -> Side:
        base = listed if who is None else who
        return Side(of(base, condition), of(base, one))

    def share_of_persons(condition: Any, base: Any) -> Side:
        return Side(of(listed, p.count(condition)), of(listed, p.count(base)))

    every = pd.Series(1.0, index=persons.index)
    four = h[["wage_fen", "business_fen", "property_fen", "transfer_fen"]].astype(float).sum(axis=1, skipna=False)
    found = {
        "households_registered": Side(of(poor, 1)),
        "persons_registered": Side(of(poor, size)),
        "incidence_register": Side(of(poor, size)),
        "households_on_register": Side(of(listed, 1)),
        "persons_on_register": Side(of(listed, size)),
        "mean_household_size": Side(of(listed, size), of(listed, one)),
        "women_registered": counted(p.codes("sex", "2"), poor),
        "children_registered": counted(truth(p.age < 18, p.age), poor),
        "elderly_registered": counted(truth(p.age >= 60, p.age), poor),
        "minority_registered": counted(p.codes("ethnicity", "01", there=False), poor),
        "households_by_size": Side(of(poor, 1), group=h["household_size"]),
        "households_by_attribute": Side(of(poor, 1), group=h["poverty_attribute"]),
        "households_exited": Side(of(exited, 1)),
        "persons_exited": Side(of(exited, size)),
        "exit_rate": Side(of(exited, 1), of(either(exited, poor), 1)),
        "households_identified": Side(of(new, 1)),
        "persons_identified": Side(of(new, size)),
        "households_relapsed": Side(of(relapsed, 1)),
        "persons_relapsed": Side(of(relapsed, size)),
        "relapse_rate": Side(of(relapsed, 1), of(ever, 1)),
        "households_monitored": Side(of(monitored, 1)),
        "persons_monitored": Side(of(monitored, size)),
        "households_by_monitoring": Side(of(monitored, 1), group=h["monitoring_category"]),
        "households_by_non_exit": Side(of(poor, 1), group=h["non_exit_reason"]),
        "households_by_cause": Side(of(poor, 1), group=cause),
        "households_illness_disability": Side(of(poor, ill)),
        "households_by_risk": Side(of(monitored, 1), group=h["risk_1"]),
        "households_below_line": Side(of(poor, below)),
        "households_above_line_still_poor": Side(of(poor, 1 - below)),
        "income_gap": Side(of(poor, of(below, (line - income) * size))),
        "households_three_lacking": Side(of(poor, 1 - safe)),
        "share_safeguarded": share(safe),
        "households_no_labour": Side(of(listed, labour_left)),
        "compulsory_age_persons": counted(p.pupil_age),
        "out_of_school": counted(out),
        "out_of_school_education": counted(both(p.pupil_age, 1 - p.in_school)),
        "enrolment_share": share_of_persons(both(p.pupil_age, p.in_school), p.pupil_age),
        "preschool_pupils": counted(p.codes("student_status", "02")),
        "senior_pupils": counted(p.codes("student_status", "07", "08", "09", "10", "11", "12")),
        "college_students": counted(p.codes("student_status", "13", "14", "15", "16")),
        "illiterate_adults_share": share_of_persons(both(grown, p.codes("education", "01")), grown),
        "persons_chronic": counted(health("02")),
        "persons_serious": counted(health("03")),
        "persons_disabled": counted(health("04")),
        "share_households_with_patient": share(p.any(health("03", "04")), poor),
        "medical_assistance_persons": counted((p.flag("medical_assistance") == 1).astype(float)),
        "uninsured_persons": counted(1 - p.insured),
        "insured_share": share_of_persons(p.insured, every),
        "resident_insured_share": share_of_persons(p.flag("resident_medical"), every),
        "serious_insured_share": share_of_persons(p.flag("serious_illness_insurance"), every),
        "pension_share": share_of_persons(both(grown, p.pensioned), grown),
        "unsafe_houses": Side(of(listed, 1 - house)),
        "unsafe_houses_d": Side(of(listed, code("danger_level", "03"))),
        "unsafe_house_share": share(1 - house),
        "floor_area_per_person": Side(of(listed, h["housing_m2"]), of(listed, size)),
        "earth_houses": Side(of(listed, code("house_structure", "04"))),
        "toilet_share": share(yes("has_toilet")),
        "relocated_persons": counted(p.flag("is_relocated")),
        "households_by_road": Side(of(listed, 1), group=h["access_road"]),
        "unsafe_water": Side(of(listed, 1 - water)),
        "safe_water_share": share(water),
        "tap_water_share": share(code("water_source", "01")),
        "households_by_water_source": Side(of(listed, 1), group=h["water_source"]),
        "no_power": Side(of(listed, 1 - yes("has_power"))),
        "broadcast_share": share(yes("has_broadcast")),
        "clean_fuel_share": share(code("fuel", "04")),
        "income_per_capita_registered": Side(of(listed, h["net_income_fen"]), of(listed, size)),
        "income_per_capita_poor": Side(of(poor, h["net_income_fen"]), of(poor, size)),
        "business_cost_ratio": Side(of(listed, h["cost_fen"]), of(listed, h["business_fen"])),
        "households_below_monitoring": Side(of(listed, pd.Series(np.nan, index=h.index))),
        "labour_persons": counted(p.able),
        "dependency": share_of_persons(every, p.able),
        "migrant_workers": counted(p.works),
        "migrants_outside_county": counted(p.known_codes("work_area", "03", "04")),
        "migrants_outside_province": counted(p.known_codes("work_area", "04")),
        "mean_work_months": Side(of(listed, p.total(of(p.works, p.rows["work_months"]))), of(listed, p.count(p.works))),
        "share_households_with_worker": share(p.any(p.works)),
        "public_post_persons": counted(1 - p.known_codes("public_post", "00") - p.rows["public_post"].isna()),
        "households_without_labour": Side(of(listed, 1 - p.any(p.able))),
        "cooperative_share": share(yes("in_cooperative")),
        "cropland_per_person": Side(of(listed, h["cropland_mu"]), of(listed, size)),
        "dibao_persons": counted(allowance),
        "dibao_households": Side(of(listed, p.any(allowance))),
        "dibao_households_whole": Side(of(listed, both((p.count(every) > 0).astype(float), p.all(allowance)))),
        "dibao_share_poor": Side(of(poor, p.count(allowance)), of(poor, p.count(every))),
        "tekun_persons": counted(destitute),
        "dibao_amount": Side(of(listed, h["transfer_dibao_fen"])),
        "pension_amount": Side(of(listed, h["transfer_pension_fen"])),
        "ecology_amount": Side(of(listed, h["transfer_grain_for_green_fen"])),
    }
    causes = {"illness": "01", "disability": "02", "schooling": "03", "skills": "07", "labour": "08", "funds": "09"}
    found |= {f"share_cause_{name}": share(truth(cause == number, cause), poor) for name, number in causes.items()}
    kinds = ("wage", "business", "property", "transfer")
    return found | {f"income_share_{kind}": Side(of(listed, h[f"{kind}_fen"]), of(listed, four)) for kind in kinds}


def village_sides(v: pd.DataFrame) -> dict[str, Side]:
    """Every indicator of village sheets, by code."""
    one = pd.Series(1.0, index=v.index)
    services = {
        "poor_villages": "is_poor_village",
        "villages_paved": "paved_road",
        "villages_bus": "bus_service",
        "villages_broadband_committee": "broadband_committee",
        "villages_broadband_school": "broadband_school",
        "villages_broadband_clinic": "broadband_clinic",
        "villages_production_power": "production_power",
        "villages_clinic": "clinic_up_to_standard",
        "villages_culture": "culture_place",
    }
    schools = v["broadband_school"].astype(float).where(v["schools"] != 0, 1.0).mask(v["schools"].isna())
    clinics = v["broadband_clinic"].astype(float).where(v["clinics"] != 0, 1.0).mask(v["clinics"].isna())
    collective, income = v["collective_income_fen"].astype(float), v["rural_income_per_person_fen"].astype(float)
    gone = (v["village_exited_year"].astype(float) <= v["year"]).astype(float)
    covered = both(v["broadband_committee"].astype(float), schools, clinics)
    return {code: Side(v[name].astype(float)) for code, name in services.items()} | {
        "villages_reported": Side(one),
        "share_poor_villages_exited": Side(
            of(v["is_poor_village"].astype(float), gone), v["is_poor_village"].astype(float)
        ),
        "share_villages_broadband": Side(covered, one),
        "broadband_household_share": Side(v["broadband_households"].astype(float), v["rural_households"].astype(float)),
        "village_doctors": Side(v["doctors"].astype(float)),
        "collective_income": Side(collective),
        "mean_collective_income": Side(collective, one),
        "villages_without_collective_income": Side(truth(collective == 0, collective)),
        "cooperatives": Side(v["cooperatives"].astype(float)),
        "rural_income_per_person": Side(income * v["rural_persons"].astype(float), v["rural_persons"].astype(float)),
    }


@dataclass(frozen=True)
class Again:
    """A figure made again: its value, and how many rows could not be counted."""

    value: float | None
    unknown: int


def figures_again(*, last_year: int) -> Iterator[tuple[Key, Again]]:
    """Every figure of the dictionary at every place, by indicator, place code, year and group."""
    homes = rows_of(HOUSEHOLDS).merge(rows_of(OWN), on="household_id").set_index(["household_id", "year"], drop=False)
    persons = rows_of(PERSONS).merge(rows_of(PEOPLE), on="person_id")
    homes, persons = homes[homes["year"] <= last_year], persons[persons["year"] <= last_year]
    sheets = rows_of(SHEETS)
    villages = sheets[(sheets["place_code"].str.len() == 12) & (sheets["year"] <= last_year)]
    base: Mapping[tuple[str, int], float] = _by_place(villages, villages["rural_base_persons"].astype(float))
    for code, side in sides(homes, persons).items():
        for (place, year, group), again in _rolled_up(homes, side):
            if code == "incidence_register":
                below = base.get((place, year))
                again = Again(again.value / below if below and again.value is not None else None, again.unknown)
            elif side.denominator is None:
                again = _no_zero_of_unknown(again)
            yield (code, place, year, group), again
    for code, side in village_sides(villages).items():
        for (place, year, group), again in _rolled_up(villages, side):
            yield (code, place, year, group), _no_zero_of_unknown(again) if side.denominator is None else again


def _no_zero_of_unknown(again: Again) -> Again:
    """Nothing counted, and rows that could not be: that is not zero."""
    return Again(None, again.unknown) if again.unknown and not again.value else again


def _by_place(rows: pd.DataFrame, amount: Any) -> dict[tuple[str, int], float]:
    parts = (amount.groupby([rows["place_code"].str[:n].to_numpy(), rows["year"].to_numpy()]).sum() for n in LENGTHS)
    return {key: float(value) for part in parts for key, value in part.items()}


def _rolled_up(rows: pd.DataFrame, side: Side) -> Iterator[tuple[tuple[str, int, str], Again]]:
    group = pd.Series("", index=rows.index) if side.group is None else side.group.map(_as_text)
    frame = pd.DataFrame(
        {
            "code": rows["place_code"].to_numpy(),
            "year": rows["year"].to_numpy(),
            "group": group.to_numpy(),
            "n": side.numerator.to_numpy(float),
            "d": np.ones(len(rows)) if side.denominator is None else side.denominator.to_numpy(float),
        }
    )
    missing = frame["n"].isna() | frame["d"].isna()
    frame["unknown"] = missing.astype(int)
    frame.loc[missing, ["n", "d"]] = 0.0
    frame["known"] = (~missing).astype(int)
    for length in LENGTHS:
        sums = frame.groupby([frame["code"].str[:length], "year", "group"])[["n", "d", "unknown", "known"]].sum()
        for (code, year, name), row in sums.iterrows():
            whole = row["n"] if side.denominator is None else row["n"] / row["d"] if row["d"] else None
            yield (str(code), int(year), str(name)), Again(whole if row["known"] else None, int(row["unknown"]))


def _as_text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "?"
    return str(int(value)) if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Comparison:
    """Which indicators were compared at how many figures, and which of them differ, each with its first figure."""

    indicators: int
    figures: int
    different: Mapping[str, Key]


def compared(*, last_year: int) -> Comparison:
    """The current figures against the second computation, value and unknown rows, to 1e-9 of themselves."""
    columns = ("indicator", "place_code", "year", "group", "value", "unknown_rows")
    measured = [code for code, indicator in current().indicators.items() if indicator.measure]
    rows = Figure.objects.filter(snapshot__current=True).exclude(indicator__in=measured)
    stored = {row[:4]: Again(*row[4:]) for row in rows.values_list(*columns)}
    again = dict(figures_again(last_year=last_year))
    different: dict[str, Key] = {}
    for key in sorted(stored.keys() | again.keys()):
        if not _is_same(stored.get(key), again.get(key)):
            different.setdefault(key[0], key)
    return Comparison(len({key[0] for key in stored}), len(stored), different)


def _is_same(stored: Again | None, again: Again | None) -> bool:
    if stored is None or again is None or stored.unknown != again.unknown:
        return False
    if stored.value is None or again.value is None:
        return stored.value is again.value
    return abs(stored.value - again.value) <= 1e-9 * max(1.0, abs(again.value))
