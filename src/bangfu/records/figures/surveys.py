"""Measures of the survey at the root and at the levels that the sample can answer for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics import poverty
from bangfu.parameters.indicators import Measure
from bangfu.parameters.mappings import Survey
from bangfu.parameters.scope import EVERYTHING
from bangfu.records.figures.compute import RELEASE_MINIMUM, Ground, Value
from bangfu.records.figures.formulas import Ready, compiled, design_columns
from bangfu.records.figures.models import FigureState

#: What a stratum with one sampling unit adds to the variance: its deviation from the mean of all units.
LONELY = "adjust"


def estimates(ground: Ground, ready: Sequence[Ready]) -> Iterator[Value]:
    """Every survey indicator, year by year, at the places of the ground; the line is that of the whole sample."""
    survey = ready[0].survey
    if survey is None:
        return
    rows = survey_rows(ground, survey)
    for year in sorted(pc.unique(rows["year"]).to_pylist()):
        of_year = rows.filter(pc.equal(rows["year"], year))
        sample = sample_of(of_year, survey)
        for one in ready:
            yield from _of_year(ground, one, sample, of_year, year)


def sample_of(rows: pa.Table, survey: Survey) -> poverty.Sample:
    """The sample of a year's survey rows, with as much of its design as the survey names."""
    columns = {name: name if name in rows.column_names else None for name in ("weight", "stratum", "psu")}
    return poverty.from_arrow(
        rows,
        income="income",
        weight=columns["weight"],
        strata=columns["stratum"],
        psu=columns["psu"],
        lonely=LONELY,
        nonpositive=survey.nonpositive,
    )


def survey_rows(ground: Ground, survey: Survey) -> pa.Table:
    """The rows of the sample with known income: its income and design columns, year and place."""
    language = ground.language
    values = {"income": language.check(survey.income, survey.grain)} | design_columns(language, survey)
    known = " and ".join(f"({text}) is known" for text in (survey.income, survey.weight) if text)
    where = language.check(known, survey.grain)
    query = compiled(values, language.table(survey.grain), EVERYTHING, ["year", "place_code"], where)
    return ground.table(query)


def _of_year(ground: Ground, one: Ready, sample: poverty.Sample, rows: pa.Table, year: int) -> Iterator[Value]:
    spec = one.indicator.measure
    if spec is None:
        return
    measure = measure_of(spec, ground, year)
    codes = np.asarray(rows["place_code"].to_pylist())
    for length, level in _levels(ground, spec):
        prefixes = np.array([code[:length] for code in codes])
        inside = {prefix for prefix in prefixes.tolist() if len(prefix) == length and prefix.startswith(ground.prefix)}
        for code in sorted(inside):
            found = poverty.estimate(measure, sample, within=prefixes == code)
            yield _value(one, found, code, level, year)


def _levels(ground: Ground, spec: Measure) -> list[tuple[int, int]]:
    root = len(ground.prefix) or ground.scheme.levels[0].length
    return [
        (level.length, level.number)
        for level in ground.scheme.levels
        if level.length == root or (level.length > root and level.code in spec.levels)
    ]


def measure_of(spec: Measure, ground: Ground, year: int) -> poverty.Measure:
    """The measure that a parameter file describes; a named line is the dated value of the year's end."""
    if spec.name == "gini":
        return poverty.Gini(spec.variant or "trapezoid")
    if spec.name == "mean":
        return poverty.Mean()
    line = _line(spec, ground, year)
    if spec.name == "threshold":
        return poverty.Threshold(line)
    if spec.name == "headcount":
        return poverty.Fgt(line, 0)
    raise ValueError(f"No measure is called {spec.name!r}; known are headcount, threshold, gini, mean.")


def _line(spec: Measure, ground: Ground, year: int) -> poverty.Line:
    if spec.line_share is not None:
        return poverty.Line.relative(of=spec.line_of or "median", share=spec.line_share)

    dated = ground.language.parameters.lines[spec.line or ""].on(date(year, 12, 31), ground.prefix)
    if dated is None:
        raise ValueError(f"The line {spec.line!r} has no value for {year}.")
    return poverty.Line.absolute(float(dated.value))


def _value(one: Ready, found: Any, code: str, level: int, year: int) -> Value:
    withheld = found.n < RELEASE_MINIMUM
    return Value(
        one.indicator.code,
        one.indicator.version,
        code,
        level,
        int(year),
        state=FigureState.WITHHELD if withheld else FigureState.KNOWN,
        value=None if withheld else found.value,
        standard_error=None if withheld else found.se,
        lower=None if withheld else found.lower,
        upper=None if withheld else found.upper,
        sample_size=found.n,
        line=found.line,
    )
