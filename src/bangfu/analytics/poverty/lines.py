"""Poverty lines: an amount, a share of the middle or mean of the whole population, or one amount per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from bangfu.analytics.poverty.design import Sample
from bangfu.analytics.poverty.errors import (
    LENGTHS_DIFFER,
    LINE_NOT_POSITIVE,
    NO_ROWS,
    OUT_OF_RANGE,
    PovertyError,
    check_option,
)
from bangfu.analytics.poverty.quantiles import bandwidth, density, quantile_influence, weighted_quantile
from bangfu.analytics.poverty.sums import BoolArray, FloatArray, total

OF = ("median", "mean")


@dataclass(frozen=True)
class PlacedLine:
    """A line on a sample: ``value`` one number or one per row; ``influence`` None for a fixed line.

    ``errorless`` marks an estimated line whose influence cannot be computed (all incomes equal).
    """

    value: float | FloatArray
    influence: FloatArray | None = None
    errorless: bool = False

    @property
    def amount(self) -> float | None:
        """The one amount, or None where each row has its own."""
        return self.value if isinstance(self.value, float) else None


class Line:
    """A poverty line; make one with ``absolute``, ``relative`` or ``column``."""

    @staticmethod
    def absolute(value: float) -> Line:
        """A fixed amount, in the unit of the incomes."""
        return AbsoluteLine(float(value))

    @staticmethod
    def relative(*, of: str = "median", share: float = 0.6) -> Line:
        """A share of the median or mean of the whole population, never of a group."""
        return RelativeLine(of, float(share))

    @staticmethod
    def column(values: ArrayLike) -> Line:
        """One fixed amount per row (regional prices, rural and urban lines)."""
        return ColumnLine(np.asarray(values, dtype=np.float64))

    def place(self, sample: Sample) -> PlacedLine:
        """The line on this sample, computed once per sample."""
        if self not in sample.remembered:
            sample.remembered[self] = self._place(sample)
        return cast(PlacedLine, sample.remembered[self])

    def _place(self, sample: Sample) -> PlacedLine:
        raise NotImplementedError


@dataclass(frozen=True)
class AbsoluteLine(Line):
    """A fixed amount."""

    value: float

    def __post_init__(self) -> None:
        _check_positive(self.value)

    def _place(self, sample: Sample) -> PlacedLine:
        return PlacedLine(self.value)


@dataclass(frozen=True)
class RelativeLine(Line):
    """A share of the median or of the mean. Source of the influence: Osier 2009."""

    of: str
    share: float

    def __post_init__(self) -> None:
        check_option("of", self.of, OF)
        if not 0 < self.share <= 10:
            raise PovertyError(OUT_OF_RANGE.format(name="share", found=self.share, low=0, high=10))

    def _place(self, sample: Sample) -> PlacedLine:
        centre, influence = _mean(sample) if self.of == "mean" else _median(sample)
        value = self.share * centre
        _check_positive(value)
        return PlacedLine(value, None if influence is None else self.share * influence, influence is None)


@dataclass(frozen=True, eq=False)
class ColumnLine(Line):
    """One amount per row."""

    values: FloatArray

    def __post_init__(self) -> None:
        _check_positive(float(self.values.min(initial=np.inf)))

    def _place(self, sample: Sample) -> PlacedLine:
        if self.values.shape != sample.income.shape:
            found, expected = self.values.size, sample.income.size
            raise PovertyError(LENGTHS_DIFFER.format(name="line", found=found, expected=expected))
        return PlacedLine(self.values)


def density_at(line: PlacedLine, sample: Sample, rows: BoolArray) -> float:
    """How thick the incomes of these rows lie at the line, with the bandwidth of the whole population."""
    width = bandwidth(sample)
    return density(sample, rows, line.amount, width) if line.amount is not None and width > 0 else 0.0


def _mean(sample: Sample) -> tuple[float, FloatArray | None]:
    weight = np.where(sample.rows, sample.design.weight, 0.0)
    size = total(weight)
    if size <= 0:
        raise PovertyError(NO_ROWS)
    mean = total(weight * sample.income) / size
    return mean, np.where(sample.rows, (sample.income - mean) / size, 0.0)


def _median(sample: Sample) -> tuple[float, FloatArray | None]:
    median = weighted_quantile(sample, sample.rows, 0.5)
    return median, quantile_influence(sample, sample.rows, 0.5, median)


def _check_positive(value: float) -> None:
    # Written so that a line that is not a number is refused too.
    if not value > 0:
        raise PovertyError(LINE_NOT_POSITIVE.format(value=value))
