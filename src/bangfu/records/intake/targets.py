"""Where cells can go: every column of the four targets, with what intake must know to read it.

Derived from the models (``bangfu.records.fields``) and the forms in use; only the personal fields, which the schema
hides, and what a row says of itself (its place and year) are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.db import models

from bangfu.parameters.mappings import Form
from bangfu.parameters.schema import Column, Kind, Limits
from bangfu.parameters.text import Text
from bangfu.records.fields import described
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.rows import Placed

#: Tables as mappings call them.
TABLES: dict[str, type[Placed]] = {
    "household": Household,
    "household_year": HouseholdYear,
    "person": Person,
    "person_year": PersonYear,
}
HOUSEHOLD_TABLES = ("household", "household_year")
PERSON_TABLES = ("person", "person_year")


class CellForm(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    NAME = "name"
    NUMBER_TEXT = "number_text"
    CODE = "code"
    WHOLE = "whole"
    FEN = "fen"
    DECIMAL = "decimal"
    FLAG = "flag"
    DAY = "day"
    YEAR = "year"
    ID = "id"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Target:
    """One column that cells can go to: ``extension`` columns into the year's ``x``, ``sealed`` ones as ciphertext."""

    path: str
    form: CellForm
    title: Text
    unit: str | None = None
    codes: str | None = None
    length: int | None = None
    extension: bool = False
    sealed: bool = False
    personal: bool = False
    can_be: Limits | None = None
    usual: Limits | None = None

    @property
    def table(self) -> str:
        """The table as mappings call it."""
        return self.path.split(".")[0]

    @property
    def name(self) -> str:
        """The column's name, without ``x_``."""
        return self.path.rsplit(".", 1)[1]


_NAMES = {"household.head_name", "person.name"}
_NUMBERS = {"household.household_no", "person.person_no"}
_KINDS = {
    Kind.STRING: CellForm.TEXT,
    Kind.CODE: CellForm.CODE,
    Kind.INTEGER: CellForm.WHOLE,
    Kind.NUMBER: CellForm.DECIMAL,
    Kind.BOOLEAN: CellForm.FLAG,
    Kind.DATE: CellForm.DAY,
}
#: Derived by intake from other cells, so no cell goes there.
DERIVED = {
    "person.id_kind",
    "person.id_valid",
    "person.phone_valid",
    "household.phone_valid",
}
#: What the schema does not describe.
OWN = (
    Target("person.id_no", CellForm.ID, Text("证件号码", "ID number"), sealed=True, personal=True),
    Target("person.phone", CellForm.PHONE, Text("联系电话", "Phone number"), sealed=True, personal=True),
    Target("household.phone", CellForm.PHONE, Text("户联系电话", "Household phone"), sealed=True, personal=True),
    Target(
        "household.bank_account",
        CellForm.NUMBER_TEXT,
        Text("银行账号", "Bank account"),
        None,
        None,
        40,
        sealed=True,
        personal=True,
    ),
    Target("row.place_code", CellForm.NUMBER_TEXT, Text("区划代码", "Place code"), length=24),
    Target("row.place_name", CellForm.TEXT, Text("地点名称", "Place"), length=100),
    Target("row.province", CellForm.TEXT, Text("省", "Province"), length=100),
    Target("row.prefecture", CellForm.TEXT, Text("州（市）", "Prefecture"), length=100),
    Target("row.county", CellForm.TEXT, Text("县", "County"), length=100),
    Target("row.township", CellForm.TEXT, Text("乡镇", "Township"), length=100),
    Target("row.village", CellForm.TEXT, Text("行政村", "Village"), length=100),
    Target("row.year", CellForm.YEAR, Text("年度", "Year")),
)
#: Names of places from the top down, as a row may spell them out.
PLACE_NAMES = ("province", "prefecture", "county", "township", "village", "place_name")


def _form_of(path: str, column: Column) -> CellForm:
    if path in _NAMES:
        return CellForm.NAME
    if path in _NUMBERS:
        return CellForm.NUMBER_TEXT
    if column.name.endswith("_year") and column.kind is Kind.INTEGER and column.unit is None:
        return CellForm.YEAR
    if column.unit == "fen":
        return CellForm.FEN
    return _KINDS[column.kind]


def _stored(table: str, model: type[models.Model]) -> Iterator[Target]:
    for field, column in described(model):
        path = f"{table}.{column.name}"
        if path not in DERIVED:
            personal = column.field_class.value == "personal"
            yield Target(
                path,
                _form_of(path, column),
                column.title,
                column.unit,
                column.codes,
                field.max_length,
                personal=personal,
                can_be=column.can_be,
                usual=column.usual,
            )


def _extended(forms: Iterable[Form]) -> Iterator[Target]:
    for form in forms:
        for table in ("household_year", "person_year"):
            for column in form.columns_of(table):
                path = f"{table}.x.{column.name.removeprefix('x_')}"
                yield Target(path, _form_of(path, column), column.title, column.unit, column.codes, 300, extension=True)


@lru_cache(maxsize=8)
def targets_of(forms: tuple[Form, ...] = ()) -> dict[str, Target]:
    """Every target by path, the register's own and those of the forms in use."""
    stored = (target for table, model in TABLES.items() for target in _stored(table, model))
    return {target.path: target for target in (*OWN, *stored, *_extended(forms))}
