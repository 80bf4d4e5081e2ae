"""`bangfu intake` asks before the work what would spoil it after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from bangfu.records.intake.models import Upload
from tests.bad_input.files import csv_file, good_row
from tests.cli.conftest import Typed
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice


@pytest.fixture
def register(db: None, tmp_path: Path) -> Path:
    load_villages()
    return csv_file(tmp_path / "register.csv", [good_row(1)])


def test_an_answer_in_no_folder_is_refused_before_the_work(bangfu: Typed, register: Path) -> None:
    said = bangfu("intake", register, "--answer", "/nonexistent/x.xlsx")
    assert (said.exit_code, "there is no folder /nonexistent" in said.stderr) == (2, True)
    assert not Upload.objects.exists()


def test_an_answer_that_is_a_folder_is_refused(bangfu: Typed, register: Path) -> None:
    said = bangfu("intake", register, "--answer", register.parent)
    assert (said.exit_code, "is a folder. Name a file." in said.stderr) == (2, True)


def test_an_answer_that_would_replace_the_file_is_refused(bangfu: Typed, register: Path) -> None:
    before = register.read_bytes()
    said = bangfu("intake", register, "--answer", register.parent / "." / register.name)
    assert (said.exit_code, "would replace the file itself" in said.stderr) == (2, True)
    assert register.read_bytes() == before


@pytest.mark.parametrize("years_on", [-100, 2], ids=["long ago", "after the next one"])
def test_a_year_that_cannot_be_is_refused(bangfu: Typed, register: Path, years_on: int) -> None:
    this_year: date = timezone.localdate()
    year = this_year.year + years_on
    said = bangfu("intake", register, "--year", year)
    assert said.exit_code == 2
    assert said.stderr.strip() == f"The year “{year}” cannot be; name one from 1949 to {this_year.year + 1}."
    assert not Upload.objects.exists()
