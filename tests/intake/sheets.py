"""Small files of synthetic people for tests of the intake. Every ID number is impossible: its region does not exist."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
VILLAGE, NEIGHBOUR = "539901100201", "539901101201"
MEMBER = ("户编号", "村代码", "人编号", "姓名", "证件号码", "性别", "与户主关系", "健康状况", "联系电话")


def id_number(serial: int, *, born: str = "19800101") -> str:
    """A right-checked ID number of an impossible region."""
    first = f"990101{born}{serial:03d}"
    return first + check_digit(first)


def check_digit(first: str) -> str:
    """The slow, obvious twin of the check digit: weights, sum, remainder, table (GB 11643-1999)."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def member(serial: int, household: int = 1, **other: Any) -> dict[str, Any]:
    """A member's row without fault; ``other`` changes it by heading."""
    sex = "男" if serial % 2 else "女"
    values = (
        f"H{household:04d}",
        VILLAGE,
        f"P{serial:04d}",
        f"试验{serial}",
        id_number(serial),
        sex,
        "户主",
        "健康",
        "",
    )
    return dict(zip(MEMBER, values, strict=True)) | other


def write(path: Path, rows: Sequence[Mapping[str, Any]], headings: Sequence[str] | None = None) -> Path:
    """The rows as CSV; headings are those of all rows in order."""
    listed = list(headings or dict.fromkeys(heading for row in rows for heading in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(listed)
        writer.writerows([row.get(heading, "") for heading in listed] for row in rows)
    return path
