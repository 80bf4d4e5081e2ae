"""An estimate with its error, for the whole sample or for each group as a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from bangfu.analytics.poverty.design import Sample
from bangfu.analytics.poverty.errors import LENGTHS_DIFFER, NO_ROWS, OUT_OF_RANGE, PovertyError
from bangfu.analytics.poverty.measures import Linearised, Measure
from bangfu.analytics.poverty.sums import BoolArray
from bangfu.parameters.text import Text


@dataclass(frozen=True)
class Estimate:
    """One estimate with everything needed to read it.

    ``se``, ``lower`` and ``upper`` are None where the error is unknown. ``lower`` and ``upper`` are value ± z·se with
    the normal quantile; ``df`` (PSUs less strata among the group's rows) is given for those who want Student's.
    ``line`` is the amount of the poverty line, None for measures without one or with one per row. ``variant`` names the
    definition chosen. ``n`` and ``n_psu`` count the group's rows of known income.
    """

    value: float
    se: float | None
    lower: float | None
    upper: float | None
    n: int
    n_psu: int
    df: int
    line: float | None
    measure: str
    variant: str
    nonpositive: str
    n_missing: int


@dataclass(frozen=True)
class Unmeasured:
    """A group for which no number can be given, and why."""

    reason: Text


def estimate(measure: Measure, sample: Sample, *, within: BoolArray | None = None, level: float = 0.95) -> Estimate:
    """The measure with its linearised standard error, over all rows or within a domain.

    A relative line is always that of the whole sample. **Errors** ``PovertyError`` with a sentence in both languages.

    >>> sample = Sample([1.0, 2.0, 3.0], Design([1.0, 1.0, 2.0]))
    >>> estimate(Mean(), sample).value
    2.25
    """
    if not 0 < level < 1:
        raise PovertyError(OUT_OF_RANGE.format(name="level", found=level, low=0, high=1))
    rows = _domain(sample, within)
    if not rows.any():
        raise PovertyError(NO_ROWS)
    found = measure.linearise(sample, rows)
    se = None if found.influence is None else sample.design.standard_error(found.influence)
    return _result(measure, sample, rows, found, se, level, within)


def estimate_by(
    measure: Measure, sample: Sample, groups: ArrayLike, *, level: float = 0.95
) -> dict[str | int, Estimate | Unmeasured]:
    """The measure for each group as a domain of the whole design, by group code in rising order."""
    codes = np.asarray(groups)
    if codes.shape != sample.income.shape:
        raise PovertyError(LENGTHS_DIFFER.format(name="groups", found=codes.size, expected=sample.income.size))
    names, positions = np.unique(codes, return_inverse=True)
    members = positions.reshape(-1)
    keys: Sequence[str | int] = names.tolist()
    return {key: _one_group(measure, sample, members == number, level) for number, key in enumerate(keys)}


def _one_group(measure: Measure, sample: Sample, within: BoolArray, level: float) -> Estimate | Unmeasured:
    if not (within & sample.rows).any():
        return Unmeasured(NO_ROWS)
    return estimate(measure, sample, within=within, level=level)


def _domain(sample: Sample, within: BoolArray | None) -> BoolArray:
    if within is None:
        return sample.rows
    mask = np.asarray(within, dtype=np.bool_)
    if mask.shape != sample.rows.shape:
        raise PovertyError(LENGTHS_DIFFER.format(name="within", found=mask.size, expected=sample.rows.size))
    return np.asarray(mask & sample.rows, dtype=np.bool_)


def _result(
    measure: Measure,
    sample: Sample,
    rows: BoolArray,
    found: Linearised,
    se: float | None,
    level: float,
    within: BoolArray | None,
) -> Estimate:
    units, strata = sample.design.count_units(rows)
    reach = None if se is None else NormalDist().inv_cdf((1 + level) / 2) * se
    return Estimate(
        value=found.value,
        se=se,
        lower=None if reach is None else found.value - reach,
        upper=None if reach is None else found.value + reach,
        n=int(rows.sum()),
        n_psu=units,
        df=units - strata,
        line=found.line,
        measure=measure.name,
        variant=measure.variant,
        nonpositive=sample.nonpositive,
        n_missing=sample.n_missing,
    )
