"""The answer workbook: marked, otherwise as sent, and good for another round."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from bangfu.analytics.workbooks import Mark, WorkbookRead, mark_workbook, write_answer_from_rows
from bangfu.parameters.text import Text
from tests.workbooks import make_hostile as make
from tests.workbooks.conftest import rows_of

Read = Callable[[Path], WorkbookRead]
MARKED, NOTED = "FFFFCFC1", "FFFBF0DA"
SENTENCE = Text("第 3 行「人口」应为数字。", "Row 3: the size must be a number.")
ROWS: list[list[object]] = [["户主", "人口", "合计"], ["赵一", 3, "=B2*2"], ["钱二", "x", None], ["孙三", 4, None]]


def mark(row: int, column: int | None, sentence: Text = SENTENCE) -> Mark:
    return Mark("采集表", row, column, sentence)


def decorate(sheet: Any) -> None:
    """What an office puts into a sheet."""
    sheet.column_dimensions["A"].width = 33
    sheet.auto_filter.ref = "A1:C4"
    sheet.merge_cells("A6:B6")
    sheet["B3"].number_format = "0.00"
    sheet["A2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFFFF00")
    validation = DataValidation(type="list", formula1='"1,2,3"')
    validation.add("B2:B100")
    sheet.add_data_validation(validation)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A workbook as an office sends it."""
    return make.office_workbook(tmp_path / "sent.xlsx", ROWS, decorate)


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)["采集表"]


def test_a_faulty_cell_is_filled_and_keeps_its_number_format(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)])
    cell = opened(tmp_path / "a.xlsx")["B3"]
    assert (cell.fill.fgColor.rgb, cell.number_format, cell.value) == (MARKED, "0.00", "x")


def fills(path: Path, *cells: str) -> list[str | None]:
    """The colours of cells, None where they have no fill."""
    found = [opened(path)[cell].fill for cell in cells]
    return [fill.fgColor.rgb if fill.fill_type else None for fill in found]


def test_a_note_is_amber_and_a_fault_is_red(sent: Path, tmp_path: Path) -> None:
    note = Mark("采集表", 4, 1, SENTENCE, is_note=True)
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1), note])
    assert fills(tmp_path / "a.xlsx", "B3", "B4") == [MARKED, NOTED]


def test_a_cell_with_a_note_and_a_fault_is_red(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [Mark("采集表", 3, 1, SENTENCE, is_note=True), mark(3, 1)])
    assert fills(tmp_path / "a.xlsx", "B3") == [MARKED]


def test_the_amber_of_an_earlier_answer_is_taken_off_again(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [Mark("采集表", 2, 0, SENTENCE, is_note=True)])
    mark_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", [mark(4, 1)])
    assert fills(tmp_path / "b.xlsx", "A2", "B4") == ["FFFFFF00", MARKED]


def test_the_answer_column_stands_at_the_right_end(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)])
    sheet = opened(tmp_path / "a.xlsx")
    assert (sheet["D1"].value, sheet["D3"].value, sheet["D2"].value) == ("问题和改法", SENTENCE.zh, None)


def test_the_answer_speaks_the_language_asked_for(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)], language="en")
    assert (opened(tmp_path / "a.xlsx")["D1"].value, opened(tmp_path / "a.xlsx")["D3"].value) == (
        "What to mend",
        SENTENCE.en,
    )


def test_the_senders_formats_and_formulas_stay(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)])
    sheet = opened(tmp_path / "a.xlsx")
    kept = (
        sheet.column_dimensions["A"].width,
        sheet.auto_filter.ref,
        str(sheet.merged_cells),
        sheet["C2"].value,
        sheet["A2"].fill.fgColor.rgb,
        len(sheet.data_validations.dataValidation),
    )
    assert kept == (33, "A1:C4", "A6:B6", "=B2*2", "FFFFFF00", 1)


def test_the_dimension_covers_the_added_column(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'<dimension ref="A1:D6"' in archive.read("xl/worksheets/sheet1.xml")


def test_an_empty_cell_can_be_marked(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(4, 2)])
    assert opened(tmp_path / "a.xlsx")["C4"].fill.fgColor.rgb == MARKED


def test_a_row_that_the_sheet_does_not_have_gets_its_sentence(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(5, None), mark(50, 0)])
    sheet = opened(tmp_path / "a.xlsx")
    assert (sheet["D5"].value, sheet["D50"].value, sheet["A50"].fill.fgColor.rgb) == (SENTENCE.zh, SENTENCE.zh, MARKED)


def test_two_sentences_of_a_row_stand_in_one_cell(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1), mark(3, 0, Text("乙", "b"))])
    assert opened(tmp_path / "a.xlsx")["D3"].value == f"{SENTENCE.zh}\n乙"


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "<f>1</f>&amp;", "\x07铃_x0041_"])
def test_a_sentence_is_never_a_formula(sent: Path, tmp_path: Path, evil: str, read: Read) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1, Text(evil, evil))])
    cell = opened(tmp_path / "a.xlsx")["D3"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        formulas = archive.read("xl/worksheets/sheet1.xml").count(b"<f>")
    assert (cell.data_type, formulas) == ("s" if not evil.startswith("=") else cell.data_type, 1)


def test_an_answer_sent_again_is_read_without_our_column(sent: Path, tmp_path: Path, read: Read) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)])
    sheet = read(tmp_path / "a.xlsx").sheets[0]
    assert (sheet.answer_columns, rows_of(sheet)[2]) == ((3,), (3, "钱二", "x", None))


def test_a_second_answer_replaces_the_first(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1), mark(2, 0)])
    mark_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", [mark(4, 1, Text("丙", "c"))])
    sheet = opened(tmp_path / "b.xlsx")
    assert (sheet["D1"].value, sheet["D3"].value, sheet["D4"].value, sheet["E1"].value) == (
        "问题和改法",
        None,
        "丙",
        None,
    )


def test_a_mended_cell_gets_its_own_fill_back(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(2, 0), mark(3, 1)])
    mark_workbook(tmp_path / "a.xlsx", tmp_path / "b.xlsx", [mark(4, 1)])
    sheet = opened(tmp_path / "b.xlsx")
    fills = (sheet["A2"].fill.fgColor.rgb, sheet["B3"].fill.fill_type, sheet["B4"].fill.fgColor.rgb)
    assert fills == ("FFFFFF00", None, MARKED)


def test_an_answer_saved_by_another_program_is_known_again(sent: Path, tmp_path: Path) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(2, 0), mark(3, 1)])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.save(tmp_path / "saved.xlsx")
    mark_workbook(tmp_path / "saved.xlsx", tmp_path / "b.xlsx", [mark(4, 1)])
    sheet = opened(tmp_path / "b.xlsx")
    assert (sheet["D3"].value, sheet["D4"].value, sheet["A2"].fill.fgColor.rgb) == (None, SENTENCE.zh, "FFFFFF00")


def test_only_faulty_rows_can_be_answered(sent: Path, tmp_path: Path, read: Read) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)], only_faulty=True)
    values = [tuple(cell.value for cell in row) for row in opened(tmp_path / "a.xlsx").iter_rows(max_row=3)]
    assert values[:2] == [("户主", "人口", "合计", "问题和改法", "原行号"), ("钱二", "x", None, SENTENCE.zh, "3")]


def test_only_faulty_rows_sent_again_are_read_without_our_columns(sent: Path, tmp_path: Path, read: Read) -> None:
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)], only_faulty=True)
    assert rows_of(read(tmp_path / "a.xlsx").sheets[0]) == [(1, "户主", "人口", "合计"), (2, "钱二", "x", None)]


def test_formulas_become_values_where_rows_move(tmp_path: Path, read: Read) -> None:
    rows = f'<row r="1">{make.inline("A1", "户主")}</row><row r="2"/>'
    rows += '<row r="3" hidden="1"><c r="A3"><f>A2+1</f><v>5</v></c></row>'
    sent = make.raw_workbook(tmp_path / "sent.xlsx", rows)
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 0)], only_faulty=True)
    sheet = opened(tmp_path / "a.xlsx")
    assert (sheet["A2"].value, sheet.row_dimensions[2].hidden) == (5, False)


def test_the_heading_row_may_stand_lower(tmp_path: Path) -> None:
    sent = make.office_workbook(tmp_path / "sent.xlsx", [["某乡采集表"], ["户主", "人口"], ["赵一", "x"]])
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(3, 1)], header_rows={"采集表": 2})
    assert (opened(tmp_path / "a.xlsx")["C1"].value, opened(tmp_path / "a.xlsx")["C2"].value) == (None, "问题和改法")


def test_a_sheet_in_another_spelling_is_marked(tmp_path: Path, read: Read) -> None:
    rows = "<x:sheetData><x:row><x:c><x:v>3</x:v></x:c></x:row></x:sheetData>"
    text = f"<x:worksheet xmlns:x='{make.MAIN}'>{rows}</x:worksheet>"
    sent = make.write_parts(tmp_path / "sent.xlsx", make.parts_of({"采集表": text}))
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(1, 0)])
    sheet = opened(tmp_path / "a.xlsx")
    assert (sheet["A1"].value, sheet["A1"].fill.fgColor.rgb, sheet["B1"].value) == (3, MARKED, SENTENCE.zh)


def test_other_sheets_are_untouched(tmp_path: Path) -> None:
    other = make.sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')
    sent = make.write_parts(tmp_path / "sent.xlsx", make.parts_of({"采集表": make.sheet_xml(""), "说明": other}))
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(2, 0)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert archive.read("xl/worksheets/sheet2.xml").decode() == other


def test_a_mark_on_a_sheet_that_is_not_there_is_an_error(sent: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no sheet"):
        mark_workbook(sent, tmp_path / "a.xlsx", [Mark("别的", 1, 0, SENTENCE)])


def test_column_ranges_over_the_whole_width_are_split(tmp_path: Path) -> None:
    rows = f'<row r="1">{make.inline("A1", "户主")}</row>'
    sent = make.raw_workbook(
        tmp_path / "sent.xlsx", rows, before='<cols><col min="1" max="16384" width="9" style="4"/></cols>'
    )
    mark_workbook(sent, tmp_path / "a.xlsx", [mark(2, 0)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<col min="1" max="1" width="9" style="4"/><col min="2" max="2"' in text
    assert '<col min="3" max="16384" width="9" style="4"/>' in text


def test_csv_is_answered_as_a_workbook_whose_ids_stay_text(tmp_path: Path, read: Read) -> None:
    (tmp_path / "sent.csv").write_text("户主,证件\n赵·𠮷,990001199001010013\n钱<二>&,0012\n", encoding="utf-8")
    answer = read(tmp_path / "sent.csv")
    write_answer_from_rows(answer, tmp_path / "a.xlsx", [Mark("CSV", 3, 1, SENTENCE)])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["CSV"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["户主", "证件", "问题和改法"],
        ["赵·𠮷", "990001199001010013", None],
        ["钱<二>&", "0012", SENTENCE.zh],
    ]


def test_the_answer_to_csv_can_be_sent_again(tmp_path: Path, read: Read) -> None:
    (tmp_path / "sent.csv").write_text("户主,备注\n赵一,=1+1\n", encoding="utf-8")
    answer = read(tmp_path / "sent.csv")
    before = rows_of(answer.sheets[0])
    write_answer_from_rows(answer, tmp_path / "a.xlsx", [Mark("CSV", 2, 1, SENTENCE)])
    assert rows_of(read(tmp_path / "a.xlsx").sheets[0]) == before


def test_only_the_faulty_rows_of_a_csv_can_be_answered(tmp_path: Path, read: Read) -> None:
    (tmp_path / "sent.csv").write_text("户主,备注\n赵一,甲\n钱二,乙\n", encoding="utf-8")
    answer = read(tmp_path / "sent.csv")
    write_answer_from_rows(answer, tmp_path / "a.xlsx", [Mark("CSV", 3, 1, SENTENCE)], only_faulty=True)
    assert rows_of(read(tmp_path / "a.xlsx").sheets[0]) == [(1, "户主", "备注"), (2, "钱二", "乙")]
