"""Weighted quantiles and the density that their errors need."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from bangfu.analytics.poverty.design import Sample
from bangfu.analytics.poverty.errors import NO_ROWS, PovertyError
from bangfu.analytics.poverty.sums import BoolArray, FloatArray, cumulative, total

# Cumulated weights carry rounding; two that differ by less than this share of the total are the same point.
SAME_POINT = 1e-12
VARIANTS = ("midpoint", "inverse")


def weighted_quantile(sample: Sample, rows: BoolArray, share: float, variant: str = "midpoint") -> float:
    """The income below which the given share of the weight lies.

    ``inverse`` takes the first income at which the cumulated weight reaches the share; ``midpoint`` does so too but,
    where it is reached exactly, takes the middle between this income and the next (the definition of the European
    at-risk-of-poverty threshold; for equal weights and an even number of rows the usual median).
    """
    weight = np.where(rows, sample.design.weight, 0.0)[sample.order]
    reached = cumulative(weight)
    if not reached.size or reached[-1] <= 0:
        raise PovertyError(NO_ROWS)
    slack = SAME_POINT * float(reached[-1])
    target = share * float(reached[-1])
    at = int(np.searchsorted(reached, max(target - slack, slack)))
    low = float(sample.income[sample.order[at]])
    beyond = int(np.searchsorted(reached, target + slack, side="right"))
    if variant == "inverse" or beyond <= at or beyond >= reached.size:
        return low
    return (low + float(sample.income[sample.order[beyond]])) / 2


def bandwidth(sample: Sample) -> float:
    """σ·N^(-1/5): standard deviation of income, N the sum of weights, of the whole population also for groups.

    Source: Osier 2009 (Gaussian kernel for the density at a quantile).
    """
    if "bandwidth" not in sample.remembered:
        sample.remembered["bandwidth"] = _bandwidth(sample)
    return cast(float, sample.remembered["bandwidth"])


def _bandwidth(sample: Sample) -> float:
    weight = np.where(sample.rows, sample.design.weight, 0.0)
    size = total(weight)
    if size <= 0:
        raise PovertyError(NO_ROWS)
    mean = total(weight * sample.income) / size
    return math.sqrt(total(weight * (sample.income - mean) ** 2) / size) / math.pow(size, 0.2)


def density(sample: Sample, rows: BoolArray, at: float, width: float) -> float:
    """Kernel estimate of the income density of these rows at one income. Source: Osier 2009."""
    weight = np.where(rows, sample.design.weight, 0.0)
    kernel = np.exp(-0.5 * ((at - sample.income) / width) ** 2)
    return total(weight * kernel) / (width * total(weight) * math.sqrt(2 * math.pi))


def quantile_influence(sample: Sample, rows: BoolArray, share: float, value: float) -> FloatArray | None:
    """Influence of each row on the quantile; None where all incomes are equal and no density exists.

    Source: Deville 1999; Osier 2009: I_k = -(1[y_k ≤ q] - share) / (f(q)·N).
    """
    width = bandwidth(sample)
    thickness = density(sample, rows, value, width) if width > 0 else 0.0
    if thickness <= 0:
        return None
    size = total(np.where(rows, sample.design.weight, 0.0))
    return np.where(rows, (share - (sample.income <= value)) / (thickness * size), 0.0)
