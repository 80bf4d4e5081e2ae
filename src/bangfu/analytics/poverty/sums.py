"""Sums that do not depend on the order of the rows, so that digits repeat on any engine and any thread count.

Each value is split against a power of two large enough that adding all leading parts is exact in any order; the rest is
split once more. What is dropped is below 2**-60 of the largest value. Source: Demmel and Nguyen, *Fast reproducible
floating-point summation*, ARITH 2013 (pre-rounding).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


def total(values: FloatArray) -> float:
    """The sum, the same for every order of the values."""
    high, low = _split(values)
    return float(high.sum() + low.sum())


def totals_by(codes: IntArray, values: FloatArray, groups: int) -> FloatArray:
    """One sum per group code 0 … groups - 1."""
    high, low = _split(values)
    first = np.bincount(codes, high, groups)
    return np.asarray(first + np.bincount(codes, low, groups), dtype=np.float64)


def cumulative(values: FloatArray) -> FloatArray:
    """Running sums; those at the end of a run of equal keys do not depend on the order inside it."""
    high, low = _split(values)
    return np.asarray(np.cumsum(high) + np.cumsum(low), dtype=np.float64)


def _split(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    high = _leading(values)
    return high, _leading(values - high)


def _leading(values: FloatArray) -> FloatArray:
    """The part of each value on a grid coarse enough that all of them add up without rounding."""
    largest = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if largest == 0.0:
        return np.zeros_like(values)
    exponent = math.frexp(largest)[1] + values.size.bit_length() + 1
    anchor = math.ldexp(1.0, exponent)
    high = values + anchor
    high -= anchor
    return high
