"""Ten blanks filled through the pages of a demonstration instance, and looked at by others: run as a module.

Prints JSON: per layout what went wrong (nothing, if it holds), cells filled, compared and recalculated.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

USER = "county"
YEAR = "2015"


def _client() -> Any:
    from django.conf import settings
    from django.test import Client

    from bangfu.records.access.models import User

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(username=USER))
    return client


def filled(client: Any, blank: Path, target: Path, area: str) -> str:
    """Upload a blank, confirm its headings as they are proposed, take it back; returns what stood in the way."""
    with blank.open("rb") as file:
        answer = client.post("/fill/", {"file": file, "area": area, "year": YEAR})
    if answer.status_code != 302:
        return f"upload {answer.status_code}"
    where = answer["Location"]
    if where.endswith("/match/"):
        answer = client.post(where, _proposed(client.get(where).content.decode()))
        if answer.status_code != 302:
            return f"headings {answer.status_code}"
        where = answer["Location"]
    answer = client.get(f"{where}download/")
    if answer.status_code != 200:
        return f"download {answer.status_code}"
    target.write_bytes(b"".join(answer.streaming_content))
    return ""


def _proposed(page: str) -> dict[str, str]:
    """The form as it came: every proposal stands."""
    found = {
        n: html.unescape(v) for n, v in re.findall(r'<input type="text"[^>]*? name="(what-\d+)" value="([^"]*)"', page)
    }
    for name, options in re.findall(r'<select[^>]*? name="([a-z]+-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def _recalculated(path: Path, folder: Path) -> Path:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SystemExit("LibreOffice is missing (apt-get install libreoffice-calc-nogui).")
    profile = (folder / "profile").as_uri()
    command = [program, "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "again"), str(path)], check=True, capture_output=True, timeout=120
    )
    return folder / "again" / path.name


def _wrong_figures(blank: Any, path: Path) -> list[str]:
    """The cells whose value is another than that of the stored figure which the blank's maker names."""
    import openpyxl

    from bangfu.records.figures.models import Figure, Snapshot

    snapshot = Snapshot.objects.filter(current=True, state="ready").latest("happened", "created_at")
    book, wrong = openpyxl.load_workbook(path), []
    for (sheet, cell), (indicator, place, year, group, divisor) in blank.figures.items():
        groups = Figure.objects.filter(snapshot=snapshot, indicator=indicator, place_code=place, year=year)
        row = groups.filter(group=group).first()
        value = None if row is None or row.value is None or row.state != "known" else row.value / divisor
        if row is None and group and groups.exists() and not groups.filter(group="?").exclude(value=0).exists():
            value = 0  # the place reported, and no row names this group or might be of it
        stands = book[sheet][cell].value
        if (value is None) != (stands is None) or (
            value is not None and abs(float(stands) - value) > _rounding(book[sheet][cell].number_format)
        ):
            wrong.append(f"{sheet}!{cell} {stands} instead of {value}")
    return wrong


def _rounding(number_format: str) -> float:
    """By how much a value may be rounded in a cell: half of the last digit that it shows."""
    digits = len(number_format.partition(".")[2].rstrip("%")) + (2 if number_format.endswith("%") else 0)
    return 0.5000001 * 10.0**-digits


def _wrong_list(blank: Any, path: Path, area: str) -> list[str]:
    import openpyxl

    from bangfu.records.households.models import HouseholdYear

    if not blank.list_columns:
        return []
    sheet = openpyxl.load_workbook(path).worksheets[0]
    stands = sorted(
        (sheet[f"B{row}"].value, sheet[f"C{row}"].value) for row in range(blank.list_from, sheet.max_row + 1)
    )
    rows = HouseholdYear.objects.filter(place_code__startswith=area, year=2015, poverty_status__in=("02", "04"))
    wanted = sorted(rows.values_list("household__head_name", "household_size"))
    return [] if stands == wanted else [f"list of {len(stands)} instead of {len(wanted)}"]


def _wrong_sums(blank: Any, again: Path) -> list[str]:
    import openpyxl

    book = openpyxl.load_workbook(again, data_only=True)
    return [
        f"{sheet}!{cell}"
        for (sheet, cell), parts in blank.sums.items()
        if book[sheet][cell].value != sum(book[sheet][part].value or 0 for part in parts)
    ]


def examined(area: str) -> list[dict[str, Any]]:
    """What became of each layout."""
    from tests.workbooks.blanks import LAYOUTS, make_blank
    from tests.workbooks.unchanged import compared

    client = _client()
    told = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "filled").mkdir()
        for name in LAYOUTS:
            blank = make_blank(name, folder)
            target = folder / "filled" / f"{name}.xlsx"
            wrong = [fault] if (fault := filled(client, blank.path, target, area)) else []
            count = 0
            if not wrong:
                count, wrong = compared(blank.path, target, blank.figures.keys(), blank.list_from)
                wrong += _wrong_figures(blank, target) + _wrong_list(blank, target, area)
                wrong += _wrong_sums(blank, _recalculated(target, folder))
            told.append(
                {"layout": name, "wrong": wrong, "cells": count, "filled": len(blank.figures), "sums": len(blank.sums)}
            )
    return told


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from tests.workbooks.blanks import COUNTY

    json.dump(examined(COUNTY), sys.stdout, ensure_ascii=False)
