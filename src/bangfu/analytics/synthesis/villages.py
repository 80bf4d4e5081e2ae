"""The yearly sheet of a village: people, land, economy, services and network, better from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bangfu.analytics.synthesis.frames import Frame
from bangfu.analytics.synthesis.seeds import generator_for

#: By what share the rural population grows in a year.
GROWTH = 0.004
#: Yes or no of a village: share that has it in the base year, what a year adds, what full remoteness takes.
SERVICES = {
    "paved_road": (0.72, 0.08, 0.45),
    "bus_service": (0.50, 0.08, 0.50),
    "production_power": (0.80, 0.06, 0.30),
    "clinic_up_to_standard": (0.66, 0.09, 0.25),
    "culture_place": (0.62, 0.10, 0.20),
    "broadband_committee": (0.68, 0.11, 0.45),
    "broadband_school": (0.62, 0.12, 0.45),
    "broadband_clinic": (0.48, 0.12, 0.40),
    "mobile_committee": (0.80, 0.07, 0.35),
}
#: Counts of a village as shares of its rural households or persons: share, what a year adds, what remoteness takes.
SHARES = {
    "dibao_households": ("households", 0.16, 0.0, -0.08),
    "tekun_households": ("households", 0.012, 0.0, 0.0),
    "cooperative_households": ("households", 0.12, 0.06, 0.08),
    "tourism_households": ("households", 0.03, 0.01, 0.02),
    "water_unsafe_households": ("households", 0.08, -0.02, -0.18),
    "water_hard_households": ("households", 0.06, -0.01, -0.14),
    "broadcast_households": ("households", 0.95, 0.01, 0.15),
    "dangerous_households": ("households", 0.14, -0.03, -0.12),
    "broadband_households": ("households", 0.18, 0.08, 0.18),
    "mobile_internet_households": ("households", 0.42, 0.10, 0.15),
    "dibao_persons": ("persons", 0.13, 0.0, -0.06),
    "tekun_persons": ("persons", 0.008, 0.0, 0.0),
    "women": ("persons", 0.485, 0.0, 0.0),
    "disabled_persons": ("persons", 0.035, 0.0, -0.01),
    "labour_persons": ("persons", 0.56, 0.0, 0.02),
    "migrant_workers": ("persons", 0.12, 0.02, 0.0),
    "party_members": ("persons", 0.03, 0.001, 0.0),
    "school_age_persons": ("persons", 0.145, 0.0, 0.0),
    "resident_medical_persons": ("persons", 0.95, 0.01, 0.02),
    "resident_pension_persons": ("persons", 0.46, 0.02, 0.04),
    "employee_pension_persons": ("persons", 0.03, 0.005, 0.01),
}
#: Of a hundred cells so many were left empty; the base that incidence needs is always there.
BLANK = 0.015
#: A village so poor (about 1 is the middle) is on the list of poor villages.
POOR_FROM = 0.92


def sheets(frames: Sequence[Frame], years: Sequence[int], base_year: int, seed: int = 1) -> list[dict[str, Any]]:
    """Yearly village sheets; the rural base is that of ``base_year``, frozen."""
    return [sheet for frame in frames for sheet in _of_village(frame, years, base_year, seed)]


def _of_village(frame: Frame, years: Sequence[int], base_year: int, seed: int) -> list[dict[str, Any]]:
    fixed = generator_for(seed, frame.code, "sheet")
    drawn = {name: float(fixed.random()) for name in (*SERVICES, *SHARES)}
    lasting = _lasting(frame, fixed)
    return [_of_year(frame, year, year - base_year, seed, drawn, lasting) for year in years]


def _lasting(frame: Frame, rng: np.random.Generator) -> dict[str, Any]:
    """What a village keeps through the years: land, settlements, schools, and whether it is a poor village."""
    per_person = {"cropland": 1.6, "irrigated": 0.5, "woodland": 9.0, "grain_for_green": 0.5, "orchard": 0.4}
    land = {
        f"{name}_mu": round(float(rng.gamma(5, frame.rural_persons * each / 5)), 1) for name, each in per_person.items()
    }
    poor = frame.poor > POOR_FROM
    return land | {
        "pasture_mu": round(float(rng.gamma(2, frame.rural_persons * 3 * frame.remote)), 1),
        "water_mu": round(float(rng.gamma(1.5, 20)), 1),
        "natural_villages": int(3 + rng.poisson(3 + 5 * frame.remote)),
        "schools": int(rng.random() < 0.7),
        "clinics": int(rng.random() < 0.94),
        "is_poor_village": poor,
        "minority_persons": round(frame.rural_persons * (1 - frame.ethnicity[2])),
        "_income": float(rng.normal(1, 0.12)),
        "_collective": float(rng.lognormal(0, 0.9)) if rng.random() > 0.22 * (1 + frame.remote) else 0.0,
        "_exit": int(2 + rng.integers(0, 5)) if poor else None,
    }


def _of_year(
    frame: Frame, year: int, after: int, seed: int, drawn: dict[str, float], lasting: dict[str, Any]
) -> dict[str, Any]:
    households = round(frame.rural_households * (1 + GROWTH) ** after)
    persons = round(frame.rural_persons * (1 + GROWTH) ** after)
    whole = {"households": households, "persons": persons}
    found: dict[str, Any] = {name: value for name, value in lasting.items() if not name.startswith("_")}
    for name, (share, adds, takes) in SERVICES.items():
        found[name] = drawn[name] < share + adds * after - takes * frame.remote
    for name, (of, share, adds, takes) in SHARES.items():
        level = np.clip(share + adds * after - takes * frame.remote, 0, 1) * (0.7 + 0.6 * drawn[name])
        found[name] = min(whole[of], round(float(level) * whole[of]))
    if not lasting["schools"]:
        found["broadband_school"] = None
    if not lasting["clinics"]:
        found["broadband_clinic"] = found["clinic_up_to_standard"] = None
    found |= _money_and_rest(frame, after, lasting, found)
    exit_after = lasting["_exit"]
    found["village_exited_year"] = year - after + exit_after if exit_after is not None and after >= exit_after else None
    blank = generator_for(seed, frame.code, f"sheet blank {year}")
    kept = {name: None if blank.random() < BLANK else value for name, value in found.items()}
    base = {"rural_base_households": frame.rural_households, "rural_base_persons": frame.rural_persons}
    counts = {"rural_households": households, "rural_persons": persons}
    told = {name: value for name, value in kept.items() if value is not None}
    return {"place_code": frame.code, "year": year, **counts, **base, **told}


def _money_and_rest(frame: Frame, after: int, lasting: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Amounts in fen, and counts that follow from others."""
    settlements = lasting["natural_villages"]
    income = 540_000 * (1 + 0.11 * after) * lasting["_income"] * (1.25 - 0.35 * frame.poor)
    reached = 0.45 + 0.1 * after - 0.35 * frame.remote
    return {
        "rural_income_per_person_fen": round(income / 100) * 100,
        "rural_income_growth": round(0.11 + 0.02 * (lasting["_income"] - 1), 4),
        "collective_income_fen": round(lasting["_collective"] * 2_000_000 * (1 + 0.25 * after) / 100) * 100,
        "cooperatives": int(found["cooperative_households"] > 0) + int(found["cooperative_households"] > 80),
        "powered_natural_villages": settlements - int(frame.remote > 0.9),
        "broadband_natural_villages": round(settlements * float(np.clip(reached, 0, 1))),
        "mobile_natural_villages": round(settlements * float(np.clip(reached + 0.3, 0, 1))),
        "school_age_in_school": round(found["school_age_persons"] * (0.975 + min(0.004 * after, 0.025))),
        "doctors": lasting["clinics"] * (1 + int(frame.rural_persons > 1500)),
        "public_toilets": 1 + after,
        "waste_points": 2 + after,
        "information_officers": 1,
    }
