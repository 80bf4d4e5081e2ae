"""What differs between a blank and what came back, seen by a reader that is not ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import openpyxl


def compared(
    blank: Path, filled: Path, waiting: Collection[tuple[str, str]], list_from: int = 0
) -> tuple[int, list[str]]:
    """How many cells were compared, and the differences outside of the cells that waited.

    Of a cell that waited everything but its value is compared. Rows that a list adds are ``list_from`` and below.
    """
    before, after = openpyxl.load_workbook(blank), openpyxl.load_workbook(filled)
    found = [f"sheets {before.sheetnames} {after.sheetnames}"] if before.sheetnames != after.sheetnames else []
    count = 0
    for sheet in before:
        other = after[sheet.title]
        found += _sheet_differences(sheet, other)
        for row in sheet.iter_rows():
            for cell in row:
                count += 1
                free = (sheet.title, cell.coordinate) in waiting or (list_from and (cell.row or 0) >= list_from)
                found += _cell_differences(sheet.title, cell, other[cell.coordinate], free=bool(free))
    if {name: str(one.value) for name, one in before.defined_names.items()} != {
        name: str(one.value) for name, one in after.defined_names.items()
    }:
        found.append("defined names")
    return count, found + list(_part_differences(blank, filled))


def _cell_differences(sheet: str, cell: Any, other: Any, *, free: bool) -> Iterator[str]:
    facts = ["_style", "number_format", "hyperlink", *([] if free else ["value"])]
    for fact in facts:
        if getattr(cell, fact, None) != getattr(other, fact, None):
            yield f"{sheet}!{cell.coordinate} {fact}"
    if (cell.comment and cell.comment.text) != (other.comment and other.comment.text):
        yield f"{sheet}!{cell.coordinate} comment"


def _sheet_differences(sheet: Any, other: Any) -> list[str]:
    facts: dict[str, Callable[[Any], Any]] = {
        "merges": lambda one: sorted(str(found) for found in one.merged_cells.ranges),
        "widths": lambda one: {name: (d.width, d.hidden) for name, d in one.column_dimensions.items()},
        "rows": lambda one: {k: (d.height, d.hidden) for k, d in one.row_dimensions.items() if d.hidden or d.height},
        "validations": lambda one: [(str(v.sqref), v.type, v.formula1) for v in one.data_validations.dataValidation],
        "filter": lambda one: one.auto_filter.ref,
        "state": lambda one: one.sheet_state,
        "panes": lambda one: one.freeze_panes,
        "protection": lambda one: one.protection.sheet,
        "conditions": lambda one: sorted(str(found.sqref) for found in one.conditional_formatting),
    }
    return [f"{sheet.title} {name}" for name, fact in facts.items() if fact(sheet) != fact(other)]


def _part_differences(blank: Path, filled: Path) -> Iterator[str]:
    """Every part but sheets and the workbook's own is the same to the byte."""
    with zipfile.ZipFile(blank) as before, zipfile.ZipFile(filled) as after:
        if before.namelist() != after.namelist():
            yield "parts"
        for name in before.namelist():
            ours = name == "xl/workbook.xml" or name.startswith("xl/worksheets/sheet")
            if not ours and before.read(name) != after.read(name):
                yield name
