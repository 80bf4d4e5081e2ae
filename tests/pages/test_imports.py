"""Files on the web: chosen once, checked, shown row by row in the reader's language, merged once, answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.households.models import Person
from bangfu.records.intake import merging
from bangfu.records.intake.models import Batch, Upload, UploadState
from bangfu.records.jobs.actions import cancel, claim, fail
from bangfu.records.jobs.models import Job, JobState
from bangfu.records.jobs.worker import work_one
from bangfu.web.pages import imports as page
from tests.access.world import World
from tests.bad_input.files import SHEET, csv_file, good_row, workbook
from tests.browsers import browser_of

pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]
OWN, NEIGHBOUR = "533422101201", "533422102201"
#: Two sound rows, two to mend, one that a note goes with.
MIXED = (
    good_row(1, 村代码=OWN),
    good_row(2, 村代码=OWN),
    good_row(3, 村代码=OWN, 健康状况="健唐"),
    good_row(4, 村代码=OWN, 与户主关系="邻居"),
    good_row(5, 村代码=OWN, 家庭纯收入="１２００"),
)
Build = Callable[..., Path]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """The workbook with two rows to mend."""
    return workbook(tmp_path / "register.xlsx", MIXED)


def send(browser: Client, file: Path) -> str:
    """Choose a file on the page; the address of its result."""
    with file.open("rb") as content:
        answer = browser.post("/imports/", {"file": content, "mapping": "register", "year": ""})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def work() -> None:
    """The worker does what waits."""
    assert work_one("w", Event())


def test_the_rows_with_a_note_are_reached_from_the_result(world: World, mixed: Path) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER)
    address = send(browser, mixed)
    work()
    assert f'href="{address}?show=notice#rows">有提示的行' in browser.get(address).content.decode()
    text = browser.get(f"{address}?show=notice").content.decode()
    assert ("全角" in text, "第4行" in text) == (True, False)


def checked(browser: Client, file: Path) -> str:
    """The address of the result of a file that has been checked."""
    address = send(browser, file)
    work()
    return address


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def cards(text: str) -> list[int]:
    """The figures on the cards, in order."""
    return [int(number.replace(",", "")) for number in re.findall(r'<p class="figure"><a [^>]*><b>([\d,]+)</b>', text)]


def sentences(text: str) -> Mapping[str, str]:
    """What is said of each row, by sheet and row."""
    found = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>.*?<td[^>]*><span>([^<]+)</span></td>', text, re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("build", [workbook, csv_file], ids=["xlsx", "csv"])
def test_the_counts_on_the_cards_add_up_to_the_rows_of_the_file(officer: Client, tmp_path: Path, build: Build) -> None:
    suffix = {"workbook": "xlsx", "csv_file": "csv"}[build.__name__]
    good, mend, ask, rows = cards(text_of(officer, checked(officer, build(tmp_path / f"a.{suffix}", MIXED))))
    assert (good, mend, ask, rows) == (3, 2, 0, 5)
    assert good + mend + ask == rows


def test_each_faulty_row_is_told_with_sheet_row_value_and_way_out(officer: Client, mixed: Path) -> None:
    said = sentences(text_of(officer, checked(officer, mixed)))
    assert set(said) == {f"{SHEET} · 4", f"{SHEET} · 5"}
    assert "健唐" in said[f"{SHEET} · 4"]
    assert "健康" in said[f"{SHEET} · 4"]
    assert "邻居" in said[f"{SHEET} · 5"]


def test_an_english_reader_is_told_in_english(world: World, mixed: Path) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER, "en")
    text = text_of(browser, checked(browser, mixed))
    assert "is not in the list" in sentences(text)[f"{SHEET} · 4"]
    assert ("Can be merged" in text, "Rows in the file" in text, "Download the marked workbook" in text) == (
        True,
        True,
        True,
    )


def test_the_address_picks_rows_by_what_becomes_of_them(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    assert set(sentences(text_of(officer, f"{address}?show=refused"))) == {f"{SHEET} · 4", f"{SHEET} · 5"}
    assert f"{SHEET} · 6" in sentences(text_of(officer, f"{address}?show=notice"))
    assert "没有要改的行" in text_of(officer, f"{address}?show=ask")


def test_many_faulty_rows_are_shown_page_by_page(officer: Client, mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ROWS_A_PAGE", 1)
    address = checked(officer, mixed)
    first, second = text_of(officer, address), text_of(officer, f"{address}?page=2")
    assert (set(sentences(first)), set(sentences(second))) == ({f"{SHEET} · 4"}, {f"{SHEET} · 5"})
    assert ('rel="next" href="' in first, 'rel="prev" href="' in second) == (True, True)
    assert 'rel="next"' not in second


def test_a_row_outside_of_the_officers_township_is_named(officer: Client, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [good_row(1, 村代码=OWN), good_row(2, 村代码=NEIGHBOUR)])
    assert NEIGHBOUR in sentences(text_of(officer, checked(officer, file)))[f"{SHEET} · 3"]


def test_the_good_rows_go_in_once_however_often_that_is_asked(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    assert "先入库3行" in text_of(officer, address)
    officer.post(f"{address}merge/")
    officer.post(f"{address}merge/")
    assert Job.objects.filter(kind="intake.merge").count() == 1
    work()
    officer.post(f"{address}merge/")
    text = text_of(officer, address)
    assert (Job.objects.filter(kind="intake.merge").count(), Person.objects.count()) == (1, 3)
    assert "已入库：新增" in text
    assert "先入库" not in text


def test_two_clicks_send_the_file_once(officer: Client, mixed: Path) -> None:
    assert send(officer, mixed) == send(officer, mixed)
    assert (Upload.objects.count(), Job.objects.filter(kind="intake.check").count()) == (1, 1)


def test_a_click_after_the_merge_shows_what_was_merged(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    officer.post(f"{address}merge/")
    work()
    assert send(officer, mixed) == address
    assert "已入库：新增" in text_of(officer, address)


@pytest.fixture
def half_merged(officer: Client, mixed: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file whose merge failed after its first batch of two rows."""
    address = checked(officer, mixed)
    merge = merging.Merge.merge
    broken: list[Batch] = []

    def breaking(self: merging.Merge, batch: Batch, *rest: Any) -> Any:
        if batch.number == 1 and not broken:
            broken.append(batch)
            raise AssertionError("The second batch breaks.")
        return merge(self, batch, *rest)

    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=2))
    monkeypatch.setattr(merging.Merge, "merge", breaking)
    officer.post(f"{address}merge/")
    work()
    return address


def test_a_merge_that_failed_says_why_and_can_be_gone_on_with(officer: Client, half_merged: str) -> None:
    failed = Job.objects.get(kind="intake.merge")
    assert (failed.state, Upload.objects.get().state, Person.objects.count()) == (JobState.FAILED, "merging", 2)
    text = text_of(officer, half_merged)
    assert (failed.error_id in text, "继续入库" in text, "已入库的行保留" in text) == (True, True, True)
    assert cards(text) == [3, 2, 0, 5]
    officer.post(f"{half_merged}merge/")
    work()
    assert (Upload.objects.get().state, Person.objects.count()) == (UploadState.MERGED, 3)
    assert "已入库：新增" in text_of(officer, half_merged)


def test_a_file_whose_merge_failed_is_listed_as_stopped(officer: Client, half_merged: str) -> None:
    assert "中途停下" in text_of(officer, "/imports/")


def test_a_merge_that_was_stopped_can_be_asked_for_again(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    officer.post(f"{address}merge/")
    cancel(Job.objects.get(kind="intake.merge"), now=timezone.now())
    assert "先入库3行" in text_of(officer, address)
    officer.post(f"{address}merge/")
    work()
    assert Person.objects.count() == 3


def test_while_a_merge_runs_there_is_no_button(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    officer.post(f"{address}merge/")
    claim("w", now=timezone.now())
    Upload.objects.update(state=UploadState.MERGING)
    text = text_of(officer, address)
    assert ("继续入库" in text, "先入库" in text, 'hx-get="/jobs/' in text) == (False, False, True)
    officer.post(f"{address}merge/")
    assert Job.objects.filter(kind="intake.merge").count() == 1


def test_a_check_that_failed_leads_back_to_the_form(officer: Client, mixed: Path) -> None:
    address = send(officer, mixed)
    held = claim("w", now=timezone.now())
    assert held is not None
    fail(held, worker="w", now=timezone.now(), error_id="7F3A")
    text = text_of(officer, address)
    assert ("7F3A" in text, "重新选文件" in text, "先入库" in text) == (True, True, False)
    assert send(officer, mixed) != address


def test_the_answer_downloads_with_the_cells_marked_and_is_audited(officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    assert f'href="{address}answer/"' in text_of(officer, address)
    answer = officer.get(f"{address}answer/")
    assert "register.answer.xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.getvalue()))[SHEET]
    headings = [cell.value for cell in sheet[1]]
    marked = sheet.cell(4, headings.index("健康状况") + 1)
    assert (marked.value, marked.fill.fill_type) == ("健唐", "solid")
    assert "健唐" in str(sheet.cell(4, headings.index("问题和改法") + 1).value)
    assert AuditEvent.objects.filter(action="intake.download_answer").count() == 1


def test_a_file_without_faults_has_no_answer(officer: Client, tmp_path: Path) -> None:
    address = checked(officer, workbook(tmp_path / "a.xlsx", [good_row(1, 村代码=OWN)]))
    assert "answer/" not in text_of(officer, address)
    assert officer.get(f"{address}answer/").status_code == 404


@pytest.mark.parametrize(("language", "says"), [("zh", "缺少「户编号」列"), ("en", "lacks the column")])
def test_a_refused_file_says_why(world: World, tmp_path: Path, language: str, says: str) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER, language)
    file = workbook(tmp_path / "a.xlsx", [good_row(1)], headings=["姓名", "健康状况"])
    text = text_of(browser, checked(browser, file))
    assert (says in text, "户编号" in text, SHEET in text, cards(text)) == (True, True, True, [])


def notes_of(text: str) -> list[str]:
    """What is said of the whole file."""
    return re.findall(r'<div class="notice"><p>([^<]+)</p></div>', text)


def test_what_is_said_of_the_whole_file_stays_on_the_page_after_the_merge(officer: Client, tmp_path: Path) -> None:
    row = good_row(1, 村代码=OWN) | {"颜色": "红", "鞋码": "40"}
    address = checked(officer, workbook(tmp_path / "a.xlsx", [row], headings=list(row)))
    assert notes_of(text_of(officer, address)) == [f"「{SHEET}」表：下列各列不认识，没有收：颜色、鞋码。"]
    officer.post(f"{address}merge/")
    work()
    assert "颜色、鞋码" in text_of(officer, address)


def test_an_english_reader_is_told_of_the_whole_file_in_english(world: World, tmp_path: Path) -> None:
    browser = browser_of(world, Role.TOWNSHIP_OFFICER, "en")
    row = good_row(1, 村代码=OWN) | {"颜色": "红", "鞋码": "40"}
    text = text_of(browser, checked(browser, workbook(tmp_path / "a.xlsx", [row], headings=list(row))))
    assert notes_of(text) == [f"Sheet “{SHEET}”: these columns are not known and were left out: 颜色, 鞋码."]


def test_earlier_files_are_listed_page_by_page(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "FILES_A_PAGE", 1)
    send(officer, workbook(tmp_path / "older.xlsx", [good_row(1, 村代码=OWN)]))
    send(officer, workbook(tmp_path / "newer.xlsx", [good_row(2, 村代码=OWN)]))
    first, second = text_of(officer, "/imports/"), text_of(officer, "/imports/?page=2")
    assert ("newer.xlsx" in first, "older.xlsx" in first, 'rel="next"' in first) == (True, False, True)
    assert ("newer.xlsx" in second, "older.xlsx" in second, 'rel="next"' in second) == (False, True, False)
    assert text_of(officer, "/imports/?page=99").count("older.xlsx") == second.count("older.xlsx")


def test_a_form_without_a_file_is_shown_again(officer: Client) -> None:
    assert officer.post("/imports/", {"mapping": "register"}).status_code == 422


def test_the_neighbour_finds_neither_file_nor_answer(world: World, officer: Client, mixed: Path) -> None:
    address = checked(officer, mixed)
    neighbour = browser_of(world, Role.COUNTY_OFFICER)
    seen = [neighbour.get(address).status_code, neighbour.get(f"{address}answer/").status_code]
    assert seen == [404, 404]
    assert neighbour.post(f"{address}merge/").status_code == 404
    assert "register.xlsx" not in text_of(neighbour, "/imports/")


def queries_of(browser: Client) -> int:
    text_of(browser, "/imports/")
    with CaptureQueriesContext(connection) as captured:
        text_of(browser, "/imports/")
    return len(captured)


def test_the_count_of_queries_does_not_grow_with_the_list(officer: Client, tmp_path: Path) -> None:
    checked(officer, workbook(tmp_path / "0.xlsx", [good_row(1, 村代码=OWN)]))
    few = queries_of(officer)
    for_each = [workbook(tmp_path / f"{serial}.xlsx", [good_row(serial, 村代码=OWN)]) for serial in range(2, 8)]
    assert len([checked(officer, file) for file in for_each]) == 6
    assert queries_of(officer) == few
    # Session, user and grants are asked before the page.
    assert few - 3 <= 4
