"""Why an indicator comes to what it does for one household's year: the language's tree over the register's own rows.

And what a figure's formula reads, which decides who may see what stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from bangfu.analytics.language import Explanation, LanguageError, ParameterValue, TypedExpr, explain
from bangfu.parameters.indicators import Grain, Indicator, IndicatorKind
from bangfu.parameters.schema import FieldClass, Table
from bangfu.parameters.scope import ALL_CLASSES
from bangfu.parameters.terms import Term, by_table
from bangfu.parameters.text import Text
from bangfu.records.figures.formulas import classes_read, terms_of
from bangfu.records.figures.language import language_of
from bangfu.records.figures.models import Formula
from bangfu.records.households.past import Register
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current

#: The texts of a formula (``numerator`` …) and of a survey's design that its rows are made of.
TEXTS = ("numerator", "denominator", "income", "weight", "psu", "stratum")


def explained(
    indicator: Indicator, register: Register, year: int, classes: frozenset[FieldClass]
) -> Explanation | None:
    """The tree of an indicator's numerator for a household and year.

    **missing** None where the indicator is a measure, does not apply here, or reads a field of a class that the reader
    does not see: half a reason would mislead.
    """
    about_households = indicator.kind is IndicatorKind.EXPRESSION and indicator.grain is Grain.HOUSEHOLDS
    if not about_households or year not in register.years:
        return None
    scheme = current_instance().scheme
    if indicator.schemes and scheme not in indicator.schemes:
        return None
    expression = _checked(indicator, scheme, current().content_hash)
    if not classes_read(expression) <= classes:
        return None
    row, members = household_rows(expression.table, register, year)
    parameters = [ParameterValue(*line) for line in current().line_rows(scheme)]
    titles = {name: entries.titles for name, entries in current().codes.items()}
    return explain(expression, row, members, parameters, titles, line_titles(), classes)


@lru_cache(maxsize=32)
def _checked(indicator: Indicator, scheme: str, _parameters_hash: str) -> TypedExpr:
    return language_of(current(), scheme).check(indicator.numerator or "", str(indicator.grain))


def line_titles() -> dict[str, Text]:
    """What the dated values are called."""
    return {line.name: line.title for line in current().lines.values()}


def terms_named(indicator: Indicator) -> tuple[Term, ...]:
    """The terms that an indicator's texts name, directly or through another one, in the order of their names."""
    if indicator.kind is not IndicatorKind.EXPRESSION:
        return ()
    scheme, parameters = current_instance().scheme, current()
    named = _terms_of(
        (indicator.numerator or "", indicator.denominator or ""), str(indicator.grain), scheme, parameters.content_hash
    )
    return tuple(parameters.terms[table][name] for table, name in named)


@lru_cache(maxsize=500)
def _terms_of(texts: tuple[str, ...], grain: str, scheme: str, _parameters_hash: str) -> tuple[tuple[str, str], ...]:
    language = language_of(current(), scheme)
    try:
        found = [term for text in texts if text for term in language.check(text, grain).terms]
    except LanguageError:
        return ()
    return tuple(sorted({(term.table, term.name) for term in found}))


def classes_behind(formula: Formula) -> frozenset[FieldClass]:
    """The field classes that the rows behind a formula's figures tell of: those of its texts, its design, its group.

    The columns' classes are those of now: a field that is closed today is closed in the figures of old as well.
    **missing** every class where a text no longer fits the tables: what cannot be judged is not shown.
    """
    body, scheme = formula.body, current_instance().scheme
    design = body.get("survey") or {}
    texts = [text for text in map((design or body).get, TEXTS) if text]
    grain = str(design.get("grain") or body["grain"])
    terms = tuple(term for named in terms_of(body).values() for term in named.values())
    return _classes_of(tuple(texts), body.get("group") or "", grain, scheme, terms, current().content_hash)


@lru_cache(maxsize=500)
def _classes_of(
    texts: tuple[str, ...], group: str, grain: str, scheme: str, terms: tuple[Term, ...], _parameters_hash: str
) -> frozenset[FieldClass]:
    language = replace(language_of(current(), scheme), kept_terms=by_table(terms))
    try:
        read = [classes_read(language.check(text, grain)) for text in texts]
        grouped = {language.table(grain).by_name[group].field_class} if group else set()
    except (LanguageError, KeyError):
        return ALL_CLASSES
    return frozenset().union(*read, grouped)


def household_rows(
    table: Table, register: Register, year: int
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """A household's row of a year as the language reads it, and its members' rows."""
    row = _household_row(table, register, year)
    columns = table.members[0].table.by_name
    persons = [_person_row(columns, person, register, year, row) for person in register.members_on(row["row_date"])]
    return row, {"persons": persons}


def _household_row(table: Table, register: Register, year: int) -> dict[str, Any]:
    own, sheet = register.household, register.years[year]
    day = date(year, 12, 31)
    status = register.status_on(day)
    facts = {
        "household_id": sheet.household_id,
        "year": year,
        "row_date": day,
        "place_id": sheet.place_id,
        "place_code": sheet.place_code,
        "status": status.kind if status else None,
    }
    return _values(table.by_name, (sheet, own)) | facts


def _person_row(
    columns: Iterable[str], person: Any, register: Register, year: int, row: Mapping[str, Any]
) -> dict[str, Any]:
    sheet = register.person_years.get((person.id, year))
    facts = {name: row[name] for name in ("household_id", "year", "row_date", "place_id", "place_code")}
    return _values(columns, (sheet, person)) | facts | {"person_id": person.id}


def _values(names: Iterable[str], rows: tuple[Any, ...]) -> dict[str, Any]:
    """Each column from the first row that has it; an extension field (``x_…``) from the sheet's JSON."""
    found: dict[str, Any] = {}
    for name in names:
        for row in rows:
            if name.startswith("x_") and isinstance(getattr(row, "x", None), dict):
                found[name] = row.x.get(name.removeprefix("x_"))
                break
            if hasattr(row, name):
                found[name] = getattr(row, name)
                break
    return found
