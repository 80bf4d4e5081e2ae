"""What readers are told, in their language, and what is kept of refused rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from bangfu.records.intake import report
from bangfu.records.intake.actions import Outcome
from bangfu.records.intake.messages import FILE_SENTENCES
from bangfu.records.intake.models import StagingRow, Upload
from bangfu.records.intake.queries import refusal_sentence
from bangfu.records.intake.sealed_rows import open_cells
from bangfu.records.personal import CannotOpen
from tests.intake.conftest import Take
from tests.intake.sheets import member, write

pytestmark = pytest.mark.db_twice


def notes(outcome: Outcome, language: str) -> list[str]:
    """The notes about whole sheets as the command line says them."""
    with override(language):
        return [gettext(FILE_SENTENCES[code]).format(**values) for code, values in outcome.notes]


def refusal(language: str) -> str:
    """The stored refusal of the last upload in a language."""
    with override(language):
        return refusal_sentence(Upload.objects.order_by("-id")[0].refusal)


def test_headings_are_listed_as_the_reader_lists_things(take: Take) -> None:
    take([{"姓名": "某人", "性别": "男", "颜色": "红"}])
    assert "姓名, 性别, 颜色" in refusal("en")
    assert "姓名、性别、颜色" in refusal("zh-hans")


def test_a_missing_name_is_named_in_the_readers_language(take: Take, tmp_path: Path) -> None:
    take(write(tmp_path / "成员.csv", [{"户编号": "H1", "性别": "男"}]))
    assert "lacks the column Name." in refusal("en")
    assert "姓名" in refusal("zh-hans")


def test_unknown_columns_are_listed_as_the_reader_lists_things(take: Take) -> None:
    outcome = take([member(1, 颜色="红", 鞋码="40")])
    assert "颜色, 鞋码" in notes(outcome, "en")[0]
    assert "颜色、鞋码" in notes(outcome, "zh-hans")[0]


def test_a_heading_that_stands_twice_is_not_called_unknown(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("户编号,村代码,姓名,姓名\nH0001,539901100201,试验一,试验二\n", encoding="utf-8")
    said = notes(take(path), "en")
    assert (len(said), "the first one counts: 姓名." in said[0]) == (1, True)


def test_repeated_notes_name_their_column_in_the_readers_language(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "LISTED_NOTICES", 1)
    outcome = take([member(serial, household=serial, 证件号码="", 联系电话="12") for serial in range(1, 5)])
    assert notes(outcome, "en") == [
        "3 more rows have the same note about Phone number; the first ones stand among the rows with a note and in the "
        "marked workbook."
    ]
    assert "联系电话" in notes(outcome, "zh-hans")[0]


def test_the_cells_of_a_refused_row_open_again(take: Take) -> None:
    take([member(1, 健康状况="健唐")])
    cells = open_cells(StagingRow.objects.get(verdict="refused"))
    assert (cells["姓名"], cells["健康状况"]) == ("试验1", "健唐")


def test_the_cells_of_another_uploads_row_do_not_open_in_its_place(take: Take) -> None:
    take([member(1, 健康状况="健唐")])
    take([member(2, 健康状况="健唐")])
    first, second = StagingRow.objects.filter(verdict="refused").order_by("id")
    first.raw = second.raw
    with pytest.raises(CannotOpen, match="another batch"):
        open_cells(first)


def test_the_cells_of_another_row_do_not_open_in_its_place(take: Take) -> None:
    take([member(1, 健康状况="健唐"), member(2, 健康状况="健唐")])
    first, second = StagingRow.objects.filter(verdict="refused").order_by("row")
    first.raw = second.raw
    with pytest.raises(CannotOpen):
        open_cells(first)
