"""How the columns of a file become columns of the register: mappings, and the forms that type extension fields.

A mapping speaks of sheets (layouts) and their columns by heading. A column goes ``to`` one or more targets written
``table.column``: ``household.household_no``, ``person_year.health``, an extension field ``person_year.x.eq_income``, or
what a row says of itself: ``row.place_code``, ``row.place_name``, ``row.year``. Our own columns need no list: a layout
that is ``derived`` from a table takes the titles of that table's schema in both languages as headings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bangfu.parameters.schema import Column, FieldClass, Kind
from bangfu.parameters.text import Text

#: An extension column inside a text of the language.
EXTENSION_COLUMN = re.compile(r"\bx_\w+")
TABLES = frozenset({"household", "household_year", "person", "person_year", "row"})


class RowKind(StrEnum):
    """What one row of a sheet is. ``EITHER``: a person where the sheet has a person's column, else a household."""

    HOUSEHOLD = "household"
    PERSON = "person"
    EITHER = "either"


class RowKey(StrEnum):
    """What tells rows of two files to be the same: their numbers, or nothing but sheet and row number."""

    NUMBERS = "numbers"
    SHEET_ROW = "sheet_row"


@dataclass(frozen=True, slots=True)
class MappingColumn:
    """One heading (with its other spellings) and where its cells go.

    ``unit``: of the cells, where it is not the column's own; money is in yuan unless this says ``fen``.
    ``codes``: spellings that the code list does not know, each with its code. ``erases``: an empty cell empties the
    stored value; otherwise an empty cell says nothing.
    ``splits``: a cell may hold several answers (``大病,残疾``), the first for the first target, and so on; without it a
    cell goes to each of its targets whole.
    """

    to: tuple[str, ...]
    headings: tuple[str, ...]
    unit: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    required: bool = False
    erases: bool = False
    splits: bool = False

    def __post_init__(self) -> None:
        unknown = [target for target in self.to if target.split(".")[0] not in TABLES or "." not in target]
        if unknown:
            raise ValueError(
                f"Mapping column {self.headings}: {unknown} is not table.column with a table of {sorted(TABLES)}."
            )

    @classmethod
    def from_yaml(cls, body: Dictionary[str, Any]) -> MappingColumn:
        """A column of a mapping file."""
        _only(body, "to", "headings", "unit", "codes", "required", "erases", "splits")
        to = body["to"]
        return cls(
            to=(to,) if isinstance(to, str) else tuple(to),
            headings=tuple(str(heading) for heading in body.get("headings", ())),
            unit=body.get("unit"),
            codes=tuple((str(spelling), str(code)) for spelling, code in body.get("codes", {}).items()),
            required=bool(body.get("required", False)),
            erases=bool(body.get("erases", False)),
            splits=bool(body.get("splits", False)),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of sheet: what its rows are, the names it may bear, the columns it may have."""

    name: str
    title: Text
    row: RowKind
    columns: tuple[MappingColumn, ...]
    sheets: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_yaml(cls, body: Dictionary[str, Any]) -> Layout:
        """A layout of a mapping file."""
        _only(body, "name", "title", "row", "columns", "sheets", "derived", "ignored")
        return cls(
            name=str(body["name"]),
            title=Text.from_yaml(body["title"]),
            row=RowKind(body["row"]),
            columns=tuple(MappingColumn.from_yaml(column) for column in body.get("columns", ())),
            sheets=tuple(body.get("sheets", ())),
            derived=tuple(body.get("derived", ())),
            ignored=tuple(str(heading) for heading in body.get("ignored", ())),
        )


@dataclass(frozen=True)
class Mapping:
    """One kind of file: its layouts, its key, and, for a survey of another country, scheme, year and form.

    An instance that is not founded yet is founded from ``scheme``, with the places that the scheme carries.
    ``groups``: heads over several columns that add nothing to the headings below them, such as 家庭成员; under any
    other head a column is known only by both together.
    ``place``: the code of the place of every row, where rows do not say one. ``year``: that of the file when neither a
    column nor the caller says one.
    """

    name: str
    title: Text
    layouts: tuple[Layout, ...]
    key: RowKey = RowKey.NUMBERS
    scheme: str | None = None
    place: str | None = None
    year: int | None = None
    form: str | None = None
    source: str = ""
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.layouts:
            raise ValueError(f"Mapping {self.name}: at least one layout is needed.")

    @classmethod
    def from_yaml(cls, body: Dictionary[str, Any]) -> Mapping:
        """A mapping file."""
        _only(body, "name", "title", "layouts", "key", "scheme", "place", "year", "form", "source", "groups")
        return cls(
            name=str(body["name"]),
            title=Text.from_yaml(body["title"]),
            layouts=tuple(Layout.from_yaml(layout) for layout in body["layouts"]),
            key=RowKey(body.get("key", "numbers")),
            scheme=body.get("scheme"),
            place=body.get("place"),
            year=body.get("year"),
            form=body.get("form"),
            source=str(body.get("source", "")),
            groups=tuple(str(head) for head in body.get("groups", ())),
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """How a survey's rows stand for a population: expressions of the language over the analytic table ``grain``.

    ``income`` is the welfare measure of a row; ``weight`` expands a row to the population (None: each row counts
    once); ``psu`` and ``stratum`` are the sampling design (None: rows drawn alone, one stratum).
    """

    grain: str
    income: str
    weight: str | None = None
    psu: str | None = None
    stratum: str | None = None
    nonpositive: str = "keep"

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The extension columns (``x_…``) that income and weight are made of: a row of the sample bears them."""
        texts = (self.income, self.weight or "")
        return tuple(sorted({name for text in texts for name in EXTENSION_COLUMN.findall(text)}))

    @classmethod
    def from_yaml(cls, body: Dictionary[str, Any]) -> Survey:
        """The ``survey`` block of a form file; an unknown key is refused by name."""
        _only(body, "grain", "income", "weight", "psu", "stratum", "nonpositive")
        return cls(**body)


@dataclass(frozen=True)
class Form:
    """The further columns (``x``) of one scheme's yearly sheets, named ``x_<code>`` as analytic tables carry them."""

    name: str
    title: Text
    scheme: str
    household_year: tuple[Column, ...] = ()
    person_year: tuple[Column, ...] = ()
    place_year: tuple[Column, ...] = ()
    survey: Survey | None = None
    first_year: int | None = None
    last_year: int | None = None

    def columns_of(self, table: str) -> tuple[Column, ...]:
        """The form's columns of ``household_year``, ``person_year`` or ``place_year``."""
        return {"household_year": self.household_year, "person_year": self.person_year, "place_year": self.place_year}[
            table
        ]

    @classmethod
    def from_yaml(cls, body: Dictionary[str, Any]) -> Form:
        """A form file."""
        _only(
            body,
            "name",
            "title",
            "scheme",
            "household_year",
            "person_year",
            "place_year",
            "survey",
            "first_year",
            "last_year",
        )
        tables = {
            table: tuple(_form_column(column) for column in body.get(table, ()))
            for table in ("household_year", "person_year", "place_year")
        }
        survey = body.get("survey")
        return cls(
            name=str(body["name"]),
            title=Text.from_yaml(body["title"]),
            scheme=str(body["scheme"]),
            survey=Survey.from_yaml(survey) if survey else None,
            first_year=body.get("first_year"),
            last_year=body.get("last_year"),
            **tables,
        )


def _form_column(body: Dictionary[str, Any]) -> Column:
    _only(body, "code", "kind", "zh", "en", "unit", "codes", "field_class")
    return Column(
        f"x_{body['code']}",
        Kind(body["kind"]),
        Text(str(body["zh"]), str(body["en"])),
        body.get("unit"),
        body.get("codes"),
        FieldClass(body.get("field_class", "open")),
    )


def _only(body: Dictionary[str, Any], *known: str) -> None:
    unknown = sorted(body.keys() - set(known))
    if unknown:
        raise ValueError(f"Unknown keys {unknown}; known are {sorted(known)}.")
