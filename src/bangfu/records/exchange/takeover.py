"""Values of the export that were decided to be right, as a file for the intake: it goes through all of its checks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from django.db import transaction

from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.exchange.entry import typed
from bangfu.records.exchange.models import Comparison, Difference
from bangfu.records.exchange.queries import column_at, is_sealed, opened
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import receive
from bangfu.records.intake.models import Upload
from bangfu.records.intake.targets import targets_of

HOUSEHOLD_NO, PERSON_NO, NAME, BIRTH = "户编号", "人编号", "姓名", "出生日期"
PLACE = "区划代码"
Row = dict[str, str]


def hand_over(comparison: Comparison, differences: Iterable[Difference], *, by: User) -> Upload | None:
    """The upload that brings these values in, None where there are none. The intake checks it as any file."""
    homes, people = _rows(differences)
    if not homes and not people:
        return None
    with vault.workroom() as folder:
        path = folder / "values.xlsx"
        _write(path, {"户": list(homes.values()), "成员": list(people.values())})
        upload = receive(
            path,
            file_name=f"{Path(comparison.file_name).stem}-采用国家系统.xlsx",
            mapping=current().mappings["register"],
            by=by,
            year=comparison.year,
            place_prefix=comparison.place_code,
        )
    with transaction.atomic():
        audit.record(
            action="exchange.take_over",
            by=by,
            subject="comparison",
            subject_id=comparison.pk,
            place_code=comparison.place_code,
            facts={"upload_id": upload.pk, "households": len(homes), "persons": len(people)},
        )
    return upload


def _rows(differences: Iterable[Difference]) -> tuple[dict[int, Row], dict[int, Row]]:
    """One row a household and one a person, each with the columns that change."""
    homes: dict[int, Row] = {}
    people: dict[int, Row] = {}
    for each in differences:
        heading, value = _cell(each)
        if each.person is None:
            home = homes.setdefault(each.household_id or 0, {HOUSEHOLD_NO: each.household_no})
            home[heading] = value
        else:
            people.setdefault(each.person_id or 0, _identity(each))[heading] = value
    return homes, people


def _identity(each: Difference) -> Row:
    person = each.person
    row = {HOUSEHOLD_NO: each.household_no, NAME: (person and person.name) or ""}
    if person is not None and person.person_no:
        return {**row, PERSON_NO: person.person_no}
    return {**row, BIRTH: person.birth_date.isoformat() if person and person.birth_date else ""}


def _cell(each: Difference) -> tuple[str, str]:
    if each.path == "row.place":
        return PLACE, each.theirs or ""
    if each.path == "person.household_no":
        return HOUSEHOLD_NO, each.theirs or ""
    value = (opened(each) or "") if is_sealed(each.path) else typed(each.theirs, column_at(each.path))
    return targets_of()[each.path].title.zh, value


def _write(path: Path, sheets: dict[str, list[Row]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            if not rows:
                continue
            sheet = book.add_worksheet(name)
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, 1):
                for column, heading in enumerate(headings):
                    sheet.write_string(number, column, row.get(heading, ""))
