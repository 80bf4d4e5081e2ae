"""DuckDB answers what the oracle answers, for more than a thousand generated texts over tables with missing values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bangfu.analytics.engines.duckdb import DEFERRED, bind_scope, compile_rows
from bangfu.analytics.engines.memory import evaluate
from bangfu.analytics.language import ParameterValue, TypedExpr, check_text
from bangfu.parameters.scope import RowFilter

from ..spec.engines import numbered, stored
from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS
from .expressions import Writer, filled_households, households, parameters, scopes

TABLES_PER_BATCH = 2
_TEXTS = Writer(Random(20201231)).texts(1100)
VALUES = [
    ParameterValue("poverty_line", "", None, date(2020, 1, 1), 1.0),
    ParameterValue("poverty_line", "5334", date(2019, 1, 1), None, 2.0),
    ParameterValue("fair_share", "53", date(2019, 1, 1), None, 0.5),
]
BATCHES = [_TEXTS[start : start + 100] for start in range(0, len(_TEXTS), 100)]

Rows = Sequence[Mapping[str, Any]]


def checked(written: Sequence[str]) -> dict[str, TypedExpr]:
    exprs = [check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES) for text in written]
    return {f"answer_{number}": expr for number, expr in enumerate(exprs)}


def visible(row: Mapping[str, Any], household_id: int, scope: RowFilter) -> bool:
    return scope.allows(row["place_code"] or "", household_id)


def from_oracle(
    exprs: Mapping[str, TypedExpr], rows: Rows, values: Sequence[ParameterValue], scope: RowFilter
) -> list[list[Any]]:
    answers = []
    for row in rows:
        number = row["household_id"]
        persons = {"persons": [person for person in row["persons"] if visible(person, number, scope)]}
        answers += [[number, *(evaluate(expr, row, persons, values) for expr in exprs.values())]] * visible(
            row, number, scope
        )
    return answers


def differences(texts: Sequence[str], expected: list[list[Any]], found: list[Any]) -> list[str]:
    """Every text with two answers; floats may differ in the last digits, by 1e-9 of themselves."""
    return [
        f"{text}: oracle {left!r}, DuckDB {right!r}"
        for one, other in zip(expected, found, strict=True)
        for text, left, right in zip(["household", *texts], one, other, strict=True)
        if not same(left, right)
    ]


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9)
    return type(left) is type(right) and left == right


#: The same texts on every run. No shrinking: it would compile for minutes, and a failure names its text anyway.
steady = settings(
    deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def test_the_texts_are_more_than_a_thousand_and_all_different() -> None:
    assert len({text for batch in BATCHES for text in batch}) >= 1000


def refuse_difference(
    exprs: Mapping[str, TypedExpr], sql: str, rows: Rows, values: Sequence[ParameterValue], scope: RowFilter
) -> None:
    """Demand that a stored text answers, for a table and a scope, what the oracle answers."""
    with stored(HOUSEHOLDS, numbered(rows), values) as connection:
        bind_scope(connection, scope)
        found = sorted(connection.execute(sql).fetchall())
    written = [expr.text for expr in exprs.values()]
    assert differences(written, from_oracle(exprs, numbered(rows), values, scope), found) == []


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_duckdb_answers_what_the_oracle_answers(number: int) -> None:
    exprs = checked(BATCHES[number])
    sql = compile_rows(exprs, table=HOUSEHOLDS, scope=DEFERRED, keep=["household_id"])

    @settings(steady, max_examples=TABLES_PER_BATCH)
    @given(rows=households, values=parameters, scope=scopes)
    def agree(rows: Rows, values: list[ParameterValue], scope: RowFilter) -> None:
        refuse_difference(exprs, sql, rows, values, scope)

    agree()
    refuse_difference(exprs, sql, filled_households(Random(number), 40), VALUES, RowFilter(prefixes=("53",)))


@settings(steady, max_examples=12)
@given(number=st.integers(0, 99), rows=households, values=parameters, scope=scopes)
def test_a_scope_compiled_into_the_text_filters_as_the_oracle_does(
    number: int, rows: Rows, values: list[ParameterValue], scope: RowFilter
) -> None:
    written = BATCHES[0][number : number + 1]
    exprs = checked(written)
    sql = compile_rows(exprs, table=HOUSEHOLDS, scope=scope, keep=["household_id"])

    with stored(HOUSEHOLDS, numbered(rows), values) as connection:
        found = sorted(connection.execute(sql).fetchall())

    assert differences(written, from_oracle(exprs, numbered(rows), values, scope), found) == []
