"""Superiors' tables on the web: asked once, filled in their own layout, within the area, and refused where unsafe."""

from __future__ import annotations

import zipfile
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.figures.models import Snapshot
from bangfu.records.reports.models import Filling, Gap, KnownLayout
from tests.access.world import World
from tests.browsers import browser_of
from tests.pages.filling_browser import add_figure, blank, column_of, confirm, kept_snapshot, send

pytestmark = [pytest.mark.db_twice, pytest.mark.usefixtures("blanks_read_here")]
OWN, SIBLING = "533422101", "533422102"
VILLAGE, OTHER = "533422101201", "533422101202"


@pytest.fixture(autouse=True)
def snapshot(world: World) -> Snapshot:
    """Figures of two townships and of one village; the other village has none."""
    found = kept_snapshot()
    for code, value in ((OWN, 250), (SIBLING, 104), (VILLAGE, 31)):
        add_figure(found, world, code, value)
    return found


def with_part(path: Path, part: str) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"<a/>")
    return path


def refusal(browser: Client, path: Path) -> str:
    return unescape(browser.get(send(browser, path, OWN)).content.decode())


def test_a_layout_is_asked_about_once_and_filled_unasked_for_a_colleague(
    world: World, officer: Client, tmp_path: Path
) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村"])
    first = confirm(officer, send(officer, path, OWN))
    colleague = Client()
    colleague.force_login(world.colleague(Role.TOWNSHIP_OFFICER))  # type: ignore[arg-type]
    second = send(colleague, path, OWN)
    assert column_of(officer, first) == column_of(colleague, second) == [31, "=SUM(B3:B3)"]


def test_a_township_officer_never_gets_the_figure_of_a_sibling_township(officer: Client, tmp_path: Path) -> None:
    address = confirm(officer, send(officer, blank(tmp_path / "t.xlsx", ["燕门乡", "云岭乡"]), OWN))
    assert column_of(officer, address)[:2] == [250, None]
    assert "不在您的区域" in officer.get(address).content.decode()
    assert not Gap.objects.exists()


def test_a_figure_that_is_missing_stays_empty_becomes_a_task_and_closes_when_it_comes(
    world: World, officer: Client, snapshot: Snapshot, tmp_path: Path
) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村", "谷扎村"])
    address = confirm(officer, send(officer, path, OWN))
    before = (column_of(officer, address)[1], Gap.objects.get().state, Gap.objects.get().place_code)
    add_figure(snapshot, world, OTHER, 9)
    again = send(officer, path, OWN)
    assert (before, column_of(officer, again)[1], Gap.objects.get().state) == ((None, "open", OTHER), 9, "closed")


def test_a_heading_that_is_not_recognised_is_named_and_a_wrong_choice_is_refused(
    officer: Client, tmp_path: Path
) -> None:
    address = send(officer, blank(tmp_path / "t.xlsx", ["茨中村"], "奇怪的栏目"), OWN)
    page = officer.get(address).content.decode()
    answer = confirm(officer, address, **{"what-0": "没有这个指标"})
    assert "奇怪的栏目" in page
    assert "没有这个指标" in answer
    assert not KnownLayout.objects.exists()


def test_a_name_that_two_villages_bear_is_asked_about(world: World, tmp_path: Path) -> None:
    world.places["533423100201"].name = world.places["533422101201"].name
    world.places["533423100201"].save()
    prefecture = browser_of(world, Role.PREFECTURE_OFFICER)
    address = send(prefecture, blank(tmp_path / "t.xlsx", ["茨中村"]), "5334")
    filled = confirm(prefecture, address, **{"where-0": VILLAGE})
    assert column_of(prefecture, filled)[0] == 31


def test_a_layout_whose_indicator_is_gone_or_defined_anew_is_asked_about_again(officer: Client, tmp_path: Path) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村"])
    confirm(officer, send(officer, path, OWN))
    KnownLayout.objects.update(versions={"households_registered": "0"})
    assert send(officer, path, OWN).endswith("/match/")


def test_a_table_leaves_its_download_in_the_audit_log(officer: Client, tmp_path: Path) -> None:
    address = confirm(officer, send(officer, blank(tmp_path / "t.xlsx", ["茨中村"]), OWN))
    column_of(officer, address)
    assert AuditEvent.objects.filter(action="reports.download").count() == 1


@pytest.mark.parametrize(
    ("part", "way_out"),
    [
        ("xl/vbaProject.bin", ".xlsx"),
        ("xl/externalLinks/externalLink1.xml", "编辑链接"),
        ("xl/embeddings/oleObject1.bin", "删去"),
        ("xl/activeX/activeX1.xml", "删去"),
        ("xl/connections.xml", "连接"),
    ],
)
def test_a_blank_that_carries_a_program_or_looks_elsewhere_is_refused_with_the_part_named(
    officer: Client, tmp_path: Path, part: str, way_out: str
) -> None:
    said = refusal(officer, with_part(blank(tmp_path / "t.xlsx", ["茨中村"]), part))
    assert part in said
    assert way_out in said
    assert Filling.objects.get().stored_as == ""


def test_a_formula_that_would_start_a_program_is_refused_with_its_cell(officer: Client, tmp_path: Path) -> None:
    said = refusal(officer, blank(tmp_path / "t.xlsx", ["茨中村"], formula="=cmd|'/C calc'!A0"))
    assert "B4" in said


def test_a_sheet_of_sixteen_thousand_columns_is_refused_with_the_first_column_too_many(
    officer: Client, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append([f"列{number}" for number in range(16_384)])  # type: ignore[union-attr]
    book.save(tmp_path / "wide.xlsx")
    assert "ALM" in refusal(officer, tmp_path / "wide.xlsx")


def test_headings_without_end_twice_and_as_formulas_are_read_without_harm(officer: Client, tmp_path: Path) -> None:
    path = blank(tmp_path / "t.xlsx", ["茨中村", "茨中村"], "贫" * 10_000)
    book = openpyxl.load_workbook(path)
    book.active["C2"] = "=A2"  # type: ignore[index]
    book.save(path)
    assert officer.get(send(officer, path, OWN)).status_code == 200


def test_an_old_workbook_and_a_sheet_without_a_table_are_refused_with_the_way_out(
    officer: Client, tmp_path: Path
) -> None:
    (tmp_path / "old.xls").write_bytes(b"\x09\x08\x10\x00" + b"\0" * 600)
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    assert ".xlsx" in refusal(officer, tmp_path / "old.xls")
    assert "表头" in refusal(officer, tmp_path / "empty.xlsx")
