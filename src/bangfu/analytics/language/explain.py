"""A text explained by its own evaluation of one row: a tree of whole phrases, values and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

# The module, not its names: engines.memory reads this package's nodes and may be what is being imported first.
from bangfu.analytics.engines import memory
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language import phrases
from bangfu.analytics.language.errors import Span, fill
from bangfu.analytics.language.nodes import Value
from bangfu.analytics.language.parameters import ParameterValue
from bangfu.analytics.language.wording import Titles, Wording, aged, phrase, shown
from bangfu.parameters.schema import FieldClass, Kind
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


@dataclass(frozen=True)
class _Reader:
    """What is needed to name and evaluate nodes: the words, the row, and whether days of birth may be told."""

    wording: Wording
    row: memory.Row
    days: bool

    def within(self, member: str, row: memory.Row) -> _Reader:
        """The reader of one member."""
        return replace(self, wording=self.wording.within(member), row=row)


def explain(
    expr: n.TypedExpr,
    row: Mapping[str, Any],
    members: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    parameters: Sequence[ParameterValue] = (),
    titles: Titles | None = None,
    lines: Mapping[str, Text] | None = None,
    classes: frozenset[FieldClass] | None = None,
) -> Explanation:
    """Why an expression comes to what it does for one row, as a tree.

    Fixed values stand in the phrase of the node above them and have no row of their own; every member of a quantifier
    has one. ``titles`` gives codes their names, ``lines`` parameters theirs. Without the class personal among
    ``classes`` (all, where none are given) a day of birth is told as an age. **missing** the verdict is ``unknown``,
    with the reason at the node that causes it.
    """
    wording = Wording(expr.table, titles or {}, lines or {})
    days = classes is None or FieldClass.PERSONAL in classes
    return _explained(expr.node, _Reader(wording, memory.Row(row, dict(members or {}), parameters), days))


def _explained(node: n.Node, reader: _Reader) -> Explanation:
    if isinstance(node, n.Convert):
        return _explained(node.operand, reader)
    value = memory.value_of(node, reader.row)
    if (told := _told_as_age(node, value, reader)) is not None:
        return told
    return Explanation(
        phrase=phrase(node, reader.wording),
        value=value,
        shown=shown(value, node, reader.wording),
        verdict=_verdict(value, node),
        reason=_reason(node, reader) if value is None else None,
        span=node.span,
        children=_children(node, reader),
        quantified=isinstance(node, n.Quantified),
    )


def _told_as_age(node: n.Node, value: Value, reader: _Reader) -> Explanation | None:
    """A day of birth as the age at the row's day, for a reader who may not see the day; None for anything else."""
    column = reader.wording.column(node)
    if column is None or column.age is None or reader.days:
        return None
    until = reader.row.values.get(n.DATE_COLUMN)
    years = memory.years_between(value, until) if isinstance(value, date) and isinstance(until, date) else None
    said = phrases.UNKNOWN if years is None else aged(years)
    reason = phrases.NOT_FILLED if years is None else None
    return Explanation(phrase=column.age, value=years, shown=said, verdict=None, reason=reason, span=node.span)


def _verdict(value: Value, node: n.Node) -> str | None:
    if node.kind is not Kind.BOOLEAN:
        return None
    return "unknown" if value is None else "true" if value else "false"


def _children(node: n.Node, reader: _Reader) -> tuple[Explanation, ...]:
    if isinstance(node, n.Quantified):
        members = enumerate(reader.row.of(node.member), start=1)
        return tuple(_member(node, number, reader.within(node.member, row)) for number, row in members)
    below = n.children(node)
    if isinstance(node, n.Elapsed) and reader.wording.age(node) is not None:
        # An age is counted to the row's day, which goes without saying.
        below = iter((node.start,) if reader.days else ())
    return tuple(_explained(child, reader) for child in below if not isinstance(child, n.Literal))


def _member(node: n.Quantified, number: int, reader: _Reader) -> Explanation:
    """One member of a quantifier: whether it is meant, and what was found of it."""
    meant, value = memory.value_of(node.where, reader.row), memory.value_of(node.body, reader.row)
    template = phrases.LEFT_OUT if meant is False else phrases.MEMBER
    parts = [part for part in (node.where, node.body) if not isinstance(part, n.Literal)]
    return Explanation(
        phrase=fill(template, members=reader.wording.table.title, number=number),
        value=value,
        shown=shown(value, node.body, reader.wording),
        verdict=_verdict(value, node.body),
        children=tuple(_explained(part, reader) for part in parts),
    )


def _reason(node: n.Node, reader: _Reader) -> Text | None:
    """Why a node is unknown, if it is the cause itself; otherwise a node below it says so."""
    if isinstance(node, n.Column) or (isinstance(node, n.Elapsed) and not _children(node, reader)):
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
