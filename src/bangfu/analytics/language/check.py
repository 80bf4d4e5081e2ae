"""Syntax checked against a table: names, kinds, units and codes; what passes is a frozen typed expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatchmethod

from bangfu.analytics.language import calls, messages, units
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language import syntax as s
from bangfu.analytics.language.errors import LanguageError, Span, fill
from bangfu.analytics.language.kinds import NUMERIC, require, require_order
from bangfu.analytics.language.names import Names, TermRing
from bangfu.analytics.language.parameters import ParameterType
from bangfu.analytics.language.parse import parse
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.terms import Term, Terms
from bangfu.parameters.text import Text


def check_text(
    text: str,
    *,
    table: Table,
    parameters: Mapping[str, ParameterType] | None = None,
    codes: Mapping[str, frozenset[str]] | None = None,
    terms: Terms | None = None,
) -> n.TypedExpr:
    """A typed expression over the rows of a table.

    ``parameters`` are the dated parameters that may be named, ``codes`` the code lists by name, ``terms`` the texts
    that may be named in place of being written out.

    Errors: ``LanguageError`` with a sentence in both languages and the place in the text.

    >>> from bangfu.parameters.schema import Column, Table
    >>> from bangfu.parameters.text import Text
    >>> size = Column("size", Kind.INTEGER, Text("人口", "Members"), unit="count")
    >>> check_text("size >= 3", table=Table("households", Text("户", "Households"), (size,))).kind
    <Kind.BOOLEAN: 'boolean'>
    """
    names = Names(table, dict(parameters or {}), dict(codes or {}), terms=terms or {})
    try:
        return n.TypedExpr(text, table, Checker(names).check(parse(text)))
    except LanguageError as error:
        raise error.within(text) from None


class Checker:
    """Turns syntax into typed nodes, for the names of one table; within a quantifier another one does."""

    def __init__(self, names: Names) -> None:
        self.names = names

    @singledispatchmethod
    def check(self, syntax: s.Syntax) -> n.Node:
        """The typed node for a piece of syntax."""
        raise TypeError(f"No check for {type(syntax).__name__}.")

    def condition(self, syntax: s.Syntax) -> n.Node:
        """A checked piece that must be true, false or unknown."""
        return require(self.check(syntax), Kind.BOOLEAN)

    def number(self, syntax: s.Syntax) -> n.Node:
        """A checked piece that must be a number."""
        return require(self.check(syntax), *NUMERIC)

    @check.register
    def _(self, syntax: s.Constant) -> n.Node:
        kind = {bool: Kind.BOOLEAN, str: Kind.STRING}.get(type(syntax.value), Kind.DATE)
        return n.Literal(kind=kind, span=syntax.span, value=syntax.value)

    @check.register
    def _(self, syntax: s.Quantity) -> n.Node:
        return units.literal(syntax.value, syntax.unit, syntax.span)

    @check.register
    def _(self, syntax: s.Name) -> n.Node:
        term = self.names.term(syntax.name)
        return self.names.resolve(syntax.name, syntax.span) if term is None else self._named(term, syntax.span)

    def _named(self, term: Term, span: Span) -> n.Node:
        """What a term's text comes to; what is wrong with it is wrong where the term is named."""
        inner = type(self)(self.names.inside(term, span))
        try:
            node = inner.check(parse(term.text))
        except TermRing as ring:
            raise TermRing(ring.text, span) from None
        except LanguageError as error:
            raise LanguageError(fill(messages.IN_TERM, name=term.name, why=error.text), span) from None
        return n.Named(
            kind=node.kind, unit=node.unit, codes=node.codes, span=span,
            table=term.table, name=term.name, title=term.title, text=term.text, operand=node,
        )  # fmt: skip

    @check.register
    def _(self, syntax: s.Prefix) -> n.Node:
        if syntax.sign == "not":
            return n.Not(kind=Kind.BOOLEAN, span=syntax.span, operand=self.condition(syntax.operand))
        operand = self.number(syntax.operand)
        if isinstance(operand, n.Literal):
            return replace(operand, value=-operand.value, span=syntax.span)  # type: ignore[operator]
        return n.Negate(kind=operand.kind, unit=operand.unit, span=syntax.span, operand=operand)

    @check.register
    def _(self, syntax: s.Chain) -> n.Node:
        join = n.And if syntax.word == "and" else n.Or
        operands = tuple(self.condition(operand) for operand in syntax.operands)
        return join(kind=Kind.BOOLEAN, span=syntax.span, operands=operands)

    @check.register
    def _(self, syntax: s.Infix) -> n.Node:
        if syntax.sign in "+-*/":
            return self._arithmetic(syntax)
        left, right = self.comparable(self.check(syntax.left), self.check(syntax.right))
        if syntax.sign not in ("=", "!="):
            require_order(left)
        return n.Compare(kind=Kind.BOOLEAN, span=syntax.span, sign=syntax.sign, left=left, right=right)

    def _arithmetic(self, syntax: s.Infix) -> n.Node:
        left, right = self.number(syntax.left), self.number(syntax.right)
        if syntax.sign == "*":
            return units.multiplied(left, right, syntax.span)
        if syntax.sign == "/":
            return units.divided(left, right, syntax.span)
        return units.added(syntax.sign, left, right, syntax.span)

    @check.register
    def _(self, syntax: s.Within) -> n.Node:
        operand, low, high = (self.check(part) for part in (syntax.operand, syntax.low, syntax.high))
        operand, low = self.comparable(operand, low)
        operand, high = self.comparable(operand, high)
        operand, low = self.comparable(operand, low)  # the operand may have become fen, or a number, beside high
        require_order(operand)
        return n.Between(kind=Kind.BOOLEAN, span=syntax.span, operand=operand, low=low, high=high)

    @check.register
    def _(self, syntax: s.Listed) -> n.Node:
        operand = self.check(syntax.operand)
        for _ in range(2):  # the second time every item meets the operand as the last item has left it
            items = []
            for item in syntax.items:
                operand, checked = self.comparable(operand, self.check(item))
                if not isinstance(checked, n.Literal):
                    raise LanguageError(messages.NOT_LITERAL, item.span)
                items.append(checked)
        return n.In(kind=Kind.BOOLEAN, span=syntax.span, operand=operand, items=tuple(items))

    @check.register
    def _(self, syntax: s.Presence) -> n.Node:
        return n.Presence(kind=Kind.BOOLEAN, span=syntax.span, operand=self.check(syntax.operand), known=syntax.known)

    @check.register
    def _(self, syntax: s.Call) -> n.Node:
        return calls.check_call(self, syntax)

    def comparable(self, left: n.Node, right: n.Node, refusal: Text = messages.KINDS_DIFFER) -> tuple[n.Node, n.Node]:
        """Two values of one kind, unit and code list."""
        if left.kind in NUMERIC and right.kind in NUMERIC:
            return units.aligned(left, right)
        if Kind.CODE in (left.kind, right.kind):
            left, right = self._as_code(left, right), self._as_code(right, left)
        if left.kind is not right.kind:
            sentence = fill(refusal, left=messages.KINDS[left.kind], right=messages.KINDS[right.kind])
            raise LanguageError(sentence, Span(left.span.start, right.span.end))
        if left.codes != right.codes:
            sentence = fill(messages.OTHER_CODE_LIST, left=left.codes, right=right.codes)
            raise LanguageError(sentence, Span(left.span.start, right.span.end))
        return left, right

    def _as_code(self, node: n.Node, other: n.Node) -> n.Node:
        """A fixed text beside a code is a code of the same list; anything else stays what it is."""
        if not (isinstance(node, n.Literal) and node.kind is Kind.STRING and other.codes):
            return node
        self.names.require_code(other.codes, str(node.value), node.span)
        return replace(node, kind=Kind.CODE, codes=other.codes)
