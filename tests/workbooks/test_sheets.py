"""Workbooks read: every stored form becomes the text a person sees, and what is odd is reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import openpyxl.utils.datetime
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.analytics.workbooks import FileRefused, Limits, MergedCells, WorkbookRead, read_workbook
from bangfu.analytics.workbooks.numbers import Look, date_text, look_of, number_text
from bangfu.analytics.workbooks.sheets import read_sheets
from tests.workbooks import make_hostile as make
from tests.workbooks.conftest import faults_of, rows_of

Read = Callable[[Path], WorkbookRead]
Refusal = Callable[..., FileRefused]


def cells_in(read: Read, path: Path, *cells: str) -> tuple[object, ...]:
    """The text of one row of raw cells."""
    return rows_of(read(make.raw_workbook(path, f'<row r="7">{"".join(cells)}</row>')).sheets[0])[0]


def test_a_workbook_of_an_office_program_is_read(tmp_path: Path, read: Read) -> None:
    rows: list[list[object]] = [
        ["户主", "人口", "收入", "日期", "低保"],
        ["赵·𠮷", 3, 3200.5, dt.date(2015, 6, 1), True],
    ]
    sheet = read(make.office_workbook(tmp_path / "a.xlsx", rows)).sheets[0]
    assert (sheet.name, rows_of(sheet)[1]) == ("采集表", (2, "赵·𠮷", "3", "3200.5", "2015-06-01", "TRUE"))


def test_the_bounded_child_gives_the_same_answer(tmp_path: Path, read: Read) -> None:
    path = make.office_workbook(tmp_path / "a.xlsx", [["户主"], ["𠮷"]])
    here = read(path)
    (tmp_path / "child").mkdir()
    there = read_workbook(path, tmp_path / "child")
    assert (rows_of(there.sheets[0]), there.sheets[0].columns) == (rows_of(here.sheets[0]), here.sheets[0].columns)


def test_a_child_that_needs_too_much_memory_is_a_refusal(tmp_path: Path) -> None:
    path = make.office_workbook(tmp_path / "a.xlsx", [["户主"]])
    with pytest.raises(FileRefused, match="too_much_memory"):
        read_workbook(path, tmp_path, Limits(memory_bytes=64 << 20))


def test_a_child_that_takes_too_long_is_a_refusal(tmp_path: Path) -> None:
    path = make.office_workbook(tmp_path / "a.xlsx", [["户主"]])
    with pytest.raises(FileRefused, match="too_slow"):
        read_workbook(path, tmp_path, Limits(seconds=0.01))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("3200", "3200"),
        ("3200.0", "3200"),
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1234.5600000000001", "1234.56"),
        ("1E-3", "0.001"),
        ("1.5E5", "150000"),
        ("-0", "0"),
        ("-12.5", "-12.5"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_numbers_have_no_float_noise(tmp_path: Path, read: Read, stored: str, shown: str) -> None:
    assert cells_in(read, tmp_path / "a.xlsx", make.number("A7", stored)) == (7, shown)


def test_an_id_stored_as_a_number_is_a_fault(tmp_path: Path, read: Read) -> None:
    path = make.raw_workbook(tmp_path / "a.xlsx", f'<row r="2">{make.number("C2", "9.90001199001010E+17")}</row>')
    fault = next(iter(read(path).sheets[0].faults()))
    assert fault.sentence("采集表").zh.startswith("工作表「采集表」第 2 行 C 列：「990001199001010000」存成了数字")


@pytest.mark.parametrize(
    ("serial", "date1904", "shown", "code"),
    [
        ("42156", False, "2015-06-01", None),
        ("42156.354166666664", False, "2015-06-01 08:30:00", None),
        ("59", False, "1900-02-28", None),
        ("61", False, "1900-03-01", None),
        ("60", False, "1900-02-29", "date_out_of_range"),
        ("0", False, "1900-01-00", "date_empty_1900"),
        ("1", False, "1900-01-01", "date_empty_1900"),
        ("-3", False, "-3", "date_out_of_range"),
        ("3000000", False, "3000000", "date_out_of_range"),
        ("40694", True, "2015-06-01", None),
        ("0", True, "1904-01-01", "date_empty_1900"),
    ],
)
def test_dates_are_iso_text(serial: str, date1904: bool, shown: str, code: str | None) -> None:
    assert date_text(serial, Look.DATE, date1904=date1904) == (shown, code)


def test_a_1904_workbook_has_its_own_days(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([dt.date(2015, 6, 1)])  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    answer = read(tmp_path / "a.xlsx")
    assert (answer.date1904, rows_of(answer.sheets[0])) == (True, [(1, "2015-06-01")])


def test_an_empty_cell_turned_1900_is_a_fault(tmp_path: Path, read: Read) -> None:
    sheet = read(make.raw_workbook(tmp_path / "a.xlsx", f'<row r="2">{make.number("B2", "0", 1)}</row>')).sheets[0]
    assert faults_of(sheet) == [(2, 1, "date_empty_1900", "1900-01-00")]


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ("yyyy-mm-dd", Look.DATE),
        ('yyyy"年"m"月"d"日";@', Look.DATE),
        ("[$-804]e年m月", Look.DATE),
        ("h:mm AM/PM", Look.TIME),
        ("[h]:mm:ss", Look.TIME),
        ("General", Look.NUMBER),
        ("#,##0.00_);[Red](#,##0.00)", Look.NUMBER),
        ('0.0"days"', Look.NUMBER),
        ("0.00E+00", Look.NUMBER),
        ('[>=100]0"亩";0', Look.NUMBER),
    ],
)
def test_number_formats_are_told_apart(code: str, look: Look) -> None:
    assert look_of(176, {176: code}) is look


def test_a_formula_counts_by_its_stored_value(tmp_path: Path, read: Read) -> None:
    cells = (
        '<c r="A7"><f>1+1</f><v>2</v></c>',
        '<c r="B7" t="str"><f>""</f><v></v></c>',
        '<c r="C7" t="str"><f>A1</f><v>因病</v></c>',
    )
    assert cells_in(read, tmp_path / "a.xlsx", *cells) == (7, "2", None, "因病")


@pytest.mark.parametrize("cell", ["<f>B2*3</f>", "<f>B2*3</f><v></v>", "<f>B2*3</f><v/>"])
def test_a_formula_without_a_stored_value_is_a_fault(tmp_path: Path, read: Read, cell: str) -> None:
    path = make.raw_workbook(tmp_path / "a.xlsx", f'<row r="2"><c r="A2">{cell}</c>{make.number("B2", "1")}</row>')
    assert faults_of(read(path).sheets[0]) == [(2, 0, "formula_without_value", "=B2*3")]


def test_an_error_value_is_a_fault(tmp_path: Path, read: Read) -> None:
    path = make.raw_workbook(tmp_path / "a.xlsx", '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>')
    assert faults_of(read(path).sheets[0]) == [(2, 0, "error_value", "#N/A")]


def hide(sheet: Any) -> None:
    """Row 3 hidden by hand, row 4 by a filter, column B hidden."""
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.auto_filter.ref = "A3:B5"
    sheet.auto_filter.add_filter_column(0, ["赵一"])


def test_hidden_and_filtered_rows_are_read_and_counted(tmp_path: Path, read: Read) -> None:
    rows: list[list[object]] = [["户主", "人口"], ["赵一", 1], ["钱二", 2], ["孙三", 3], ["李四", 4]]
    sheet = read(make.office_workbook(tmp_path / "a.xlsx", rows, hide)).sheets[0]
    assert (sheet.n_rows, sheet.hidden_rows, sheet.filtered_rows, sheet.hidden_columns) == (5, 2, 1, (1,))


def test_merged_cells_are_listed(tmp_path: Path, read: Read) -> None:
    sheet = read(make.office_workbook(tmp_path / "a.xlsx", [["甲", "乙"]], lambda s: s.merge_cells("A2:A4"))).sheets[0]  # type: ignore[attr-defined]
    assert sheet.merged == (MergedCells(2, 0, 4, 0),)


def test_rich_text_is_joined_and_its_reading_aid_left_out(tmp_path: Path, read: Read) -> None:
    rich = '<si><r><rPr><color rgb="FFFF0000"/></rPr><t>赵</t></r><r><t xml:space="preserve"> 一</t></r>'
    rich += '<rPh sb="0" eb="1"><t>x</t></rPh></si>'
    path = make.raw_workbook(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=rich)
    assert rows_of(read(path).sheets[0]) == [(1, "赵 一")]


def test_characters_written_as_references_are_read(tmp_path: Path, read: Read) -> None:
    cell = '<c r="A7" t="inlineStr"><is><t>&#x20BB7;&lt;&amp;amp;_x000A_·</t></is></c>'
    assert cells_in(read, tmp_path / "a.xlsx", cell) == (7, "𠮷<&amp;\n·")


def test_a_cell_far_to_the_right_is_refused_by_place(tmp_path: Path, refusal: Refusal) -> None:
    refused = refusal(make.raw_workbook(tmp_path / "a.xlsx", f'<row r="9">{make.number("XFD9", "1")}</row>'))
    assert (refused.code, refused.values) == (
        "too_many_columns",
        {"sheet": "采集表", "row": 9, "column": "XFD", "limit": 1000},
    )


def test_an_empty_workbook_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(make.office_workbook(tmp_path / "a.xlsx", [])).code == "workbook_empty"


def test_a_workbook_of_charts_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(make.chart_only(tmp_path / "a.xlsx")).code == "no_worksheet"


def test_styled_but_empty_rows_are_no_rows(tmp_path: Path, read: Read) -> None:
    rows = f'<row r="1">{make.inline("A1", "户主")}</row><row r="2"><c r="A2" s="1"/></row><row r="3" hidden="1"/>'
    sheet = read(make.raw_workbook(tmp_path / "a.xlsx", rows)).sheets[0]
    assert (sheet.n_rows, sheet.hidden_rows) == (1, 0)


def test_columns_say_how_their_cells_are_stored(tmp_path: Path, read: Read) -> None:
    rows: list[list[object]] = [["日期"], ["2015-06-01"], ["2015年6月"], [dt.date(2015, 6, 1)], [7]]
    column = read(make.office_workbook(tmp_path / "a.xlsx", rows)).sheets[0].columns[0]
    assert (column.texts, column.text_dates, column.dates, column.numbers) == (3, 2, 1, 1)


def test_a_sheet_that_grows_wider_is_whole(tmp_path: Path, read: Read) -> None:
    rows = "".join(f'<row r="{k}">{make.inline(f"A{k}", "甲" * 400)}</row>' for k in range(1, 9000))
    rows += f'<row r="9000">{make.inline("D9000", "乙")}</row>'
    table = rows_of(read(make.raw_workbook(tmp_path / "a.xlsx", rows)).sheets[0])
    assert (len(table), table[0][2:], table[-1]) == (9000, (None, None, None), (9000, None, None, None, "乙"))


ODD_SPELLING = f"""<?xml version='1.0' encoding='UTF-8'?>
<x:worksheet xmlns:x='{make.MAIN}'><!-- a comment with <sheetData> in it --><x:sheetData>
<x:row><x:c t='inlineStr'><x:is><x:t><![CDATA[户主 <1>]]></x:t></x:is></x:c><x:c t='n'><x:v>3</x:v></x:c></x:row>
<x:row r='4'><x:c s='1' r='C4'><x:v>42156</x:v></x:c></x:row>
</x:sheetData></x:worksheet>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_legal_spelling_of_a_sheet_is_read(tmp_path: Path, read: Read, encoding: str) -> None:
    text = ODD_SPELLING.replace("UTF-8", encoding.upper()).encode(encoding)
    sheet = read(make.write_parts(tmp_path / "a.xlsx", make.parts_of({"表": text}))).sheets[0]
    assert rows_of(sheet) == [(1, "户主 <1>", "3", None), (4, None, None, "2015-06-01")]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&#xD800;</t></is></c></row>',
    ],
)
def test_a_damaged_sheet_is_refused_by_part(tmp_path: Path, refusal: Refusal, rows: str) -> None:
    refused = refusal(make.raw_workbook(tmp_path / "a.xlsx", rows))
    assert (refused.code, refused.values) == ("damaged", {"part": "xl/worksheets/sheet1.xml"})


def test_one_endless_row_is_refused_before_memory_is(tmp_path: Path, refusal: Refusal) -> None:
    noise = Random(1).randbytes(6 << 20).hex()
    path = make.raw_workbook(tmp_path / "a.xlsx", f'<row r="1">{make.inline("A1", noise)}</row>')
    assert refusal(path, Limits(row_bytes=1 << 20)).code == "row_too_large"


def test_an_old_workbook_is_read(tmp_path: Path, read: Read) -> None:
    rows: list[list[str | float]] = [["户主", "证件", "收入"], ["赵·𠮷", 990001199001010000.0, 3200.0]]
    sheet = read(make.legacy_workbook(tmp_path / "a.xls", rows)).sheets[0]
    assert (rows_of(sheet)[1], faults_of(sheet)) == (
        (2, "赵·𠮷", "990001199001010000", "3200"),
        [(2, 1, "number_precision_lost", "990001199001010000")],
    )


def test_rows_of_an_old_workbook_keep_their_numbers(tmp_path: Path, read: Read) -> None:
    sheet = read(make.legacy_workbook(tmp_path / "a.xls", [[""], ["", "户主"]])).sheets[0]
    assert rows_of(sheet) == [(2, None, "户主")]


@given(st.floats(-1e300, 1e300))
@settings(max_examples=300)
def test_a_number_as_text_is_the_number_to_15_digits(value: float) -> None:
    text, _ = number_text(repr(value))
    assert float(text) == pytest.approx(value, rel=1e-14)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8), max_size=6),
        max_size=6,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_text_comes_through_a_workbook(tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("any")
    cells = [
        [make.inline(f"{'ABCDEF'[c]}{r}", text) for c, text in enumerate(row)] for r, row in enumerate(texts, start=2)
    ]
    rows = "".join(f'<row r="{r}">{"".join(row)}</row>' for r, row in enumerate(cells, start=2))
    path = make.raw_workbook(folder / "a.xlsx", f'<row r="1">{make.inline("F1", "户主")}</row>{rows}')
    read_rows = rows_of(read_sheets(path, folder, Limits()).sheets[0])[1:]
    expected = [
        (r, *(t or None for t in row), *[None] * (6 - len(row))) for r, row in enumerate(texts, start=2) if any(row)
    ]
    assert read_rows == expected


def test_a_hundred_thousand_rows_are_read(tmp_path: Path, read: Read) -> None:
    sheet = read(make.big_workbook(tmp_path / "a.xlsx", 100_000, 4)).sheets[0]
    last = pq.read_table(sheet.rows_path).slice(99_999).to_pylist()
    expected = {"row": 100_000, "c0": "990000001000000000", "c1": "赵钱孙346", "c2": "0", "c3": "1954-10-03"}
    assert (sheet.n_rows, sheet.n_faults, last) == (100_000, 0, [expected])
