"""Functions and quantifiers: how they are written in both languages, and how a call of each is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangfu.analytics.language import messages
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language import syntax as s
from bangfu.analytics.language.errors import LanguageError, Span, fill
from bangfu.analytics.language.kinds import NUMERIC, require, require_order
from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.text import Text

if TYPE_CHECKING:
    from bangfu.analytics.language.check import Checker

#: Every spelling of a function or quantifier, and the one that nodes carry.
SPELLINGS: dict[str, str] = {
    spelling: name
    for name, spellings in {
        "if": "如果 若",
        "years": "周岁 满年",
        "months": "满月",
        "any": "任一 存在",
        "all": "全部 所有",
        "count": "个数 人数",
        "count_known": "已知个数",
        "sum": "合计",
        "sum_known": "已知合计",
        "min": "最小",
        "min_known": "已知最小",
        "max": "最大",
        "max_known": "已知最大",
    }.items()
    for spelling in (name, *spellings.split())
}

CONDITIONS = ("any", "all", "count", "count_known")
EXTREMES = ("min", "min_known", "max", "max_known")
SHAPES = {
    "if": "if(condition, a, b)",
    "years": "years(from) / years(from, to)",
    "months": "months(from) / months(from, to)",
    "any": "any(members, condition)",
    "all": "all(members, condition)",
    "count": "count(members) / count(members, condition)",
    "count_known": "count_known(members, condition)",
}
#: How deep ``if`` may stand in the condition of another. (In its branches it may stand as deep as the text.)
DEEPEST_CONDITION = 3
_ROW_DATE = Column(n.DATE_COLUMN, Kind.DATE, Text("所在日期", "The row's date"))


def check_call(checker: Checker, call: s.Call) -> n.Node:
    """The typed node for a call of a function or quantifier."""
    name = SPELLINGS.get(call.name.lower())
    if name is None:
        near = ", ".join(sorted(set(SPELLINGS.values())))
        raise LanguageError(fill(messages.UNKNOWN_FUNCTION, name=call.name, near=near), call.span)
    if name not in ("if", "years", "months"):
        return _quantified(checker, call, name)
    for argument in call.arguments:
        if argument.where is not None:
            raise LanguageError(messages.STRAY_WHERE, argument.where.span)
    return _chosen(checker, call) if name == "if" else _elapsed(checker, call, name)


def _chosen(checker: Checker, call: s.Call) -> n.Node:
    _require_arguments(call, "if", 3, 3)
    condition, then, otherwise = (argument.value for argument in call.arguments)
    left, right = checker.check(then), checker.check(otherwise)
    left, right = checker.comparable(left, right, messages.KINDS_BRANCH)
    return n.If(
        kind=left.kind, unit=left.unit, codes=left.codes, span=call.span,
        condition=_shallow(checker.condition(condition)), then=left, otherwise=right,
    )  # fmt: skip


def _shallow(condition: n.Node) -> n.Node:
    """The condition, unless conditions of ``if`` nest too deep: engines write a condition more than once."""
    depth = _depth_of_conditions(condition)
    if depth > DEEPEST_CONDITION:
        sentence = fill(messages.CONDITIONS_TOO_DEEP, depth=depth, limit=DEEPEST_CONDITION)
        raise LanguageError(sentence, condition.span)
    return condition


def _depth_of_conditions(node: n.Node) -> int:
    below = max((_depth_of_conditions(child) for child in n.children(node)), default=0)
    return max(below, 1 + _depth_of_conditions(node.condition)) if isinstance(node, n.If) else below


def _elapsed(checker: Checker, call: s.Call, name: str) -> n.Node:
    _require_arguments(call, name, 1, 2)
    dates = [require(checker.check(argument.value), Kind.DATE) for argument in call.arguments]
    end = dates[1] if len(dates) > 1 else checker.names.column(_ROW_DATE, call.span)
    return n.Elapsed(kind=Kind.INTEGER, unit=name, span=call.span, start=dates[0], end=end)


def _quantified(checker: Checker, call: s.Call, verb: str) -> n.Node:
    fewest = 1 if verb in ("count", "count_known") else 2
    _require_arguments(call, verb, fewest, 2)
    first = call.arguments[0]
    if not isinstance(first.value, s.Name):
        near = ", ".join(member.name for member in checker.names.table.members)
        sentence = fill(messages.UNKNOWN_MEMBER, name="…", table=checker.names.table.title, near=near)
        raise LanguageError(sentence, first.span)
    member = checker.names.member(first.value.name, first.value.span)
    inner = type(checker)(checker.names.within(member))
    body = _body(inner, call, verb)
    wheres = [inner.condition(argument.where) for argument in call.arguments if argument.where is not None]
    unit = "count" if verb.startswith("count") else body.unit
    return n.Quantified(
        kind=_result_kind(verb, body), unit=unit, span=call.span, verb=verb, member=member.name,
        body=body, where=_joined(wheres, call.span),
    )  # fmt: skip


def _body(inner: Checker, call: s.Call, verb: str) -> n.Node:
    """What is asked of each member; ``count(persons)`` asks nothing, so everyone counts."""
    if len(call.arguments) == 1:
        return _always(call.span)
    value = call.arguments[1].value
    if verb in CONDITIONS:
        return inner.condition(value)
    body = inner.check(value)
    return require_order(body) if verb in EXTREMES else require(body, *NUMERIC)


def _result_kind(verb: str, body: n.Node) -> Kind:
    if verb.startswith("count"):
        return Kind.INTEGER
    return Kind.BOOLEAN if verb in CONDITIONS else body.kind


def _always(span: Span) -> n.Literal:
    return n.Literal(kind=Kind.BOOLEAN, span=span, value=True)


def _joined(wheres: list[n.Node], span: Span) -> n.Node:
    if not wheres:
        return _always(span)
    return wheres[0] if len(wheres) == 1 else n.And(kind=Kind.BOOLEAN, span=span, operands=tuple(wheres))


def _require_arguments(call: s.Call, name: str, fewest: int, most: int) -> None:
    if not fewest <= len(call.arguments) <= most:
        shape = SHAPES.get(name, f"{name}(members, number)")
        raise LanguageError(fill(messages.ARGUMENTS, name=call.name, shape=shape, count=len(call.arguments)), call.span)
