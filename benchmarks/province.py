"""A province of many thin households, made once and kept in the home of the benchmarks; finished steps stand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.csv

from bangfu.cli.benchmarks import NotMeasured
from bangfu.cli.say import note
from bangfu.config.environment import home
from bangfu.parameters.text import Text
from benchmarks.instances import divisions, seconds_aloud, shared
from tests.instances import Instance

PROVINCE = "53"
YEAR = "2015"
#: How many households the promise is about; the variable tries the code with fewer.
PROVINCE_HOUSEHOLDS = 2_600_000
HOUSEHOLDS = "BANGFU_BENCH_HOUSEHOLDS"
#: Files to unpack, tables and snapshot of a household take about so many bytes.
BYTES_A_HOUSEHOLD = 6_000
THIN = "thin_households.csv"
KEEPING = Text("每{step}户留一户，共{count:,}户", "one of every {step} households is kept: {count:,}")


def province(households: int) -> Instance:
    """The instance with about so many households and its figures; each finished step is kept.

    **Errors** ``NotMeasured`` where the disk is too small.
    """
    folder = home() / "bench" / f"province-{households}"
    instance = Instance(folder / "home", None)
    instance.home.mkdir(parents=True, exist_ok=True)
    _check_room(folder, households)
    _once(folder, "migrate", lambda: seconds_aloud(instance, "migrate"))
    _once(folder, "places", lambda: seconds_aloud(instance, "places", "load", *divisions()))
    _once(folder, "intake", lambda: _take_in(instance, folder, households))
    _once(folder, "cycle", lambda: seconds_aloud(instance, "cycle"))
    return instance


def _check_room(folder: Path, households: int) -> None:
    free, wanted = shutil.disk_usage(folder).free, households * BYTES_A_HOUSEHOLD
    if not (folder / "cycle.done").exists() and free < wanted:
        raise NotMeasured(f"The disk has {free / 1e9:.0f} GB free; {households:,} households need {wanted / 1e9:.0f}.")


def _once(folder: Path, step: str, run: Callable[[], float]) -> None:
    """Run a step unless a file says that it was finished; the file says how long it took."""
    done = folder / f"{step}.done"
    if not done.exists():
        done.write_text(f"{run()}\n")


def _take_in(instance: Instance, folder: Path, households: int) -> float:
    """Make the files, keep as many households as are wanted, evenly over the villages, and take them in."""
    files = folder / "files"
    if not (folder / "sheet.csv").exists():
        shutil.rmtree(files, ignore_errors=True)
        named = ("--place", PROVINCE, "--thin", "--years", YEAR, "--divisions", shared("yunnan-divisions"))
        seconds_aloud(instance, "synth", *named, "--out", files)
        _thin_out(files / THIN, folder / "sheet.csv", households)
        shutil.rmtree(files)
    seconds = seconds_aloud(instance, "intake", folder / "sheet.csv", "--mapping", "register")
    os.unlink(folder / "sheet.csv")
    return seconds


def _thin_out(source: Path, target: Path, households: int) -> None:
    """Every n-th household of a file, so that about the wanted number stays."""
    with source.open("rb") as lines:
        count = sum(1 for _line in lines) - 1
    step = max(1, round(count / households))
    note(KEEPING.format(step=step, count=count // step))
    half = target.with_suffix(".part")
    kept, start = None, 0
    with pyarrow.csv.open_csv(source, convert_options=_as_text(source)) as batches:
        for batch in batches:
            chosen = batch.take(list(range(-start % step, batch.num_rows, step)))
            kept = kept or pyarrow.csv.CSVWriter(half, batch.schema)
            kept.write_batch(chosen)
            start += batch.num_rows
    if kept is not None:
        kept.close()
    half.rename(target)


def _as_text(source: Path) -> pyarrow.csv.ConvertOptions:
    """Every column as text: codes keep their zeros."""
    with source.open(encoding="utf-8-sig") as lines:
        names = lines.readline().strip().replace('"', "").split(",")
    return pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()))
