"""Filled tables: what words ask for, zeros that are known, tasks that follow their places, files that are not lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.analytics.workbooks.blank import read_blank
from bangfu.records.access.models import Role
from bangfu.records.figures.models import Snapshot
from bangfu.records.intake import vault
from bangfu.records.jobs import actions as jobs
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.running import Cancelled, Running
from bangfu.records.places.actions import merge_places, rename_place
from bangfu.records.reports import actions, reading, work
from bangfu.records.reports.models import Filling, Gap, KnownLayout
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.filling_browser import add_figure, blank, column_of, confirm, kept_snapshot, saved, send

pytestmark = [pytest.mark.db_twice, pytest.mark.usefixtures("blanks_read_here")]
OWN, VILLAGE, OTHER = "533422101", "533422101201", "533422101202"
DAY = date(2016, 5, 1)


@pytest.fixture(autouse=True)
def snapshot(world: World) -> Snapshot:
    """Figures of a township in three years, and of one of its villages."""
    found = kept_snapshot()
    for code, year, value in ((OWN, 2013, 77), (OWN, 2014, 88), (OWN, 2015, 250), (VILLAGE, 2015, 31)):
        add_figure(found, world, code, value, year=year)
    return found


@pytest.fixture
def officer(world: World) -> Client:
    """The township officer's browser."""
    return browser_of(world, Role.TOWNSHIP_OFFICER)


def causes(path: Path) -> Path:
    """Two causes of two villages."""
    return saved(path, [["2015年致贫原因统计表"], ["地区", "因病", "因残"], ["茨中村"], ["谷扎村"]])


# --- What words ask for ---------------------------------------------------------------------------------------------


def test_the_whole_of_a_place_is_its_figure_only_at_the_level_of_the_place(officer: Client, tmp_path: Path) -> None:
    path = blank(tmp_path / "t.xlsx", ["全省", "全县合计", "全乡", "茨中村"])
    assert column_of(officer, confirm(officer, send(officer, path, OWN)))[:4] == [None, None, 250, 31]


def test_last_year_is_the_year_before_the_one_that_the_title_says(officer: Client, tmp_path: Path) -> None:
    path = blank(tmp_path / "t.xlsx", ["上年", "本年"], title="2014年贫困户统计表")
    assert column_of(officer, confirm(officer, send(officer, path, OWN)))[:2] == [77, 88]


# --- What is known to be nothing ------------------------------------------------------------------------------------


def test_a_group_without_a_case_is_zero_unless_rows_of_no_known_group_may_be_of_it(
    world: World, officer: Client, snapshot: Snapshot, tmp_path: Path
) -> None:
    for code, group, value in ((VILLAGE, "01", 5), (VILLAGE, "?", 0), (OTHER, "01", 2), (OTHER, "?", 3)):
        add_figure(snapshot, world, code, value, indicator="households_by_cause", group=group)
    address = confirm(officer, send(officer, causes(tmp_path / "t.xlsx"), OWN))
    assert (column_of(officer, address, 1), column_of(officer, address, 2)) == ([5, 2], [0, None])
    assert Gap.objects.get().place_code == OTHER


# --- Places that change ---------------------------------------------------------------------------------------------


def test_a_layout_and_its_tasks_go_along_when_the_office_gets_another_code(officer: Client, tmp_path: Path) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村", "谷扎村"])
    confirm(officer, send(officer, path, OWN))
    rename_place(OWN, name="燕门镇", new_code="533422109", on=DAY, reason="Document 1")
    gap = Gap.objects.get()
    assert (gap.office_code, gap.place_code) == ("533422109", "533422109202")
    assert not send(officer, path, "533422109").endswith("/match/")


def test_what_two_merged_offices_both_asked_and_confirmed_stands_once(world: World) -> None:
    own, other = world.places[VILLAGE], world.places[OTHER]
    now = timezone.now()
    for place in (own, other):
        KnownLayout(digest="d" * 64, place=place, place_code=place.code, confirmed_at=now).save()
        Gap(
            office=place, office_code=place.code, place=place, place_code=place.code,
            year=2015, what="households_registered", reason="not_reported", sheet="1", cell="B3", opened_at=now,
        ).save()  # fmt: skip
    merge_places([VILLAGE, OTHER], into=VILLAGE, on=DAY, reason="Document 2")
    assert KnownLayout.objects.get().place_code == VILLAGE
    assert (Gap.objects.get().office_code, Gap.objects.get().place_code) == (VILLAGE, VILLAGE)


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_filling_that_fails_leaves_the_table_of_before_and_no_file_besides(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村"])
    address = confirm(officer, send(officer, path, OWN))
    files = sorted(vault.folder().iterdir())
    monkeypatch.setattr(actions, "keep_gaps", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm(officer, f"{address}match/")
    assert sorted(vault.folder().iterdir()) == files
    assert column_of(officer, address)[0] == 31


def test_a_table_filled_anew_takes_the_place_of_the_one_before(
    officer: Client, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    address = confirm(officer, send(officer, blank(tmp_path / "t.xlsx", ["茨中村"]), OWN))
    files = len(list(vault.folder().iterdir()))
    with django_capture_on_commit_callbacks(execute=True):
        confirm(officer, f"{address}match/")
    assert len(list(vault.folder().iterdir())) == files


def test_a_blank_of_a_known_layout_is_opened_once(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村"])
    confirm(officer, send(officer, path, OWN))
    opened: list[Path] = []

    def counted(path: Path, folder: Path) -> Any:
        opened.append(path)
        return read_blank(path)

    monkeypatch.setattr(reading, "read_blank_bounded", counted)
    send(officer, path, OWN)
    assert len(opened) == 1


def test_a_sheet_named_like_a_formula_is_words_in_the_list_of_what_is_missing(officer: Client, tmp_path: Path) -> None:
    address = confirm(officer, send(officer, blank(tmp_path / "t.xlsx", ["谷扎村"], sheet="=1+1"), OWN))
    assert "\n'=1+1,B3," in officer.get(f"{address}gaps/?as=csv").content.decode().replace("\r", "")


# --- In the background ----------------------------------------------------------------------------------------------


def test_filling_in_the_background_can_be_stopped_from_its_page_and_stops(
    officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村"])
    confirm(officer, send(officer, path, OWN))
    monkeypatch.setattr(actions, "LARGE", 0)
    address = send(officer, path, OWN)
    job = jobs.claim("w", now=timezone.now())
    assert job is not None
    stop = f"/jobs/{job.ref}/cancel/"
    shown = officer.get(address).content.decode()

    def stopped_meanwhile(path: Path) -> Any:
        officer.post(stop)
        return reading.parse(path)

    monkeypatch.setattr(actions, "parse", stopped_meanwhile)
    running = Running(job, worker="w", stopping=Event(), clock=count(step=2).__next__)
    with pytest.raises(Cancelled):
        work.fill(running)
    assert stop in shown
    assert Filling.objects.get(job=Job.objects.get()).result_stored_as == ""
