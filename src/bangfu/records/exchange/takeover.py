"""Values of the export that were decided to be right, as a file for the intake: it goes through all of its checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from django.db import transaction
from django.db.models import Max

from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.exchange.entry import typed
from bangfu.records.exchange.models import Comparison, Difference, DifferenceDecision, Side
from bangfu.records.exchange.queries import column_at, is_sealed, opened
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import receive
from bangfu.records.intake.models import Upload, UploadState
from bangfu.records.intake.targets import targets_of
from bangfu.records.jobs.actions import UNSUCCESSFUL
from bangfu.records.personal import keyring
from bangfu.records.places.queries import under

HOUSEHOLD_NO, PERSON_NO, NAME, BIRTH, ID_NO = "户编号", "人编号", "姓名", "出生日期", "证件号码"
PLACE = "区划代码"
SAME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
Row = dict[str, str]


@dataclass(frozen=True)
class Handed:
    """What was handed to the intake: the upload, None where there is none, and how many persons were left out."""

    upload: Upload | None
    left_out: int


def hand_over(comparison: Comparison, differences: Iterable[Difference], *, by: User) -> Handed:
    """The upload that brings these values in. The intake checks it as any file.

    A person whom the file would no longer name is left out: the intake would take such a row for a further member.
    """
    homes, people, left_out = _rows(differences)
    if not homes and not people:
        return Handed(None, left_out)
    with vault.workroom() as folder:
        path = folder / "values.xlsx"
        _write(path, {"户": homes, "成员": people})
        with transaction.atomic():
            # Of two clicks at once the second waits here until the upload of the first stands.
            Comparison.objects.select_for_update().get(pk=comparison.pk)
            standing = _standing(path, comparison)
            if standing is not None:
                return Handed(standing, left_out)
            upload = receive(
                path,
                file_name=f"{Path(comparison.file_name).stem}-采用国家系统.xlsx",
                mapping=current().mappings["register"],
                by=by,
                year=comparison.year,
                place_prefix=comparison.place_code,
            )
            counts = {"households": len(homes), "persons": len(people), "left_out": left_out}
            audit.record(
                action="exchange.take_over",
                by=by,
                subject="comparison",
                subject_id=comparison.pk,
                place_code=comparison.place_code,
                facts={"upload_id": upload.pk, **counts},
            )
    return Handed(upload, left_out)


def _standing(path: Path, comparison: Comparison) -> Upload | None:
    """The upload that brought in, or brings in, the very same values since values were decided about last."""
    area = under(comparison.place_code, "difference__place_code")
    decided = DifferenceDecision.objects.filter(area, difference__year=comparison.year, side=Side.THEIRS)
    last = decided.aggregate(at=Max("at"))["at"]
    same = Upload.objects.filter(
        content_hash=vault.content_hash(path), year=comparison.year, place_prefix=comparison.place_code
    )
    since = same if last is None else same.filter(created_at__gte=last)
    live = since.exclude(state=UploadState.REFUSED).exclude(job__state__in=UNSUCCESSFUL)
    return live.order_by("created_at").first()


def _rows(differences: Iterable[Difference]) -> tuple[list[Row], list[Row], int]:
    """One row a household and one a person, each with the columns that change, and how many persons have no name."""
    homes: dict[int, Row] = {}
    people: dict[int, Row] = {}
    persons: dict[int, Difference] = {}
    for each in differences:
        heading, value = _cell(each)
        if each.person is None:
            home = homes.setdefault(each.household_id or 0, {HOUSEHOLD_NO: each.household_no})
            home[heading] = value
        else:
            persons[each.person.pk] = each
            people.setdefault(each.person.pk, {})[heading] = value
    named = {key: _identity(persons[key], set(taken)) for key, taken in people.items()}
    rows = [{**identity, **people[key]} for key, identity in named.items() if identity is not None]
    return list(homes.values()), rows, len(people) - len(rows)


def _identity(each: Difference, taken: set[str]) -> Row | None:
    """The cells that say who is meant, beside those that are taken over; None where none of them would stay.

    The number comes first, as in the intake, then the ID number, then household, name and birth date together.
    """
    person = each.person
    if person is None:
        return None
    row = {HOUSEHOLD_NO: each.household_no, NAME: person.name or ""}
    if person.person_no and PERSON_NO not in taken:
        return {**row, PERSON_NO: person.person_no}
    if person.id_no_enc is not None and ID_NO not in taken:
        sealed = bytes(person.id_no_enc)
        return {**row, ID_NO: keyring().open(person._meta.db_table, "id_no", person.pk, sealed)}
    if taken & {HOUSEHOLD_NO, NAME, BIRTH}:
        return None
    return {**row, BIRTH: person.birth_date.isoformat() if person.birth_date else ""}


def _cell(each: Difference) -> tuple[str, str]:
    if each.path == "row.place":
        return PLACE, each.theirs or ""
    if each.path == "person.household_no":
        return HOUSEHOLD_NO, each.theirs or ""
    value = (opened(each) or "") if is_sealed(each.path) else typed(each.theirs, column_at(each.path))
    return targets_of()[each.path].title.zh, value


def _write(path: Path, sheets: dict[str, list[Row]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        # The same values make the same bytes, so that a second click finds the file of the first.
        book.set_properties({"created": SAME_DAY})
        for name, rows in sheets.items():
            if not rows:
                continue
            sheet = book.add_worksheet(name)
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, 1):
                for column, heading in enumerate(headings):
                    sheet.write_string(number, column, row.get(heading, ""))
