"""`bangfu places`: yearly sheets go in, and a wrong code or level is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.records.access.models import AuditEvent
from bangfu.records.places.models import PlaceYear
from tests.cli.conftest import Typed
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice
SHEETS = "place_code,year,rural_households,rural_base_persons\n533422101201,2015,286,1213\n533422101202,2015,,905\n"


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()


def file(folder: Path, text: str) -> Path:
    path = folder / "place_years.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_yearly_sheets_goes_in(bangfu: Typed, tmp_path: Path) -> None:
    said = bangfu("places", "load", file(tmp_path, SHEETS))
    assert (said.exit_code, said.stderr.strip()) == (0, "2 yearly sheets are new, 0 changed, 0 unchanged.")


def test_the_same_sheets_twice_change_nothing(bangfu: Typed, tmp_path: Path) -> None:
    path = file(tmp_path, SHEETS)
    bangfu("places", "load", path)
    before = list(PlaceYear.objects.order_by("id").values()), AuditEvent.objects.count()
    said = bangfu("places", "load", path)
    assert (said.exit_code, said.stderr.strip()) == (0, "0 yearly sheets are new, 0 changed, 2 unchanged.")
    assert (list(PlaceYear.objects.order_by("id").values()), AuditEvent.objects.count()) == before


def test_a_refusal_is_said_in_chinese_too(bangfu: Typed, tmp_path: Path) -> None:
    said = bangfu("places", "load", file(tmp_path, SHEETS + "533499,2015,1,1\n"), language="zh")
    assert (said.exit_code, said.stderr.strip()) == (2, "place_years.csv 第4行：没有代码为“533499”的地点。")
    assert not PlaceYear.objects.exists()


@pytest.mark.parametrize("command", ["count", "points"])
def test_an_unknown_place_is_said(bangfu: Typed, command: str) -> None:
    said = bangfu("places", command, "--under", "9999")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.strip() == "No place has the code “9999”. Check it with `bangfu places resolve 9999`."


def test_places_are_counted_under_a_code_of_old(bangfu: Typed) -> None:
    bangfu("places", "rename", "533422", "德钦市", "--code-becomes", "533402", "--on", "2026-05-01", "--reason", "1")
    assert bangfu("places", "count", "--under", "533422").stdout == "level,count\ncounty,1\ntownship,2\nvillage,5\n"


def test_an_unknown_level_is_said_with_those_that_are_known(bangfu: Typed) -> None:
    said = bangfu("places", "points", "--under", "5334", "--level", "hamlet")
    assert (said.exit_code, said.stderr.startswith("There is no level hamlet. There are: province,")) == (2, True)


def test_an_empty_name_is_refused(bangfu: Typed) -> None:
    said = bangfu("places", "rename", "533422", " ", "--on", "2026-05-01", "--reason", "1")
    assert (said.exit_code, said.stderr.strip()) == (2, "A name cannot be empty.")
