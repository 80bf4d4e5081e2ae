"""What a benchmark is: a measurable promise with its bar, measured beside the bare limit or the peer.

Benchmarks live in the folder ``benchmarks`` of the repository, outside the package, and register themselves::

    @benchmark(name="divisions-load", unit="s", bar=20, holds="<=", beside="DuckDB reading the same files")
    def divisions_load(progress: Progress) -> Measured:
        return Measured(value=median(repeated_seconds(load, progress=progress)), beside={"duckdb": bare})

One that cannot be measured yet raises :class:`NotMeasured` and counts as falling short.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

Sign = Literal["<=", ">="]
Value = TypeVar("Value")


class NotMeasured(Exception):
    """The benchmark could not be measured; the sentence says why."""


@dataclass(frozen=True)
class Measured:
    """What came out, and beside it what the bare limit or the peer gave in the same run."""

    value: float
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Benchmark:
    """A promise: the measured value must stand to the bar as ``holds`` says."""

    name: str
    unit: str
    bar: float
    holds: Sign
    beside: str
    measure: Callable[[Progress], Measured]

    def is_kept_by(self, value: float) -> bool:
        """Whether a value reaches the bar."""
        return value <= self.bar if self.holds == "<=" else value >= self.bar


@dataclass(frozen=True)
class Result:
    """One line of ``latest.json``; ``value`` is None where nothing was measured, and ``beside`` then says why."""

    benchmark: Benchmark
    value: float | None
    beside: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        return self.value is not None and self.benchmark.is_kept_by(self.value)

    def as_entry(self) -> dict[str, Any]:
        """The entry in the order in which it is kept."""
        one = self.benchmark
        return {
            "name": one.name,
            "value": self.value,
            "unit": one.unit,
            "bar": one.bar,
            "holds": self.holds,
            "beside": dict(self.beside),
        }


REGISTERED: dict[str, Benchmark] = {}


def benchmark(
    *, name: str, unit: str, bar: float, holds: Sign, beside: str
) -> Callable[[Callable[[Progress], Measured]], Callable[[Progress], Measured]]:
    """Register a function as a benchmark; ``beside`` says what is measured next to it."""

    def register(measure: Callable[[Progress], Measured]) -> Callable[[Progress], Measured]:
        known = REGISTERED.get(name)
        if known is not None and known.measure.__code__.co_filename != measure.__code__.co_filename:
            raise ValueError(f"Two benchmarks are called {name!r}.")
        REGISTERED[name] = Benchmark(name, unit, bar, holds, beside, measure)
        return measure

    return register


class Progress:
    """What a long benchmark has finished, kept in a file, so that a killed run resumes where it stood."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def once(self, step: str, compute: Callable[[], Value]) -> Value:
        """The result of a step: computed and kept the first time, read back after that. It must fit into JSON."""
        if step not in self._done:
            self._done[step] = compute()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._done))
        value: Value = self._done[step]
        return value

    def forget(self) -> None:
        """The benchmark is through: the next run starts anew."""
        self._path.unlink(missing_ok=True)
        self._done = {}


def seconds_of(run: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def median_seconds(run: Callable[[], object], *, repeats: int = 3, progress: Progress, step: str = "repeat") -> float:
    """The median time of several calls, each of them kept as soon as it is through."""
    return statistics.median(progress.once(f"{step} {n}", lambda: seconds_of(run)) for n in range(repeats))


def measure(one: Benchmark, states: Path) -> Result:
    """Run one benchmark to its end, resuming what a killed run left in ``states``."""
    progress = Progress(states / f"{one.name}.json")
    try:
        measured = one.measure(progress)
    except NotMeasured as reason:
        return Result(one, None, {"reason": str(reason)})
    except Exception as fault:  # One that breaks falls short; the others are still measured.
        traceback.print_exc()
        return Result(one, None, {"reason": f"{type(fault).__name__}: {fault}"})
    progress.forget()
    return Result(one, measured.value, measured.beside)


def benchmarks_folder(start: Path) -> Path | None:
    """The folder ``benchmarks`` of the repository that ``start`` or this package lies in; None outside a checkout."""
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        project = folder / "pyproject.toml"
        if project.is_file() and 'name = "bangfu"' in project.read_text():
            return folder / "benchmarks" if (folder / "benchmarks").is_dir() else None
    return None


def load_benchmarks(folder: Path) -> dict[str, Benchmark]:
    """Import every file of the folder in the order of their names; the benchmarks by name in that order."""
    root = str(folder.parent)
    if root not in sys.path:
        sys.path.insert(0, root)
    for path in sorted(folder.glob("*.py")):
        name = f"benchmarks.{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be imported.")
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return dict(REGISTERED)


def keep(results: list[Result], path: Path) -> None:
    """Put results into ``latest.json``: one entry a name, a new one in place of the old."""
    entries = {entry["name"]: entry for entry in json.loads(path.read_text())} if path.exists() else {}
    entries |= {result.benchmark.name: result.as_entry() for result in results}
    path.write_text(json.dumps([entries[name] for name in sorted(entries)], ensure_ascii=False, indent=2) + "\n")
