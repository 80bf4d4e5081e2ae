"""Pages named .xls: what is read of them, and what a hostile one is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.analytics.workbooks import FileRefused, Limits
from tests.workbooks.conftest import Read, rows_of
from tests.workbooks.make_hostile import write_parts

Refusal = Callable[..., FileRefused]


def page(path: Path, body: str) -> Path:
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return path


def test_spans_of_a_thousand_million_end_where_a_sheet_ends(tmp_path: Path, refusal: Refusal) -> None:
    body = "<table><tr><td colspan=999999999 rowspan=999999999>1<tr><td>2</table>"
    assert refusal(page(tmp_path / "a.xls", body)).code == "too_many_columns"


def test_a_million_empty_cells_are_no_rows(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(page(tmp_path / "a.xls", "<table>" + "<tr><td>" * 1_000_000 + "</table>")).code == "workbook_empty"


def test_scripts_and_styles_are_no_text(tmp_path: Path, read: Read) -> None:
    body = "<table><tr><td>姓<b>名</b><script>alert('<td>x')</script><style>td{}</style>&nbsp;</td></tr></table>"
    assert rows_of(read(page(tmp_path / "a.xls", body)).sheets[0]) == [(1, "姓名")]


def test_entities_of_a_document_type_mean_nothing(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.xls"
    path.write_text('<!DOCTYPE html [<!ENTITY a "bomb">]><table><tr><td>&a;1</td></tr></table>')
    assert rows_of(read(path).sheets[0])[0][1] == "&a;1"


def test_a_stored_number_beside_its_shown_text_is_what_counts(tmp_path: Path, read: Read) -> None:
    sheet = read(
        page(tmp_path / "a.xls", "<table><tr><td x:num='990101198001010010'>9.9E+17</td></tr></table>")
    ).sheets[0]
    assert [fault.code for fault in sheet.faults()] == ["number_precision_lost"]


def test_a_page_without_a_table_is_taken_for_a_notice(tmp_path: Path, refusal: Refusal) -> None:
    assert refusal(page(tmp_path / "a.xls", "<p>登录超时</p>")).code == "html_no_table"


@pytest.mark.parametrize(
    ("part", "code"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "external_links")]
)
def test_macros_and_links_to_other_workbooks_are_refused(
    tmp_path: Path, refusal: Refusal, part: str, code: str
) -> None:
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", part: "<x/>"}
    assert refusal(write_parts(tmp_path / "a.xlsx", parts), Limits()).code == code
