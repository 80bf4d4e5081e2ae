"""Exploring: figures that agree with a second computation, pages that answer at once, and light first views."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark
from benchmarks.eight_users import measured
from benchmarks.instances import ROOT, demonstration
from benchmarks.province import HOUSEHOLDS, PROVINCE, PROVINCE_HOUSEHOLDS, province

#: The last year of the demonstration that has ended.
LAST_YEAR = 2015
PREFECTURE = "5334"


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


@benchmark(
    name="exploring-prefecture",
    unit="ms",
    bar=200,
    holds="<=",
    beside="a bare view under the same load, the median, and the most queries of a page",
)
def exploring_prefecture(progress: Progress) -> Measured:
    """95th percentile of drills, groups and charts on the demonstration prefecture, eight users without a pause."""
    found = measured(demonstration(), PREFECTURE)
    return Measured(float(found["p95"]), found)


@benchmark(
    name="exploring-province",
    unit="ms",
    bar=500,
    holds="<=",
    beside="a bare view under the same load, the median, and the most queries of a page",
)
def exploring_province(progress: Progress) -> Measured:
    """95th percentile of the same pages on a province of 2.6 M synthetic households (``BANGFU_BENCH_HOUSEHOLDS``)."""
    households = int(os.environ.get(HOUSEHOLDS, PROVINCE_HOUSEHOLDS))
    found = measured(province(households), PROVINCE)
    if households != PROVINCE_HOUSEHOLDS:
        told = ", ".join(f"{name}: {value}" for name, value in found.items())
        raise NotMeasured(f"Only tried with {households:,} households: {told}.")
    return Measured(float(found["p95"]), found)


@benchmark(name="first-view", unit="kB", bar=120, holds="<=", beside="the heaviest page, and its parts")
def first_view(progress: Progress) -> Measured:
    """What the heaviest page takes over the wire at a first visit, compressed, charts and maps aside."""
    command = [sys.executable, "-m", "benchmarks.first_view", str(demonstration().home)]
    ended = subprocess.run(
        command, env=demonstration().environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise NotMeasured(ended.stderr.strip().splitlines()[-1])
    found = json.loads(ended.stdout)
    return Measured(found["heaviest"], found["beside"])


@benchmark(
    name="table-filler", unit="workbooks", bar=10, holds=">=", beside="cells filled, cells compared, recalculated cells"
)
def table_filler(progress: Progress) -> Measured:
    """Workbooks of different layouts that come back filled, otherwise unchanged cell for cell, and recalculated."""
    command = [sys.executable, "-m", "benchmarks.filled_tables"]
    ended = subprocess.run(
        command, env=demonstration().environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise NotMeasured(ended.stderr.strip().splitlines()[-1])
    found = json.loads(ended.stdout)
    beside = {"filled": sum(one["filled"] for one in found), "compared": sum(one["cells"] for one in found)}
    beside |= {"recalculated": sum(one["sums"] for one in found)}
    beside |= {"wrong": [f"{one['layout']}: {fault}" for one in found for fault in one["wrong"][:3]]}
    return Measured(sum(not one["wrong"] for one in found), beside)
