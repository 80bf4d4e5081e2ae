"""Measures: each gives its value and the influence of every row on it; errors follow from the influence alone.

A group is a domain: rows outside it have influence zero but keep their place in the design. Sources: Foster, Greer and
Thorbecke 1984; Deville 1999 (influence functions); Osier 2009 (their form for poverty measures). Equations 2 to 8 are
written out in docs/explanation/poverty-measures.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bangfu.analytics.poverty.design import Sample
from bangfu.analytics.poverty.errors import (
    LINE_PER_ROW,
    NO_ROWS,
    OUT_OF_RANGE,
    TOTAL_NOT_POSITIVE,
    PovertyError,
    check_option,
)
from bangfu.analytics.poverty.lines import Line, PlacedLine, density_at
from bangfu.analytics.poverty.quantiles import VARIANTS, quantile_influence, weighted_quantile
from bangfu.analytics.poverty.sums import BoolArray, FloatArray, cumulative, total

GINI_VARIANTS = ("trapezoid", "osier")


@dataclass(frozen=True, eq=False)
class Linearised:
    """A value with the influence of every row on it (None: no error can be given) and the line it used."""

    value: float
    influence: FloatArray | None
    line: float | None = None


class Measure(Protocol):
    """What every measure offers."""

    @property
    def name(self) -> str:
        """The measure's word in results."""

    @property
    def variant(self) -> str:
        """The choice among definitions that was made, recorded with each result."""

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        """Value and influence for the rows of one group."""


@dataclass(frozen=True)
class Fgt:
    """Foster–Greer–Thorbecke measure: the weighted mean of ((line - income)/line)^alpha over the poor, zero for others.

    **Units** share of the population, 0 … 1. **Poor** is income ≤ line, with ``strict`` income < line. Incomes below
    zero count with a gap above one. **Source** equation 6; Foster, Greer and Thorbecke 1984 (the
    class P_alpha); Osier 2009 for the influence: that of a ratio, plus the slope in the line
    times the influence of the line.
    """

    line: Line
    alpha: float = 0
    strict: bool = False

    def __post_init__(self) -> None:
        # Between 0 and 1 the slope in the line is unbounded at the line and no linearised error exists.
        if self.alpha != 0 and not 1 <= self.alpha <= 10:
            raise PovertyError(OUT_OF_RANGE.format(name="alpha", found=self.alpha, low=1, high=10))

    @property
    def name(self) -> str:
        return f"fgt{self.alpha:g}"

    @property
    def variant(self) -> str:
        return "<" if self.strict else "<="

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        line = self.line.place(sample)
        weight, size = _weights(sample, rows)
        poor = sample.income < line.value if self.strict else sample.income <= line.value
        score = self._score(sample.income, line, poor)
        value = total(weight * score) / size
        influence = np.where(rows, (score - value) / size, 0.0)
        if line.influence is not None:
            influence = influence + self._slope(sample, rows, line, poor) * line.influence
        return Linearised(value, None if line.errorless else influence, line.amount)

    def _score(self, income: FloatArray, line: PlacedLine, poor: BoolArray) -> FloatArray:
        if self.alpha == 0:
            return poor.astype(np.float64)
        gap = np.where(poor, (line.value - income) / line.value, 0.0)
        return np.asarray(gap if self.alpha == 1 else gap**self.alpha, dtype=np.float64)

    def _slope(self, sample: Sample, rows: BoolArray, line: PlacedLine, poor: BoolArray) -> float:
        """How the measure moves with an estimated line."""
        if self.alpha == 0:
            return density_at(line, sample, rows)
        weight, size = _weights(sample, rows)
        gap = np.where(poor, (line.value - sample.income) / line.value, 0.0)
        steepness = gap ** (self.alpha - 1) * sample.income / np.square(line.value)
        return self.alpha * total(weight * np.where(poor, steepness, 0.0)) / size


@dataclass(frozen=True)
class Threshold:
    """The poverty line itself as an estimate (at-risk-of-poverty threshold), always of the whole population."""

    line: Line
    name: str = "threshold"
    variant: str = "midpoint"

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        placed = self.line.place(sample)
        _weights(sample, rows)
        if placed.amount is None:
            raise PovertyError(LINE_PER_ROW)
        fixed = np.zeros_like(sample.income) if placed.influence is None and not placed.errorless else placed.influence
        return Linearised(placed.amount, fixed, placed.amount)


@dataclass(frozen=True)
class Mean:
    """Weighted mean income. Source of the influence: Deville 1999 (ratio)."""

    name: str = "mean"
    variant: str = ""

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        weight, size = _weights(sample, rows)
        value = total(weight * sample.income) / size
        return Linearised(value, np.where(rows, (sample.income - value) / size, 0.0))


@dataclass(frozen=True)
class Total:
    """Weighted total income."""

    name: str = "total"
    variant: str = ""

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        weight, _ = _weights(sample, rows)
        return Linearised(total(weight * sample.income), np.where(rows, sample.income, 0.0))


@dataclass(frozen=True)
class Quantile:
    """The income below which a share of the population lies; 0.5 is the median."""

    share: float = 0.5
    variant: str = "midpoint"

    def __post_init__(self) -> None:
        check_option("variant", self.variant, VARIANTS)
        if not 0 < self.share < 1:
            raise PovertyError(OUT_OF_RANGE.format(name="share", found=self.share, low=0, high=1))

    @property
    def name(self) -> str:
        return "median" if self.share == 0.5 else f"quantile{self.share:g}"

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        value = weighted_quantile(sample, rows, self.share, self.variant)
        return Linearised(value, quantile_influence(sample, rows, self.share, value))


@dataclass(frozen=True)
class Gini:
    """Gini coefficient (equations 7 and 8), 0 … 1 (multiply by 100 for the scale that statistical offices print).

    ``trapezoid`` is the area under the piecewise linear Lorenz curve, (Σ w y (2r - w)) / (N T) - 1 with r the cumulated
    weight in order of income: free of the scale of the weights, unchanged by replication. ``osier`` is the form of
    Osier 2009, (Σ w y (2r - 1)) / (N T) - 1, made for weights far above one. Both influences are the exact derivatives
    in the weight (Deville 1999).
    """

    variant: str = "trapezoid"
    name: str = "gini"

    def __post_init__(self) -> None:
        check_option("variant", self.variant, GINI_VARIANTS)

    def linearise(self, sample: Sample, rows: BoolArray) -> Linearised:
        weight, size = _weights(sample, rows)
        money = total(weight * sample.income)
        if money <= 0:
            raise PovertyError(TOTAL_NOT_POSITIVE.format(value=money))
        below, upto, above = _ranks(sample, weight)
        area = total(weight * sample.income * (below + upto))
        slope = 2 * (sample.income * upto + above)
        if self.variant == "osier":
            area += total((weight - 1) * weight * sample.income)
            slope = slope + 2 * weight * sample.income - sample.income
        ratio = area / (size * money)
        influence = (slope - ratio * (money + size * sample.income)) / (size * money)
        return Linearised(ratio - 1, np.where(rows, influence, 0.0))


def _weights(sample: Sample, rows: BoolArray) -> tuple[FloatArray, float]:
    """The weights with zero outside the group, and their sum."""
    weight = np.where(rows, sample.design.weight, 0.0)
    size = total(weight)
    if size <= 0:
        raise PovertyError(NO_ROWS)
    return weight, size


def _ranks(sample: Sample, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """For each row: weight below its income, weight up to it, and money above it. Equal incomes share all three."""
    income = sample.income[sample.order]
    ends = np.append(income[1:] != income[:-1], True)
    run = np.cumsum(np.append(False, ends[:-1]))
    reached = cumulative(weight[sample.order])[ends]
    money = cumulative((weight * sample.income)[sample.order])[ends]
    result = np.empty((3, income.size))
    result[:, sample.order] = np.stack([np.append(0.0, reached[:-1]), reached, money[-1] - money])[:, run]
    return result[0], result[1], result[2]


def _arpr(share: float = 0.6, strict: bool = False) -> Measure:
    return Fgt(Line.relative(of="median", share=share), 0, strict)


def _arpt(share: float = 0.6) -> Measure:
    return Threshold(Line.relative(of="median", share=share))


# The names that an indicator of kind `measure` may use, each with the options of its maker.
MEASURES: Mapping[str, Callable[..., Measure]] = {
    "arpr": _arpr,
    "arpt": _arpt,
    "fgt": Fgt,
    "gini": Gini,
    "mean": Mean,
    "median": Quantile,
    "quantile": Quantile,
    "total": Total,
}
