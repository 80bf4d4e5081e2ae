"""CSV: strict decoding, delimiters, and what a row number means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.analytics.workbooks import FileRefused, TextForm, WorkbookRead, decode_to_utf8
from bangfu.analytics.workbooks.text import text_form
from tests.workbooks.conftest import faults_of, rows_of

Read = Callable[[Path], WorkbookRead]
Refusal = Callable[..., FileRefused]
TABLE = "户主,人口,备注\n赵·𠮷,3,因病致贫\n钱二,4,缺技术\n"


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_text_is_read_in_three_encodings(tmp_path: Path, read: Read, encoding: str) -> None:
    sheet = read(write(tmp_path / "a.csv", TABLE.encode(encoding))).sheets[0]
    assert rows_of(sheet)[1] == (2, "赵·𠮷", "3", "因病致贫")


def test_the_clean_copy_is_utf8_without_mark(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", TABLE.encode("gb18030"))
    form = decode_to_utf8(source, tmp_path / "clean.csv")
    assert (form, (tmp_path / "clean.csv").read_bytes()) == (TextForm("gb18030", ","), TABLE.encode())


def test_a_character_cut_by_a_reading_piece_is_whole(tmp_path: Path) -> None:
    text = "户" * 700_001 + "\n"
    decode_to_utf8(write(tmp_path / "a.csv", b"x" + text.encode("gb18030")), tmp_path / "clean.csv")
    assert (tmp_path / "clean.csv").read_text("utf-8") == "x" + text


def test_utf16_is_told_how_to_save_as_utf8(tmp_path: Path, refusal: Refusal) -> None:
    refused = refusal(write(tmp_path / "a.csv", TABLE.encode("utf-16")))
    assert (refused.code, "CSV UTF-8" in refused.text.zh) == ("utf16", True)


def test_damaged_utf8_is_named_by_line_and_byte(tmp_path: Path, refusal: Refusal) -> None:
    content = TABLE.encode() + b"\xff\xfe,1,\n"
    refused = refusal(write(tmp_path / "a.csv", content))
    assert (refused.code, refused.values) == (
        "encoding_damaged",
        {"encoding": "UTF-8", "line": 4, "position": len(TABLE.encode()) + 1},
    )


def test_a_zero_byte_in_a_csv_is_named_by_line_and_character(tmp_path: Path, refusal: Refusal) -> None:
    content = TABLE.encode() + "孙三,5,因\0学\n".encode()
    refused = refusal(write(tmp_path / "a.csv", content))
    assert (refused.code, refused.values) == ("zero_byte", {"line": TABLE.count("\n") + 1, "character": 7})


def test_utf8_followed_by_gb18030_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    refused = refusal(write(tmp_path / "a.csv", TABLE.encode() + "孙三,5,因学\n".encode("gb18030")))
    assert (refused.code, refused.values["line"]) == ("encoding_damaged", 4)


def test_damaged_gb18030_is_named_by_line_and_byte(tmp_path: Path, refusal: Refusal) -> None:
    content = "户主,人口,备注\n钱二,4,缺技术\n".encode("gb18030")
    refused = refusal(write(tmp_path / "a.csv", content + b"\xff,1\n"))
    assert (refused.code, refused.values) == (
        "encoding_damaged",
        {"encoding": "GB18030", "line": 3, "position": len(content) + 1},
    )


@pytest.mark.parametrize(
    ("text", "encoding"), [("Gemeinde;Kärnten;Österreich\n" * 9, "latin-1"), ("縣市,鄉鎮,戶數說明\n" * 9, "big5")]
)
def test_other_encodings_are_refused_rather_than_read_as_nonsense(
    tmp_path: Path, refusal: Refusal, text: str, encoding: str
) -> None:
    assert refusal(write(tmp_path / "a.csv", text.encode(encoding))).code == "encoding_unknown"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f'户主{delimiter}"住址, 门牌; 备注"{delimiter}人口\n赵一{delimiter}"甲, 乙"{delimiter}3\n'
    assert text_form(write(tmp_path / "a.csv", text.encode())).delimiter == delimiter


def test_rows_are_numbered_as_a_sheet_shows_them(tmp_path: Path, read: Read) -> None:
    text = '户主,住址\r\n赵一,"甲村\r\n乙组"\r\n\r\n钱二,丙村\r\n'
    rows = rows_of(read(write(tmp_path / "a.csv", text.encode())).sheets[0])
    assert rows == [(1, "户主", "住址"), (2, "赵一", "甲村\r\n乙组"), (4, "钱二", "丙村")]


def test_an_empty_cell_is_missing(tmp_path: Path, read: Read) -> None:
    assert rows_of(read(write(tmp_path / "a.csv", b"a,b,c\n1,,3\n")).sheets[0])[1] == (2, "1", None, "3")


def test_cells_beyond_the_heading_are_faults(tmp_path: Path, read: Read) -> None:
    sheet = read(write(tmp_path / "a.csv", "户主,人口\n赵一,3,4\n".encode())).sheets[0]
    assert faults_of(sheet) == [(2, 2, "cell_beyond_header", "4")]


def test_of_several_cells_beyond_the_heading_the_first_is_the_fault_of_the_row(tmp_path: Path, read: Read) -> None:
    sheet = read(write(tmp_path / "a.csv", "户主,人口\n赵一,3,,4,5\n钱二,2,6\n".encode())).sheets[0]
    assert faults_of(sheet) == [(2, 3, "cell_beyond_header", "4"), (3, 2, "cell_beyond_header", "6")]


def test_an_id_that_a_spreadsheet_turned_into_a_power_of_ten_is_a_fault(tmp_path: Path, read: Read) -> None:
    sheet = read(write(tmp_path / "a.csv", "户主,证件\n赵一,9.90001E+17\n".encode())).sheets[0]
    assert faults_of(sheet) == [(2, 1, "number_precision_lost", "9.90001E+17")]


def test_the_trick_that_keeps_zeros_is_undone(tmp_path: Path, read: Read) -> None:
    assert rows_of(read(write(tmp_path / "a.csv", b'a,b\n="0012",1\n')).sheets[0])[1] == (2, "0012", "1")


def test_an_unpaired_quotation_mark_is_refused_by_row(tmp_path: Path, refusal: Refusal) -> None:
    refused = refusal(write(tmp_path / "a.csv", b'a,b\n1,2\n3,"4\n5,6\n'))
    assert (refused.code, refused.values) == ("quotes_unpaired", {"row": 3})


def test_an_empty_file_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(write(tmp_path / "a.csv", b"")).code == "empty_file"


def test_a_file_of_empty_lines_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(write(tmp_path / "a.csv", b"\n,,\n")).code == "workbook_empty"


def test_quotation_marks_far_down_do_not_change_row_numbers(tmp_path: Path, read: Read) -> None:
    plain = "".join(f"赵{k},{k}\n" for k in range(2, 700_001))
    text = f'户主,人口\n{plain}\n孙三,5\n"李\n四",6\n钱二,7\n'
    sheet = read(write(tmp_path / "a.csv", text.encode())).sheets[0]
    table = rows_of(sheet)
    assert (table[699_999], table[700_000:]) == (
        (700_000, "赵700000", "700000"),
        [(700_002, "孙三", "5"), (700_003, "李\n四", "6"), (700_004, "钱二", "7")],
    )


def test_a_short_row_in_a_large_file_is_read(tmp_path: Path, read: Read) -> None:
    plain = "赵一,1,甲\n" * 500_000
    sheet = read(write(tmp_path / "a.csv", f"户主,人口,备注\n{plain}钱二\n,,\n{plain}".encode("gb18030"))).sheets[0]
    table = rows_of(sheet)
    assert (len(table), table[500_001], table[500_002]) == (
        1_000_002,
        (500_002, "钱二", None, None),
        (500_004, "赵一", "1", "甲"),
    )
