"""What a name in a text stands for: a column of the table at hand, by name or Chinese title, or a dated parameter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from bangfu.analytics.language import messages
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language.errors import LanguageError, Span, fill
from bangfu.analytics.language.parameters import ParameterType
from bangfu.parameters.schema import Column, Kind, Member, Table
from bangfu.parameters.terms import Term, Terms
from bangfu.parameters.text import Text


class TermRing(LanguageError):
    """Terms that name each other in a ring: the sentence names them all, so nobody adds to it on the way up."""


@dataclass(frozen=True)
class Names:
    """The names that mean something at one place of a text."""

    table: Table
    parameters: dict[str, ParameterType]
    codes: dict[str, frozenset[str]]
    above: Table | None = None
    terms: Terms = field(default_factory=dict)
    #: The terms that are being read, the outermost first.
    reading: tuple[tuple[str, str], ...] = ()

    def term(self, name: str) -> Term | None:
        """The term of a name, or of a title, where no column or parameter has it."""
        if name in self.table.by_name or name in self.parameters:
            return None
        here = self.terms.get(self.table.name, {})
        if name in here or any(column.title.zh == name for column in self.table.columns):
            return here.get(name)
        return next((term for term in here.values() if term.title.zh == name), None)

    def inside(self, term: Term, span: Span) -> Names:
        """The names that mean something in a term's own text. **Errors** ``LanguageError`` where it leads to itself."""
        step = (term.table, term.name)
        if step in self.reading:
            ring = " → ".join(name for _, name in (*self.reading[self.reading.index(step) :], step))
            raise TermRing(fill(messages.RING, ring=ring), span)
        return replace(self, reading=(*self.reading, step))

    def within(self, member: Member) -> Names:
        """The names that mean something of one member."""
        return replace(self, table=member.table, above=self.table)

    def resolve(self, name: str, span: Span) -> n.Node:
        """The column or parameter of this name. A column comes before a parameter, a name before a title."""
        column = self.table.by_name.get(name)
        if column is None and name in self.parameters:
            return self._parameter(name, span)
        column = column or self._titled(name, span)
        if column is None:
            raise LanguageError(self._unknown(name), span)
        return self.column(column, span)

    def column(self, column: Column, span: Span) -> n.Column:
        """The node that reads a column."""
        return n.Column(
            kind=column.kind, unit=column.unit, codes=column.codes, span=span, table=self.table.name, name=column.name
        )

    def _parameter(self, name: str, span: Span) -> n.Node:
        found = self.parameters[name]
        if found.kind not in (Kind.INTEGER, Kind.NUMBER):
            raise LanguageError(fill(messages.PARAMETER_KIND, name=name), span)
        return n.Parameter(kind=found.kind, unit=found.unit, span=span, table=self.table.name, name=name)

    def _titled(self, name: str, span: Span) -> Column | None:
        found = [column for column in self.table.columns if column.title.zh == name]
        if len(found) > 1:
            near = ", ".join(column.name for column in found)
            raise LanguageError(fill(messages.AMBIGUOUS_TITLE, name=name, near=near), span)
        return found[0] if found else None

    def _unknown(self, name: str) -> Text:
        table = self.table.title
        if self.above is not None and name in self.above.by_name:
            return fill(messages.PARENT_COLUMN, name=name, table=table)
        terms = self.terms.get(self.table.name, {})
        known = [*self.table.by_name, *terms, *self.parameters, *(column.title.zh for column in self.table.columns)]
        near = ", ".join(dict.fromkeys(get_close_matches(name, known, n=3)))
        if not near:
            return fill(messages.UNKNOWN_NAME, name=name, table=table)
        return fill(messages.UNKNOWN_NAME_NEAR, name=name, table=table, near=near)

    def require_code(self, codes: str, value: str, span: Span) -> None:
        """Refuse a code that its list does not have, and a list that nobody gave."""
        if codes not in self.codes:
            raise LanguageError(fill(messages.NO_CODE_LIST, codes=codes), span)
        if value not in self.codes[codes]:
            raise LanguageError(self._unknown_code(codes, value), span)

    def _unknown_code(self, codes: str, value: str) -> Text:
        known = sorted(self.codes[codes])
        near = ", ".join(get_close_matches(value, known, n=3, cutoff=0.4) or known[:5])
        if not near:
            return fill(messages.UNKNOWN_CODE, codes=codes, value=value)
        return fill(messages.UNKNOWN_CODE_NEAR, codes=codes, value=value, near=near)

    def member(self, name: str, span: Span) -> Member:
        """The member table that a quantifier names, by its name or Chinese title."""
        if self.above is not None:
            raise LanguageError(messages.NESTED, span)
        for member in self.table.members:
            if name in (member.name, member.table.title.zh):
                return member
        if not self.table.members:
            raise LanguageError(fill(messages.NO_MEMBER, table=self.table.title), span)
        near = ", ".join(member.name for member in self.table.members)
        raise LanguageError(fill(messages.UNKNOWN_MEMBER, name=name, table=self.table.title, near=near), span)
