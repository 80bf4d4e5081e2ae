"""Bad input at the command line: each fault is answered by a sentence, and nothing is half-written.

A faulty file is refused whole with exit code 2. A faulty row is refused alone with exit code 1 and a sentence naming
sheet, row, column and value; the value of a personal field is never said in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.analytics.workbooks.values import ANSWER_HEADING
from tests.bad_input.files import (
    HEADINGS,
    SHEET,
    VILLAGE,
    csv_file,
    good_row,
    id_number,
    page_without_table,
    two_sheets,
    workbook,
)
from tests.bad_input.stored import values, whole, written
from tests.instances import Instance
from tests.workbooks.make_hostile import bomb

PERSONS = "households_person"
GOOD = good_row(1)


@dataclass(frozen=True)
class Fault:
    """A second row with one fault in one column, what must be said of it and what must not."""

    name: str
    column: str
    value: Any
    says: tuple[str, ...] = ()
    hides: str = ""


WRONG_CHECK_DIGIT = id_number(2)[:-1] + ("0" if id_number(2)[-1] != "0" else "1")
FULL_WIDTH = id_number(2).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
ROW_FAULTS = (
    Fault("unknown code", "与户主关系", "邻居", ("邻居",)),
    Fault("wrong check digit", "证件号码", WRONG_CHECK_DIGIT, ("check digit",), WRONG_CHECK_DIGIT),
    Fault("15-digit ID", "证件号码", "990101500101001", ("15",), "990101500101001"),
    Fault("ID stored as a number", "证件号码", 990101195001010057, ("number",), "990101195001010"),
    Fault("full-width digits", "证件号码", FULL_WIDTH, ("full-width",), FULL_WIDTH),
    Fault("duplicate ID in the file", "证件号码", id_number(1), ("row 2",), id_number(1)),
    Fault("unknown place code", "村代码", "539901109209", ("539901109209",)),
    Fault("text in a number", "家庭纯收入", "一万二", ("一万二",)),
    Fault("an empty cell turned 1900", "出生日期", 0, ("1900",)),
    Fault("formula without value", "家庭纯收入", "=A2*2", ("formula",)),
)


@pytest.mark.parametrize("fault", ROW_FAULTS, ids=lambda fault: fault.name)
def test_a_faulty_row_is_refused_alone_and_named(fault: Fault, instance: Instance, tmp_path: Path) -> None:
    file = workbook(tmp_path / "register.xlsx", [GOOD, good_row(2, **{fault.column: fault.value})])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 1, ended.stderr
    assert _lines_with(ended.stderr, SHEET, "row 3", fault.column, *fault.says), ended.stderr
    assert not fault.hides or fault.hides not in ended.stderr + ended.stdout
    assert written(instance) == whole(1)


def test_a_row_under_an_outdated_place_code_is_taken_with_the_new_code_and_told(
    instance: Instance, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "register.xlsx", [GOOD, good_row(2, 村代码="533421")])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert _lines_with(ended.stderr, SHEET, "row 3", "村代码", "533421", "533401"), ended.stderr
    assert instance.count(PERSONS) == 2


def test_an_id_that_the_register_knows_under_another_number_is_refused(instance: Instance, tmp_path: Path) -> None:
    instance.done("intake", workbook(tmp_path / "first.xlsx", [GOOD]), "--mapping", "register")
    other = good_row(2, 证件号码=GOOD["证件号码"])
    ended = instance.run("intake", workbook(tmp_path / "second.xlsx", [other]), "--mapping", "register")
    assert ended.returncode == 2, ended.stderr
    assert _lines_with(ended.stderr, SHEET, "row 2", "证件号码"), ended.stderr
    assert str(GOOD["证件号码"]) not in ended.stderr + ended.stdout
    assert instance.count(PERSONS) == 1


@dataclass(frozen=True)
class FaultyFile:
    """A file that cannot be taken at all, and what must be said of it."""

    name: str
    build: Callable[[Path], Path]
    says: tuple[str, ...]


#: Bytes that are no text in any encoding.
BROKEN = b"\xff\xfe\x80"


def _broken_bytes(folder: Path) -> Path:
    file = csv_file(folder / "register.csv", [GOOD])
    file.write_bytes(file.read_bytes().replace("试验人".encode(), BROKEN))
    return file


def _without(heading: str) -> list[str]:
    return [one for one in HEADINGS if one != heading]


def _empty(folder: Path) -> Path:
    (folder / "register.csv").touch()
    return folder / "register.csv"


def _half(folder: Path) -> Path:
    file = workbook(folder / "register.xlsx", [GOOD])
    file.write_bytes(file.read_bytes()[:3000])
    return file


FILE_FAULTS = (
    FaultyFile(
        "missing column",
        lambda folder: workbook(folder / "register.xlsx", [GOOD], headings=_without("户编号")),
        (SHEET, "户编号"),
    ),
    FaultyFile("empty file", _empty, ("empty",)),
    FaultyFile("headings only", lambda folder: workbook(folder / "register.xlsx", []), (SHEET,)),
    FaultyFile("headings only on two sheets", lambda folder: two_sheets(folder / "r.xlsx", [], []), ("户", "no rows")),
    FaultyFile("half a workbook", _half, ("incomplete", "copy it again")),
    FaultyFile("zip bomb", lambda folder: bomb(folder / "register.xlsx"), ("MB",)),
    FaultyFile("UTF-16", lambda folder: csv_file(folder / "register.csv", [GOOD], encoding="utf-16"), ("UTF-16",)),
    FaultyFile("page without a table", lambda folder: page_without_table(folder / "register.xls"), ("HTML", "Sign in")),
)


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda fault: fault.name)
def test_a_faulty_file_is_refused_whole_with_a_sentence(fault: FaultyFile, instance: Instance, tmp_path: Path) -> None:
    file = fault.build(tmp_path)
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 2, ended.stderr
    assert _lines_with(ended.stderr, *fault.says), ended.stderr
    assert "Traceback" not in ended.stderr
    assert written(instance) == {}


def test_damaged_text_is_refused_with_its_line_its_place_and_the_way_out(instance: Instance, tmp_path: Path) -> None:
    file = _broken_bytes(tmp_path)
    ended = instance.run("intake", file, "--mapping", "register")
    place = f"byte {file.read_bytes().index(BROKEN) + 1} of the file"
    assert ended.returncode == 2, ended.stderr
    assert _lines_with(ended.stderr, "read as UTF-8", "line 2", place, "export it again as CSV UTF-8"), ended.stderr
    assert written(instance) == {}


TAKEN = (
    ("a CSV in GB18030", lambda folder, rows: csv_file(folder.with_suffix(".csv"), rows, encoding="gb18030")),
    (
        "a CSV with a byte order mark",
        lambda folder, rows: csv_file(folder.with_suffix(".csv"), rows, encoding="utf-8-sig"),
    ),
)


@pytest.mark.parametrize("build", [build for _, build in TAKEN], ids=[name for name, _ in TAKEN])
def test_an_unusual_file_is_taken_without_complaint(
    build: Callable[[Path, Sequence[Any]], Path], instance: Instance, tmp_path: Path
) -> None:
    rows = [GOOD, good_row(2)]
    file = build(tmp_path / "register.xlsx", rows)
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert values(instance, PERSONS, "name", "birth_date") == [("试验人", str(row["出生日期"])) for row in rows]


def test_a_date_of_a_workbook_that_counts_from_1904_is_the_day_that_its_sender_saw(
    instance: Instance, tmp_path: Path
) -> None:
    # Without an ID number, which would say the birth date as well.
    rows = [good_row(1, 证件号码="", 出生日期=date(1972, 3, 4)), good_row(2, 证件号码="", 出生日期=date(2011, 2, 28))]
    instance.done("intake", workbook(tmp_path / "register.xlsx", rows, date_1904=True), "--mapping", "register")
    assert values(instance, PERSONS, "birth_date") == [("1972-03-04",), ("2011-02-28",)]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("𠮷𡈽", "𠮷𡈽"),
        ("阿布都·热合曼", "阿布都·热合曼"),
        ("阿布都・热合曼", "阿布都·热合曼"),
        ("扎西尼玛", "扎西尼玛"),
    ],
)
@pytest.mark.parametrize("build", [workbook, csv_file], ids=["workbook", "CSV"])
def test_rare_characters_and_middle_dots_in_names_are_kept(
    build: Callable[[Path, Sequence[Any]], Path], name: str, stored: str, instance: Instance, tmp_path: Path
) -> None:
    instance.done("intake", build(tmp_path / f"register.{EXTENSION[build]}", [good_row(1, 姓名=name)]))
    assert values(instance, PERSONS, "name") == [(stored,)]


EXTENSION: dict[Any, str] = {workbook: "xlsx", csv_file: "csv"}


def _hidden_and_filtered(path: Path, rows: Sequence[Any]) -> Path:
    """The rows with the third one hidden by hand and the fourth one by a filter."""
    book = openpyxl.load_workbook(workbook(path, rows))
    sheet = book[SHEET]
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    sheet.auto_filter.ref = "A1:J5"
    sheet.auto_filter.add_filter_column(2, ["H000001", "H000004"])
    book.save(path)
    return path


def test_hidden_and_filtered_rows_are_taken_and_counted_in_a_note(instance: Instance, tmp_path: Path) -> None:
    file = _hidden_and_filtered(tmp_path / "register.xlsx", [good_row(serial) for serial in range(1, 5)])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert _lines_with(ended.stderr, f"“{SHEET}”: 2 hidden or filtered rows count as well."), ended.stderr
    assert written(instance) == whole(4)


def test_a_sheet_without_rows_is_told_and_the_other_sheet_goes_in(instance: Instance, tmp_path: Path) -> None:
    ended = instance.run("intake", two_sheets(tmp_path / "register.xlsx", [], [GOOD, good_row(2)]))
    assert ended.returncode == 0, ended.stderr
    assert _lines_with(ended.stderr, "Sheet “户” has headings but no rows below them"), ended.stderr
    assert written(instance) == whole(2)


def test_faults_are_told_before_notes(instance: Instance, tmp_path: Path) -> None:
    noted = [good_row(serial, 家庭纯收入="１２００") for serial in range(1, 4)]
    ended = instance.run("intake", workbook(tmp_path / "register.xlsx", [*noted, good_row(4, 与户主关系="邻居")]))
    said = [line for line in ended.stderr.splitlines() if line.startswith(f"{SHEET} row")]
    assert "邻居" in said[0]
    assert len(said) > 3


def test_rows_that_come_back_are_not_told_to_be_merged(instance: Instance, tmp_path: Path) -> None:
    ended = instance.run("intake", workbook(tmp_path / "register.xlsx", [good_row(1, 与户主关系="邻居")]))
    assert ended.returncode == 2, ended.stderr
    assert "1 of 1 rows worked through." in ended.stderr
    assert "0 merged, 1 to mend" in ended.stdout
    assert not _lines_with(ended.stderr, "This does not hold the row back")


def test_a_file_of_names_goes_in_below_the_place_that_is_given(instance: Instance, tmp_path: Path) -> None:
    names = {"县": "试验县", "乡镇": "松林镇", "行政村": "松林村委会"}
    rows = [{name: value for name, value in GOOD.items() if name != "村代码"} | names]
    file = workbook(tmp_path / "register.xlsx", rows, headings=list(rows[0]))
    ended = instance.run("intake", file, "--place", VILLAGE[:9])
    assert ended.returncode == 0, ended.stderr


def _marked(answer: Path, sheet: str) -> tuple[set[str], str]:
    """The cells of the third row that are filled in the answer, and what its added column says of the row."""
    found = openpyxl.load_workbook(answer)[sheet]
    headings = [str(cell.value) for cell in found[1]]
    filled = {heading for heading, cell in zip(headings, found[3], strict=True) if cell.fill.fill_type == "solid"}
    column = headings.index(ANSWER_HEADING.en) + 1
    return filled, str(found.cell(3, column).value)


@pytest.mark.parametrize(
    ("build", "sheet"), [(workbook, SHEET), (csv_file, "register")], ids=["a workbook", "a CSV, as a workbook"]
)
def test_a_file_with_a_faulty_row_is_answered_beside_it_with_the_cell_marked(
    build: Callable[[Path, Sequence[Any]], Path], sheet: str, instance: Instance, tmp_path: Path
) -> None:
    file = build(tmp_path / f"register.{EXTENSION[build]}", [GOOD, good_row(2, 与户主关系="邻居")])
    ended = instance.run("intake", file, "--mapping", "register")
    answer = tmp_path / "register.answer.xlsx"
    assert _lines_with(ended.stderr, str(answer)), ended.stderr
    filled, sentence = _marked(answer, sheet)
    assert ("与户主关系" in filled, "姓名" in filled) == (True, False)
    assert "邻居" in sentence


def test_a_file_without_a_faulty_row_is_not_answered(instance: Instance, tmp_path: Path) -> None:
    instance.done("intake", workbook(tmp_path / "register.xlsx", [GOOD]))
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["register.xlsx"]


def test_a_file_of_100_000_rows_is_taken(instance: Instance, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "register.csv", [good_row(serial) for serial in range(100_000)])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert instance.count(PERSONS) == 100_000


def _lines_with(text: str, *parts: str) -> list[str]:
    """The lines that hold all parts."""
    return [line for line in text.splitlines() if all(part in line for part in parts)]
