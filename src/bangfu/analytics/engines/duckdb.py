"""DuckDB: what it does differently, expressions as its SQL text, and the scope of a stored text bound by plain DuckDB.

Ibis is loaded when something is compiled, not before: pages run stored texts without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from bangfu.analytics.engines.scope import DEFERRED, SCOPE_HOUSEHOLDS, SCOPE_ROWS, Deferred
from bangfu.analytics.language.nodes import TypedExpr
from bangfu.parameters.schema import Table
from bangfu.parameters.scope import RowFilter

if TYPE_CHECKING:
    from bangfu.analytics.engines.ibis_ import Engine

_CREATE_SCOPE = f"""
create or replace temp table {SCOPE_ROWS} (prefix varchar not null);
create or replace temp table {SCOPE_HOUSEHOLDS} (household_id bigint not null);
"""
_FILL_ROWS = f"insert into {SCOPE_ROWS} select unnest(?::varchar[])"
_FILL_HOUSEHOLDS = f"insert into {SCOPE_HOUSEHOLDS} select unnest(?::bigint[])"


def compile_rows(
    exprs: Mapping[str, TypedExpr],
    *,
    table: Table,
    scope: RowFilter | Deferred,
    where: TypedExpr | None = None,
    keep: Sequence[str] = (),
) -> str:
    """DuckDB SQL giving the kept columns and one column per expression, over relations named like the tables.

    **shape** one row per row of ``table`` inside ``scope`` for which ``where`` is true. Relations: the table, its
    members, ``parameter_values`` where parameters are named, and ``scope_rows``, ``scope_households`` for ``DEFERRED``.
    **missing** unknown is NULL. **errors** ``ValueError`` where a name stands twice or tables are mixed.
    """
    import ibis

    from bangfu.analytics.engines.ibis_ import compile_table

    rows = compile_table(exprs, table=table, scope=scope, engine=engine(), where=where, keep=keep)
    return str(ibis.to_sql(rows, dialect="duckdb", pretty=False))


def to_sql(expr: TypedExpr, *, scope: RowFilter | Deferred) -> str:
    """DuckDB SQL of one column ``value``: one expression over its own table."""
    return compile_rows({"value": expr}, table=expr.table, scope=scope)


def bind_scope(connection: Any, scope: RowFilter) -> None:
    """Let texts compiled with ``DEFERRED`` see exactly the rows of a scope, on this connection, until bound anew."""
    prefixes = [""] if scope.everything else list(scope.prefixes)
    connection.execute(_CREATE_SCOPE)
    connection.execute(_FILL_ROWS, [prefixes])
    connection.execute(_FILL_HOUSEHOLDS, [sorted(scope.households)])


@cache
def engine() -> Engine:
    """DuckDB's differences: whole numbers checked by ``TRY``, summed as HUGEINT, floats summed by ``fsum``."""
    import ibis

    from bangfu.analytics.engines.ibis_ import Engine

    def named(value): ...  # type: ignore[no-untyped-def]  # Ibis takes the types from the signatures

    checked = ibis.udf.scalar.builtin(named, name="TRY", signature=(("int64",), "int64"))
    kahan = ibis.udf.agg.builtin(named, name="fsum", signature=(("float64",), "float64"))
    wide = ibis.udf.agg.builtin(named, name="sum", signature=(("int64",), "decimal(38, 0)"))

    class DuckDB(Engine):
        def checked(self, sign: str, left: Any, right: Any) -> Any:
            return checked({"+": left + right, "-": left - right, "*": left * right}[sign])

        def whole_sum(self, values: Any, where: Any) -> Any:
            return wide(values, where=where)  # HUGEINT by itself: a cast before it would triple the time

        def float_sum(self, values: Any, where: Any) -> Any:
            return kahan(values, where=where)

    return DuckDB("duckdb")


__all__ = ["DEFERRED", "bind_scope", "compile_rows", "engine", "to_sql"]
