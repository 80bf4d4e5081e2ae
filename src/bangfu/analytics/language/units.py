"""Units: how they are written, which convert into which, and what comes of them under each sign."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bangfu.analytics.language import messages
from bangfu.analytics.language import nodes as n
from bangfu.analytics.language.errors import LanguageError, Span, fill
from bangfu.analytics.language.kinds import NUMERIC
from bangfu.parameters.schema import Kind
from bangfu.parameters.text import Text

#: How a unit may be written behind a number: the unit, and by how much the number is multiplied.
WRITTEN: dict[str, tuple[str, Decimal]] = {
    written: (unit, Decimal(factor))
    for unit, factor, spellings in (
        ("fen", "1", "fen 分"),
        ("yuan", "1", "yuan 元"),
        ("yuan", "10000", "万元"),
        ("mu", "1", "mu 亩"),
        ("m2", "1", "m2 平方米"),
        ("km", "1", "km 公里"),
        ("months", "1", "months month 个月 月"),
        ("years", "1", "years year 年 岁 周岁"),
        ("count", "1", "count 人 户 个"),
        ("share", "1", "share"),
        ("share", "0.01", "percent %"),
        ("degree", "1", "degree 度"),
        ("weight", "1", "weight"),
    )
    for written in spellings.split()
}

TITLES: dict[str | None, Text] = {
    None: Text("无单位", "no unit"),
    "fen": Text("分", "fen"),
    "yuan": Text("元", "yuan"),
    "mu": Text("亩", "mu"),
    "m2": Text("平方米", "m²"),
    "km": Text("公里", "km"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
    "count": Text("个", "count"),
    "share": Text("比例", "share"),
    "degree": Text("度", "degrees"),
    "weight": Text("权数", "weight"),
}

#: Units that convert: the small unit of each and how many of it make one.
_SMALL: dict[str | None, tuple[str, int]] = {
    "fen": ("fen", 1), "yuan": ("fen", 100), "months": ("months", 1), "years": ("months", 12),
}  # fmt: skip
#: Units that multiply and divide others freely, from weak to strong: the stronger remains.
_PLAIN: tuple[str | None, ...] = (None, "share", "count", "weight")
_MONEY = ("fen", "yuan")


def literal(value: Decimal, unit: str | None, span: Span) -> n.Literal:
    """A number as written: whole numbers are whole, in the unit written behind them."""
    if unit is None:
        return _literal(value, None, span)
    if unit not in WRITTEN:
        raise LanguageError(fill(messages.UNKNOWN_UNIT, unit=unit, near=" ".join(WRITTEN)), span)
    name, factor = WRITTEN[unit]
    return _literal(value * factor, name, span)


def _literal(value: Decimal, unit: str | None, span: Span) -> n.Literal:
    if value != value.to_integral_value():
        return n.Literal(kind=Kind.NUMBER, unit=unit, span=span, value=float(value))
    if not n.SMALLEST_INTEGER <= value <= n.LARGEST_INTEGER:
        raise LanguageError(messages.TOO_LARGE, span)
    return n.Literal(kind=Kind.INTEGER, unit=unit, span=span, value=int(value))


def is_bare(node: n.Node) -> bool:
    """Whether a number is written without any unit, so that it takes that of its neighbour."""
    literals_only = all(isinstance(part, n.Literal | n.Negate | n.Arithmetic | n.Convert) for part in n.walk(node))
    return literals_only and node.unit is None and node.kind in NUMERIC


def aligned(left: n.Node, right: n.Node) -> tuple[n.Node, n.Node]:
    """Two numbers in one unit and kind, to be compared, added or chosen between.

    A bare number takes the other's unit (money excepted, zero excepted); yuan become fen and years become months
    where the sides differ.
    """
    if left.unit != right.unit:
        left, right = _same_unit(left, right)
    if left.kind != right.kind:
        left, right = as_number(left), as_number(right)
    return left, right


def _same_unit(left: n.Node, right: n.Node) -> tuple[n.Node, n.Node]:
    if is_bare(left):
        return _adopted(left, right.unit), right
    if is_bare(right):
        return left, _adopted(right, left.unit)
    if isinstance(left, n.Literal) and (rescaled := _rescaled(left, right.unit)):
        return rescaled, right
    if isinstance(right, n.Literal) and (rescaled := _rescaled(right, left.unit)):
        return left, rescaled
    if not _converts(left.unit, right.unit):
        sentence = fill(messages.UNITS_DIFFER, left=TITLES[left.unit], right=TITLES[right.unit])
        raise LanguageError(sentence, Span(left.span.start, right.span.end))
    return _in_small(left), _in_small(right)


def _adopted(bare: n.Node, unit: str | None) -> n.Node:
    """A bare number given a unit; an amount of money is not guessed, for it could be fen or yuan."""
    if unit in _MONEY and not (isinstance(bare, n.Literal) and bare.value == 0):
        value = bare.value if isinstance(bare, n.Literal) else "…"
        raise LanguageError(fill(messages.BARE_MONEY, value=value), bare.span)
    return replace(bare, unit=unit)


def _rescaled(amount: n.Literal, unit: str | None) -> n.Literal | None:
    """A fixed amount in another unit of its family, exact, if that is possible."""
    if not _converts(amount.unit, unit):
        return None
    small = Decimal(str(amount.value)) * _SMALL[amount.unit][1]
    exact = small / _SMALL[unit][1]
    return _literal(exact, unit, amount.span) if exact * _SMALL[unit][1] == small else None


def _converts(one: str | None, other: str | None) -> bool:
    """Whether two units measure the same in parts of one another."""
    return one in _SMALL and other in _SMALL and _SMALL[one][0] == _SMALL[other][0]


def _in_small(node: n.Node) -> n.Node:
    small, factor = _SMALL[node.unit]
    if factor == 1:
        return node
    return n.Convert(kind=node.kind, unit=small, span=node.span, operand=node, factor=factor)


def as_number(node: n.Node) -> n.Node:
    """The same value as a 64-bit float, so that whole numbers and others meet as equals on every engine."""
    if node.kind is Kind.NUMBER:
        return node
    if isinstance(node, n.Literal):
        return replace(node, kind=Kind.NUMBER, value=float(node.value))  # type: ignore[arg-type]
    return n.Convert(kind=Kind.NUMBER, unit=node.unit, span=node.span, operand=node)


def added(sign: str, left: n.Node, right: n.Node, span: Span) -> n.Node:
    """A sum or difference: both sides in one unit, which remains."""
    left, right = aligned(left, right)
    return n.Arithmetic(kind=left.kind, unit=left.unit, span=span, sign=sign, left=left, right=right)


def multiplied(left: n.Node, right: n.Node, span: Span) -> n.Node:
    """A product: at most one side has a unit of measure, which remains."""
    if left.unit not in _PLAIN and right.unit not in _PLAIN:
        sentence = fill(messages.NO_PRODUCT, left=TITLES[left.unit], right=TITLES[right.unit])
        raise LanguageError(sentence, span)
    unit = max((left.unit, right.unit), key=lambda unit: _PLAIN.index(unit) if unit in _PLAIN else len(_PLAIN))
    if left.kind != right.kind:
        left, right = as_number(left), as_number(right)
    return n.Arithmetic(kind=left.kind, unit=unit, span=span, sign="*", left=left, right=right)


def divided(left: n.Node, right: n.Node, span: Span) -> n.Node:
    """A quotient, always a number: of one unit by itself a share, of a measure by a plain number the measure."""
    unit = _quotient_unit(left.unit, right.unit, span)
    if unit == "share" and left.unit != right.unit and left.unit in _SMALL:
        left, right = aligned(left, right)
    left, right = as_number(left), as_number(right)
    return n.Arithmetic(kind=Kind.NUMBER, unit=unit, span=span, sign="/", left=left, right=right)


def _quotient_unit(left: str | None, right: str | None, span: Span) -> str | None:
    if left is not None and (left == right or _converts(left, right)):
        return "share"
    if right in _PLAIN:
        return left
    raise LanguageError(fill(messages.NO_QUOTIENT, left=TITLES[left], right=TITLES[right]), span)
