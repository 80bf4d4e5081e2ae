"""Typed expressions as Ibis tables: what DuckDB and Spark share. Engine files hold the differences.

All quantifiers over one member table, of all expressions asked for together, become one group-by. The scope filters
every scan, members too, and has no default. Parameters are joined once per distinct day and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from bangfu.analytics.engines.ibis_values import Frame, aggregates, settled, translate
from bangfu.analytics.engines.scope import DEFERRED, SCOPE_HOUSEHOLDS, SCOPE_ROWS, Deferred, ends_of_range
from bangfu.analytics.language import nodes as n
from bangfu.parameters.schema import Kind, Member, Table
from bangfu.parameters.scope import RowFilter

Scope = RowFilter | Deferred

#: Columns are declared wider than the language reads them, so that Ibis writes the cast: a relation may hold
#: INTEGER or DECIMAL where the language means 64-bit whole numbers, and nothing overflows unseen.
_STORED = {
    Kind.STRING: "string", Kind.CODE: "string", Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "decimal(38, 0)", Kind.NUMBER: "decimal(38, 9)", Kind.DATE: "timestamp",
}  # fmt: skip
_READ = {Kind.INTEGER: "int64", Kind.NUMBER: "float64", Kind.DATE: "date"}
_ALWAYS = {n.DATE_COLUMN: Kind.DATE, n.PLACE_COLUMN: Kind.STRING}

PARAMETER_VALUES = "parameter_values"
_PLACE = "__place"


@dataclass(frozen=True)
class Engine:
    """What engines do differently. The defaults are what most of them do."""

    name: str

    def checked(self, sign: str, left: Any, right: Any) -> Any:
        """A whole-number sum, difference or product, unknown where it does not fit 64 bits."""
        raise NotImplementedError

    def whole_sum(self, values: Any, where: Any) -> Any:
        """A sum of whole numbers in a type that is wide enough for any."""
        return values.cast("decimal(38, 0)").sum(where=where)

    def float_sum(self, values: Any, where: Any) -> Any:
        """A sum of floats that loses as little as the engine can."""
        return values.sum(where=where)


def compile_table(
    exprs: Mapping[str, n.TypedExpr],
    *,
    table: Table,
    scope: Scope,
    engine: Engine,
    where: n.TypedExpr | None = None,
    keep: Sequence[str] = (),
) -> Any:
    """An Ibis table with the kept columns and one column per expression, for the rows inside the scope.

    **shape** one row per row of ``table`` inside ``scope`` for which ``where`` is true. **missing** unknown is NULL.
    **errors** ``ValueError`` where a name stands twice or an expression was checked against another table.
    """
    _refuse_mixed(exprs, where, table, keep)
    asked = [*exprs.values(), *([where] if where else [])]
    rows = _rows(table, asked, keep, scope)
    rows = _with_parameters(rows, _parameters(asked, table.name))
    frame = Frame(rows, engine, _numbered(asked))
    for member in table.members:
        frame = _with_member(frame, member, asked, scope)
    rows = frame.rows if where is None else frame.rows.filter(translate(where.node, frame))
    frame = frame.over(rows)
    answers = {name: settled(expr.node, frame) for name, expr in exprs.items()}
    return rows.select(*keep, **answers)


def compile_expression(expr: n.TypedExpr, *, scope: Scope, engine: Engine) -> Any:
    """An Ibis table of one column ``value``: the expression over its own table."""
    return compile_table({"value": expr}, table=expr.table, scope=scope, engine=engine)


def _refuse_mixed(
    exprs: Mapping[str, n.TypedExpr], where: n.TypedExpr | None, table: Table, keep: Sequence[str]
) -> None:
    names = [*keep, *exprs]
    if len(set(names)) != len(names):
        raise ValueError(f"A column of the result stands twice among {names}.")
    for expr in [*exprs.values(), *([where] if where else [])]:
        if expr.table.name != table.name:
            raise ValueError(f"An expression over {expr.table.name!r} cannot be compiled over {table.name!r}.")
    if where is not None and where.kind is not Kind.BOOLEAN:
        raise ValueError("The expression in 'where' must be a condition.")


def _parameters(asked: Iterable[n.TypedExpr], table: str) -> list[str]:
    """The parameters read by rows of one table (within a quantifier, the member's own)."""
    found = [node for expr in asked for node in n.walk(expr.node) if isinstance(node, n.Parameter)]
    return sorted({node.name for node in found if node.table == table})


def _numbered(asked: Iterable[n.TypedExpr]) -> dict[n.Quantified, int]:
    """Every quantifier once, however many expressions use it."""
    unique = dict.fromkeys(node for expr in asked for node in expr.quantifiers)
    return {node: number for number, node in enumerate(unique)}


def _rows(table: Table, asked: Sequence[n.TypedExpr], keep: Iterable[str], scope: Scope) -> Any:
    """The base rows inside the scope, with the columns that are read, cast to what the language means."""
    joins = [name for member in table.members for name in member.on if any(expr.quantifiers for expr in asked)]
    used = {name for expr in asked for name in expr.columns.get(table.name, ())}
    return _read(table, used, [*keep, *joins], scope)


def _read(table: Table, used: Iterable[str], raw: Iterable[str], scope: Scope) -> Any:
    rows = _scoped(_relation(table, [*used, *raw]), scope)
    kinds = _kinds(table)
    read = {name: _typed(rows[name], kinds.get(name)) for name in sorted(used)}
    passed = {name: rows[name] for name in sorted(set(raw) - set(read))}
    return rows.select(**passed, **read)


def _typed(column: Any, kind: Kind | None) -> Any:
    return column.cast(_READ[kind]) if kind in _READ else column


def _kinds(table: Table) -> dict[str, Kind]:
    return _ALWAYS | {column.name: column.kind for column in table.columns}


def _relation(table: Table, wanted: Iterable[str]) -> Any:
    """The relation of a table's name with the columns that are wanted and those that a scope cuts by.

    Ibis takes time for every column that it knows of. Keys that the schema does not declare are taken as they are.
    """
    kinds = _kinds(table)
    names = sorted({n.PLACE_COLUMN, n.HOUSEHOLD_COLUMN, *wanted})
    schema = {name: _STORED[kinds[name]] if name in kinds else "int64" for name in names}
    return ibis.table(schema, name=table.name)


def _scoped(rows: Any, scope: Scope) -> Any:
    """Only the rows inside the scope; a deferred scope is read from two relations when the text is run."""
    if isinstance(scope, Deferred):
        return _deferred(rows)
    if scope.everything:
        return rows
    inside = [_under(rows[n.PLACE_COLUMN], scope.prefixes)] if scope.prefixes else []
    if scope.households:
        inside.append(rows[n.HOUSEHOLD_COLUMN].isin(sorted(scope.households)))
    return rows.filter(ibis.or_(*inside)) if inside else rows.filter(ibis.literal(False))


def _under(code: Any, prefixes: Sequence[str]) -> Any:
    """Whether a code starts with a prefix. The range lets a scan of sorted files skip what lies outside."""
    by_length: dict[int, list[str]] = {}
    for prefix in sorted(set(prefixes)):
        by_length.setdefault(len(prefix), []).append(prefix)
    if 0 in by_length:
        return ibis.literal(True)
    starts = ibis.or_(*[code.substr(0, length).isin(found) for length, found in by_length.items()])
    low, high = ends_of_range(prefixes)
    return (code >= low) & (code < high) & starts


def _deferred(rows: Any) -> Any:
    granted = ibis.table({"prefix": "string"}, name=SCOPE_ROWS)
    households = ibis.table({n.HOUSEHOLD_COLUMN: "int64"}, name=SCOPE_HOUSEHOLDS)
    codes = rows.select(**{_PLACE: rows[n.PLACE_COLUMN].fill_null("")}).distinct()
    # Each distinct place meets the prefixes once; the rows then meet a plain list of places.
    allowed = codes.join(granted, codes[_PLACE].startswith(granted.prefix)).select(_PLACE).distinct()
    by_place = rows[n.PLACE_COLUMN].fill_null("").isin(allowed[_PLACE])
    return rows.filter(by_place | rows[n.HOUSEHOLD_COLUMN].isin(households[n.HOUSEHOLD_COLUMN]))


def _with_parameters(rows: Any, names: Sequence[str]) -> Any:
    """The rows with a column for every parameter: for each day and place the value of the longest prefix."""
    if not names:
        return rows
    rows = rows.mutate(**{_PLACE: rows[n.PLACE_COLUMN].fill_null("")})
    moments = rows.select(n.DATE_COLUMN, _PLACE).distinct()
    matched = _matched(moments, names)
    rank = matched.place_prefix.length() * 10_000_000 + matched.started
    values = {f"__p_{name}": matched.value.argmax(rank, where=matched.name == name) for name in names}
    found = matched.group_by(n.DATE_COLUMN, _PLACE).agg(**values)
    return _joined(rows, found, [n.DATE_COLUMN, _PLACE])


def _matched(moments: Any, names: Sequence[str]) -> Any:
    """Every day and place beside every value that is valid there, with the day since which it is."""
    schema = {"name": "string", "place_prefix": "string", "valid_from": "timestamp", "valid_until": "timestamp"}
    stored = ibis.table(schema | {"value": "decimal(38, 9)"}, name=PARAMETER_VALUES)
    stored = stored.filter(stored.name.isin(names) & stored.value.notnull())
    day_zero = ibis.literal("0001-01-01").cast("date")
    values = stored.select(
        "name", "place_prefix",
        value=stored.value.cast("float64"),
        since=stored.valid_from.cast("date"),
        until=stored.valid_until.cast("date"),
        started=stored.valid_from.cast("date").delta(day_zero, unit="day").fill_null(-1),
    )  # fmt: skip
    day = moments[n.DATE_COLUMN]
    return moments.join(
        values,
        [
            moments[_PLACE].startswith(values.place_prefix),
            values.since.isnull() | (values.since <= day),
            values.until.isnull() | (day < values.until),
        ],
    )


def _joined(rows: Any, found: Any, on: Sequence[str]) -> Any:
    """The rows with the columns found for them by key, NULL where none were."""
    found = found.rename({f"__k{number}": name for number, name in enumerate(on)})
    keys = [rows[name] == found[f"__k{number}"] for number, name in enumerate(on)]
    return rows.left_join(found, keys).drop(*[f"__k{number}" for number in range(len(on))])


def _with_member(frame: Frame, member: Member, asked: Sequence[n.TypedExpr], scope: Scope) -> Frame:
    """The frame with what every quantifier over one member table needs, gathered in one group-by."""
    quantifiers = {node: number for node, number in frame.numbers.items() if node.member == member.name}
    if not quantifiers:
        return frame
    used = {name for expr in asked for name in expr.columns.get(member.table.name, ())}
    rows = _read(member.table, used, member.on, scope)
    inner = Frame(_with_parameters(rows, _parameters(asked, member.table.name)), frame.engine, {})
    flags = {}
    for node, number in quantifiers.items():
        flags[f"__b{number}"] = settled(node.body, inner)
        flags[f"__w{number}"] = translate(node.where, inner)
    answered = inner.rows.select(*member.on, **flags)
    gathered: dict[str, Any] = {}
    for node, number in quantifiers.items():
        gathered |= aggregates(node, number, answered, frame.engine)
    return frame.over(_joined(frame.rows, answered.group_by(*member.on).agg(**gathered), member.on))


__all__ = ["DEFERRED", "Engine", "Scope", "compile_expression", "compile_table"]
