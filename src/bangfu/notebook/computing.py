"""Figures that a notebook computes itself: a text of the language summed up, and measures of the survey.

Both run on rows inside the scope of the token, and read only fields that the token opens on every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow.compute as pc

from bangfu.analytics import poverty
from bangfu.analytics.engines.duckdb import engine
from bangfu.analytics.language import LanguageError, TypedExpr
from bangfu.notebook import refusals
from bangfu.notebook.refusals import NotebookRefused
from bangfu.parameters.indicators import Grain
from bangfu.parameters.mappings import Survey
from bangfu.parameters.schema import FieldClass, Kind, Table
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope
from bangfu.records.figures import queries
from bangfu.records.figures.compute import RELEASE_MINIMUM, Ground
from bangfu.records.figures.formulas import UNKNOWN_GROUP, Language, classes_read, compiled, survey_of
from bangfu.records.figures.models import FigureState, Snapshot
from bangfu.records.figures.snapshots import OpenSnapshot, open_snapshot
from bangfu.records.figures.surveys import sample_of, survey_rows
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme

SUMMED = ("place_code", "group", "year", "value", "rows", "unknown_rows")
ESTIMATED = (
    "measure",
    "place_code",
    "year",
    "state",
    "value",
    "standard_error",
    "lower",
    "upper",
    "sample_size",
    "line",
)
#: Measures by the word that a notebook asks with; those of the poor need a line.
POOR = {"headcount": 0, "gap": 1, "severity": 2}
MEASURES: dict[str, poverty.Measure] = {
    "gini": poverty.Gini(),
    "mean": poverty.Mean(),
    "median": poverty.Quantile(),
}


@dataclass(frozen=True)
class Task:
    """Where something is computed: the register's place and snapshot, and what the token opens there."""

    place: Place
    snapshot: Snapshot
    scope: Scope

    def language(self, opened: OpenSnapshot) -> Language:
        """The language over the tables of the snapshot, with the values that count today."""
        return Language(current(), current_instance().scheme, opened.households)


# --- A text, summed up


def sums(task: Task, text: str, *, by: str, grain: str, years: Iterable[int] | None) -> pd.DataFrame:
    """The sum of a text by place or group and year. **Errors** ``NotebookRefused``."""
    if grain not in tuple(Grain):
        raise NotebookRefused(refusals.NO_TABLE.format(name=grain, known=", ".join(Grain)))
    with open_snapshot(task.snapshot.id, task.scope) as opened:
        language = task.language(opened)
        expression = _checked(language, text, language.table(grain), task.scope)
        if expression.kind not in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
            raise NotebookRefused(refusals.NO_NUMBER.format(text=text))
        length, group = _asked_by(by, task.place, language.table(grain), task.scope)
        keep = ["year", "place_code", *([group] if group else [])]
        query = compiled({"value": expression}, language.table(grain), task.scope.rows, keep)
        rows = ibis.duckdb.from_connection(opened.connection).sql(query)
        return _summed(rows, length, group, years)


def _asked_by(by: str, place: Place, table: Table, scope: Scope) -> tuple[int, str]:
    """The length of the codes that rows are summed to, and the column that they are grouped by, if any."""
    levels = current_scheme().by_code
    if by == "place":
        return len(place.code), ""
    if by in levels and levels[by].number >= place.level:
        return levels[by].length, ""
    column = table.by_name.get(by)
    if column is None or by in table.key:
        below = [code for code, level in levels.items() if level.number >= place.level]
        raise NotebookRefused(refusals.NO_BY.format(name=by, known=", ".join(["place", *below])))
    _check_classes(frozenset({column.seen_by}), scope, by)
    return len(place.code), by


def _summed(rows: Any, length: int, group: str, years: Iterable[int] | None) -> pd.DataFrame:
    rows = rows.filter(rows.place_code.length() >= length)
    if years is not None:
        rows = rows.filter(rows.year.isin(list(years)))
    number = rows.value.cast("float64")
    keys = {
        "place_code": rows.place_code.left(length),
        "group": rows[group].cast("string").fill_null(UNKNOWN_GROUP) if group else ibis.literal(""),
        "year": rows.year,
    }
    found = rows.group_by(**keys).aggregate(
        value=engine().float_sum(number, number.notnull()),
        rows=rows.count(),
        unknown_rows=number.isnull().sum(),
    )
    frame: pd.DataFrame = found.order_by(list(keys)).execute()
    return frame[list(SUMMED)]


def _checked(language: Language, text: str, table: Table, scope: Scope) -> TypedExpr:
    """A text that fits the table and reads nothing that the scope lacks."""
    try:
        found = language.check_over(text, table)
    except LanguageError as error:
        raise NotebookRefused(Text(error.pointed("zh") + "\n", "\n" + error.pointed("en"))) from None
    _check_classes(classes_read(found), scope, text)
    return found


def _check_classes(read: frozenset[FieldClass], scope: Scope, text: str) -> None:
    lacking = sorted(read - scope.classes)
    if lacking:
        raise NotebookRefused(refusals.NO_CLASS.format(text=text, classes=", ".join(lacking)))


# --- A measure of the survey


def estimates(
    task: Task, name: str, *, income: str, line: float | str | None, by: str, years: Iterable[int] | None
) -> pd.DataFrame:
    """A measure with its error by place and year. **Errors** ``NotebookRefused``."""
    _check_measure(name, line)
    length = _level_asked(by, task.place)
    with open_snapshot(task.snapshot.id, task.scope) as opened:
        language = task.language(opened)
        survey = _survey(language, income, task.scope)
        rows = survey_rows(Ground(opened, current_scheme(), task.place.code, language), survey)
    wanted = sorted(set(pc.unique(rows["year"]).to_pylist()) & set(years or queries.years_of(task.snapshot)))
    found: list[tuple[Any, ...]] = []
    for year in wanted:
        found += _of_year(task, name, line, rows.filter(pc.equal(rows["year"], year)), survey, year, length)
    return pd.DataFrame(found, columns=list(ESTIMATED))


def _check_measure(name: str, line: float | str | None) -> None:
    if name not in POOR and name not in MEASURES:
        raise NotebookRefused(refusals.NO_MEASURE.format(name=name, known=", ".join([*POOR, *MEASURES])))
    if name in POOR and line is None:
        raise NotebookRefused(refusals.LINE_WANTED.format(name=name))


def _level_asked(by: str, place: Place) -> int:
    levels = current_scheme().by_code
    if by == "place":
        return len(place.code)
    if by not in levels or levels[by].number < place.level:
        below = [code for code, level in levels.items() if level.number >= place.level]
        raise NotebookRefused(refusals.NO_BY.format(name=by, known=", ".join(["place", *below])))
    return levels[by].length


def _survey(language: Language, income: str, scope: Scope) -> Survey:
    """The survey's design, perhaps with another income; all that it reads must be open to the scope."""
    design = survey_of(language.parameters, language.scheme)
    if design is None:
        raise NotebookRefused(refusals.NO_SURVEY)
    asked = replace(design, income=income) if income else design
    for text in (asked.income, asked.weight, asked.psu, asked.stratum):
        if text:
            _checked(language, text, language.table(asked.grain), scope)
    return asked


def _of_year(
    task: Task, name: str, line: float | str | None, rows: Any, survey: Survey, year: int, length: int
) -> Iterator[tuple[Any, ...]]:
    codes = np.asarray(rows["place_code"].to_pylist())
    prefixes = np.array([code[:length] for code in codes])
    inside = {prefix for prefix in prefixes.tolist() if len(prefix) == length and prefix.startswith(task.place.code)}
    sample = sample_of(rows, survey)
    measure = _measure(task, name, line, year)
    for code in sorted(inside):
        try:
            found = poverty.estimate(measure, sample, within=prefixes == code)
        except poverty.PovertyError as error:
            raise NotebookRefused(error.text) from None
        yield name, code, year, *_given_out(found)


def _given_out(found: poverty.Estimate) -> tuple[Any, ...]:
    """An estimate, or that it is withheld because too few rows stand behind it."""
    if found.n < RELEASE_MINIMUM:
        return str(FigureState.WITHHELD), None, None, None, None, found.n, found.line
    return str(FigureState.KNOWN), found.value, found.se, found.lower, found.upper, found.n, found.line


def _measure(task: Task, name: str, line: float | str | None, year: int) -> poverty.Measure:
    if name not in POOR:
        return MEASURES[name]
    amount = _stored_line(task, line, year) if isinstance(line, str) else float(line or 0)
    try:
        return poverty.Fgt(poverty.Line.absolute(amount), POOR[name])
    except poverty.PovertyError as error:
        raise NotebookRefused(error.text) from None


def _stored_line(task: Task, name: str, year: int) -> float:
    """The amount of a named line: a dated value, or the line that an indicator was computed with for the whole sample.

    A line at a share of the median is never made of the rows of a scope: it would be another one for each reader.
    """
    dated = current().lines.get(name)
    if dated is not None and dated.scheme == current_instance().scheme:
        found = dated.on(date(year, 12, 31), task.place.code)
        if found is not None:
            return float(found.value)
        raise NotebookRefused(refusals.NO_LINE.format(name=name, year=year))
    figures = queries.figures(task.snapshot, task.scope, indicator=name, year=year)
    stored = figures.filter(line__isnull=False).values_list("line", flat=True).first()
    if stored is None:
        raise NotebookRefused(refusals.NO_LINE.format(name=name, year=year))
    return float(stored)
