"""The language: two engines of one meaning."""

from __future__ import annotations

import importlib
import time
from functools import partial
from types import ModuleType

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark
from bangfu.cli.say import note
from bangfu.parameters.text import Text

BATCH = Text("第{number}批，共{all}批", "batch {number} of {all}")


@benchmark(name="language-agreement", unit="expressions", bar=1000, holds=">=", beside="how many disagreed, which is 0")
def language_agreement(progress: Progress) -> Measured:
    """Generated expressions with missing values on which memory and DuckDB agree; the first to disagree ends it."""
    generated = _generated()
    agreed, seconds = 0, 0.0
    for number, texts in enumerate(generated.BATCHES):
        note(BATCH.format(number=number + 1, all=len(generated.BATCHES)))
        try:
            seconds += progress.once(f"batch {number}", partial(_seconds, generated, number))
        except AssertionError as difference:
            return Measured(agreed, {"disagreed": str(difference)[:300]})
        agreed += len(set(texts))
    return Measured(agreed, {"disagreed": 0, "seconds": round(seconds, 1)})


def _generated() -> ModuleType:
    """The generative tests. **Errors** ``NotMeasured`` where what they need is not installed."""
    try:
        return importlib.import_module("tests.generative.test_engines_agree")
    except ImportError as absent:
        raise NotMeasured(f"The generative tests need requirements/dev.txt: {absent}.") from absent


def _seconds(generated: ModuleType, number: int) -> float:
    started = time.perf_counter()
    generated.test_duckdb_answers_what_the_oracle_answers(number)
    return time.perf_counter() - started
