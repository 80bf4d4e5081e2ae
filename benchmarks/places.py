"""Places: the division codes of a whole province."""

from __future__ import annotations

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark


@benchmark(name="divisions-load", unit="s", bar=20, holds="<=", beside="DuckDB reading the same five files")
def divisions_load(progress: Progress) -> Measured:
    """``bangfu places load`` of the five files of ``yunnan-divisions`` (16 495 places) into a fresh SQLite instance."""
    raise NotMeasured("not measured yet")
