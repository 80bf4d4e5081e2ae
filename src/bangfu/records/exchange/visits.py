"""The list for the household visit: what both sides have wrong, village by village, with room for what is found."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter

from bangfu.records.exchange.entry import typed
from bangfu.records.exchange.models import Difference
from bangfu.records.exchange.queries import both_values, column_at, is_sealed, title_of
from bangfu.records.places.queries import current_scheme, places_named

HEADINGS = (
    "乡(镇)",
    "行政村",
    "自然村",
    "户编号",
    "姓名",
    "指标项",
    "名册的值",
    "国家系统的值",
    "判定理由",
    "核实结果",
    "核实人",
    "核实日期",
)
#: What the visitor writes by hand.
BY_HAND = 3
WIDTHS = (12, 14, 12, 14, 14, 16, 20, 20, 24, 20, 12, 12)
EMPTY = "空"


def workbook(differences: Iterable[Difference], *, title: str) -> io.BytesIO:
    """The list as a workbook to print, personal numbers masked. ``differences`` are those of ``to_verify``."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("入户核实清单")
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E1F0F1", "valign": "top"})
        text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, title)
        sheet.write_row(1, 0, HEADINGS, bold)
        for number, row in enumerate(_rows(list(differences)), 2):
            sheet.write_row(number, 0, [*row, *[""] * BY_HAND], text)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.repeat_rows(1)
        sheet.fit_to_pages(1, 0)
    content.seek(0)
    return content


def _rows(listed: list[Difference]) -> Iterable[tuple[str, ...]]:
    scheme = current_scheme()
    lengths = [scheme.by_code[level].length if level in scheme.by_code else 0 for level in ("township", "village")]
    codes = {each.lies_in[:length] for each in listed for length in lengths}
    codes |= {code for each in listed if each.path == "row.place" for code in (each.ours, each.theirs) if code}
    names = {code: place.name for code, place in places_named(codes).items()}
    for each in listed:
        code, household = each.lies_in, each.household
        above = [names.get(code[:length], "") if 0 < length <= len(code) else "" for length in lengths]
        who = ((household.natural_village or "") if household else "", each.household_no, each.name)
        values = (_value(each, value, names) for value in both_values(each))
        yield (*above, *who, title_of(each.path).zh, *values, getattr(each, "reason", None) or "")


def _value(each: Difference, value: str | None, names: dict[str, str]) -> str:
    if value is None:
        return EMPTY
    if each.path == "row.place":
        return names.get(value, value)
    return value if is_sealed(each.path) else typed(value, column_at(each.path))
