"""A small register as it comes in: a CSV of two households in two villages, brought in through the one intake path."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from bangfu.records.instance.parameters import current
from bangfu.records.intake.actions import Outcome, receive, work_through

#: Impossible people: no region has the prefix 99, and no operator the prefix 199000.
ID_NUMBER = "990101197103140018"
PHONE = "19900012345"
HOUSEHOLD_PHONE = "19900054321"
ACCOUNT = "9901234567890123456"
PLANTED = (ID_NUMBER, PHONE, HOUSEHOLD_PHONE, ACCOUNT)

FIRST = {
    "村代码": "533422102201",
    "年度": "2015",
    "户编号": "H1",
    "人编号": "P1",
    "姓名": "阿茸农布",
    "证件号码": ID_NUMBER,
    "联系电话": PHONE,
    "户联系电话": HOUSEHOLD_PHONE,
    "银行账号": ACCOUNT,
    "与户主关系": "户主",
    "家庭纯收入": "12000.50",
}
#: A member without name, ID number, birth date and sex, whose household hangs at a township.
SECOND = {"村代码": "533422102", "年度": "2015", "户编号": "H2", "人编号": "P2", "与户主关系": "户主"}


def file_of(folder: Path, *rows: Mapping[str, str], name: str = "register.csv") -> Path:
    """The rows as a CSV file; a cell that a row does not have is empty."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(FIRST))
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring_in(
    path: Path, *, happened_on: date = date(2015, 12, 31), known: tuple[int, int, int] = (2016, 1, 10)
) -> Outcome:
    """Receive, check and merge a file, as the system."""
    mapping = current().mappings["register"]
    known_at = datetime(*known, tzinfo=UTC)
    upload = receive(path, file_name=path.name, mapping=mapping, by=None, happened_on=happened_on, known_at=known_at)
    return work_through(upload, merge=True, language="en")
