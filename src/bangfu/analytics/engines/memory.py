"""The oracle: one expression over one row, slow and obvious. Every fast engine must agree with it.

Unknown is ``None``. Whole numbers are exact within 64 bits and unknown beyond; other numbers are 64-bit floats, and a
result that is not finite is unknown to whoever reads it: a comparison, a quantifier, ``is known``, the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import singledispatch
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

from bangfu.analytics.language import nodes as n
from bangfu.analytics.language.nodes import Value
from bangfu.analytics.language.parameters import ParameterValue, resolve
from bangfu.parameters.schema import Kind

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv}


@dataclass(frozen=True)
class Row:
    """A row, its members by the name that quantifiers use, and the dated parameters."""

    values: Mapping[str, Any]
    members: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    parameters: Sequence[ParameterValue] = ()

    def of(self, member: str) -> list[Row]:
        """The members as rows of their own, with the same parameters."""
        return [Row(values, {}, self.parameters) for values in self.members.get(member, ())]


def evaluate(
    expr: n.TypedExpr,
    row: Mapping[str, Any],
    members: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    parameters: Sequence[ParameterValue] = (),
) -> Value:
    """What an expression comes to for one row; ``None`` is unknown.

    ``row`` and each member map column names to values (``None`` or absent is missing). Only rows that the reader may
    see belong among the members.
    """
    return value_of(expr.node, Row(row, dict(members or {}), parameters))


def value_of(node: n.Node, row: Row) -> Value:
    """The value of one node, unknown where it is not finite."""
    value = _raw(node, row)
    return None if isinstance(value, float) and not math.isfinite(value) else value


@singledispatch
def _raw(node: n.Node, row: Row) -> Value:
    raise TypeError(f"The oracle does not know {type(node).__name__}.")


@_raw.register
def _(node: n.Literal, row: Row) -> Value:
    return node.value


@_raw.register
def _(node: n.Column, row: Row) -> Value:
    value: Value = _typed(row.values.get(node.name), node.kind)
    return value


@_raw.register
def _(node: n.Parameter, row: Row) -> Value:
    day, place = row.values.get(n.DATE_COLUMN), row.values.get(n.PLACE_COLUMN)
    value: Value = _typed(resolve(row.parameters, node.name, day, place), node.kind)
    return value


def _typed(value: Any, kind: Kind) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return _as_kind(value, kind)


def _as_kind(value: Any, kind: Kind) -> Any:
    if kind is Kind.INTEGER:
        return round(value)
    return float(value) if kind is Kind.NUMBER else value


@_raw.register
def _(node: n.Named, row: Row) -> Value:
    return _raw(node.operand, row)


@_raw.register
def _(node: n.Not, row: Row) -> Value:
    value = value_of(node.operand, row)
    return None if value is None else not value


@_raw.register
def _(node: n.And, row: Row) -> Value:
    return all_of(value_of(operand, row) for operand in node.operands)


@_raw.register
def _(node: n.Or, row: Row) -> Value:
    return any_of(value_of(operand, row) for operand in node.operands)


def all_of(verdicts: Iterable[Value]) -> bool | None:
    """False as soon as one is false, else unknown as soon as one is unknown, else true."""
    seen = list(verdicts)
    return False if False in seen else None if None in seen else True


def any_of(verdicts: Iterable[Value]) -> bool | None:
    """True as soon as one is true, else unknown as soon as one is unknown, else false."""
    seen = list(verdicts)
    return True if True in seen else None if None in seen else False


@_raw.register
def _(node: n.Compare, row: Row) -> Value:
    return _compared(node.sign, value_of(node.left, row), value_of(node.right, row))


def _compared(sign: str, left: Value, right: Value) -> bool | None:
    return None if left is None or right is None else COMPARISONS[sign](left, right)


@_raw.register
def _(node: n.Between, row: Row) -> Value:
    value = value_of(node.operand, row)
    low, high = value_of(node.low, row), value_of(node.high, row)
    return all_of([_compared(">=", value, low), _compared("<=", value, high)])


@_raw.register
def _(node: n.In, row: Row) -> Value:
    value = value_of(node.operand, row)
    return any_of(_compared("=", value, item.value) for item in node.items)


@_raw.register
def _(node: n.Presence, row: Row) -> Value:
    return (value_of(node.operand, row) is not None) == node.known


@_raw.register
def _(node: n.Negate, row: Row) -> Value:
    value = _raw(node.operand, row)
    return None if value is None else _within_64_bits(-value)  # type: ignore[operator]


@_raw.register
def _(node: n.Arithmetic, row: Row) -> Value:
    left, right = _raw(node.left, row), _raw(node.right, row)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    value: Value = _within_64_bits(ARITHMETIC[node.sign](left, right))
    return value


@_raw.register
def _(node: n.Convert, row: Row) -> Value:
    value: Any = _raw(node.operand, row)
    if value is None:
        return None
    scaled = _within_64_bits(value * node.factor)
    return None if scaled is None else _as_kind(scaled, node.kind)


def _within_64_bits(value: Any) -> Any:
    if isinstance(value, int) and not n.SMALLEST_INTEGER <= value <= n.LARGEST_INTEGER:
        return None
    return value


@_raw.register
def _(node: n.If, row: Row) -> Value:
    condition = value_of(node.condition, row)
    if condition is None:
        return None
    return _raw(node.then if condition else node.otherwise, row)


@_raw.register
def _(node: n.Elapsed, row: Row) -> Value:
    start, end = value_of(node.start, row), value_of(node.end, row)
    if start is None or end is None:
        return None
    assert isinstance(start, date)
    assert isinstance(end, date)
    return years_between(start, end) if node.unit == "years" else months_between(start, end)


def years_between(start: date, end: date) -> int:
    """Birthdays passed: one more on the day and month of ``start``; 29 February counts from 1 March in common years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_between(start: date, end: date) -> int:
    """Whole months: one more on the day of ``start``, or on the first of the next month where there is no such day."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


@_raw.register
def _(node: n.Quantified, row: Row) -> Value:
    answers = [(value_of(node.where, member), value_of(node.body, member)) for member in row.of(node.member)]
    return quantified(node, answers)


def quantified(node: n.Quantified, answers: Sequence[tuple[Value, Value]]) -> Value:
    """What a quantifier says of members, each given as whether it is meant and what was answered for it."""
    verb = node.verb
    if verb == "any":
        return any_of(all_of(answer) for answer in answers)
    if verb == "all":
        return all_of(any_of([_contrary(meant), value]) for meant, value in answers)
    if verb.startswith("count"):
        return _counted([all_of(answer) for answer in answers], known_only=verb == "count_known")
    return _gathered(node, answers, known_only=verb.endswith("_known"))


def _contrary(value: Value) -> bool | None:
    return None if value is None else not value


def _counted(verdicts: list[bool | None], *, known_only: bool) -> int | None:
    return None if None in verdicts and not known_only else verdicts.count(True)


def _gathered(node: n.Quantified, answers: Sequence[tuple[Value, Value]], *, known_only: bool) -> Value:
    """The sum, smallest or largest among the members that are meant."""
    unknown = any(meant is None or (meant and value is None) for meant, value in answers)
    if unknown and not known_only:
        return None
    values: list[Any] = [value for meant, value in answers if meant and value is not None]
    if node.verb.startswith("sum"):
        return _summed(values) if node.kind is Kind.NUMBER else _within_64_bits(sum(values))
    return (min if node.verb.startswith("min") else max)(values, default=None)


def _summed(values: list[float]) -> float | None:
    try:
        return math.fsum(values)
    except OverflowError:  # the exact sum is beyond every float
        return None
