"""What a node is called: whole phrases and values in both languages, never the words of the text itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce, singledispatch

from bangfu.analytics.language import nodes as n
from bangfu.analytics.language import phrases, units
from bangfu.analytics.language.errors import fill
from bangfu.analytics.language.nodes import Value
from bangfu.parameters.schema import Column, Kind, Table
from bangfu.parameters.text import Text

#: Names of codes by code list.
Titles = Mapping[str, Mapping[str, Text]]

LEAST_PERCENT, NEARLY_ALL = Decimal("0.1"), Decimal("99.95")
#: Decimals of a share as percent, of money, and the most that another number has.
PERCENT_PLACES, MONEY_PLACES, PLACES = 1, 2, 2
WEIGHT_PLACES = 4
#: Units in the singular of English.
ONE = {"months": Text("个月", "month"), "years": Text("年", "year"), "degree": Text("度", "degree")}
#: Nodes of several words, which want brackets within a phrase; sums and quotients only beside another sign.
_LONG = (n.And, n.Or, n.If)


@dataclass(frozen=True)
class Wording:
    """With what nodes are named: the table at hand, what codes and parameters are called."""

    table: Table
    titles: Titles = field(default_factory=dict)
    lines: Mapping[str, Text] = field(default_factory=dict)

    def within(self, member: str) -> Wording:
        """The wording of what is asked of one member."""
        return replace(self, table=self.members(member))

    def members(self, member: str) -> Table:
        """The table of the members that a quantifier names."""
        return next(found.table for found in self.table.members if found.name == member)

    def column(self, node: n.Node) -> Column | None:
        """The column that a node reads, if it is one of the table's."""
        node = unconverted(node)
        return self.table.by_name.get(node.name) if isinstance(node, n.Column) else None

    def age(self, node: n.Node) -> Text | None:
        """What the years are called that a node counts from a day to the row's (age); None for anything else."""
        node = unconverted(node)
        if not isinstance(node, n.Elapsed) or node.unit != "years" or not _is_row_date(node.end):
            return None
        column = self.column(node.start)
        return column.age if column else None


def unconverted(node: n.Node) -> n.Node:
    """The node under a change of unit or kind, which people do not see."""
    while isinstance(node, n.Convert):
        node = node.operand
    return node


def _is_row_date(node: n.Node) -> bool:
    return isinstance(node, n.Column) and node.name == n.DATE_COLUMN


# --- Values


def shown(value: Value, node: n.Node, wording: Wording) -> Text:
    """A value as people read it: with its unit, money in yuan and cents, a share as percent, a code by its name."""
    return _value(value, node, wording, fixed=False)


def aged(years: int) -> Text:
    """A number of years lived."""
    return fill(phrases.AGE_OF_ONE if years == 1 else phrases.AGE, value=years)


def _value(value: Value, node: n.Node, wording: Wording, *, fixed: bool) -> Text:
    """A value, or, ``fixed``, a number of the text with no more decimals than it has."""
    if value is None:
        return phrases.UNKNOWN
    if isinstance(value, bool):
        return phrases.TRUE if value else phrases.FALSE
    if isinstance(value, str | date):
        written = str(value)
        known = wording.titles.get(node.codes or "", {}).get(written)
        return known or (Text(written, written) if written else phrases.EMPTY)
    if wording.age(node) is not None:
        return aged(int(value))
    return _number(Decimal(repr(value) if isinstance(value, float) else value), node.unit, fixed=fixed)


def _number(value: Decimal, unit: str | None, *, fixed: bool) -> Text:
    if unit == "share":
        percent = _percent(100 * value, fixed=fixed) + "%"
        return Text(percent, percent)
    if unit in ("fen", "yuan"):
        yuan = value / 100 if unit == "fen" else value
        written = _digits(yuan, MONEY_PLACES, trimmed=fixed)
        return fill(phrases.WITH_UNIT, value=written, unit=units.TITLES["yuan"])
    written = _digits(
        value, WEIGHT_PLACES if unit in (None, "weight") else PLACES, trimmed=True, commas=unit is not None
    )
    if unit in (None, "count", "weight"):
        return Text(written, written)
    title = ONE[unit] if value == 1 and unit in ONE else units.TITLES[unit]
    return fill(phrases.WITH_UNIT, value=written, unit=title)


def _percent(value: Decimal, *, fixed: bool) -> str:
    if value == 0:
        return "0"
    if fixed:
        return _digits(value, WEIGHT_PLACES, trimmed=True)
    if value.copy_abs() < LEAST_PERCENT:
        return f"{'−' if value < 0 else ''}<{LEAST_PERCENT}"
    # 99.97 % of villages is not all of them: a rounded 100.0 % would hide the last ones.
    return ">99.9" if NEARLY_ALL <= value < 100 else _digits(value, PERCENT_PLACES)


def _digits(value: Decimal, places: int, *, trimmed: bool = False, commas: bool = True) -> str:
    """Digits rounded half up; ``trimmed`` of zeros at the end. A year of the calendar takes no commas."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    written = f"{rounded.copy_abs():{',' if commas else ''}.{places}f}"
    if trimmed and "." in written:
        written = written.rstrip("0").rstrip(".")
    return f"−{written}" if rounded < 0 else written


# --- Names within a phrase


def label(node: n.Node, wording: Wording) -> Text:
    """What a node is called within the phrase of another."""
    node = unconverted(node)
    if isinstance(node, n.Literal):
        if isinstance(node.value, bool):
            return phrases.ALWAYS if node.value else phrases.NEVER
        return _value(node.value, node, wording, fixed=True)
    if isinstance(node, n.Parameter):
        return wording.lines.get(node.name) or Text(node.name, node.name)
    if isinstance(node, n.Not):
        return fill(phrases.FAILS, operand=label(node.operand, wording))
    if isinstance(node, n.And | n.Or):
        join = phrases.BOTH if isinstance(node, n.And) else phrases.EITHER
        parts = [_grouped(operand, wording) for operand in node.operands]
        return reduce(lambda left, right: fill(join, left=left, right=_inside(right)), parts)
    return phrase(node, wording)


def _grouped(node: n.Node, wording: Wording, *signs: type[n.Node]) -> Text:
    """A name, in brackets where it is of several words."""
    found = label(node, wording)
    return fill(phrases.GROUPED, operand=found) if isinstance(unconverted(node), (*_LONG, *signs)) else found


def _inside(text: Text) -> Text:
    """A name that does not begin the sentence: small in English, unless it begins with a name or an abbreviation."""
    small = len(text.en) > 1 and text.en[0].isupper() and (text.en[1].islower() or text.en[1] == " ")
    return Text(text.zh, text.en[0].lower() + text.en[1:]) if small else text


def _beside(node: n.Node, other: n.Node, wording: Wording) -> Text:
    """The name of a side of a comparison; a number beside an age is one."""
    plain = unconverted(node)
    if isinstance(plain, n.Literal) and plain.unit == "years" and wording.age(other) is not None:
        return aged(int(plain.value))  # type: ignore[arg-type]
    found = _grouped(node, wording)
    return found if isinstance(plain, n.Literal) else _inside(found)


# --- Whole phrases


@singledispatch
def phrase(node: n.Node, wording: Wording) -> Text:
    """What a node means, as a phrase of its own."""
    raise TypeError(f"No phrase for {type(node).__name__}.")


@phrase.register
def _(node: n.Convert, wording: Wording) -> Text:
    return phrase(node.operand, wording)


@phrase.register
def _(node: n.Literal, wording: Wording) -> Text:
    return fill(phrases.FIXED, value=_value(node.value, node, wording, fixed=True))


@phrase.register
def _(node: n.Column, wording: Wording) -> Text:
    column = wording.column(node)
    return column.title if column else Text(node.name, node.name)


@phrase.register
def _(node: n.Parameter, wording: Wording) -> Text:
    return wording.lines.get(node.name) or fill(phrases.PARAMETER, name=node.name)


@phrase.register
def _(node: n.Named, wording: Wording) -> Text:
    return node.title


@phrase.register
def _(node: n.Not, wording: Wording) -> Text:
    return phrases.NOT_HOLDS


@phrase.register
def _(node: n.And, wording: Wording) -> Text:
    return phrases.ALL_HOLD


@phrase.register
def _(node: n.Or, wording: Wording) -> Text:
    return phrases.ONE_HOLDS


@phrase.register
def _(node: n.Compare, wording: Wording) -> Text:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, n.Literal) and isinstance(other.value, bool):
            holds = other.value is (node.sign == "=")
            return fill(phrases.HOLDS if holds else phrases.FAILS, operand=label(one, wording))
    template = _comparisons(node).get(node.sign, phrases.COMPARISONS[node.sign])
    left = _beside(node.left, node.right, wording) if isinstance(node.left, n.Literal) else _grouped(node.left, wording)
    return fill(template, left=left, right=_beside(node.right, node.left, wording))


def _comparisons(node: n.Compare) -> Mapping[str, Text]:
    """The phrases for what is compared: words and codes are told, days lie before and after."""
    if node.left.kind is Kind.DATE:
        return phrases.DATE_COMPARISONS
    told = (Kind.CODE, Kind.STRING)
    literal = isinstance(node.right, n.Literal) and node.left.kind in told
    return phrases.WORD_COMPARISONS if literal else {}


@phrase.register
def _(node: n.Between, wording: Wording) -> Text:
    low, high = (_beside(part, node.operand, wording) for part in (node.low, node.high))
    return fill(phrases.BETWEEN, operand=_grouped(node.operand, wording), low=low, high=high)


@phrase.register
def _(node: n.In, wording: Wording) -> Text:
    items = [_beside(item, node.operand, wording) for item in node.items]
    listed = Text("、".join(item.zh for item in items), ", ".join(item.en for item in items))
    return fill(phrases.IN, operand=_grouped(node.operand, wording), items=listed)


@phrase.register
def _(node: n.Presence, wording: Wording) -> Text:
    return fill(phrases.IS_KNOWN if node.known else phrases.IS_MISSING, operand=_grouped(node.operand, wording))


@phrase.register
def _(node: n.Negate, wording: Wording) -> Text:
    return fill(phrases.NEGATED, operand=_grouped(node.operand, wording))


@phrase.register
def _(node: n.Arithmetic, wording: Wording) -> Text:
    left, right = (_grouped(side, wording, n.Arithmetic) for side in (node.left, node.right))
    return fill(phrases.ARITHMETIC[node.sign], left=left, right=_inside(right))


@phrase.register
def _(node: n.If, wording: Wording) -> Text:
    parts = {"condition": node.condition, "then": node.then, "otherwise": node.otherwise}
    named = {name: _inside(_grouped(part, wording)) for name, part in parts.items()}
    template = phrases.CHOSEN_CONDITION if node.kind is Kind.BOOLEAN else phrases.CHOSEN
    return fill(template, **named)


@phrase.register
def _(node: n.Elapsed, wording: Wording) -> Text:
    age = wording.age(node)
    if age is not None:
        return age
    start = _inside(_grouped(node.start, wording))
    if _is_row_date(node.end):
        return fill(phrases.ELAPSED_SO_FAR[node.unit or ""], start=start)
    return fill(phrases.ELAPSED[node.unit or ""], start=start, end=_inside(_grouped(node.end, wording)))


@phrase.register
def _(node: n.Quantified, wording: Wording) -> Text:
    inner = wording.within(node.member)
    members = _inside(inner.table.title)
    if not _is_always(node.where):
        where = _inside(label(node.where, inner))
        members = fill(phrases.SOME_MEMBERS, members=members, where=where)
    if _is_always(node.body):
        return fill(phrases.ALL_COUNTED, members=members)
    return fill(phrases.QUANTIFIED[node.verb], members=members, body=_inside(label(node.body, inner)))


def _is_always(node: n.Node) -> bool:
    return isinstance(node, n.Literal) and node.value is True
