"""A checked text: frozen, typed nodes, equal by content (positions take no part), and what an engine needs of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property

from bangfu.analytics.language.errors import Span
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.text import Text

#: What an expression comes to; ``None`` is unknown.

Value = bool | int | float | str | date | None

#: The columns that every table of the language has: the day a row speaks of, and where it lives.
DATE_COLUMN = "row_date"
PLACE_COLUMN = "place_code"
HOUSEHOLD_COLUMN = "household_id"

#: Whole numbers are exact within 64 bits; a whole result beyond them is unknown.
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Node:
    """Any checked piece: what kind of value it gives, in what unit, out of which code list."""

    kind: Kind
    unit: str | None = None
    codes: str | None = None
    span: Span = field(default=Span(0, 0), compare=False)


@dataclass(frozen=True, kw_only=True)
class Literal(Node):
    """A fixed value."""

    value: bool | int | float | str | date


@dataclass(frozen=True, kw_only=True)
class Column(Node):
    """A column of the row, or of the member within a quantifier."""

    table: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Parameter(Node):
    """A dated parameter, resolved by the date and place of the row (or member) of ``table``."""

    table: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Named(Node):
    """What a term stands for: ``operand`` is ``text`` checked over ``table``, and its places are those in ``text``."""

    table: str
    name: str
    title: Text
    text: str
    operand: Node


@dataclass(frozen=True, kw_only=True)
class Not(Node):
    """The contrary; of unknown, unknown."""

    operand: Node


@dataclass(frozen=True, kw_only=True)
class And(Node):
    """False as soon as one operand is false, else unknown as soon as one is unknown."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Or(Node):
    """True as soon as one operand is true, else unknown as soon as one is unknown."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Compare(Node):
    """``= != < <= > >=`` between two values of one kind and unit."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, kw_only=True)
class Between(Node):
    """Not below ``low`` and not above ``high``."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, kw_only=True)
class In(Node):
    """Equal to one of some fixed values."""

    operand: Node
    items: tuple[Literal, ...]


@dataclass(frozen=True, kw_only=True)
class Presence(Node):
    """Whether the operand is known (or missing): never unknown itself."""

    operand: Node
    known: bool


@dataclass(frozen=True, kw_only=True)
class Negate(Node):
    """The number with the other sign."""

    operand: Node


@dataclass(frozen=True, kw_only=True)
class Arithmetic(Node):
    """``+ - *`` between two whole numbers or two numbers, ``/`` between two numbers."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, kw_only=True)
class Convert(Node):
    """The operand times a whole factor (yuan to fen), as a number if ``kind`` says so."""

    operand: Node
    factor: int = 1


@dataclass(frozen=True, kw_only=True)
class If(Node):
    """One of two values; unknown where the condition is."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, kw_only=True)
class Elapsed(Node):
    """Whole years (birthdays passed) or whole months from ``start`` to ``end``; ``unit`` says which."""

    start: Node
    end: Node


@dataclass(frozen=True, kw_only=True)
class Quantified(Node):
    """What holds over the members of a row for which ``where`` is true. ``body`` and ``where`` speak of one member."""

    verb: str
    member: str
    body: Node
    where: Node


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in the order of the text."""
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


@dataclass(frozen=True)
class TypedExpr:
    """A checked text with its table. Equal to another of the same content, however it is spaced or bracketed."""

    text: str = field(compare=False)
    table: Table
    node: Node

    @property
    def kind(self) -> Kind:
        """What kind of value it gives."""
        return self.node.kind

    @property
    def unit(self) -> str | None:
        """The unit of a number, ``None`` where there is none."""
        return self.node.unit

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns it reads, by table; the date and place with which parameters are found are among them."""
        used: dict[str, set[str]] = {}
        for node in walk(self.node):
            if isinstance(node, Column):
                used.setdefault(node.table, set()).add(node.name)
            elif isinstance(node, Parameter):
                used.setdefault(node.table, set()).update((DATE_COLUMN, PLACE_COLUMN))
        return {table: frozenset(names) for table, names in used.items()}

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The dated parameters it reads."""
        return frozenset(node.name for node in walk(self.node) if isinstance(node, Parameter))

    @cached_property
    def terms(self) -> tuple[Named, ...]:
        """The terms that it names, directly or through another one, each once."""
        return tuple(dict.fromkeys(node for node in walk(self.node) if isinstance(node, Named)))

    @cached_property
    def quantifiers(self) -> tuple[Quantified, ...]:
        """The quantifiers in it, each once."""
        return tuple(dict.fromkeys(node for node in walk(self.node) if isinstance(node, Quantified)))
