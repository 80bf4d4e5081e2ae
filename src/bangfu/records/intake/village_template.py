"""The template of village sheets: one line for each village of an area, its code filled in, a column for each fact.

``bangfu places load`` reads it as it is; lines that nobody filled in are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.text import Text
from bangfu.records.intake.template_columns import BETWEEN, UNIT, UNITS
from bangfu.records.intake.templates import PROTECTION, said, villages_of
from bangfu.records.places.facts import FACTS
from bangfu.records.places.years import FIRST_YEAR

#: What it is called in an address, and in a file's name.
NAME = "villages"
TITLE, SHEET = Text("村表", "Village sheets"), Text("村表", "Villages")
CODE, PLACE, YEAR = Text("区划代码", "Code"), Text("名称", "Name"), Text("年度", "Year")
CODE_NOTE = Text("已按本辖区填好，不要改。", "Filled in for your area; leave it as it is.")
YEAR_NOTE = Text(
    "四位年份，例如2015。没有填的行不会入库。", "A year of four digits, such as 2015. Lines left empty are passed over."
)
YES_NO = Text("是或否；不知道就留空。", "Yes or no; empty where it is not known.")
NUMBER, WHOLE = Text("数；不知道就留空。", "A number; empty where it is not known."), Text("整数。", "A whole number.")
SHARE = Text("百分数，例如95%。", "A percentage, such as 95%.")
#: What stands behind the Chinese name of an amount.
YUAN = "（元）"
WIDE, USUAL = 22, 14
#: Lines that have checks, where an area has fewer villages.
LEAST_LINES = 200


def write_village_template(target: Path, *, language: str, prefixes: Sequence[str] | None, today: date) -> None:
    """Write the template; ``prefixes`` are the reader's area (None: all). In both languages the headings are Chinese
    and the notes are both."""
    heads = "zh" if language == "both" else language
    villages = villages_of(prefixes)
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet(said(SHEET, heads))
        base = {"font_name": "等线", "valign": "vcenter"}
        head = book.add_format(base | {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EEF4"})
        text = book.add_format(base | {"num_format": "@", "locked": False})
        plain = book.add_format(base | {"locked": False})
        lines = max(LEAST_LINES, len(villages))
        for at, (title, note) in enumerate(((CODE, CODE_NOTE), (PLACE, CODE_NOTE), (YEAR, YEAR_NOTE))):
            _head(sheet, at, said(title, heads), said(note, language), head)
            sheet.set_column(at, at, USUAL if title is YEAR else WIDE, plain if title is YEAR else text)
        years = {"validate": "integer", "criteria": "between", "minimum": FIRST_YEAR, "maximum": today.year}
        sheet.data_validation(1, 2, lines, 2, years)
        for at, column in enumerate(FACTS.values(), start=3):
            named = column.title.zh + YUAN if column.unit == "fen" and heads == "zh" else said(column.title, heads)
            _head(sheet, at, named, said(_note(column), language), head)
            sheet.set_column(at, at, USUAL, plain)
            check = _check(column, heads)
            if check:
                sheet.data_validation(1, at, lines, at, check)
        for line, (code, name) in enumerate(villages, start=1):
            sheet.write_row(line, 0, (code, name), text)
        sheet.set_row(0, 44)
        sheet.freeze_panes(1, 3)
        sheet.protect("", PROTECTION)


def _head(sheet: Any, at: int, title: str, note: str, form: Any) -> None:
    sheet.write_string(0, at, title, form)
    sheet.write_comment(0, at, note, {"x_scale": 2, "y_scale": 1.2})


def _note(column: Column) -> Text:
    if column.kind is Kind.BOOLEAN:
        return YES_NO
    parts = [WHOLE, NUMBER] if column.kind is Kind.INTEGER and column.unit != "fen" else [NUMBER]
    if column.unit == "share":
        parts.append(SHARE)
    elif column.unit in UNITS:
        unit = UNITS[column.unit or ""]
        parts.append(Text(UNIT.zh.format(unit=unit.zh), UNIT.en.format(unit=unit.en)))
    if column.can_be is not None and column.unit not in ("share", "fen"):
        low, high = (f"{limit:,.0f}" for limit in column.can_be)
        parts.append(BETWEEN.format(low=low, high=high))
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def _check(column: Column, language: str) -> dict[str, Any] | None:
    if column.kind is Kind.BOOLEAN:
        return {"validate": "list", "source": ["是", "否"] if language == "zh" else ["yes", "no"]}
    if column.kind is Kind.INTEGER and column.unit != "fen":
        low, high = column.can_be or (0, 1e9)
        return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
    return None
