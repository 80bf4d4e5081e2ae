"""Why an indicator comes to what it does for one household's year: the language's tree over the register's own rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from bangfu.analytics.language import Explanation, ParameterValue, TypedExpr, explain
from bangfu.analytics.language.nodes import Column, walk
from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.schema import FieldClass, Table
from bangfu.records.figures.formulas import Language
from bangfu.records.figures.snapshots import extension_columns
from bangfu.records.households.past import Register
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.schema import households_table


def explained(
    indicator: Indicator, register: Register, year: int, classes: frozenset[FieldClass]
) -> Explanation | None:
    """The tree of an indicator's numerator for a household and year.

    **missing** None where the indicator is a measure, does not apply here, or reads a field of a class that the reader
    does not see: half a reason would mislead.
    """
    if indicator.kind is not IndicatorKind.EXPRESSION or year not in register.years:
        return None
    scheme = current_instance().scheme
    if indicator.schemes and scheme not in indicator.schemes:
        return None
    expression = _checked(indicator, scheme, current().content_hash)
    if not _classes_read(expression) <= classes:
        return None
    row = _household_row(expression.table, register, year)
    members = {"persons": [_person_row(person, register, year, row) for person in register.members_on(row["row_date"])]}
    parameters = [ParameterValue(*line) for line in current().line_rows(scheme)]
    titles = {name: entries.titles for name, entries in current().codes.items()}
    return explain(expression, row, members, parameters, titles)


@lru_cache(maxsize=32)
def _checked(indicator: Indicator, scheme: str, _parameters_hash: str) -> TypedExpr:
    parameters = current()
    extra = extension_columns(parameters, scheme)
    table = households_table(extra["household_year"], extra["person_year"])
    return Language(parameters, scheme, table).check(indicator.numerator or "", str(indicator.grain))


def _classes_read(expression: TypedExpr) -> frozenset[FieldClass]:
    tables = {expression.table.name: expression.table} | {m.name: m.table for m in expression.table.members}
    named = (node for node in walk(expression.node) if isinstance(node, Column))
    columns = (tables[node.table].by_name.get(node.name) for node in named if node.table in tables)
    return frozenset(column.field_class for column in columns if column is not None)


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


def _person_row(person: Any, register: Register, year: int, row: Mapping[str, Any]) -> dict[str, Any]:
    sheet = register.person_years.get((person.id, year))
    facts = {name: row[name] for name in ("household_id", "year", "row_date", "place_id", "place_code")}
    columns = households_table().members[0].table.by_name
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
