"""Table schemas derived from the models, never written twice.

``households`` and ``persons`` are the analytic tables: a household's (person's) own facts beside those of the
year, one row per household (person) and year; ``villages`` holds the yearly sheets of villages. Snapshots store them,
the language reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from django.db import models

from bangfu.parameters.schema import Column, FieldClass, Kind, Member, Table
from bangfu.parameters.text import Text
from bangfu.records.fields import described
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.places.models import PlaceYear


def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """A model's described columns in order of declaration."""
    return tuple(column for _, column in described(model))


def personal_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The fields of a model that exist only as ciphertext and keyed hash."""
    return tuple(getattr(model, "PERSONAL_FIELDS", ()))


def _own(name: str, zh: str, en: str, kind: Kind = Kind.INTEGER) -> Column:
    return Column(name, kind, Text(zh, en), required=True)


ROW_COLUMNS = (
    _own("household_id", "户内部编号", "Household id"),
    _own("year", "年度", "Year"),
    _own("row_date", "行的日期", "Date of the row", Kind.DATE),
    _own("place_id", "地点内部编号", "Place id"),
    _own("place_code", "区划代码", "Place code", Kind.STRING),
)
STATUS_COLUMNS = (Column("status", Kind.STRING, Text("当前状态", "Status")),)


def _plain(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.field_class is not FieldClass.PERSONAL)


@lru_cache(maxsize=8)
def persons_table(extra: tuple[Column, ...] = ()) -> Table:
    """The analytic table of persons; ``extra`` are the extension columns (``x_…``) of the forms in use."""
    own = _own("person_id", "人内部编号", "Person id")
    facts = _plain(columns_of(Person) + columns_of(PersonYear))
    return Table("persons", Text("成员", "Persons"), (own, *ROW_COLUMNS, *facts, *extra), ("person_id", "year"))


@lru_cache(maxsize=8)
def households_table(extra: tuple[Column, ...] = (), person_extra: tuple[Column, ...] = ()) -> Table:
    """The analytic table of households, with ``persons`` as its members."""
    facts = _plain(columns_of(Household) + columns_of(HouseholdYear))
    members = (Member("persons", persons_table(person_extra), ("household_id", "year")),)
    columns = (*ROW_COLUMNS, *STATUS_COLUMNS, *facts, *extra)
    return Table("households", Text("农户", "Households"), columns, ("household_id", "year"), members)


def places_table(figures: Iterable[Column]) -> Table:
    """The table of one level's places: their yearly sheets, and their figures as further facts.

    A figure is called by its indicator; where a sheet's own fact has that name, by ``figure_`` and its indicator.
    """
    own = tuple(column for column in ROW_COLUMNS if column.name != "household_id")
    facts = columns_of(PlaceYear)
    taken = {column.name for column in (*own, *facts)}
    named = (replace(each, name=f"figure_{each.name}") if each.name in taken else each for each in figures)
    return Table("places", Text("地点", "Places"), (*own, *facts, *named), ("place_id", "year"))


@lru_cache(maxsize=1)
def villages_table() -> Table:
    """The analytic table of villages: the yearly sheets of the lowest level that has any."""
    own = tuple(column for column in ROW_COLUMNS if column.name != "household_id")
    return Table("villages", Text("村", "Villages"), (*own, *columns_of(PlaceYear)), ("place_id", "year"))
