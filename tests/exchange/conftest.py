"""A small register of two villages, and exports of it as the national system writes them (heading B)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.records.access.models import User
from bangfu.records.exchange.actions import compare, receive
from bangfu.records.exchange.models import Comparison, Difference
from tests.intake.conftest import Take, english, places, take
from tests.intake.sheets import NEIGHBOUR, VILLAGE, id_number, write

__all__ = ["english", "places", "take"]
AREA = "539901"
SECOND = "539901100202"
TOWNSHIP, NEXT_TOWNSHIP = "539901100", "539901101"
NAMES = {VILLAGE: "松林村委会", SECOND: "石桥村委会", NEIGHBOUR: "河口村委会"}
TOWNSHIPS = {TOWNSHIP: "松林镇", NEXT_TOWNSHIP: "河口镇"}
PLACE_HEADINGS = ("县(市、区、旗)", "乡(镇)", "行政村")
Row = dict[str, Any]
Export = Callable[..., Comparison]


def line(serial: int, household: int, village: str = VILLAGE, **other: Any) -> Row:
    """A member's line of an export, with what the register of :func:`register` says too."""
    return {
        "县(市、区、旗)": "试验县",
        "乡(镇)": TOWNSHIPS[village[:9]],
        "行政村": NAMES[village],
        "户编号": f"H{household:04d}",
        "人编号": f"P{serial:04d}",
        "姓名": f"扎西·次仁{'甲乙丙丁戊己庚辛'[serial - 1]}",
        "证件号码": id_number(serial),
        "人数": "2",
        "与户主关系": "户主" if serial % 2 else "配偶",
        "民族": "藏族",
        "文化程度": "小学",
        "健康状况": "健康",
        "务工时间(月)": "3",
        "脱贫属性": "未脱贫",
        "主要致贫原因": "因病",
        "人均纯收入": "2610.50",
        "联系电话": f"1000000000{serial}",
        **other,
    }


def agreeing() -> list[Row]:
    """Three households of two: 1 and 2 in the first village, 3 in the second."""
    return [line(n, (n + 1) // 2, SECOND if n > 4 else VILLAGE) for n in range(1, 7)]


def changed(rows: Sequence[Row], number: int, **other: Any) -> list[Row]:
    """The rows with some cells of one of them changed."""
    return [{**row, **other} if place == number else row for place, row in enumerate(rows)]


def without(rows: Sequence[Row], *headings: str) -> list[Row]:
    """The rows without some columns."""
    return [{heading: value for heading, value in row.items() if heading not in headings} for row in rows]


@pytest.fixture
def officer(db: None) -> User:
    """Who compares and decides."""
    return User.objects.create_user("officer", password="long enough for a test")


@pytest.fixture
def register(take: Take) -> None:
    """The register that :func:`agreeing` agrees with."""
    outcome = take(agreeing())
    assert outcome.everything_went_in, outcome.counts


@pytest.fixture
def export(register: None, officer: User, tmp_path: Path) -> Export:
    """Compare an export with the register."""

    def bring(rows: Sequence[Row], *, area: str = AREA, year: int = 2015, headings: Any = None) -> Comparison:
        return compare(received(rows, tmp_path, officer, area=area, year=year, headings=headings))

    return bring


def received(
    rows: Sequence[Row], folder: Path, by: User, *, area: str = AREA, year: int = 2015, headings: Any = None
) -> Comparison:
    """An export that was received and waits to be compared."""
    listed = headings or list(dict.fromkeys(heading for row in rows or agreeing() for heading in row))
    path = write(folder / "export.csv", rows, listed)
    return receive(path, file_name="export.csv", mapping="register", year=year, place_code=area, by=by)


def found(**wanted: Any) -> set[tuple[str, str, str, str]]:
    """The differences that stand: household, name's last sign, column, kind."""
    rows = Difference.objects.exclude(state="closed").filter(**wanted)
    return {(each.household_no, each.name[-1:], each.path, each.kind) for each in rows}
