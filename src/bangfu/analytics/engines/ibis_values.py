"""Typed nodes as Ibis values over one joined table, and what a quantifier gathers in the group-by of its members."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce, singledispatch
from typing import TYPE_CHECKING, Any

import ibis

from bangfu.analytics.language import nodes as n
from bangfu.parameters.schema import Kind

if TYPE_CHECKING:
    from bangfu.analytics.engines.ibis_ import Engine

_COMPARISONS = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_FLOATS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
#: DuckDB makes a join of each list of five values or more, which takes longer to plan than a hundred texts to run;
#: lists up to the second number are split.
MOST_LISTED, LONGEST_SPLIT = 4, 60
_LARGEST_FLOAT = "1.7976931348623157e308"
_TYPES = {Kind.INTEGER: "int64", Kind.NUMBER: "float64", Kind.DATE: "date"}


@dataclass(frozen=True)
class Frame:
    """The rows that nodes speak of, the engine, and the number under which each quantifier's parts are found."""

    rows: Any
    engine: Engine
    numbers: Mapping[n.Quantified, int]

    def over(self, rows: Any) -> Frame:
        """The same over other rows, that have at least the same columns."""
        return replace(self, rows=rows)


def settled(node: n.Node, frame: Frame) -> Any:
    """A node's value as it is read: NULL where it is not a finite number.

    Not at every sign, for a guard mentions the value twice and the text would double with each level.
    """
    if node.kind is not Kind.NUMBER:
        return translate(node, frame)
    if isinstance(node, n.Named):
        return settled(node.operand, frame)
    if isinstance(node, n.If):
        # Into the branches, so that the condition stands in the text once.
        branches = ((True, settled(node.then, frame)), (False, settled(node.otherwise, frame)))
        return translate(node.condition, frame).cases(*branches)
    value = translate(node, frame)
    return _finite(value) if isinstance(node, n.Arithmetic) or _is_scaled(node) else value


def _is_scaled(node: n.Node) -> bool:
    """Whether a node multiplies a float; whole numbers turned into floats are finite as they are."""
    return isinstance(node, n.Negate) or (isinstance(node, n.Convert) and node.operand.kind is Kind.NUMBER)


def _finite(value: Any) -> Any:
    """NaN counts as larger than every number on our engines, so a range refuses it with the infinities."""
    largest = ibis.literal(_LARGEST_FLOAT).cast("float64")
    smallest = ibis.literal("-" + _LARGEST_FLOAT).cast("float64")
    return ibis.ifelse(value.between(smallest, largest), value, ibis.null("float64"))


@singledispatch
def translate(node: n.Node, frame: Frame) -> Any:
    """The Ibis value for a node; booleans are nullable, so AND, OR and NOT follow Kleene by themselves."""
    raise TypeError(f"No translation for {type(node).__name__}.")


@translate.register
def _(node: n.Literal, frame: Frame) -> Any:
    # Through text, for Ibis writes bare numbers and DuckDB takes 2.5 for a DECIMAL and 5 for an INTEGER.
    if node.kind in _TYPES:
        return ibis.literal(str(node.value)).cast(_TYPES[node.kind])
    return ibis.literal(node.value)


@translate.register
def _(node: n.Column, frame: Frame) -> Any:
    column = frame.rows[node.name]
    return _finite(column) if node.kind is Kind.NUMBER else column


@translate.register
def _(node: n.Parameter, frame: Frame) -> Any:
    value = frame.rows[f"__p_{node.name}"]
    return _finite(value) if node.kind is Kind.NUMBER else value.cast("int64")


@translate.register
def _(node: n.Named, frame: Frame) -> Any:
    return translate(node.operand, frame)


@translate.register
def _(node: n.Not, frame: Frame) -> Any:
    return ~translate(node.operand, frame)


@translate.register
def _(node: n.And, frame: Frame) -> Any:
    return reduce(operator.and_, [translate(operand, frame) for operand in node.operands])


@translate.register
def _(node: n.Or, frame: Frame) -> Any:
    return reduce(operator.or_, [translate(operand, frame) for operand in node.operands])


@translate.register
def _(node: n.Compare, frame: Frame) -> Any:
    return _COMPARISONS[node.sign](settled(node.left, frame), settled(node.right, frame))


@translate.register
def _(node: n.Between, frame: Frame) -> Any:
    value = settled(node.operand, frame)
    return (value >= settled(node.low, frame)) & (value <= settled(node.high, frame))


@translate.register
def _(node: n.In, frame: Frame) -> Any:
    value = settled(node.operand, frame)
    short = len(node.items) <= LONGEST_SPLIT and isinstance(node.operand, n.Column)
    step = MOST_LISTED if short else len(node.items)
    parts = [node.items[start : start + step] for start in range(0, len(node.items), step)]
    return reduce(operator.or_, [value.isin([translate(item, frame) for item in part]) for part in parts])


@translate.register
def _(node: n.Presence, frame: Frame) -> Any:
    value = settled(node.operand, frame)
    return value.notnull() if node.known else value.isnull()


@translate.register
def _(node: n.Negate, frame: Frame) -> Any:
    value = translate(node.operand, frame)
    if node.kind is Kind.NUMBER:
        return -value
    return frame.engine.checked("-", ibis.literal("0").cast("int64"), value)


@translate.register
def _(node: n.Arithmetic, frame: Frame) -> Any:
    left, right = translate(node.left, frame), translate(node.right, frame)
    if node.sign == "/":
        return left / right.nullif(ibis.literal("0").cast("float64"))
    if node.kind is Kind.NUMBER:
        return _FLOATS[node.sign](left, right)
    return frame.engine.checked(node.sign, left, right)


@translate.register
def _(node: n.Convert, frame: Frame) -> Any:
    value = translate(node.operand, frame)
    if node.factor != 1:
        factor = ibis.literal(str(node.factor)).cast(_TYPES[node.operand.kind])
        whole = node.operand.kind is Kind.INTEGER
        value = frame.engine.checked("*", value, factor) if whole else value * factor
    return value.cast(_TYPES[node.kind])


@translate.register
def _(node: n.If, frame: Frame) -> Any:
    # Neither branch where the condition is NULL: a searched CASE would fall through to ELSE.
    branches = ((True, translate(node.then, frame)), (False, translate(node.otherwise, frame)))
    return translate(node.condition, frame).cases(*branches)


@translate.register
def _(node: n.Elapsed, frame: Frame) -> Any:
    start, end = translate(node.start, frame), translate(node.end, frame)
    years = end.year() - start.year()
    if node.unit == "years":
        not_yet = end.month() * 100 + end.day() < start.month() * 100 + start.day()
        return (years - not_yet.cast("int32")).cast("int64")
    months = years * 12 + end.month() - start.month()
    return (months - (end.day() < start.day()).cast("int32")).cast("int64")


def aggregates(node: n.Quantified, number: int, members: Any, engine: Engine) -> dict[str, Any]:
    """What the group-by of the members gathers for one quantifier: how many are unknown, and the rest.

    ``bool_or`` alone would answer false where the answer is unknown, so true and unknown are counted apart.
    """
    body, meant = members[f"__b{number}"], members[f"__w{number}"]
    if node.body.kind is Kind.BOOLEAN:
        verdict = ~meant | body if node.verb == "all" else meant & body
        decided = ~verdict if node.verb == "all" else verdict
        return {f"__q{number}": members.count(where=decided), f"__u{number}": members.count(where=verdict.isnull())}
    unknown = members.count(where=meant.isnull() | (meant & body.isnull()))
    return {f"__q{number}": _gathered(node, body, meant, engine), f"__u{number}": unknown}


def _gathered(node: n.Quantified, body: Any, meant: Any, engine: Engine) -> Any:
    if node.verb.startswith("sum"):
        summed = engine.float_sum if node.kind is Kind.NUMBER else engine.whole_sum
        return summed(body, meant)
    return body.min(where=meant) if node.verb.startswith("min") else body.max(where=meant)


@translate.register
def _(node: n.Quantified, frame: Frame) -> Any:
    number = frame.numbers[node]
    gathered, unknown = frame.rows[f"__q{number}"], frame.rows[f"__u{number}"].fill_null(0) > 0
    if node.verb in ("any", "all"):
        found = ibis.literal(node.verb == "any")
        return ibis.cases((gathered.fill_null(0) > 0, found), (unknown, ibis.null("boolean")), else_=~found)
    value = _completed(node, gathered)
    if node.verb.endswith("_known"):
        return value
    return ibis.ifelse(unknown, ibis.null(_TYPES[node.kind]), value)


def _completed(node: n.Quantified, gathered: Any) -> Any:
    """Nobody to count or to sum is zero; nobody to compare is unknown."""
    if node.verb.startswith("count"):
        return gathered.fill_null(0).cast("int64")
    if not node.verb.startswith("sum"):
        return gathered
    if node.kind is Kind.NUMBER:
        return _finite(gathered.fill_null(ibis.literal("0").cast("float64")))
    return gathered.fill_null(0).try_cast("int64")
