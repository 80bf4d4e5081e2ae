"""A workbook that is to be filled, as grids of cells: texts, formulas, merged cells, hidden rows, percent styles."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bangfu.analytics.workbooks.cells import Book, plain_texts, resolve
from bangfu.analytics.workbooks.forbidden import check_parts, is_calling
from bangfu.analytics.workbooks.guard import FileKind, check_file, inspect_file
from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.numbers import NumberFormat, number_format_of
from bangfu.analytics.workbooks.package import (
    Package,
    SheetPart,
    elements,
    open_workbook,
    read_looks,
    read_package,
    small_part,
)
from bangfu.analytics.workbooks.refusals import FileRefused, column_letters
from bangfu.analytics.workbooks.sheets import merged_cells, plain_parts, shared_strings
from bangfu.analytics.workbooks.tokens import Cells, NotPlain, cells_of
from bangfu.analytics.workbooks.values import MergedCells

#: A form that people fill is small; what is larger is data, and is not filled.
BLANK_LIMITS = Limits(
    workbook_bytes=20 * MB,
    unpacked_bytes=256 * MB,
    part_bytes=64 * MB,
    small_part_bytes=8 * MB,
    columns=1_000,
    seconds=60,
)
MOST_CELLS = 300_000
#: Kinds of files that hold tables or may be taken for ones, and are not filled.
_OTHER_KINDS = frozenset({FileKind.CSV, FileKind.HTML, FileKind.XML_SPREADSHEET, FileKind.UTF16, FileKind.BINARY})
_STYLE = re.compile(rb'\ss="(\d+)"')
_DEFINED = ("definedNames", "definedName")


@dataclass(frozen=True, slots=True)
class BlankCell:
    """One cell of a blank: its text (empty where it waits for a value), whether a formula, and how it shows numbers."""

    text: str = ""
    formula: bool = False
    percent: bool = False
    decimals: int | None = None


@dataclass
class BlankSheet:
    """One sheet of a blank. Rows count from 1 as people count, columns from 0."""

    name: str
    part: str
    hidden: bool
    cells: dict[tuple[int, int], BlankCell] = field(default_factory=dict)
    merged: tuple[MergedCells, ...] = ()
    hidden_rows: set[int] = field(default_factory=set)

    @property
    def last_row(self) -> int:
        """The last row that has any cell."""
        return max((row for row, _ in self.cells), default=0)


def to_json(sheets: Sequence[BlankSheet]) -> str:
    """Sheets of a blank as a text that the reading process hands back."""
    return json.dumps([_plain(sheet) for sheet in sheets], ensure_ascii=False)


def _plain(sheet: BlankSheet) -> dict[str, Any]:
    cells = [(*at, cell.text, cell.formula, cell.percent, cell.decimals) for at, cell in sheet.cells.items()]
    merged = [astuple(each) for each in sheet.merged]
    return {**vars(sheet), "cells": cells, "merged": merged, "hidden_rows": sorted(sheet.hidden_rows)}


def from_json(text: str) -> tuple[BlankSheet, ...]:
    """The sheets of a blank that ``to_json`` wrote."""
    return tuple(_sheet(**facts) for facts in json.loads(text))


def _sheet(cells: list[Any], merged: list[Any], hidden_rows: list[int], **facts: Any) -> BlankSheet:
    found = {(row, column): BlankCell(*rest) for row, column, *rest in cells}
    return BlankSheet(
        **facts, cells=found, merged=tuple(MergedCells(*each) for each in merged), hidden_rows=set(hidden_rows)
    )


def read_blank(path: Path, limits: Limits = BLANK_LIMITS) -> tuple[BlankSheet, ...]:
    """The sheets of a workbook to fill; files of others are read so in the bounded process only.

    **Errors** ``FileRefused`` for what is not filled, with the part or cell.
    """
    check_blank(path, limits)
    with open_workbook(path) as archive:
        check_parts(archive, limits)
        package = read_package(archive, limits)
        if not package.worksheets:
            raise FileRefused("no_worksheet")
        _check_names(archive, limits)
        strings = shared_strings(archive, package.strings_part, limits)
        book = Book(*strings, read_looks(archive, package, limits), package.date1904)
        formats = _number_formats(archive, package, limits)
        return tuple(_read(archive, sheet, book, formats, limits) for sheet in package.worksheets)


def check_blank(path: Path, limits: Limits) -> None:
    """Raise :class:`FileRefused` for what is no workbook of today's kind: only that comes back in its own layout."""
    kind = inspect_file(path)
    if kind is FileKind.XLS:
        raise FileRefused("old_workbook")
    if kind in _OTHER_KINDS:
        raise FileRefused("only_xlsx")
    check_file(path, limits)


def _check_names(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Names may stand for formulas that call; expat gives no texts here, so the part is searched as it is."""
    if "xl/workbook.xml" not in archive.NameToInfo:
        return
    text = small_part(archive, "xl/workbook.xml", limits).decode("utf-8", "replace")
    for name in re.findall(r"<(?:\w+:)?definedName\b[^>]*>([^<]*)<", text):
        if is_calling(name):
            raise FileRefused("carries_links", part="xl/workbook.xml")


def _number_formats(archive: zipfile.ZipFile, package: Package, limits: Limits) -> tuple[NumberFormat, ...]:
    """How each cell style shows numbers, by style number."""
    if package.styles_part is None or package.styles_part not in archive.NameToInfo:
        return ()
    codes: dict[int, str] = {}
    found = []
    for element in elements(small_part(archive, package.styles_part, limits), package.styles_part):
        number = element.attributes.get("numFmtId", "")
        number_id = int(number) if number.isdecimal() else 0
        if element.path[-2:] == ("numFmts", "numFmt"):
            codes[number_id] = element.attributes.get("formatCode", "")
        elif element.path[-2:] == ("cellXfs", "xf"):
            found.append(number_format_of(number_id, codes))
    return tuple(found)


def _read(
    archive: zipfile.ZipFile, sheet: SheetPart, book: Book, formats: tuple[NumberFormat, ...], limits: Limits
) -> BlankSheet:
    try:
        return _read_plain(archive, sheet, book, formats, limits, anew=False)
    except NotPlain:
        try:
            return _read_plain(archive, sheet, book, formats, limits, anew=True)
        except NotPlain as error:
            raise FileRefused("damaged", part=str(sheet.part)) from error


def _read_plain(
    archive: zipfile.ZipFile,
    sheet: SheetPart,
    book: Book,
    formats: tuple[NumberFormat, ...],
    limits: Limits,
    *,
    anew: bool,
) -> BlankSheet:
    found = BlankSheet(sheet.name, str(sheet.part), sheet.hidden)
    tail = b""
    count = 0
    with ExitStack() as stack:
        for kind, piece in plain_parts(archive, found.part, b"<sheetData", b"<row", limits, stack, anew=anew):
            if kind == "tail":
                tail += piece
            elif kind == "piece":
                cells = cells_of(piece)
                count += len(cells.row)
                if count > MOST_CELLS:
                    raise FileRefused("too_many_cells", sheet=sheet.name, count=count, limit=MOST_CELLS)
                _take(found, cells, book, formats, limits)
    found.merged = tuple(merged_cells(tail))
    return found


def _take(found: BlankSheet, cells: Cells, book: Book, formats: tuple[NumberFormat, ...], limits: Limits) -> None:
    """Put the cells of a piece into the sheet."""
    values = resolve(cells, book, found.part, lambda fault: None)
    texts: Mapping[tuple[int, int], str] = dict(
        zip(zip(values.row.tolist(), values.column.tolist(), strict=True), values.text.to_pylist(), strict=True)
    )
    shown = [_number_format(text, formats) for text in cells.attribute_texts]
    for row, column, kind, formula in zip(
        cells.row.tolist(), cells.column.tolist(), cells.attributes.tolist(), cells.formula.tolist(), strict=True
    ):
        text = texts.get((row, column), "")
        if text and column >= limits.columns:
            raise FileRefused(
                "too_many_columns", sheet=found.name, row=row, column=column_letters(column), limit=limits.columns
            )
        found.cells[row, column] = BlankCell(text, formula, shown[kind].percent, shown[kind].decimals)
    found.hidden_rows.update(cells.rows[cells.hidden].tolist())
    for at in np.flatnonzero(cells.formula).tolist():
        if is_calling(plain_texts(cells.formulas.slice(at, 1), found.part)[0].as_py()):
            where = f"{column_letters(int(cells.column[at]))}{int(cells.row[at])}"
            raise FileRefused("calling_formula", sheet=found.name, cell=where)


def _number_format(attributes: bytes, formats: tuple[NumberFormat, ...]) -> NumberFormat:
    style = _STYLE.search(attributes)
    number = int(style[1]) if style else 0
    return formats[number] if number < len(formats) else NumberFormat()
