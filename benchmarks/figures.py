"""Figures: right to the last digit, and quick enough to be looked at."""

from __future__ import annotations

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark


@benchmark(name="eusilc-regions", unit="", bar=1e-9, holds="<=", beside="the published figures of reference.csv")
def eusilc_regions(progress: Progress) -> Measured:
    """The greatest distance of the nine regions' at-risk-of-poverty rates, and of the threshold, from the reference."""
    raise NotMeasured("not measured yet")


@benchmark(name="cycle", unit="s", bar=15, holds="<=", beside="DuckDB running the bare statements on the snapshot")
def cycle(progress: Progress) -> Measured:
    """``bangfu cycle`` for the filled prefecture of the demonstration."""
    raise NotMeasured("not measured yet")


@benchmark(name="figure-page", unit="ms", bar=200, holds="<=", beside="a bare Django view that renders one row")
def figure_page(progress: Progress) -> Measured:
    """The figure page of the demonstration prefecture, 95th percentile."""
    raise NotMeasured("not measured yet")
