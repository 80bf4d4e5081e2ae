"""Templates: an empty workbook for each kind of file, made from the mapping and the schema, so that it cannot age.

A row that begins with 示例 or Example is never taken in (``cells.sql.SUMS``), so a template that comes back as it was
brings nothing in and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import Q

from bangfu.analytics.workbooks.values import LIST_SHEET, TEMPLATE_HEADING
from bangfu.parameters.mappings import Layout, Mapping
from bangfu.parameters.text import Text
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake.targets import CellForm, targets_of
from bangfu.records.intake.template_columns import TemplateColumn, columns_of
from bangfu.records.places.queries import current_scheme, places_now, under
from bangfu.records.places.years import FIRST_YEAR

#: Languages of a template: one of the two, or both in one heading.
LANGUAGES = ("zh", "en", "both")
#: Rows below the headings that have drop-downs and checks.
ROWS = 5_000
#: Places in a list; a larger area types codes.
MOST_PLACES = 20_000
TEXT_FORMS = {CellForm.ID, CellForm.PHONE, CellForm.NUMBER_TEXT, CellForm.TEXT, CellForm.NAME}
EXAMPLE = Text("示例，不会入库", "Example, never taken in")
WRONG = Text("这一格填得不对", "This cell is not right")
EXAMPLES: dict[CellForm, str | int | float] = {
    CellForm.TEXT: "示例",
    CellForm.NAME: "示例·某某",
    CellForm.NUMBER_TEXT: "000000001",
    CellForm.WHOLE: 3,
    CellForm.FEN: 12000,
    CellForm.DECIMAL: 2.5,
    CellForm.YEAR: 2015,
    CellForm.DAY: "1990-01-01",
    CellForm.PHONE: "00000000",
    # No region has the number 99: nobody bears it.
    CellForm.ID: "990101199001010010",
}
#: Excel's bounds for the words of a check.
TITLE_SIGNS, WORDS_SIGNS, SHEET_SIGNS = 32, 255, 31
PROTECTION = {
    "insert_rows": True,
    "delete_rows": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
}


def said(text: Text, language: str) -> str:
    """A text in the language of a template, or in both."""
    if language == "both":
        return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"
    return text.zh if language == "zh" else text.en


def fitting_mappings() -> list[Mapping]:
    """The kinds of file that can come in here."""
    scheme = current_instance().scheme
    return [mapping for mapping in current().mappings.values() if mapping.scheme in (None, scheme)]


def write_template(
    mapping: Mapping, target: Path, *, language: str, prefixes: Sequence[str] | None, today: date
) -> None:
    """Write the template of a mapping; ``prefixes`` are the reader's area (None: all), whose places can be chosen."""
    parameters, scheme = current(), current_instance().scheme
    targets = targets_of(tuple(form for form in parameters.forms.values() if form.scheme == scheme))
    places = _places(prefixes)
    with xlsxwriter.Workbook(target) as book:
        written = _Template(book, language, today)
        for layout in mapping.layouts:
            written.add_sheet(layout, columns_of(layout, targets, parameters.codes, today), places)
        written.write_lists()


def _places(prefixes: Sequence[str] | None) -> tuple[str, ...]:
    """The places where households live, as a list entry each: code, then name; empty where there are too many."""
    return tuple(f"{code} {name}" for code, name in villages_of(prefixes))


def villages_of(prefixes: Sequence[str] | None) -> list[tuple[str, str]]:
    """Code and name of the villages of an area (None: all), in order of code; none where there are too many to list."""
    # A village of twelve digits holds households; natural villages below it are words of their own.
    found = places_now().filter(level=current_scheme().sheet_level.number)
    if prefixes is not None:
        within = Q(pk__in=[])
        for prefix in prefixes:
            within |= under(prefix)
        found = found.filter(within)
    listed = found.order_by("code").values_list("code", "name")[: MOST_PLACES + 1]
    return list(listed) if len(listed) <= MOST_PLACES else []


@dataclass
class _Template:
    """One workbook while it is written; lists are collected and written last, on a hidden sheet."""

    book: Any
    language: str
    today: date
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base = {"font_name": "等线", "valign": "vcenter"}
        head = base | {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EEF4", "num_format": "@"}
        self.heading = self.book.add_format(head)
        self.needed = self.book.add_format(head | {"bg_color": "#DCE6F1", "bottom": 2})
        self.text = self.book.add_format(base | {"num_format": "@", "locked": False})
        self.day = self.book.add_format(base | {"num_format": "yyyy-mm-dd", "locked": False})
        self.plain = self.book.add_format(base | {"locked": False})
        self.example = self.book.add_format(base | {"num_format": "@", "italic": True, "font_color": "#5A6672"})

    def add_sheet(self, layout: Layout, columns: Sequence[TemplateColumn], places: tuple[str, ...]) -> None:
        """Add the sheet of a layout: headings with notes, an example, checks below."""
        names = layout.sheets or (layout.title.zh,)
        english = next((name for name in names if name.isascii()), names[0])
        sheet = self.book.add_worksheet((english if self.language == "en" else names[0])[:SHEET_SIGNS])
        sheet.set_column(0, 0, 14, self.text)
        sheet.write_string(0, 0, said(TEMPLATE_HEADING, self.language), self.heading)
        sheet.write_string(1, 0, said(EXAMPLE, self.language), self.example)
        for index, column in enumerate(columns, start=1):
            entries = places if column.target.path == "row.place_code" else self._words(column)
            self._add_column(sheet, index, column, entries)
        sheet.set_row(0, 44)
        sheet.freeze_panes(1, 1 + sum(column.required for column in columns))
        sheet.protect("", PROTECTION)

    def _words(self, column: TemplateColumn) -> tuple[str, ...]:
        chinese = self.language != "en"
        return tuple(entry.zh if chinese else entry.en for entry in column.entries)

    def _add_column(self, sheet: Any, index: int, column: TemplateColumn, entries: tuple[str, ...]) -> None:
        heading = said(column.title, self.language)
        form = self.day if column.target.form is CellForm.DAY else self.plain
        sheet.set_column(index, index, max(12, min(28, 2 * len(column.title.zh) + 4)), form)
        if entries or column.target.form in TEXT_FORMS:
            sheet.set_column(index, index, 22 if column.target.form is CellForm.ID else 16, self.text)
        style = self.needed if column.required else self.heading
        sheet.write_string(0, index, f"{heading} *" if column.required else heading, style)
        sheet.write_comment(0, index, said(column.note, self.language), {"x_scale": 2, "y_scale": 1.2})
        example = entries[0] if entries else EXAMPLES.get(column.target.form, "")
        sheet.write(1, index, example, self.example)
        check = self._check(column, entries)
        if check:
            sheet.data_validation(2, index, ROWS, index, check | self._words_of_check(column))

    def _words_of_check(self, column: TemplateColumn) -> dict[str, Any]:
        note = said(column.note, self.language)[:WORDS_SIGNS]
        title = said(column.title, self.language)[:TITLE_SIGNS]
        wrong = said(WRONG, "zh" if self.language == "both" else self.language)[:TITLE_SIGNS]
        # A number of another kind of document is possible, so an ID may be kept after the warning.
        kind = "warning" if column.target.form is CellForm.ID else "stop"
        told = {"error_title": wrong, "error_message": note, "error_type": kind}
        return told | {"input_title": title, "input_message": note}

    def _check(self, column: TemplateColumn, entries: tuple[str, ...]) -> dict[str, Any] | None:
        """What a cell of the column may hold, as Excel checks it."""
        form, limits = column.target.form, column.target.can_be
        if entries:
            return {"validate": "list", "source": f"={self._list(entries)}"}
        if form is CellForm.YEAR:
            return {"validate": "integer", "criteria": "between", "minimum": FIRST_YEAR, "maximum": self.today.year + 1}
        if form in (CellForm.WHOLE, CellForm.DECIMAL, CellForm.FEN):
            low, high = limits or (-1e9, 1e9)
            whole = "integer" if form is CellForm.WHOLE else "decimal"
            return {"validate": whole, "criteria": "between", "minimum": low, "maximum": high}
        if form is CellForm.DAY:
            span = {"minimum": date(1900, 1, 2), "maximum": self.today}
            return {"validate": "date", "criteria": "between", **span}
        if form is CellForm.ID:
            return {"validate": "length", "criteria": "between", "minimum": 18, "maximum": 22}
        return None

    def _list(self, entries: tuple[str, ...]) -> str:
        """The name of the range that holds these entries."""
        return self.lists.setdefault(entries, f"list_{len(self.lists) + 1}")

    def write_lists(self) -> None:
        """Write the entries of every list on the hidden sheet and name their ranges."""
        sheet = self.book.add_worksheet(LIST_SHEET)
        sheet.hide()
        for index, (entries, name) in enumerate(self.lists.items()):
            sheet.write_column(0, index, entries)
            letters = xlsxwriter.utility.xl_col_to_name(index, True)
            self.book.define_name(name, f"={LIST_SHEET}!{letters}$1:{letters}${len(entries)}")
