"""Exploring: figures that agree with a second computation, pages that answer at once, and light first views."""

from __future__ import annotations

import json
import subprocess
import sys

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark
from benchmarks.instances import ROOT, demonstration

#: The last year of the demonstration that has ended.
LAST_YEAR = 2015
NOT_BUILT = "Not built yet: {what}."


@benchmark(
    name="indicators-recomputed",
    unit="indicators",
    bar=0,
    holds="<=",
    beside="how many indicators were compared, and at how many places",
)
def indicators_recomputed(progress: Progress) -> Measured:
    """Indicators of which any figure differs from the one that separately written code makes of the same register."""
    command = [sys.executable, "-m", "benchmarks.second_computation", str(LAST_YEAR)]
    ended = subprocess.run(
        command, env=demonstration().environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise NotMeasured(ended.stderr.strip().splitlines()[-1])
    found = json.loads(ended.stdout)
    beside = {"indicators": found["indicators"], "figures": found["figures"], "different": found["different"]}
    return Measured(len(found["different"]), beside)


@benchmark(name="exploring-prefecture", unit="ms", bar=200, holds="<=", beside="a bare view, and the median")
def exploring_prefecture(progress: Progress) -> Measured:
    """95th percentile of any drill, group and chart on the demonstration prefecture, with eight users."""
    raise NotMeasured(NOT_BUILT.format(what="exploring"))


@benchmark(name="exploring-province", unit="ms", bar=500, holds="<=", beside="a bare view, and the median")
def exploring_province(progress: Progress) -> Measured:
    """95th percentile of any drill, group and chart on 2.6 M synthetic households, with eight users."""
    raise NotMeasured(NOT_BUILT.format(what="exploring"))


@benchmark(name="first-view", unit="kB", bar=120, holds="<=", beside="the heaviest page, and its parts")
def first_view(progress: Progress) -> Measured:
    """What the heaviest page takes over the wire at a first visit, compressed, charts and maps aside."""
    raise NotMeasured(NOT_BUILT.format(what="the measurement of every page"))


@benchmark(
    name="table-filler", unit="workbooks", bar=10, holds=">=", beside="cells filled, cells compared, recalculated cells"
)
def table_filler(progress: Progress) -> Measured:
    """Workbooks of different layouts that come back filled, otherwise unchanged cell for cell, and recalculated."""
    raise NotMeasured(NOT_BUILT.format(what="the table filler"))
