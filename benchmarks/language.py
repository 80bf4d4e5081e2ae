"""The language: two engines of one meaning."""

from __future__ import annotations

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark


@benchmark(name="language-agreement", unit="expressions", bar=1000, holds=">=", beside="how many disagreed, which is 0")
def language_agreement(progress: Progress) -> Measured:
    """Generated expressions with missing values on which memory and DuckDB agree; the first to disagree ends it."""
    raise NotMeasured("not measured yet")
