"""Indicators made ready: checked against the tables of a snapshot, compiled, and kept with the figures they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.db import transaction

from bangfu.analytics.engines.duckdb import compile_rows
from bangfu.analytics.engines.scope import DEFERRED, Deferred
from bangfu.analytics.language import ParameterType, TypedExpr, check_text
from bangfu.parameters.indicators import Grain, Indicator, IndicatorKind
from bangfu.parameters.loader import Parameters
from bangfu.parameters.mappings import Survey
from bangfu.parameters.schema import FieldClass, Table
from bangfu.parameters.scope import RowFilter
from bangfu.parameters.terms import Term, Terms, by_table
from bangfu.parameters.text import Text
from bangfu.records.figures import sql
from bangfu.records.figures.models import Formula
from bangfu.records.instance.actions import draw_ids
from bangfu.records.schema import households_table, villages_table

#: The group of rows whose group is not known; an empty group is a figure of all rows.
UNKNOWN_GROUP = sql.UNKNOWN_GROUP
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
    #: The terms that texts may name, where others than those of the parameters.
    kept_terms: Terms | None = None

    @property
    def terms(self) -> Terms:
        """The terms that texts may name."""
        return self.parameters.terms if self.kept_terms is None else self.kept_terms

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
        if grain == Grain.VILLAGES:
            return villages_table()
        return self.households if grain == Grain.HOUSEHOLDS else self.households.members[0].table

    def check(self, text: str, grain: str) -> TypedExpr:
        """A text checked against its table. **Errors** ``LanguageError`` points into the text."""
        return self.check_over(text, self.table(grain))

    def check_over(self, text: str, table: Table) -> TypedExpr:
        """A text checked against any table. **Errors** ``LanguageError`` points into the text."""
        return check_text(text, table=table, parameters=self.types, codes=self.codes, terms=self.terms)


def group_codes(indicator: Indicator) -> str | None:
    """The code list that an indicator's groups are of; None where they are no codes."""
    column = households_table().by_name.get(indicator.group or "")
    return column.codes if column else None


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
    #: What ``rows_sql`` was compiled from.
    key: str = ""


#: Texts compiled before, by what they were compiled from.
Before = Mapping[str, str]
#: Formulas that are looked through for texts compiled before: some dictionaries of several hundred indicators.
MOST_KEPT = 2_000


def compiled_before() -> Before:
    """The texts of the newest formulas: compiling takes seconds, and most of a dictionary stays from cycle to cycle."""
    kept = Formula.objects.order_by("-id").values_list("body__key", "rows_sql")[:MOST_KEPT]
    return {key: rows_sql for key, rows_sql in kept if key and rows_sql}


def _compile_key(values: Mapping[str, TypedExpr], table: Table, keep: Sequence[str], where: TypedExpr | None) -> str:
    """Of all that decides a compiled text: the checked nodes, the table, what is kept, and who compiles."""
    tools = [version(name) for name in ("bangfu", "ibis-framework", "sqlglot", "duckdb")]
    nodes = {name: expr.node for name, expr in values.items()} | ({"where": where.node} if where else {})
    joins = [(member.name, member.on) for member in table.members]
    return sha256(repr((nodes, table.name, joins, list(keep), tools)).encode()).hexdigest()


def applies(indicator: Indicator, scheme: str, survey: Survey | None) -> bool:
    """Whether an indicator is computed in this instance."""
    fits = not indicator.schemes or scheme in indicator.schemes
    return fits and (indicator.kind is IndicatorKind.EXPRESSION or survey is not None)


def survey_of(parameters: Parameters, scheme: str) -> Survey | None:
    """The survey design of the scheme's forms; the first form that has one."""
    forms = (form for form in parameters.forms.values() if form.scheme == scheme)
    return next((form.survey for form in forms if form.survey is not None), None)


def prepare(language: Language, before: Before) -> Sequence[Ready]:
    """The instance's indicators, each checked and compiled, unless it was ``before``; once in a process."""
    state = (language.parameters.content_hash, language.scheme, language.households)
    ready = _PREPARED.get(state)
    if ready is None:
        survey = survey_of(language.parameters, language.scheme)
        wanted = [each for each in language.parameters.indicators.values() if applies(each, language.scheme, survey)]
        ready = tuple(make_ready(each, language, survey, before) for each in wanted)
        _PREPARED.clear()
        _PREPARED[state] = ready
    return ready


#: The indicators of the parameters that were prepared last.
_PREPARED: dict[tuple[str, str, Table], tuple[Ready, ...]] = {}


def make_ready(indicator: Indicator, language: Language, survey: Survey | None, before: Before) -> Ready:
    """An indicator checked and compiled; one that measures a survey needs its design."""
    if indicator.kind is IndicatorKind.MEASURE and survey is not None:
        return _ready_measure(indicator, language, survey, before)
    grain = str(indicator.grain)
    numerator = language.check(indicator.numerator or "", grain)
    denominator = language.check(indicator.denominator, grain) if indicator.denominator else None
    values = {"numerator": numerator} | ({"denominator": denominator} if denominator else {})
    keep = [*KEPT, *([indicator.group] if indicator.group else [])]
    rows_sql, key = _rows_sql(values, language.table(grain), keep, None, before)
    return Ready(indicator, grain, numerator, denominator, None, rows_sql, key)


def _rows_sql(
    values: Mapping[str, TypedExpr], table: Table, keep: Sequence[str], where: TypedExpr | None, before: Before
) -> tuple[str, str]:
    """The text that lists rows, and its key."""
    key = _compile_key(values, table, keep, where)
    return before.get(key) or compiled(values, table, DEFERRED, keep, where), key


def _ready_measure(indicator: Indicator, language: Language, survey: Survey, before: Before) -> Ready:
    income = language.check(survey.income, survey.grain)
    known = language.check(f"({survey.income}) is known", survey.grain)
    values = {"numerator": income} | design_columns(language, survey)
    rows_sql, key = _rows_sql(values, language.table(survey.grain), KEPT, known, before)
    return Ready(indicator, survey.grain, income, None, survey, rows_sql, key)


def design_columns(language: Language, survey: Survey) -> dict[str, TypedExpr]:
    """The survey's weight, sampling unit and stratum, as far as its form names them."""
    texts = {"weight": survey.weight, "psu": survey.psu, "stratum": survey.stratum}
    return {name: language.check(text, survey.grain) for name, text in texts.items() if text}


@transaction.atomic
def keep_formulas(ready: Iterable[Ready], parameters_hash: str, terms: Terms) -> dict[str, int]:
    """The ids of the stored formulas of indicators under these parameters, by indicator; each is kept once."""
    wanted = {(one.indicator.code, one.indicator.version): one for one in ready}
    stored = Formula.objects.filter(parameters_hash=parameters_hash)
    lacking = wanted.keys() - set(stored.values_list("indicator", "version"))
    Formula.objects.bulk_create(
        [
            Formula(
                id=row_id,
                indicator=code,
                version=version_,
                parameters_hash=parameters_hash,
                body=_body(wanted[code, version_], terms),
                rows_sql=wanted[code, version_].rows_sql,
            )
            for row_id, (code, version_) in zip(draw_ids(len(lacking)) if lacking else (), sorted(lacking), strict=True)
        ],
        ignore_conflicts=True,
    )
    kept = stored.values_list("indicator", "version", "id")
    return {code: row_id for code, version_, row_id in kept if (code, version_) in wanted}


def _body(ready: Ready, terms: Terms) -> dict[str, Any]:
    """All that a formula needs to be computed again when the dictionary says something else."""
    sides = (ready.numerator, ready.denominator)
    named = {(term.table, term.name) for side in sides if side is not None for term in side.terms}
    used = [asdict(terms[table][name]) for table, name in sorted(named)]
    body: dict[str, Any] = _plain(asdict(ready.indicator))
    return body | _survey_body(ready) | {"terms": _plain(used), "key": ready.key}


def terms_of(body: Mapping[str, Any]) -> Terms:
    """The terms that a stored formula was written with."""
    return by_table(Term(**each | {"title": Text(**each["title"])}) for each in body.get("terms", ()))


def _survey_body(ready: Ready) -> dict[str, Any]:
    return {"survey": asdict(ready.survey)} if ready.survey else {}


def _plain(value: Any) -> Any:
    """A value as JSON takes it: dates as text, tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
