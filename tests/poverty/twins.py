"""Slow, obvious twins of the measures: loops over (income, weight) pairs, in exact fractions where possible."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from fractions import Fraction

Pairs = Sequence[tuple[float, float]]


def mean(pairs: Pairs) -> float:
    return float(sum(Fraction(y) * Fraction(w) for y, w in pairs) / sum(Fraction(w) for _, w in pairs))


def total(pairs: Pairs) -> float:
    return float(sum(Fraction(y) * Fraction(w) for y, w in pairs))


def fgt(pairs: Pairs, line: float, alpha: int, *, strict: bool = False) -> float:
    poor = [(Fraction(y), Fraction(w)) for y, w in pairs if y < line or (y == line and not strict)]
    gaps = sum(w * ((Fraction(line) - y) / Fraction(line)) ** alpha for y, w in poor)
    return float(gaps / sum(Fraction(w) for _, w in pairs))


def median(pairs: Pairs) -> float:
    """First income at which half of the weight is reached; the middle with the next where it is reached exactly."""
    half = sum(Fraction(w) for _, w in pairs) / 2
    reached = Fraction(0)
    ordered = sorted(pairs)
    for position, (income, weight) in enumerate(ordered):
        reached += Fraction(weight)
        if reached == half:
            return (income + ordered[position + 1][0]) / 2
        if reached > half:
            return income
    raise AssertionError("half of the weight is always reached")


def gini(pairs: Pairs) -> float:
    """Mean absolute difference over twice the mean."""
    exact = [(Fraction(y), Fraction(w)) for y, w in pairs]
    size = sum(w for _, w in exact)
    differences = sum(w1 * w2 * abs(y1 - y2) for y1, w1 in exact for y2, w2 in exact)
    money = sum(w * y for y, w in exact)
    return float(differences / (2 * size * money))


def cluster_error(scores: Sequence[float], strata: Sequence[Hashable], psus: Sequence[Hashable]) -> float:
    """Standard error of the sum of weighted scores: between PSU totals within strata."""
    totals: dict[Hashable, dict[Hashable, float]] = defaultdict(lambda: defaultdict(float))
    for score, stratum, psu in zip(scores, strata, psus, strict=True):
        totals[stratum][psu] += score
    variance = 0.0
    for units in totals.values():
        centre = math.fsum(units.values()) / len(units)
        variance += len(units) / (len(units) - 1) * math.fsum((t - centre) ** 2 for t in units.values())
    return math.sqrt(variance)
