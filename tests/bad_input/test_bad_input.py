"""Bad input at the command line: each fault is answered by a sentence, and nothing is half-written.

A faulty file is refused whole with exit code 2. A faulty row is refused alone with exit code 1 and a sentence naming
sheet, row, column and value; the value of a personal field is never said in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bad_input.files import HEADINGS, SHEET, csv_file, good_row, html_table, id_number, workbook
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
    assert instance.count(PERSONS) == 1


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


def _broken_bytes(folder: Path) -> Path:
    file = csv_file(folder / "register.csv", [GOOD])
    file.write_bytes(file.read_bytes().replace("试验人".encode(), b"\xff\xfe\x80"))
    return file


def _without(heading: str) -> list[str]:
    return [one for one in HEADINGS if one != heading]


def _empty(folder: Path) -> Path:
    (folder / "register.csv").touch()
    return folder / "register.csv"


FILE_FAULTS = (
    FaultyFile("wrong encoding", _broken_bytes, ("line 2",)),
    FaultyFile(
        "missing column",
        lambda folder: workbook(folder / "register.xlsx", [GOOD], headings=_without("户编号")),
        (SHEET, "户编号"),
    ),
    FaultyFile("empty file", _empty, ("empty",)),
    FaultyFile("headings only", lambda folder: workbook(folder / "register.xlsx", []), (SHEET,)),
    FaultyFile("zip bomb", lambda folder: bomb(folder / "register.xlsx"), ("MB",)),
    FaultyFile("UTF-16", lambda folder: csv_file(folder / "register.csv", [GOOD], encoding="utf-16"), ("UTF-16",)),
    FaultyFile("HTML table named .xls", lambda folder: html_table(folder / "register.xls", [GOOD]), ("HTML",)),
)


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda fault: fault.name)
def test_a_faulty_file_is_refused_whole_with_a_sentence(fault: FaultyFile, instance: Instance, tmp_path: Path) -> None:
    file = fault.build(tmp_path)
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 2, ended.stderr
    assert _lines_with(ended.stderr, *fault.says), ended.stderr
    assert "Traceback" not in ended.stderr
    assert instance.count(PERSONS) == 0


TAKEN = (
    ("a workbook that counts days from 1904", lambda folder, rows: workbook(folder, rows, date_1904=True)),
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
    file = build(tmp_path / "register.xlsx", [GOOD, good_row(2)])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert instance.count(PERSONS) == 2


@pytest.mark.parametrize("name", ["𠮷𡈽", "阿布都·热合曼", "扎西尼玛"])
def test_rare_characters_and_middle_dots_in_names_are_taken(name: str, instance: Instance, tmp_path: Path) -> None:
    file = workbook(tmp_path / "register.xlsx", [good_row(1, 姓名=name)])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert instance.count(PERSONS) == 1


def test_a_file_of_100_000_rows_is_taken(instance: Instance, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "register.csv", [good_row(serial) for serial in range(100_000)])
    ended = instance.run("intake", file, "--mapping", "register")
    assert ended.returncode == 0, ended.stderr
    assert instance.count(PERSONS) == 100_000


def _lines_with(text: str, *parts: str) -> list[str]:
    """The lines that hold all parts."""
    return [line for line in text.splitlines() if all(part in line for part in parts)]
