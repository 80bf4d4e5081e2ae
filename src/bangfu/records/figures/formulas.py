"""Indicators made ready: checked against the tables of a snapshot, compiled, and kept with the figures they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from bangfu.analytics.engines.duckdb import compile_rows
from bangfu.analytics.engines.scope import DEFERRED, Deferred
from bangfu.analytics.language import ParameterType, TypedExpr, check_text
from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.loader import Parameters
from bangfu.parameters.mappings import Survey
from bangfu.parameters.schema import FieldClass, Table
from bangfu.parameters.scope import RowFilter
from bangfu.records.figures.models import Formula

#: What a row drill keeps of each row beside the values of the formula.
KEPT = ("household_id", "year", "place_code")


def compiled(
    values: Mapping[str, TypedExpr],
    table: Table,
    scope: RowFilter | Deferred,
    keep: Sequence[str],
    where: TypedExpr | None = None,
) -> str:
    """SQL of named expressions over a table. It takes a tenth of a second, so a text is compiled once in a process."""
    return _compiled(tuple(values.items()), table, scope, tuple(keep), where)


@lru_cache(maxsize=500)
def _compiled(
    values: tuple[tuple[str, TypedExpr], ...],
    table: Table,
    scope: RowFilter | Deferred,
    keep: tuple[str, ...],
    where: TypedExpr | None,
) -> str:
    return compile_rows(dict(values), table=table, scope=scope, keep=keep, where=where)


@dataclass(frozen=True)
class Language:
    """What texts are checked against: parameters by name, code lists, and the analytic table of households."""

    parameters: Parameters
    scheme: str
    households: Table

    @cached_property
    def types(self) -> dict[str, ParameterType]:
        """Kind and unit of each dated value of the scheme."""
        lines = (line for line in self.parameters.lines.values() if line.scheme == self.scheme)
        return {line.name: ParameterType(line.kind, line.unit) for line in lines}

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        """The codes of each code list, of every day."""
        return {name: frozenset(entries.titles) for name, entries in self.parameters.codes.items()}

    def table(self, grain: str) -> Table:
        """The analytic table of a grain."""
        return self.households if grain == "households" else self.households.members[0].table

    def check(self, text: str, grain: str) -> TypedExpr:
        """A text checked against its table. **Errors** ``LanguageError`` points into the text."""
        return check_text(text, table=self.table(grain), parameters=self.types, codes=self.codes)


def classes_read(expression: TypedExpr) -> frozenset[FieldClass]:
    """The field classes of the columns that a checked text reads, those of members too."""
    tables = {expression.table.name: expression.table} | {m.name: m.table for m in expression.table.members}
    read = ((tables[table], name) for table, names in expression.columns.items() for name in names)
    return frozenset(table.by_name[name].field_class for table, name in read if name in table.by_name)


@dataclass(frozen=True)
class Ready:
    """An indicator checked and compiled; ``rows_sql`` lists its rows for whatever scope is bound when it runs."""

    indicator: Indicator
    grain: str
    numerator: TypedExpr
    denominator: TypedExpr | None
    survey: Survey | None
    rows_sql: str


def applies(indicator: Indicator, scheme: str, survey: Survey | None) -> bool:
    """Whether an indicator is computed in this instance."""
    fits = not indicator.schemes or scheme in indicator.schemes
    return fits and (indicator.kind is IndicatorKind.EXPRESSION or survey is not None)


def survey_of(parameters: Parameters, scheme: str) -> Survey | None:
    """The survey design of the scheme's forms; the first form that has one."""
    forms = (form for form in parameters.forms.values() if form.scheme == scheme)
    return next((form.survey for form in forms if form.survey is not None), None)


def prepare(language: Language) -> list[Ready]:
    """The instance's indicators, each checked and compiled."""
    survey = survey_of(language.parameters, language.scheme)
    wanted = language.parameters.indicators.values()
    return [make_ready(each, language, survey) for each in wanted if applies(each, language.scheme, survey)]


def make_ready(indicator: Indicator, language: Language, survey: Survey | None) -> Ready:
    """An indicator checked and compiled; one that measures a survey needs its design."""
    if indicator.kind is IndicatorKind.MEASURE and survey is not None:
        return _ready_measure(indicator, language, survey)
    grain = str(indicator.grain)
    numerator = language.check(indicator.numerator or "", grain)
    denominator = language.check(indicator.denominator, grain) if indicator.denominator else None
    values = {"numerator": numerator} | ({"denominator": denominator} if denominator else {})
    keep = [*KEPT, *([indicator.group] if indicator.group else [])]
    rows_sql = compiled(values, language.table(grain), DEFERRED, keep)
    return Ready(indicator, grain, numerator, denominator, None, rows_sql)


def _ready_measure(indicator: Indicator, language: Language, survey: Survey) -> Ready:
    income = language.check(survey.income, survey.grain)
    known = language.check(f"({survey.income}) is known", survey.grain)
    values = {"numerator": income} | design_columns(language, survey)
    rows_sql = compiled(values, language.table(survey.grain), DEFERRED, KEPT, known)
    return Ready(indicator, survey.grain, income, None, survey, rows_sql)


def design_columns(language: Language, survey: Survey) -> dict[str, TypedExpr]:
    """The survey's weight, sampling unit and stratum, as far as its form names them."""
    texts = {"weight": survey.weight, "psu": survey.psu, "stratum": survey.stratum}
    return {name: language.check(text, survey.grain) for name, text in texts.items() if text}


def keep_formula(ready: Ready, parameters_hash: str) -> Formula:
    """The stored formula of an indicator under these parameters; the same one is kept once."""
    formula, _ = Formula.objects.get_or_create(
        indicator=ready.indicator.code,
        version=ready.indicator.version,
        parameters_hash=parameters_hash,
        defaults={"body": _plain(asdict(ready.indicator)) | _survey_body(ready), "rows_sql": ready.rows_sql},
    )
    return formula


def _survey_body(ready: Ready) -> dict[str, Any]:
    return {"survey": asdict(ready.survey)} if ready.survey else {}


def _plain(value: Any) -> Any:
    """A value as JSON takes it: dates as text, tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
