"""Dated values: poverty lines, thresholds, prices. By place prefix and day, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from bangfu.parameters.dates import holds, overlaps
from bangfu.parameters.reading import Document, Node
from bangfu.parameters.schema import UNITS, Kind
from bangfu.parameters.text import Text


class LineRow(NamedTuple):
    """A row of the language's table ``parameter_values``."""

    name: str
    place_prefix: str
    valid_from: date | None
    valid_until: date | None
    value: float


@dataclass(frozen=True, slots=True)
class LineValue:
    """A value under a place prefix (empty is everywhere) from a day until the day before another."""

    place_prefix: str
    valid_from: date | None
    valid_until: date | None
    value: int | float
    reference: Text
    checked: date | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A named, dated value with its unit. ``scheme`` names the place scheme that it belongs to."""

    name: str
    title: Text
    kind: Kind
    unit: str | None
    scheme: str
    values: tuple[LineValue, ...]

    def on(self, day: date, place_code: str = "") -> LineValue | None:
        """The value of a day at a place: the longest place prefix wins; None where none is given."""
        fitting = [value for value in self.values if _fits(value, day, place_code)]
        return max(fitting, key=lambda value: len(value.place_prefix), default=None)

    def as_rows(self) -> tuple[LineRow, ...]:
        """The values as rows of ``parameter_values``."""
        return tuple(
            LineRow(self.name, value.place_prefix, value.valid_from, value.valid_until, float(value.value))
            for value in self.values
        )


def _fits(value: LineValue, day: date, place_code: str) -> bool:
    return place_code.startswith(value.place_prefix) and holds(value.valid_from, value.valid_until, day)


def read_line(document: Document) -> Line:
    """The dated value of a file ``lines/<name>.yaml``. A value ends where the next of its prefix begins."""
    top = document.root.only("title", "unit", "kind", "scheme", "values")
    unit = top.optional("unit")
    if unit is not None and unit not in UNITS:
        raise top.child("unit").refuse(
            f"没有单位{unit!r}；有的是{', '.join(sorted(UNITS))}。",
            f"the unit {unit!r} is not known; known are {', '.join(sorted(UNITS))}.",
        )
    values = _closed([_value(node) for node in top.items("values")])
    for position, first in enumerate(values):
        if any(_contradict(first, second) for second in values[position + 1 :]):
            raise top.refuse(
                f"地区前缀{first.place_prefix!r}下有两个值在同一天有效。",
                f"two values hold on one day under the place prefix {first.place_prefix!r}.",
            )
    kind = Kind(top.string("kind", "number"))
    return Line(document.name.rpartition("/")[2], top.text("title"), kind, unit, top.string("scheme"), values)


def _value(node: Node) -> LineValue:
    node.only("place_prefix", "valid_from", "valid_until", "value", "reference", "checked", "unverified")
    value = node.number("value")
    if value is None:
        raise node.refuse("缺少键'value'，请补上。", "the key 'value' is missing.")
    if value <= 0:
        raise node.child("value").refuse(
            f"标准线要大于0，这里是{value:g}。", f"a value is greater than 0, and this is {value:g}."
        )
    return LineValue(
        node.string("place_prefix", ""),
        node.day("valid_from"),
        node.day("valid_until"),
        value,
        node.naming("reference"),
        node.day("checked"),
        node.boolean("unverified"),
    )


def _closed(values: list[LineValue]) -> tuple[LineValue, ...]:
    """Values in order of place and day, each ended by the next of its prefix."""
    ordered = sorted(values, key=lambda value: (value.place_prefix, value.valid_from or date.min))
    closed = []
    for value, following in zip(ordered, [*ordered[1:], None], strict=True):
        following_from = following.valid_from if following and following.place_prefix == value.place_prefix else None
        if following_from is not None and (value.valid_until is None or value.valid_until > following_from):
            value = replace(value, valid_until=following_from)
        closed.append(value)
    return tuple(closed)


def _contradict(first: LineValue, second: LineValue) -> bool:
    return first.place_prefix == second.place_prefix and overlaps(
        first.valid_from, first.valid_until, second.valid_from, second.valid_until
    )
