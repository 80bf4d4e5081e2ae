"""A text explained by its own evaluation of one row: a tree of whole phrases, values and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import singledispatch
from typing import Any

# The module, not its names: engines.memory reads this package's nodes and may be what is being imported first.
from bangfu.analytics.engines import memory
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language import phrases, units
from bangfu.analytics.language.errors import Span, fill
from bangfu.analytics.language.nodes import Value
from bangfu.analytics.language.parameters import ParameterValue
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.text import Text


@dataclass(frozen=True)
class Explanation:
    """One node of the explanation.

    ``phrase`` says what is meant, ``shown`` what it came to; ``verdict`` is true, false or unknown for a condition and
    ``None`` for anything else; ``reason`` says why a value is unknown where the node itself is the cause; ``span`` is
    its place in the text (under a term, in the term's own text).
    """

    phrase: Text
    value: Value
    shown: Text
    verdict: str | None
    reason: Text | None = None
    span: Span = field(default=Span(0, 0))
    children: tuple[Explanation, ...] = field(default=())
    #: Whether what stands below are members of a quantifier.
    quantified: bool = False

    def rows(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """The tree as rows with their depth, for a page or a list."""
        yield depth, self
        for child in self.children:
            yield from child.rows(depth + 1)


#: Names of codes by code list.
Titles = Mapping[str, Mapping[str, Text]]


@dataclass(frozen=True)
class _Reader:
    """What is needed to name and evaluate nodes: the text, the tables by name, the row, and what codes are called."""

    text: str
    table: Table
    row: memory.Row
    titles: Titles = field(default_factory=dict)
    lines: Mapping[str, Text] = field(default_factory=dict)

    def within(self, member: str, row: memory.Row) -> _Reader:
        """The reader of one member."""
        return _Reader(self.text, self.members(member), row, self.titles, self.lines)

    def members(self, member: str) -> Table:
        """The table of the members that a quantifier names."""
        return next(found.table for found in self.table.members if found.name == member)


def explain(
    expr: n.TypedExpr,
    row: Mapping[str, Any],
    members: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    parameters: Sequence[ParameterValue] = (),
    titles: Titles | None = None,
    lines: Mapping[str, Text] | None = None,
) -> Explanation:
    """Why an expression comes to what it does for one row, as a tree.

    Fixed values stand in the phrase of the node above them and have no row of their own; every member of a quantifier
    has one. ``titles`` gives codes their names, ``lines`` parameters theirs. **missing** the verdict is ``unknown``,
    with the reason at the node that causes it.
    """
    reader = _Reader(expr.text, expr.table, memory.Row(row, dict(members or {}), parameters), titles or {}, lines or {})
    return _explained(expr.node, reader)


def _explained(node: n.Node, reader: _Reader) -> Explanation:
    if isinstance(node, n.Convert):
        return _explained(node.operand, reader)
    value = memory.value_of(node, reader.row)
    return Explanation(
        phrase=_phrase(node, reader),
        value=value,
        shown=shown(value, node, reader.titles),
        verdict=_verdict(value, node),
        reason=_reason(node, reader) if value is None else None,
        span=node.span,
        children=_children(node, reader),
        quantified=isinstance(node, n.Quantified),
    )


def _verdict(value: Value, node: n.Node) -> str | None:
    if node.kind is not Kind.BOOLEAN:
        return None
    return "unknown" if value is None else "true" if value else "false"


def _children(node: n.Node, reader: _Reader) -> tuple[Explanation, ...]:
    if isinstance(node, n.Quantified):
        members = enumerate(reader.row.of(node.member), start=1)
        return tuple(_member(node, number, reader.within(node.member, row)) for number, row in members)
    inner = replace(reader, text=node.text) if isinstance(node, n.Named) else reader
    return tuple(_explained(child, inner) for child in n.children(node) if not isinstance(child, n.Literal))


def _member(node: n.Quantified, number: int, reader: _Reader) -> Explanation:
    """One member of a quantifier: whether it is meant, and what was found of it."""
    meant, value = memory.value_of(node.where, reader.row), memory.value_of(node.body, reader.row)
    template = phrases.LEFT_OUT if meant is False else phrases.MEMBER
    parts = [part for part in (node.where, node.body) if not isinstance(part, n.Literal)]
    return Explanation(
        phrase=fill(template, members=reader.table.title, number=number),
        value=value,
        shown=shown(value, node.body, reader.titles),
        verdict=_verdict(value, node.body),
        children=tuple(_explained(part, reader) for part in parts),
    )


def _reason(node: n.Node, reader: _Reader) -> Text | None:
    """Why a node is unknown, if it is the cause itself; otherwise a node below it says so."""
    if isinstance(node, n.Column):
        return phrases.NOT_FILLED
    if isinstance(node, n.Parameter):
        return phrases.NO_PARAMETER
    if isinstance(node, n.Quantified):
        return None if reader.row.of(node.member) or not node.verb.startswith(("min", "max")) else phrases.NOBODY
    if isinstance(node, n.Arithmetic | n.Negate):
        operands = [memory.value_of(child, reader.row) for child in n.children(node)]
        if None not in operands:
            return phrases.BY_ZERO if operands[-1] == 0 else phrases.TOO_LARGE
    return None


def shown(value: Value, node: n.Node, titles: Titles | None = None) -> Text:
    """A value as people read it: with its unit, fen as yuan, a code by its name where one is given."""
    if value is None:
        return phrases.UNKNOWN
    if isinstance(value, bool):
        return phrases.TRUE if value else phrases.FALSE
    if isinstance(value, str | date):
        written = str(value) or "“”"
        return (titles or {}).get(node.codes or "", {}).get(written) or Text(written, written)
    if node.unit == "fen":
        yuan = Decimal(str(value)) / 100
        return fill(phrases.WITH_UNIT, value=f"{yuan:,.2f}", unit=units.TITLES["yuan"])
    written = f"{value:.10g}" if isinstance(value, float) else str(value)
    if node.unit in (None, "share", "count", "weight"):
        return Text(written, written)
    return fill(phrases.WITH_UNIT, value=written, unit=units.TITLES[node.unit])


def _label(node: n.Node, reader: _Reader) -> Text:
    """What a node is called within the phrase of another: a title, a value, or its own words in the text."""
    while isinstance(node, n.Convert):
        node = node.operand
    if isinstance(node, n.Literal):
        return shown(node.value, node, reader.titles)
    if isinstance(node, n.Column) and node.name in reader.table.by_name:
        return reader.table.by_name[node.name].title
    if isinstance(node, n.Named):
        return node.title
    if isinstance(node, n.Parameter) and node.name in reader.lines:
        return reader.lines[node.name]
    words = reader.text[node.span.start : node.span.end]
    return Text(words, words)


@singledispatch
def _phrase(node: n.Node, reader: _Reader) -> Text:
    raise TypeError(f"No phrase for {type(node).__name__}.")


@_phrase.register
def _(node: n.Literal, reader: _Reader) -> Text:
    return fill(phrases.FIXED, value=shown(node.value, node, reader.titles))


@_phrase.register
def _(node: n.Column, reader: _Reader) -> Text:
    return _label(node, reader)


@_phrase.register
def _(node: n.Parameter, reader: _Reader) -> Text:
    return reader.lines.get(node.name) or fill(phrases.PARAMETER, name=node.name)


@_phrase.register
def _(node: n.Named, reader: _Reader) -> Text:
    return node.title


@_phrase.register
def _(node: n.Not, reader: _Reader) -> Text:
    return phrases.NOT_HOLDS


@_phrase.register
def _(node: n.And, reader: _Reader) -> Text:
    return phrases.ALL_HOLD


@_phrase.register
def _(node: n.Or, reader: _Reader) -> Text:
    return phrases.ONE_HOLDS


@_phrase.register
def _(node: n.Compare, reader: _Reader) -> Text:
    of_dates = phrases.DATE_COMPARISONS if node.left.kind is Kind.DATE else {}
    template = of_dates.get(node.sign, phrases.COMPARISONS[node.sign])
    return fill(template, left=_label(node.left, reader), right=_label(node.right, reader))


@_phrase.register
def _(node: n.Between, reader: _Reader) -> Text:
    parts = {"operand": node.operand, "low": node.low, "high": node.high}
    return fill(phrases.BETWEEN, **{name: _label(part, reader) for name, part in parts.items()})


@_phrase.register
def _(node: n.In, reader: _Reader) -> Text:
    items = [shown(item.value, item, reader.titles) for item in node.items]
    listed = Text("、".join(item.zh for item in items), ", ".join(item.en for item in items))
    return fill(phrases.IN, operand=_label(node.operand, reader), items=listed)


@_phrase.register
def _(node: n.Presence, reader: _Reader) -> Text:
    return fill(phrases.IS_KNOWN if node.known else phrases.IS_MISSING, operand=_label(node.operand, reader))


@_phrase.register
def _(node: n.Negate, reader: _Reader) -> Text:
    return fill(phrases.NEGATED, operand=_label(node.operand, reader))


@_phrase.register
def _(node: n.Arithmetic, reader: _Reader) -> Text:
    left, right = _label(node.left, reader), _label(node.right, reader)
    return fill(phrases.ARITHMETIC[node.sign], left=left, right=right)


@_phrase.register
def _(node: n.If, reader: _Reader) -> Text:
    return fill(phrases.CHOSEN, then=_branch(node.then, reader), otherwise=_branch(node.otherwise, reader))


def _branch(node: n.Node, reader: _Reader) -> Text:
    """A branch by its name, or, where it has to be worked out, the word for what stands under it."""
    plain = isinstance(node, n.Literal | n.Column | n.Convert)
    return _label(node, reader) if plain else phrases.WORKED_OUT


@_phrase.register
def _(node: n.Elapsed, reader: _Reader) -> Text:
    return fill(phrases.ELAPSED[node.unit or ""], start=_label(node.start, reader), end=_label(node.end, reader))


@_phrase.register
def _(node: n.Quantified, reader: _Reader) -> Text:
    table = reader.members(node.member)
    always = isinstance(node.body, n.Literal) and node.body.value is True
    body = phrases.EVERYONE if always else _label(node.body, replace(reader, table=table))
    return fill(phrases.QUANTIFIED[node.verb], members=table.title, body=body)
