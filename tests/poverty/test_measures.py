"""Measures against their slow twins, and what must hold for any incomes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bangfu.analytics.poverty import MEASURES, Design, Fgt, Gini, Line, Mean, Measure, Quantile, Sample, Total, estimate

from . import twins

# A busy machine is no fault of the code: examples carry no time limit.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
INCOME = st.integers(1, 500).map(float)
WEIGHT = st.integers(1, 40).map(lambda quarters: quarters / 4)
PAIRS = st.lists(st.tuples(INCOME, WEIGHT), min_size=2, max_size=30)
RELATIVE: list[Measure] = [Fgt(Line.relative(), alpha) for alpha in (0, 1, 2)] + [Gini()]
EVERY: list[Measure] = [
    *RELATIVE,
    Fgt(Line.relative(of="mean"), 1),
    Fgt(Line.absolute(100), 0, strict=True),
    Gini("osier"),
    Mean(),
    Total(),
    Quantile(0.5),
    Quantile(0.25, "inverse"),
]
COLUMNS = [0, 1]


def sample_of(pairs: twins.Pairs) -> Sample:
    """A sample of independent rows."""
    return Sample([y for y, _ in pairs], Design([w for _, w in pairs]))


@UNTIMED
@given(PAIRS)
def test_mean_equals_its_twin(pairs: twins.Pairs) -> None:
    assert estimate(Mean(), sample_of(pairs)).value == pytest.approx(twins.mean(pairs), rel=1e-13)


@UNTIMED
@given(PAIRS)
def test_total_equals_its_twin(pairs: twins.Pairs) -> None:
    assert estimate(Total(), sample_of(pairs)).value == pytest.approx(twins.total(pairs), rel=1e-13)


@UNTIMED
@given(PAIRS)
def test_median_equals_its_twin(pairs: twins.Pairs) -> None:
    assert estimate(Quantile(), sample_of(pairs)).value == twins.median(pairs)


@UNTIMED
@given(PAIRS)
def test_gini_equals_the_mean_difference(pairs: twins.Pairs) -> None:
    assert estimate(Gini(), sample_of(pairs)).value == pytest.approx(twins.gini(pairs), abs=1e-13)


@UNTIMED
@given(PAIRS, st.integers(1, 400).map(float), st.sampled_from([0, 1, 2]), st.booleans())
def test_fgt_equals_its_twin(pairs: twins.Pairs, line: float, alpha: int, strict: bool) -> None:
    found = estimate(Fgt(Line.absolute(line), alpha, strict), sample_of(pairs))
    assert found.value == pytest.approx(twins.fgt(pairs, line, alpha, strict=strict), abs=1e-14)


@UNTIMED
@given(PAIRS, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=30, max_size=30))
def test_the_error_of_a_mean_equals_the_cluster_twin(pairs: twins.Pairs, units: list[tuple[int, int]]) -> None:
    # Two rows more in every stratum, so that none has a single PSU.
    rows = [*pairs, *[(10.0 * k, 1.0) for k in range(6)]]
    strata = [s for s, _ in units[: len(pairs)]] + [0, 0, 1, 1, 2, 2]
    psus = [p for _, p in units[: len(pairs)]] + [8, 9] * 3
    found = estimate(Mean(), Sample([y for y, _ in rows], Design([w for _, w in rows], strata, psus)))
    size = sum(w for _, w in rows)
    scores = [w * (y - found.value) / size for y, w in rows]
    assert found.se == pytest.approx(twins.cluster_error(scores, strata, psus), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("measure", RELATIVE, ids=lambda m: m.name)
@UNTIMED
@given(pairs=PAIRS, factor=st.sampled_from([0.25, 2.0, 1024.0]))
def test_relative_measures_do_not_change_with_the_unit_of_money(
    measure: Measure, pairs: twins.Pairs, factor: float
) -> None:
    scaled = [(y * factor, w) for y, w in pairs]
    # A power of two changes no rounding, so the digits are the same.
    assert estimate(measure, sample_of(scaled)).value == estimate(measure, sample_of(pairs)).value


@pytest.mark.parametrize("measure", RELATIVE, ids=lambda m: m.name)
@UNTIMED
@given(pairs=PAIRS, times=st.integers(2, 4))
def test_relative_measures_do_not_change_when_the_population_is_repeated(
    measure: Measure, pairs: twins.Pairs, times: int
) -> None:
    repeated = sample_of(list(pairs) * times)
    assert estimate(measure, repeated).value == pytest.approx(estimate(measure, sample_of(pairs)).value, abs=1e-12)


@pytest.mark.parametrize("measure", EVERY, ids=lambda m: f"{m.name} {m.variant}")
@UNTIMED
@given(data=st.data())
def test_the_order_of_rows_changes_no_digit(measure: Measure, data: st.DataObject) -> None:
    generator = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    income = np.round(generator.lognormal(5, 1, 200), 1)
    weight, psu = generator.uniform(0.1, 9, 200), generator.integers(0, 40, 200)
    shuffled = generator.permutation(200)
    first = estimate(measure, Sample(income, Design(weight, psu % 4, psu)))
    second = estimate(measure, Sample(income[shuffled], Design(weight[shuffled], psu[shuffled] % 4, psu[shuffled])))
    assert second == first


@UNTIMED
@given(PAIRS, st.lists(st.booleans(), min_size=30, max_size=30))
def test_groups_add_up_to_the_whole(pairs: twins.Pairs, inside: list[bool]) -> None:
    mask = np.array(inside[: len(pairs)])
    assume(mask.any() and not mask.all())
    sample = sample_of(pairs)
    measure = Fgt(Line.relative(), 1)
    weight = sample.design.weight
    parts = [estimate(measure, sample, within=rows).value * weight[rows].sum() / weight.sum() for rows in (mask, ~mask)]
    assert sum(parts) == pytest.approx(estimate(measure, sample).value, abs=1e-13)


@pytest.mark.parametrize("alpha", [1, 2])
def test_money_moved_from_the_poorer_to_the_richer_poor_never_lowers_the_gap_measures(alpha: int) -> None:
    before, after = sample_of([(10, 1), (20, 1), (90, 1)]), sample_of([(5, 1), (25, 1), (90, 1)])
    measure = Fgt(Line.absolute(50), alpha)
    assert estimate(measure, after).value >= estimate(measure, before).value - 1e-15


@pytest.mark.parametrize("variant", ["trapezoid", "osier"])
def test_the_gini_influence_is_the_derivative_in_the_weight(variant: str) -> None:
    income, weight, step = np.array([3.0, 8, 8, 1, 20]), np.array([2.0, 3, 1, 4, 2]), 1e-6
    at = Sample(income, Design(weight))
    influence = Gini(variant).linearise(at, at.rows).influence
    moved = [
        Gini(variant).linearise(Sample(income, Design(weight + step * np.eye(5)[k])), at.rows).value for k in range(5)
    ]
    assert influence is not None
    assert (np.array(moved) - Gini(variant).linearise(at, at.rows).value) / step == pytest.approx(influence, abs=1e-6)


def test_every_named_measure_can_be_made_and_computed() -> None:
    options = {"fgt": {"line": Line.absolute(5)}}
    sample = sample_of([(1, 1), (4, 1), (9, 2)])
    values = {name: estimate(make(**options.get(name, {})), sample).value for name, make in MEASURES.items()}
    assert values["mean"] == 5.75
    assert values["fgt"] == 0.5
