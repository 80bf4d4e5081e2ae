"""Table schemas as frozen values: what a table's columns are called, hold, measure and who may see them.

The schema of a stored table is derived from its model (``bangfu.records.fields``) and travels from there to the
language, the intake, the snapshot manifest and the pages. It is never written twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bangfu.parameters.text import Text


class Kind(StrEnum):
    """What a column holds. ``CODE`` is a string out of a dated code list."""

    STRING = "string"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class FieldClass(StrEnum):
    """Who may see a column: the field classes that a grant names."""

    OPEN = "open"
    PERSONAL = "personal"
    HEALTH = "health"
    MONEY = "money"


#: Units that the language checks. ``None`` on a field means that it has none (text, codes, booleans, dates).
UNITS = frozenset({"fen", "yuan", "mu", "m2", "km", "months", "years", "count", "share", "degree", "weight"})


Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``codes`` names a code list; every column may be missing unless ``required``.

    ``can_be`` are the least and the greatest value there is (a figure beyond them is wrong), ``usual`` those beyond
    which a figure is looked at again; both in the column's unit. ``age`` marks a day of birth and says what the years
    since it are called: the day itself is told to whoever sees the class personal, the years to everybody.
    """

    name: str
    kind: Kind
    title: Text
    unit: str | None = None
    codes: str | None = None
    field_class: FieldClass = FieldClass.OPEN
    required: bool = False
    can_be: Limits | None = None
    usual: Limits | None = None
    age: Text | None = None

    def __post_init__(self) -> None:
        if self.unit is not None and self.unit not in UNITS:
            raise ValueError(f"Column {self.name}: unknown unit {self.unit!r}; known are {sorted(UNITS)}.")
        if (self.kind is Kind.CODE) != (self.codes is not None):
            raise ValueError(f"Column {self.name}: a code column names its code list, and only a code column does.")

    @property
    def seen_by(self) -> FieldClass:
        """The class that opens the value itself; of a day of birth the age is as open as ``field_class`` says."""
        return FieldClass.PERSONAL if self.age else self.field_class


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, the columns that name a row, and the member tables reached from a row.

    ``members`` maps a quantifier's name (``persons``) to the member table and the columns that join it
    (the same names on both sides, for example ``("household_id", "year")``).
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    members: tuple[Member, ...] = field(default=())

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            raise ValueError(f"Table {self.name}: a column name stands twice.")

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Member:
    """A member table reached from a row by a quantifier, and the columns (same names on both sides) that join it."""

    name: str
    table: Table
    on: tuple[str, ...]
