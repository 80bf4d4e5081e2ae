"""What a file is, and what is refused before a parser sees it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.analytics.workbooks import FileKind, FileRefused, Limits, inspect_file
from bangfu.analytics.workbooks.guard import check_archive, check_file
from tests.workbooks import make_hostile as make

Refusal = Callable[..., FileRefused]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    path = make.office_workbook(tmp_path / "a.xlsx", [["户主"]])
    assert inspect_file(path.rename(tmp_path / "a.csv")) is FileKind.XLSX


def test_an_old_workbook_is_known(tmp_path: Path) -> None:
    assert inspect_file(make.legacy_workbook(tmp_path / "a.xls", [["户主"]])) is FileKind.XLS


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileKind.EMPTY),
        ("户主,人口\n".encode(), FileKind.CSV),
        ("户主,人口\n".encode("gb18030"), FileKind.CSV),
        ("户主,人口\n".encode("utf-16"), FileKind.UTF16),
        ("household,size\n1,2\n".encode("utf-16-le"), FileKind.UTF16),
        (b'\xef\xbb\xbf <html xmlns:o="x"><table><tr><td>1</td></tr></table>', FileKind.HTML),
        (b"<TABLE border=1><TR>", FileKind.HTML),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            FileKind.XML_SPREADSHEET,
        ),
        (b"%PDF-1.7\n1 0 obj", FileKind.BINARY),
        (bytes(range(256)), FileKind.BINARY),
    ],
)
def test_other_content_is_named(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    assert inspect_file(write(tmp_path / "a.xls", content)) is kind


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("xl/workbook.bin", FileKind.XLSB),
        ("word/document.xml", FileKind.WORD),
        ("notes.txt", FileKind.ZIP),
    ],
)
def test_an_archive_is_named_by_its_parts(tmp_path: Path, part: str, kind: FileKind) -> None:
    assert inspect_file(make.write_parts(tmp_path / "a.xlsx", {"[Content_Types].xml": "<Types/>", part: "x"})) is kind


def test_a_page_with_a_table_in_a_cell_is_told_how_to_save_it(tmp_path: Path, refusal: Refusal) -> None:
    refused = refusal(write(tmp_path / "a.xls", b"<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table>"))
    assert (refused.code, "另存为" in refused.text.zh, ".xlsx" in refused.text.en) == ("html_nested", True, True)


def test_a_workbook_with_a_password_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(make.encrypted_workbook(tmp_path / "a.xlsx")).code == "encrypted"


def test_a_cell_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="zip_ratio"):
        check_file(make.bomb(tmp_path / "a.xlsx", 100))


def test_parts_that_share_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="zip_overlap"):
        check_archive(make.overlapping(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\evil.xml", "C:/evil.xml"])
def test_a_part_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = make.write_parts(tmp_path / "a.xlsx", make.parts_of({"表": make.sheet_xml("")}) | {name: "<a/>"})
    with pytest.raises(FileRefused, match="zip_path"):
        check_archive(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = make.write_parts(tmp_path / "a.xlsx", {f"xl/{k}.bin": b"" for k in range(30)})
    with pytest.raises(FileRefused, match="zip_entries"):
        check_archive(path, Limits(parts=20))


def test_a_document_type_is_refused_wherever_it_hides(tmp_path: Path) -> None:
    laughs = f'<?xml version="1.0"?><!--{"x" * 9000}--><!DOCTYPE lolz [<!ENTITY l "ha">]><worksheet>&l;</worksheet>'
    path = make.write_parts(tmp_path / "a.xlsx", make.parts_of({"表": laughs}))
    with pytest.raises(FileRefused, match="xml_entities"):
        check_archive(path)


def test_a_document_type_in_utf16_is_refused(tmp_path: Path) -> None:
    laughs = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE lolz [<!ENTITY l "ha">]><worksheet>&l;</worksheet>'
    path = make.write_parts(tmp_path / "a.xlsx", make.parts_of({"表": laughs.encode("utf-16")}))
    with pytest.raises(FileRefused, match="xml_entities"):
        check_archive(path)


def test_a_cut_workbook_is_told_to_be_incomplete_and_to_be_copied_again(tmp_path: Path, refusal: Refusal) -> None:
    path = make.office_workbook(tmp_path / "a.xlsx", [["户主"]])
    refused = refusal(write(tmp_path / "b.xlsx", path.read_bytes()[:-200]))
    assert (refused.code, "复制" in refused.text.zh, "copy it again" in refused.text.en) == ("incomplete", True, True)


def test_a_part_whose_bytes_were_changed_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    path = make.raw_workbook(tmp_path / "a.xlsx", f'<row r="1">{make.inline("A1", "户主" * 500)}</row>')
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 160
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    assert refusal(write(path, bytes(data))).code == "damaged"


def test_the_code_alone_reaches_a_log() -> None:
    assert str(FileRefused("zip_path", part="张三")) == "zip_path"
