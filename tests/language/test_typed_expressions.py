"""What a checked text tells of itself, and what it needs to be loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bangfu.analytics.engines.duckdb import compile_rows, to_sql
from bangfu.analytics.engines.ibis_ import compile_expression
from bangfu.analytics.engines.spark import engine as spark
from bangfu.analytics.language import TypedExpr, check_text
from bangfu.analytics.language.parse import GRAMMAR
from bangfu.parameters.schema import Kind
from bangfu.parameters.scope import EVERYTHING, NOTHING, RowFilter

from ..spec.engines import stored
from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS, PERSONS


def checked(text: str) -> TypedExpr:
    return check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES)


def test_texts_of_one_content_are_equal_however_they_are_written() -> None:
    assert checked("has_water and (size>3)") == checked("饮水安全  且 家庭人口 ＞ 3")
    assert hash(checked("size > 3")) == hash(checked("(size > 3)"))


def test_texts_of_other_content_differ() -> None:
    assert checked("size > 3") != checked("size > 4")


def test_an_expression_knows_its_kind_and_unit() -> None:
    expr = checked("sum(persons, wage_fen) / count(persons)")

    assert (expr.kind, expr.unit) == (Kind.NUMBER, "fen")


def test_an_expression_knows_the_columns_it_reads_by_table() -> None:
    expr = checked("income_fen < poverty_line and any(persons where in_school, years(birth_date) > 3)")

    assert expr.columns == {
        "households": frozenset({"income_fen", "row_date", "place_code"}),
        "persons": frozenset({"in_school", "birth_date", "row_date"}),
    }
    assert expr.parameters == frozenset({"poverty_line"})


def test_the_grammar_has_fewer_than_a_hundred_lines() -> None:
    assert len(GRAMMAR.read_text(encoding="utf-8").splitlines()) < 100


@pytest.mark.parametrize(
    "module", ["bangfu.analytics.language", "bangfu.analytics.engines.memory", "bangfu.analytics.engines.duckdb"]
)
def test_the_language_loads_without_ibis_duckdb_and_django(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'ibis', 'duckdb', 'django', 'numpy'}} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_all_quantifiers_over_one_member_table_become_one_group_by() -> None:
    exprs = {
        "pupils": checked("count(persons, in_school)"),
        "old": checked("any(persons, age >= 60)"),
        "wages": checked("sum(persons, wage_fen) / count(persons, in_school)"),
    }

    sql = compile_rows(exprs, table=HOUSEHOLDS, scope=EVERYTHING, where=checked("all(persons, age >= 16)"))

    assert sql.count("GROUP BY") == 1
    assert sql.count('FROM "persons"') == 1


def test_a_condition_says_which_rows_are_given() -> None:
    rows: list[dict[str, Any]] = [
        {"household_id": 1, "size": 2},
        {"household_id": 2, "size": None},
        {"household_id": 3, "size": 4},
    ]
    sql = compile_rows({}, table=HOUSEHOLDS, scope=EVERYTHING, where=checked("size < 4"), keep=["household_id"])

    with stored(HOUSEHOLDS, [{"year": 2020, "persons": [], **row} for row in rows], []) as connection:
        assert connection.execute(sql).fetchall() == [(1,)]


def test_the_scope_filters_members_too() -> None:
    household = {
        "household_id": 1, "year": 2020, "place_code": "5334",
        "persons": [{"place_code": "533421"}, {"place_code": "5301"}],
    }  # fmt: skip
    sql = compile_rows({"size": checked("count(persons)")}, table=HOUSEHOLDS, scope=RowFilter(prefixes=("5334",)))

    with stored(HOUSEHOLDS, [household], []) as connection:
        assert connection.execute(sql).fetchall() == [(1,)]


def test_an_empty_scope_shows_no_row() -> None:
    sql = to_sql(checked("size"), scope=NOTHING)

    with stored(HOUSEHOLDS, [{"household_id": 1, "year": 2020, "size": 3}], []) as connection:
        assert connection.execute(sql).fetchall() == []


def test_a_text_with_its_scope_deferred_does_not_run_before_it_is_bound() -> None:
    from bangfu.analytics.engines.duckdb import DEFERRED, bind_scope

    sql = to_sql(checked("size"), scope=DEFERRED)

    with stored(HOUSEHOLDS, [{"household_id": 1, "year": 2020, "size": 3}], []) as connection:
        with pytest.raises(Exception, match="scope_"):
            connection.execute(sql)
        bind_scope(connection, RowFilter(households=frozenset({1})))
        assert connection.execute(sql).fetchall() == [(3,)]


def test_a_name_that_stands_twice_in_the_result_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        compile_rows({"year": checked("size")}, table=HOUSEHOLDS, scope=EVERYTHING, keep=["year"])


def test_an_expression_over_another_table_is_refused() -> None:
    expr = check_text("age > 3", table=PERSONS)

    with pytest.raises(ValueError, match="over 'persons' cannot be compiled over 'households'"):
        compile_rows({"old": expr}, table=HOUSEHOLDS, scope=EVERYTHING)


def test_the_deepest_text_compiles() -> None:
    text = "size" + " + size" * 55

    assert "TRY" in to_sql(checked(text), scope=EVERYTHING)


def test_spark_adds_whole_numbers_by_a_function_that_gives_null() -> None:
    import ibis

    rows = compile_expression(checked("size + 1"), scope=EVERYTHING, engine=spark())

    assert "TRY_ADD" in str(ibis.to_sql(rows, dialect="pyspark")).upper()
