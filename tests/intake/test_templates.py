"""Templates made from mapping and schema: filled in they come back whole, unchanged they bring nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from bangfu.records.households.models import Household, Person
from bangfu.records.instance.parameters import current
from bangfu.records.intake.templates import LANGUAGES, write_template
from bangfu.records.intake.village_template import write_village_template
from bangfu.records.places.files import read_files
from bangfu.records.places.models import PlaceYear
from bangfu.records.places.sheets import load_sheets
from tests.cli.conftest import Typed, bangfu
from tests.intake.conftest import Take
from tests.intake.sheets import id_number
from tests.workbooks.libreoffice import Recalculated, recalculated

__all__ = ["bangfu", "recalculated"]
pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]


def template(path: Path, language: str, prefixes: tuple[str, ...] | None = ("539901100",)) -> Path:
    mapping = current().mappings["register"]
    write_template(mapping, path, language=language, prefixes=prefixes, today=timezone.localdate())
    return path


def filled(path: Path) -> Path:
    """The template with a household and its head, every drop-down left as it is."""
    book = openpyxl.load_workbook(path)
    members, households = book.worksheets[0], book.worksheets[1]
    place = entries(book, members)[0]
    _fill(
        members,
        {
            "户编号": "H1",
            "Household number": "H1",
            "区划代码": place,
            "Place code": place,
            "年度": 2015,
            "Year": 2015,
            "姓名": "试验一",
            "Name": "试验一",
            "证件号码": id_number(1),
            "ID number": id_number(1),
        },
    )
    _fill(
        households,
        {
            "户编号": "H1",
            "Household number": "H1",
            "区划代码": place,
            "Place code": place,
            "年度": 2015,
            "Year": 2015,
            "家庭人口数": 1,
            "Household size": 1,
        },
    )
    book.save(path)
    return path


def _fill(sheet: Any, values: dict[str, Any]) -> None:
    for cell in sheet[1]:
        words = [word.strip(" *") for word in str(cell.value).split(" / ")]
        found = next((values[word] for word in words if word in values), None)
        if found is not None:
            sheet.cell(3, cell.column).value = found


def entries(book: Any, sheet: Any) -> list[str]:
    """The entries of the list that belongs to the column of places."""
    column = next(
        cell.column_letter for cell in sheet[1] if "区划代码" in str(cell.value) or "Place code" in str(cell.value)
    )
    check = next(each for each in sheet.data_validations.dataValidation if f"{column}3" in str(each.sqref))
    named = book.defined_names[check.formula1.lstrip("=")]
    ((title, cells),) = named.destinations
    return [cell.value for row in book[title][cells] for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_comes_in_whole(take: Take, tmp_path: Path, language: str) -> None:
    outcome = take(filled(template(tmp_path / "t.xlsx", language)), year=None)
    # A made-up ID number is told that its region does not exist; nothing else is said.
    assert (outcome.refusal, {finding.code for finding in outcome.findings}) == (None, {"id_prefix_unknown"})
    assert (outcome.counts["rows"], outcome.everything_went_in) == (2, True)
    assert (Household.objects.count(), Person.objects.count()) == (1, 1)
    assert [note for note, _ in outcome.notes if note != "rows_left"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_sent_back_as_it_was_brings_nothing_in_and_says_so(
    take: Take, tmp_path: Path, language: str
) -> None:
    outcome = take(template(tmp_path / "t.xlsx", language), year=None)
    assert outcome.refusal is not None
    assert outcome.refusal["code"] == "no_rows"
    assert not Household.objects.exists()


def test_only_villages_of_ones_own_area_can_be_chosen(places: None, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path / "t.xlsx", "zh"))
    assert entries(book, book.worksheets[0]) == ["539901100201 松林村委会", "539901100202 石桥村委会"]


def test_headings_are_protected_and_cells_below_are_not(places: None, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(template(tmp_path / "t.xlsx", "zh")).worksheets[0]
    assert (sheet.protection.sheet, sheet.protection.password, sheet.protection.insertRows) == (True, None, False)
    assert (sheet["B1"].protection.locked, sheet.column_dimensions["B"].protection.locked) == (True, False)


def test_libreoffice_opens_a_template_with_its_lists(places: None, tmp_path: Path, recalculated: Recalculated) -> None:
    book = openpyxl.load_workbook(recalculated(template(tmp_path / "t.xlsx", "both")))
    assert entries(book, book.worksheets[0]) == ["539901100201 松林村委会", "539901100202 石桥村委会"]
    assert book["_lists"].sheet_state == "hidden"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_of_village_sheets_comes_in_and_empty_lines_are_passed_over(
    places: None, tmp_path: Path, language: str
) -> None:
    path = tmp_path / "villages.xlsx"
    write_village_template(path, language=language, prefixes=("539901100",), today=timezone.localdate())
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cells = {cell.value: at for at, cell in enumerate(sheet[1], start=1)}
    spelled = ("年度", "乡村户数", "通动力电", "村集体经济收入（元）")
    if_english = ("Year", "Rural households", "Three-phase power", "Income of the village collective")
    titles = if_english if language == "en" else spelled
    for title, value in zip(titles, (2015, 312, "yes" if language == "en" else "是", 1500.5), strict=True):
        sheet.cell(2, cells[title]).value = value
    book.save(path)
    load_sheets(read_files([path]).sheets, today=timezone.localdate())
    facts = ("rural_households", "production_power", "collective_income_fen")
    assert list(PlaceYear.objects.values_list("place_code", "year", *facts)) == [
        ("539901100201", 2015, 312, True, 150_050)
    ]


def test_the_command_writes_a_workbook_for_each_kind_of_file(places: None, bangfu: Typed, tmp_path: Path) -> None:
    assert bangfu("templates", str(tmp_path), "--place", "539901100", "--lang", "zh").exit_code == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["register.template.xlsx", "villages.template.xlsx"]
    codes = openpyxl.load_workbook(tmp_path / "villages.template.xlsx").worksheets[0]["A"]
    assert [cell.value for cell in codes] == ["区划代码", "539901100201", "539901100202"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [(("/none",), "Make it first"), (("--place", "1"), "Check the code"), (("--lang", "fr"), "known are zh, en, both")],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(
    places: None, bangfu: Typed, tmp_path: Path, asked: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = bangfu("templates", *asked)
    assert (said.exit_code, sentence in said.stderr, list(tmp_path.iterdir())) == (2, True, [])
