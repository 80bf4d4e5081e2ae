"""Described fields as people read them: a code as its name, money as yuan, yes or no, a number with its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bangfu.analytics.language.units import TITLES
from bangfu.parameters.schema import Column, FieldClass, Kind
from bangfu.records.instance.parameters import current
from bangfu.web import numbers
from bangfu.web.dates import day
from bangfu.web.numbers import Missing
from bangfu.web.pages.readings import words

#: Units that are said with the number; a count carries none.
SPOKEN = frozenset(TITLES) - {None, "count", "fen", "weight", "share"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name."""

    name: str
    value: str


def code_name(codes: str, code: str | None) -> str:
    """The name of a code in the reader's language; a code that no list knows stands as it is."""
    if code is None:
        return numbers.missing_word(Missing.NO_DATA)
    listed = current().codes.get(codes)
    return words(listed.titles[code]) if listed is not None and code in listed.titles else code


def written(value: Any, column: Column) -> str:
    """A value of a column in the reader's language; a missing one has its own word."""
    if value is None or value == "":
        return numbers.missing_word(Missing.NO_DATA)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if column.codes is not None:
        return code_name(column.codes, str(value))
    if column.unit == "fen":
        return str(numbers.money(int(value)))
    if isinstance(value, date):
        return day(value)
    return _plain(value, column)


def _plain(value: Any, column: Column) -> str:
    """A number with its unit, or a text as it is."""
    if column.kind not in (Kind.INTEGER, Kind.NUMBER) or not isinstance(value, int | float):
        return str(value)
    if column.unit is None:
        # A year is a point in time and takes no thousands comma.
        return str(value)
    digits = numbers.whole(value) if float(value).is_integer() else numbers.decimal(value, 1)
    if column.unit not in SPOKEN:
        return digits
    unit = numbers.counted(words(TITLES[column.unit]), Decimal(str(value)))
    return _("%(number)s %(unit)s") % {"number": digits, "unit": unit}


def pairs(row: Any, columns: Iterable[Column], classes: frozenset[FieldClass]) -> tuple[list[Pair], list[str]]:
    """The filled fields of a row that the reader's classes allow, and the names of those not filled."""
    filled, missing = [], []
    for column in columns:
        if column.seen_by not in classes:
            continue
        value = getattr(row, column.name)
        if value is None or value == "":
            missing.append(words(column.title))
        else:
            filled.append(Pair(words(column.title), written(value, column)))
    return filled, missing
