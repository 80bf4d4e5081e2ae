"""Why a household is poor: a main cause and up to two others, weighted as answers were and true of its members."""

from __future__ import annotations

import numpy as np

from bangfu.analytics.synthesis.columns import Columns, column
from bangfu.analytics.synthesis.households import Households
from bangfu.analytics.synthesis.naming import Booleans
from bangfu.analytics.synthesis.persons import CHRONIC, DISABLED, SERIOUS, Situations, Traits
from bangfu.analytics.synthesis.seeds import generator_for

#: Weights of the causes by the national code: illness, disability, school, disaster, land, water, skills, labour,
#: money, transport, drive (multi-answer shares of the last poor counties of 2018; the split of single answers is ours).
WEIGHTS = {
    **{"01": 0.9, "02": 0.9, "03": 0.9, "04": 0.03, "05": 0.05, "06": 0.03, "07": 0.61, "08": 0.14, "09": 0.26},
    **{"10": 0.33, "11": 0.24},
}
#: Chances that a second and a third cause was given.
SECOND, THIRD = 0.75, 0.40


def causes(seed: int, homes: Households, traits: Traits, now: Situations) -> Columns:
    """Main and other causes; illness needs someone ill, disability someone disabled, school a student above primary.

    Drawn without replacement by weights: the largest of log weight plus Gumbel noise (Efraimidis and Spirakis 2006).
    """
    rng = generator_for(seed, homes.frame.code, "causes")
    codes = np.array(list(WEIGHTS), dtype=object)
    noise = rng.gumbel(size=(len(homes), len(codes)))
    weights = np.tile(np.log(np.array(list(WEIGHTS.values()))), (len(homes), 1))
    for place, true in ((0, _ill(traits, SERIOUS, CHRONIC)), (1, _ill(traits, DISABLED)), (2, _costly(now))):
        has = np.bincount(homes.members.household, weights=true, minlength=len(homes)) > 0
        weights[~has, place] = -np.inf
    order = np.argsort(-(weights + noise), axis=1)
    chance = rng.random(len(homes))
    return {
        "household_year.main_cause": column(codes[order[:, 0]]),
        "household_year.other_cause_1": column(codes[order[:, 1]], chance > SECOND),
        "household_year.other_cause_2": column(codes[order[:, 2]], chance > THIRD),
    }


def _ill(traits: Traits, *kinds: str) -> Booleans:
    return np.isin(traits.health, kinds)


def _costly(now: Situations) -> Booleans:
    return np.isin(now.student, ("06", "07", "08", "09", "16"))
