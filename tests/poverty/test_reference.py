"""Independently computed numbers: laeken 0.5.3, convey 1.0.1, and the household incomes of two countries."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from bangfu.analytics.poverty import (
    Estimate,
    Fgt,
    Gini,
    Line,
    Mean,
    Measure,
    Quantile,
    Sample,
    Threshold,
    estimate,
    estimate_by,
    from_arrow,
    groups_from_arrow,
)

SHARED = Path(os.environ.get("BANGFU_SHARED", Path(__file__).parents[3] / "shared" / "data"))
EUSILC = SHARED / "eusilc"
pytestmark = pytest.mark.skipif(
    not EUSILC.exists(), reason="The outside survey data (../shared/data) is not on this machine."
)

MEDIAN, MEAN, FIXED = Line.relative(), Line.relative(of="mean"), Line.absolute(10000)
LAEKEN: dict[tuple[str, str], tuple[Measure, float]] = {
    ("arpr_pct", ""): (Fgt(MEDIAN), 100),
    ("arpr_pct", "by db040"): (Fgt(MEDIAN), 100),
    ("arpr_pct", "by rb090"): (Fgt(MEDIAN), 100),
    ("arpr_pct", "p=0.4"): (Fgt(Line.relative(share=0.4)), 100),
    ("arpr_pct", "p=0.5"): (Fgt(Line.relative(share=0.5)), 100),
    ("arpr_pct", "p=0.7"): (Fgt(Line.relative(share=0.7)), 100),
    ("gini", ""): (Gini("trapezoid"), 100),
    ("gini", "by db040"): (Gini("trapezoid"), 100),
    ("arpt", "p=0.6"): (Threshold(MEDIAN), 1),
    ("incMedian", ""): (Quantile(0.5), 1),
    ("incMean", ""): (Mean(), 1),
}
CONVEY: dict[tuple[str, str], Measure] = {
    ("mean", ""): Mean(),
    ("svyarpt", ""): Threshold(MEDIAN),
    ("svyarpr", ""): Fgt(MEDIAN),
    ("svyarpr", "percent=.5"): Fgt(Line.relative(share=0.5)),
    ("svygini", ""): Gini("osier"),
    ("svyfgt", "g=0;abs=10000"): Fgt(FIXED, 0),
    ("svyfgt", "g=0;relq .6*median"): Fgt(MEDIAN, 0),
    ("svyfgt", "g=0;relm .6*mean"): Fgt(MEAN, 0),
    ("svyfgt", "g=1;abs=10000"): Fgt(FIXED, 1),
    ("svyfgt", "g=1;relq .6*median"): Fgt(MEDIAN, 1),
    ("svyfgt", "g=1;relm .6*mean"): Fgt(MEAN, 1),
    ("svyfgt", "g=2;abs=10000"): Fgt(FIXED, 2),
    ("svyfgt", "g=2;relq .6*median"): Fgt(MEDIAN, 2),
    ("svyfgt", "g=2;relm .6*mean"): Fgt(MEAN, 2),
}


def reference(package: str) -> list[dict[str, str]]:
    """The reference rows of one package; none where the data is absent."""
    path = EUSILC / "reference.csv"
    with path.open(encoding="utf-8") if path.exists() else open(os.devnull, encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["pkg"] == package]


LAEKEN_ROWS = [row for row in reference("laeken") if (row["measure"], row["args"]) in LAEKEN]
CONVEY_ROWS = [row for row in reference("convey") if (row["measure"], row["args"]) in CONVEY]


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pyarrow.csv.read_csv(EUSILC / "eusilc.csv")


@pytest.fixture(scope="module")
def sample(table: pa.Table) -> Sample:
    return from_arrow(table, income="eqIncome", weight="rb050", strata="db040", psu="db030")


@pytest.fixture(scope="module")
def rate_by_region(table: pa.Table, sample: Sample) -> dict[str, Estimate]:
    codes, names = groups_from_arrow(table, "db040")
    found = estimate_by(Fgt(MEDIAN), sample, codes)
    return {names[int(code)]: value for code, value in found.items() if isinstance(value, Estimate)}


def test_every_reference_row_of_these_measures_is_compared() -> None:
    later = {"rmpg", "qsr", "svyrmpg", "svypoormed", "svyqsr"}
    known = {row["measure"] for row in [*LAEKEN_ROWS, *CONVEY_ROWS]}
    every = {row["measure"] for row in [*reference("laeken"), *reference("convey")]}
    assert every == known | later
    assert len(LAEKEN_ROWS) + len(CONVEY_ROWS) == 34


@pytest.mark.parametrize("row", [row for row in LAEKEN_ROWS if row["group"] == "ALL"], ids=lambda row: row["args"])
def test_the_whole_country_agrees_with_laeken(row: dict[str, str], sample: Sample) -> None:
    measure, scale = LAEKEN[row["measure"], row["args"]]
    assert scale * estimate(measure, sample).value == pytest.approx(float(row["estimate"]), rel=1e-9)


@pytest.mark.parametrize("row", [row for row in LAEKEN_ROWS if row["group"] != "ALL"], ids=lambda row: row["group"])
def test_each_region_agrees_with_laeken(row: dict[str, str], rate_by_region: dict[str, Estimate]) -> None:
    assert 100 * rate_by_region[row["group"]].value == pytest.approx(float(row["estimate"]), rel=1e-9)


@pytest.mark.parametrize("row", CONVEY_ROWS, ids=lambda row: f"{row['measure']} {row['args']}")
def test_estimates_and_standard_errors_agree_with_convey(row: dict[str, str], sample: Sample) -> None:
    found = estimate(CONVEY[row["measure"], row["args"]], sample)
    assert found.value == pytest.approx(float(row["estimate"]), rel=1e-9)
    assert found.se == pytest.approx(float(row["se"]), rel=1e-9)


def test_a_group_keeps_the_line_of_the_country(rate_by_region: dict[str, Estimate]) -> None:
    assert {round(found.line or 0, 3) for found in rate_by_region.values()} == {10859.236}


@pytest.mark.parametrize(
    ("name", "weight", "printed", "digits"),
    [
        ("ilocos", None, 0.42695, 5),
        ("mexico_2008", "factor", 0.4742, 4),
        ("mexico_2016", "factor", 0.4561, 4),
    ],
)
def test_gini_of_two_countries_has_the_printed_digits(
    name: str, weight: str | None, printed: float, digits: int
) -> None:
    table = pyarrow.csv.read_csv(SHARED / "household-incomes" / f"{name}.csv")
    found = estimate(Gini(), from_arrow(table, income="income", weight=weight))
    assert round(found.value, digits) == printed
