"""What a text says before anything is known about tables: untyped, frozen, with positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bangfu.analytics.language.errors import Span


@dataclass(frozen=True, kw_only=True)
class Syntax:
    """Any piece of a text; ``span`` says where it stands and takes no part in equality."""

    span: Span = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Name(Syntax):
    """A column or a parameter."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Constant(Syntax):
    """A text, yes or no, or a date."""

    value: str | bool | date


@dataclass(frozen=True, kw_only=True)
class Quantity(Syntax):
    """A number, exact as written, with the unit written behind it."""

    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prefix(Syntax):
    """``not`` or ``-`` before an operand."""

    sign: str
    operand: Syntax


@dataclass(frozen=True, kw_only=True)
class Chain(Syntax):
    """Operands joined by ``and``, or by ``or``."""

    word: str
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, kw_only=True)
class Infix(Syntax):
    """A comparison or an arithmetic sign between two operands."""

    sign: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, kw_only=True)
class Within(Syntax):
    """``operand between low and high``."""

    operand: Syntax
    low: Syntax
    high: Syntax


@dataclass(frozen=True, kw_only=True)
class Listed(Syntax):
    """``operand in (…)``."""

    operand: Syntax
    items: tuple[Syntax, ...]


@dataclass(frozen=True, kw_only=True)
class Presence(Syntax):
    """``operand is known`` or ``operand is missing``."""

    operand: Syntax
    known: bool


@dataclass(frozen=True, kw_only=True)
class Argument(Syntax):
    """One argument of a call, with its ``where``."""

    value: Syntax
    where: Syntax | None = None


@dataclass(frozen=True, kw_only=True)
class Call(Syntax):
    """A function or quantifier with its arguments."""

    name: str
    arguments: tuple[Argument, ...]
