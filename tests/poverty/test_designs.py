"""Designs, domains, missing and odd incomes, and what is said when a number cannot be given."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from bangfu.analytics.poverty import (
    Design,
    Estimate,
    Fgt,
    Gini,
    Line,
    Mean,
    PovertyError,
    Quantile,
    Sample,
    Threshold,
    Unmeasured,
    estimate,
    estimate_by,
    from_arrow,
    groups_from_arrow,
)

INCOME = [10.0, 20.0, 30.0, 40.0]


def lonely(choice: str) -> Sample:
    """Two strata, the second with one PSU."""
    return Sample(INCOME, Design([1, 1, 1, 1], [1, 1, 1, 2], [1, 2, 3, 4], lonely=choice))


def test_a_lonely_psu_is_refused_with_the_way_out() -> None:
    with pytest.raises(PovertyError, match=r"1 strata have a single .* lonely='certainty'") as caught:
        estimate(Mean(), lonely("fail"))
    assert "合并层" in caught.value.text.zh


def test_a_lonely_psu_can_leave_the_error_unknown() -> None:
    found = estimate(Mean(), lonely("unknown"))
    assert (found.value, found.se, found.lower, found.upper) == (25.0, None, None, None)


def test_a_certain_lonely_psu_adds_no_variance() -> None:
    # Scores of stratum 1 are (y - 25)/4 = -3.75, -1.25, 1.25: variance 3/2 · 12.5.
    assert estimate(Mean(), lonely("certainty")).se == pytest.approx((1.5 * 12.5) ** 0.5)


def test_an_adjusted_lonely_psu_deviates_from_the_mean_of_all_psus() -> None:
    # The scores of all four add to zero, so the mean is zero and the fourth, 3.75, adds its square.
    assert estimate(Mean(), lonely("adjust")).se == pytest.approx((1.5 * 12.5 + 3.75**2) ** 0.5)


def test_a_psu_code_repeated_in_two_strata_is_two_units() -> None:
    found = estimate(Mean(), Sample(INCOME, Design([1, 1, 1, 1], ["a", "a", "b", "b"], [1, 2, 1, 2])))
    assert (found.n_psu, found.df) == (4, 2)


def test_a_group_is_a_domain_and_not_a_filter() -> None:
    income, weight, group = np.array(INCOME), np.ones(4), np.array([True, True, False, False])
    inside = estimate(Mean(), Sample(income, Design(weight)), within=group)
    filtered = estimate(Mean(), Sample(income[:2], Design(weight[:2])))
    assert inside.value == filtered.value
    assert inside.se == pytest.approx((4 / 3 * 12.5) ** 0.5)
    assert filtered.se == pytest.approx(5.0)


def test_groups_come_in_order_and_an_empty_one_says_why() -> None:
    sample = Sample([1.0, 2.0, np.nan], Design([1, 1, 1]), known=np.array([True, True, False]))
    found = estimate_by(Mean(), sample, ["b", "a", "c"])
    assert list(found) == ["a", "b", "c"]
    assert isinstance(found["a"], Estimate)
    assert isinstance(found["c"], Unmeasured)


def test_a_missing_income_counts_nowhere_and_is_reported() -> None:
    sample = Sample([1.0, 3.0, np.nan], Design([1, 1, 5]), known=np.array([True, True, False]))
    found = estimate(Mean(), sample)
    assert (found.value, found.n, found.n_missing) == (2.0, 2, 1)


@pytest.mark.parametrize(("strict", "value", "variant"), [(False, 0.5, "<="), (True, 0.25, "<")])
def test_income_on_the_line_is_poor_unless_strict(strict: bool, value: float, variant: str) -> None:
    found = estimate(Fgt(Line.absolute(20), strict=strict), Sample(INCOME, Design([1, 1, 1, 1])))
    assert (found.value, found.variant) == (value, variant)


@pytest.mark.parametrize(("choice", "rate"), [("keep", 2 / 3), ("drop", 0.5)])
def test_incomes_of_zero_or_less_are_kept_or_dropped_as_said(choice: str, rate: float) -> None:
    sample = Sample([-5.0, 1.0, 9.0], Design([1, 1, 1]), nonpositive=choice)
    found = estimate(Fgt(Line.absolute(2)), sample)
    assert (found.value, found.nonpositive, sample.n_nonpositive) == (rate, choice, 1)


def test_incomes_of_zero_or_less_are_refused_when_asked() -> None:
    with pytest.raises(PovertyError, match="1 rows have an income of zero or less"):
        Sample([-5.0, 1.0], Design([1, 1]), nonpositive="error")


def test_a_line_of_each_row_is_compared_row_by_row() -> None:
    sample = Sample(INCOME, Design([1, 1, 1, 1]))
    found = estimate(Fgt(Line.column([5, 25, 25, 50]), 0), sample)
    assert (found.value, found.line) == (0.5, None)


def test_equal_incomes_give_a_median_without_error() -> None:
    found = estimate(Quantile(), Sample([7.0, 7.0, 7.0], Design([1, 1, 1])))
    assert (found.value, found.se) == (7.0, None)


def test_a_rate_below_a_line_without_error_has_no_error_either() -> None:
    found = estimate(Fgt(Line.relative()), Sample([7.0, 7.0, 7.0], Design([1, 1, 1])))
    assert (found.value, found.se) == (0.0, None)


def test_the_interval_is_the_normal_one() -> None:
    found = estimate(Mean(), Sample(INCOME, Design([1, 1, 1, 1])), level=0.9)
    assert found.se is not None
    assert found.upper == pytest.approx(25 + 1.6448536269514722 * found.se, rel=1e-12)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: Design([1, 0]), "weight of zero or less"),
        (lambda: Design([1, np.nan]), "not finite"),
        (lambda: Design([1, 1], [1]), "strata has 1 rows but income has 2"),
        (lambda: Sample([1, np.inf], Design([1, 1])), "income has 1 rows that are not finite"),
        (lambda: Line.absolute(0), "line is 0.0"),
        (lambda: Line.absolute(float("nan")), "line is nan"),
        (lambda: Line.relative(of="mode"), "of cannot be “mode”"),
        (lambda: Fgt(Line.absolute(1), 0.5), "alpha is 0.5"),
        (lambda: Gini("other"), "variant cannot be “other”"),
        (lambda: Quantile(1), "share is 1"),
        (lambda: estimate(Gini(), Sample([-1, 1], Design([1, 1]))), "Total income is 0.0"),
        (lambda: estimate(Mean(), Sample([], Design([]))), "No row with a known income"),
        (lambda: estimate(Fgt(Line.relative()), Sample([0, 0], Design([1, 1]))), "line is 0.0"),
        (lambda: estimate(Threshold(Line.column([1])), Sample([1], Design([1]))), "Each row has its own line"),
        (lambda: from_arrow(pa.table({"a": [1]}), income="b"), "no column “b”; it has: a"),
        (lambda: from_arrow(pa.table({"a": [1], "w": pa.array([None], pa.int64())}), income="a", weight="w"), "1 rows"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(act, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PovertyError, match=said):
        act()


def test_a_duckdb_relation_and_an_arrow_table_give_the_same_estimate() -> None:
    relation = duckdb.sql("select range * 1.5 as y, 'v' || range % 7 as psu, 2 as w from range(50)")
    first = from_arrow(relation, income="y", weight="w", psu="psu")
    second = from_arrow(relation.to_arrow_table(), income="y", weight="w", psu="psu")
    assert estimate(Quantile(), first) == estimate(Quantile(), second)


def test_groups_of_a_table_name_the_empty_value() -> None:
    codes, names = groups_from_arrow(pa.table({"g": ["b", None, "b"]}), "g")
    assert [names[code] for code in codes] == ["b", None, "b"]


def test_an_empty_income_in_a_table_is_unknown_and_not_zero() -> None:
    sample = from_arrow(pa.table({"y": [4.0, None, 2.0]}), income="y")
    assert estimate(Mean(), sample).value == 3.0
