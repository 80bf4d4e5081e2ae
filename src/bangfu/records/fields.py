"""Model fields that say what they hold: names in two languages, unit, code list, who may see them.

A described field is an ordinary Django field with a ``Column`` beside it. The table schema, the language, the
intake and the pages read the columns; nobody writes a schema twice (``bangfu.records.schema``). The description
does not enter migrations, so a better title is not a schema change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models

from bangfu.parameters.schema import Column, FieldClass, Kind, Limits
from bangfu.parameters.text import Text

OPEN, HEALTH, MONEY, PERSONAL = FieldClass.OPEN, FieldClass.HEALTH, FieldClass.MONEY, FieldClass.PERSONAL

#: What a household's or a person's figure can be at all, by unit: beyond it the unit or the column is wrong.
CAN_BE: dict[str, Limits] = {
    "mu": (0, 100_000),
    "m2": (0, 10_000),
    "km": (0, 2_000),
    "months": (0, 12),
    "count": (0, 100_000),
}
#: What is usual; a figure beyond it is taken with a note (DOMAIN.md §1.9: 0–200 mu, over 50 km from a road). Money is
#: that of any country, so only what is absurd in most of them is noted.
USUAL: dict[str, Limits] = {
    "fen": (-1e9, 1e10),
    "mu": (0, 200),
    "m2": (1, 1_000),
    "km": (0, 100),
    "count": (0, 1_000),
}


#: Years that a fact can name at all; what a file's own year allows is narrower.
YEARS: Limits = (1800, 2200)


def describe(
    field: models.Field[Any, Any],
    kind: Kind,
    title: Text,
    *,
    unit: str | None = None,
    codes: str | None = None,
    field_class: FieldClass = OPEN,
    required: bool = False,
    can_be: Limits | None = None,
    usual: Limits | None = None,
    age: Text | None = None,
) -> Any:
    """The field with its column beside it; the column's name is filled in when the schema is derived."""

    def column(name: str) -> Column:
        return Column(name, kind, title, unit, codes, field_class, required, can_be, usual, age)

    field.describe_column = column  # type: ignore[attr-defined]
    field.verbose_name = title.en
    return field


def column_of(field: Any) -> Column | None:
    """The column that a described field declares, or None for a field that carries no fact (keys, stamps)."""
    declared: Callable[[str], Column] | None = getattr(field, "describe_column", None)
    return declared(field.name) if declared else None


def text(zh: str, en: str, *, length: int = 200, field_class: FieldClass = OPEN) -> Any:
    """A text fact; missing is NULL, never an empty string."""
    field: Any = models.CharField(max_length=length, null=True, blank=True)
    return describe(field, Kind.STRING, Text(zh, en), field_class=field_class)


def code(zh: str, en: str, codes: str, *, field_class: FieldClass = OPEN) -> Any:
    """A value out of the dated code list ``codes``."""
    field: Any = models.CharField(max_length=12, null=True, blank=True)
    return describe(field, Kind.CODE, Text(zh, en), codes=codes, field_class=field_class)


def flag(zh: str, en: str, *, field_class: FieldClass = OPEN) -> Any:
    """Yes, no, or not known."""
    return describe(models.BooleanField(null=True), Kind.BOOLEAN, Text(zh, en), field_class=field_class)


def whole(
    zh: str,
    en: str,
    unit: str = "count",
    *,
    field_class: FieldClass = OPEN,
    can_be: Limits | None = None,
    usual: Limits | None = None,
) -> Any:
    """A whole number with its unit; what it can be and what is usual are those of the unit unless named."""
    field: Any = models.IntegerField(null=True, blank=True)
    can_be, usual = can_be or CAN_BE.get(unit), usual or USUAL.get(unit)
    return describe(field, Kind.INTEGER, Text(zh, en), unit=unit, field_class=field_class, can_be=can_be, usual=usual)


def year(zh: str, en: str) -> Any:
    """A calendar year; a point in time, so it carries no unit to add up."""
    field: Any = models.SmallIntegerField(null=True, blank=True)
    return describe(field, Kind.INTEGER, Text(zh, en), can_be=YEARS)


def number(
    zh: str,
    en: str,
    unit: str,
    *,
    field_class: FieldClass = OPEN,
    can_be: Limits | None = None,
    usual: Limits | None = None,
) -> Any:
    """A measured number with its unit; what it can be and what is usual are those of the unit unless named."""
    field: Any = models.FloatField(null=True, blank=True)
    can_be, usual = can_be or CAN_BE.get(unit), usual or USUAL.get(unit)
    return describe(field, Kind.NUMBER, Text(zh, en), unit=unit, field_class=field_class, can_be=can_be, usual=usual)


def money(zh: str, en: str, *, field_class: FieldClass = MONEY) -> Any:
    """An amount of money in whole fen; its name ends in ``_fen``."""
    field: Any = models.BigIntegerField(null=True, blank=True)
    return describe(field, Kind.INTEGER, Text(zh, en), unit="fen", field_class=field_class, usual=USUAL["fen"])


def day(zh: str, en: str, *, field_class: FieldClass = OPEN) -> Any:
    """A calendar date."""
    return describe(models.DateField(null=True, blank=True), Kind.DATE, Text(zh, en), field_class=field_class)


def birthday(zh: str, en: str, age: Text) -> Any:
    """A day of birth: who may not see personal fields sees the age (called ``age``) or the year, never the day."""
    return describe(models.DateField(null=True, blank=True), Kind.DATE, Text(zh, en), age=age)


def keyed_hash() -> models.BinaryField[Any, Any]:
    """The keyed hash of a personal field: equal values meet, nothing can be read back."""
    return models.BinaryField(max_length=16, null=True, blank=True, db_index=True)


def ciphertext() -> models.BinaryField[Any, Any]:
    """A personal field at rest: key id, nonce and AES-GCM ciphertext bound to table, column and row."""
    return models.BinaryField(null=True, blank=True)


def described(model: type[models.Model]) -> Sequence[tuple[Any, Column]]:
    """A model's described fields with their columns, in order of declaration."""
    pairs = ((field, column_of(field)) for field in model._meta.concrete_fields)
    return [(field, column) for field, column in pairs if column is not None]
