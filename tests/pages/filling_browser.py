"""What a person does to fill a superior's table: make a blank, send it, confirm its headings, take it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from django.test import Client
from django.utils import timezone

from bangfu.records.figures.models import Figure, Formula, Snapshot, SnapshotState
from tests.access.world import World


def kept_snapshot() -> Snapshot:
    """A current snapshot of the province that is only looked up: its figures are put beside it."""
    found = Snapshot(
        happened="2015-12-31", known=timezone.now(), place_prefix="53", state=SnapshotState.READY, current=True,
        folder="none", content_digest="ab" * 32, parameters_hash="0" * 64,
        manifest={"files": [{"table": "households", "year": 2015}]},
    )  # fmt: skip
    found.save()
    return found


def add_figure(
    snapshot: Snapshot,
    world: World,
    code: str,
    value: float,
    *,
    year: int = 2015,
    indicator: str = "households_registered",
    group: str = "",
) -> None:
    """A stored figure of a place."""
    facts = {"indicator": indicator, "version": "1", "parameters_hash": "0" * 64}
    formula = Formula.objects.filter(**facts).first() or Formula(**facts, body={})
    formula.save()
    place = world.places[code]
    Figure(
        snapshot=snapshot, formula=formula, indicator=indicator, version="1", place=place,
        place_code=place.code, level=place.level, year=year, group=group, value=value, unknown_rows=0,
    ).save()  # fmt: skip


def blank(
    path: Path,
    names: Sequence[str],
    heading: str = "贫困户数",
    formula: str = "",
    title: str = "2015年贫困户统计表",
    sheet: str = "",
) -> Path:
    """One column of figures to be filled for places, with a sum below."""
    rows = [[title], ["地区", heading], *([name] for name in names)]
    return saved(path, [*rows, ["合计", formula or f"=SUM(B3:B{2 + len(names)})"]], sheet)


def saved(path: Path, rows: Sequence[Sequence[str]], sheet: str = "") -> Path:
    """Rows as a workbook of one sheet."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = sheet or page.title
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def send(browser: Client, path: Path, area: str, year: str = "2015") -> str:
    """Upload a blank; returns where the browser is led."""
    with path.open("rb") as file:
        answer = browser.post("/fill/", {"file": file, "area": area, "year": year})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def confirm(browser: Client, address: str, **changed: str) -> str:
    """Confirm what the page proposes, with changes."""
    page = browser.get(address).content.decode()
    form = {n: unescape(v) for n, v in re.findall(r'name="(what-\d+)" value="([^"]*)"', page)}
    answer = browser.post(address, form | changed)
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


def sheet_of(browser: Client, address: str) -> Any:
    """The first sheet of the table that came back."""
    content = b"".join(browser.get(f"{address}download/").streaming_content)  # type: ignore[attr-defined]
    return openpyxl.load_workbook(BytesIO(content)).worksheets[0]


def column_of(browser: Client, address: str, column: int = 1) -> list[object]:
    """What stands in a column of the table that came back, the second if none is said, below its heading."""
    return [row[column] for row in sheet_of(browser, address).iter_rows(min_row=3, values_only=True)]
