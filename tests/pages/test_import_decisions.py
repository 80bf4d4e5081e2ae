"""Doubtful rows on the web: a person chooses with a reason, the file is checked again, and the row goes in."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from django.test import Client

from bangfu.records.households.models import Person
from bangfu.records.intake.models import RowDecision, StagingRow, Upload
from bangfu.records.jobs.worker import work_one
from tests.bad_input.files import good_row, workbook

pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]
OWN = "533422101201"
ROWS = (good_row(1, 村代码=OWN), good_row(2, 村代码=OWN, 出生日期="1980-02-02"))


@pytest.fixture
def address(officer: Client, tmp_path: Path) -> str:
    """The address of a file with one doubtful row, checked."""
    with workbook(tmp_path / "register.xlsx", ROWS).open("rb") as content:
        answer = officer.post("/imports/", {"file": content, "mapping": "register", "year": ""})
    assert work_one("w", Event())
    return answer.headers["Location"]


def decide(officer: Client, address: str, **facts: str) -> tuple[int, str]:
    row = StagingRow.objects.get(verdict="ask")
    answer = officer.post(
        f"{address}decide/", {"row": str(row.pk), "choice": "take", "reason": "户口本已核对", **facts}
    )
    return answer.status_code, answer.content.decode()


def test_the_result_leads_to_the_rows_for_a_person(officer: Client, address: str) -> None:
    assert f"{address}decide/" in officer.get(address).content.decode()
    text = officer.get(f"{address}decide/").content.decode()
    assert ("文件里的出生日期对" in text, "第3行" in text) == (True, True)


def test_a_decision_is_kept_and_counts_when_the_file_is_checked_again(officer: Client, address: str) -> None:
    assert decide(officer, address)[0] == 302
    assert "按这些决定重新核对" in officer.get(f"{address}decide/").content.decode()
    assert officer.post(f"{address}decide/", {"again": "1"}).headers["Location"] == address
    assert work_one("w", Event())
    assert Upload.objects.get().counts["ask"] == 0
    officer.post(f"{address}merge/")
    assert work_one("w", Event())
    assert sorted(map(str, Person.objects.values_list("birth_date", flat=True)))[-1] == "1980-02-02"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reason": "对"}, "至少两个字"),
        ({"reason": "证件990101198001010013"}, "不要写"),
        ({"choice": ""}, "请选"),
    ],
)
def test_a_decision_without_choice_or_reason_is_asked_for_again(
    officer: Client, address: str, facts: dict[str, str], said: str
) -> None:
    status, text = decide(officer, address, **facts)
    assert (status, said in text, RowDecision.objects.count()) == (422, True, 0)
    assert ("改这一行的决定" in text, '<span role="status">' in text) == (False, False)


def test_a_reason_of_two_characters_is_enough(officer: Client, address: str) -> None:
    assert decide(officer, address, reason="迁户")[0] == 302


@pytest.mark.parametrize("number", ["", "x", "9" * 30, None])
def test_a_row_that_is_not_doubtful_cannot_be_decided_about(officer: Client, address: str, number: str | None) -> None:
    batch = StagingRow.objects.get(verdict="ask").batch
    refused = StagingRow.objects.create(batch=batch, sheet=batch.sheet, row=9, verdict="refused", findings=[])
    asked = {"row": number if number is not None else str(refused.pk), "choice": "take", "reason": "户口本已核对"}
    assert officer.post(f"{address}decide/", asked).status_code == 404


def test_what_was_found_only_after_a_decision_is_not_shown_as_decided(officer: Client, address: str) -> None:
    decide(officer, address)
    row = StagingRow.objects.get(verdict="ask")
    row.findings = [*row.findings, {"code": "number_differs", "value": "…0002"}]
    row.save()
    text = officer.get(f"{address}decide/").content.decode()
    assert ("checked" in text, "户口本已核对" in text) == (False, False)


def test_after_the_merge_the_page_says_how_to_go_on(officer: Client, address: str) -> None:
    officer.post(f"{address}merge/")
    assert work_one("w", Event())
    text = officer.get(f"{address}decide/").content.decode()
    assert ("入库之前" in text, '<form class="form"' in text) == (True, False)
    assert "1户、1人" in officer.get(address).content.decode()
