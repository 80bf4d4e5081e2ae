"""The sampling design of a survey, the sample itself, and the variance of a weighted total under that design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bangfu.analytics.poverty.errors import (
    LENGTHS_DIFFER,
    LONELY_PSU,
    NOT_ALL_ROWS_POSITIVE,
    NOT_FINITE,
    WEIGHT_NOT_POSITIVE,
    PovertyError,
    check_option,
)
from bangfu.analytics.poverty.sums import BoolArray, FloatArray, IntArray, total, totals_by

LONELY = ("fail", "unknown", "certainty", "adjust")
NONPOSITIVE = ("keep", "drop", "error")


@dataclass(frozen=True, eq=False)
class Design:
    """Weight, stratum and primary sampling unit of each row.

    **Shape** one entry per row; codes may be integers or text. ``strata=None`` is one stratum, ``psu=None`` makes each
    row its own PSU. A PSU code counts inside its stratum: the same code in two strata is two units.
    **Units** weights expand to the population: their sum is its size (the bandwidth of quantile errors depends on it).
    **Lonely** what a stratum with one PSU does: ``fail`` refuses, ``unknown`` gives estimates without error,
    ``certainty`` adds no variance, ``adjust`` takes the deviation from the mean of all PSU totals.
    """

    weight: FloatArray
    strata: IntArray
    psu: IntArray
    lonely: str

    def __init__(
        self,
        weight: ArrayLike,
        strata: ArrayLike | None = None,
        psu: ArrayLike | None = None,
        *,
        lonely: str = "fail",
    ) -> None:
        check_option("lonely", lonely, LONELY)
        weights = _floats("weight", weight)
        size = weights.size
        if size and float(weights.min()) <= 0:
            count = int((weights <= 0).sum())
            raise PovertyError(WEIGHT_NOT_POSITIVE.format(count=count, lowest=float(weights.min())))
        stratum = np.zeros(size, np.intp) if strata is None else dense_codes(_same_length("strata", strata, size))
        unit = np.arange(size, dtype=np.intp) if psu is None else dense_codes(_same_length("psu", psu, size))
        nested = dense_codes(stratum * (int(unit.max(initial=0)) + 1) + unit)
        for name, value in (("weight", weights), ("strata", stratum), ("psu", nested), ("lonely", lonely)):
            object.__setattr__(self, name, value)

    @cached_property
    def stratum_of_psu(self) -> IntArray:
        """The stratum of each PSU."""
        found = np.zeros(int(self.psu.max(initial=-1)) + 1, np.intp)
        found[self.psu] = self.strata
        return found

    def standard_error(self, influence: FloatArray) -> float | None:
        """Square root of the ultimate-cluster variance of the influence values' weighted total; None where unknown.

        Σ_h n_h/(n_h - 1) Σ_i (t_hi - mean t_h)² over PSU totals t_hi of weight × influence, strata h.
        Source: equation 1 of docs/explanation/poverty-measures.md, after Deville 1999 and Osier 2009.
        """
        stratum = self.stratum_of_psu
        sizes = np.bincount(stratum)
        alone = (sizes == 1)[stratum]
        if alone.any() and self.lonely == "fail":
            raise PovertyError(LONELY_PSU.format(count=int((sizes == 1).sum())))
        if alone.any() and self.lonely == "unknown":
            return None
        totals = totals_by(self.psu, influence * self.weight, stratum.size)
        means = totals_by(stratum, totals, sizes.size) / np.maximum(sizes, 1)
        squares = (totals - means[stratum]) ** 2 * (sizes / np.maximum(sizes - 1, 1))[stratum]
        if self.lonely == "adjust":
            squares = np.where(alone, (totals - total(totals) / totals.size) ** 2, squares)
        return math.sqrt(total(squares))

    def count_units(self, rows: BoolArray) -> tuple[int, int]:
        """PSUs and strata that have at least one of these rows."""
        units = np.bincount(self.psu[rows], minlength=1) > 0
        strata = np.bincount(self.strata[rows], minlength=1) > 0
        return int(units.sum()), int(strata.sum())


@dataclass(frozen=True, eq=False)
class Sample:
    """Incomes under a design.

    **Missing** ``known`` marks rows whose income is known; the others stay in the design and count nowhere else.
    **Non-positive incomes** ``keep`` them as they are, ``drop`` them like missing ones, or refuse with ``error``.
    """

    income: FloatArray
    design: Design
    rows: BoolArray
    nonpositive: str
    n_missing: int
    n_nonpositive: int

    def __init__(
        self, income: ArrayLike, design: Design, known: BoolArray | None = None, *, nonpositive: str = "keep"
    ) -> None:
        check_option("nonpositive", nonpositive, NONPOSITIVE)
        size = design.weight.size
        seen = np.ones(size, np.bool_) if known is None else _same_length("known", known, size).astype(np.bool_)
        values = np.where(seen, _same_length("income", income, size).astype(np.float64), 0.0)
        _check_finite("income", values)
        low = seen & (values <= 0)
        count = int(low.sum())
        if count and nonpositive == "error":
            raise PovertyError(NOT_ALL_ROWS_POSITIVE.format(count=count))
        rows = seen & ~low if nonpositive == "drop" else seen
        fields = {"income": values, "design": design, "rows": rows, "nonpositive": nonpositive}
        counts = {"n_missing": int(size - seen.sum()), "n_nonpositive": count}
        for name, value in (fields | counts).items():
            object.__setattr__(self, name, value)

    @cached_property
    def order(self) -> IntArray:
        """Row numbers by rising income; the order among equal incomes is free, no measure depends on it."""
        return np.asarray(np.argsort(self.income), dtype=np.intp)

    @cached_property
    def remembered(self) -> dict[object, object]:
        """Lines already placed on this sample: one line serves every group."""
        return {}


def dense_codes(values: ArrayLike) -> IntArray:
    """Codes 0 … k - 1 in the order of the values; small integers without a sort."""
    array = np.asarray(values)
    if array.size and array.dtype.kind in "iu" and int(array.min()) >= 0 and int(array.max()) < 8 * array.size:
        present = np.bincount(array) > 0
        return np.asarray((np.cumsum(present) - 1)[array], dtype=np.intp)
    return np.asarray(np.unique(array, return_inverse=True)[1], dtype=np.intp).reshape(-1)


def _floats(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    _check_finite(name, array)
    return array


def _check_finite(name: str, array: FloatArray) -> None:
    if bad := int(array.size - np.isfinite(array).sum()):
        raise PovertyError(NOT_FINITE.format(name=name, count=bad))


def _same_length(name: str, values: ArrayLike, expected: int) -> NDArray[Any]:
    array = np.asarray(values)
    if array.shape != (expected,):
        raise PovertyError(LENGTHS_DIFFER.format(name=name, found=array.size, expected=expected))
    return array
