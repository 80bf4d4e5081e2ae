"""A blank with values put into its cells; every other byte of its formats stays.

Only sheets that get values or hold formulas are written anew, and of those only the cells. Formulas stay formulas:
what they gave before is dropped, and the workbook asks to be computed when it is opened.
"""

from __future__ import annotations

import io
import math
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bangfu.analytics.workbooks.blank import BLANK_LIMITS
from bangfu.analytics.workbooks.canonical import plain_spelling
from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.mark import new_info
from bangfu.analytics.workbooks.mark_sheet import xml_text
from bangfu.analytics.workbooks.package import open_part, open_workbook, read_package, relations
from bangfu.analytics.workbooks.refusals import FileRefused, column_index, column_letters
from bangfu.analytics.workbooks.tokens import NotPlain, cells_of

Value = float | int | str
Values = Mapping[tuple[int, int], Value]

_ROW = re.compile(rb"<row\b([^>]*?)(/?)>")
_ROW_NUMBER = re.compile(rb'\sr="(\d+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*?)(/?)>')
_TYPE = re.compile(rb'\st="\w+"')
_STYLE = re.compile(rb'\ss="\d+"')
_CACHED = re.compile(rb"<v>[^<]*</v>|<v/>")
_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)
_DIMENSION = re.compile(rb'(<dimension\b[^>]*\bref=")([A-Z]+)(\d+):([A-Z]+)(\d+)(")')
_CALCULATION = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)/>")
_FULL = re.compile(rb'\sfullCalcOnLoad="\w+"')


@dataclass(frozen=True)
class Filled:
    """What goes into one sheet: values by row and column, and the row whose looks the rows that a list adds have."""

    values: Values
    pattern_row: int = 0


def fill_workbook(source: Path, target: Path, sheets: Mapping[str, Filled], *, limits: Limits = BLANK_LIMITS) -> None:
    """Write the blank with its values to ``target``. ``sheets`` by name; a name that is not there is a ``KeyError``."""
    with open_workbook(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        package = read_package(archive, limits)
        parts = {sheet.name: str(sheet.part) for sheet in package.worksheets}
        wanted = {parts[name]: filled for name, filled in sheets.items()}
        book = next(
            (part for kind, part in relations(archive, "", limits).values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        for info in archive.infolist():
            if info.is_dir():
                continue
            with open_part(archive, info.filename) as reading, out.open(new_info(info.filename), "w") as writing:
                if info.filename in parts.values():
                    writing.write(_sheet(reading.read(), info.filename, wanted.get(info.filename, Filled({}))))
                elif info.filename == book:
                    writing.write(_computed_on_opening(reading.read()))
                else:
                    shutil.copyfileobj(reading, writing, MB)


def _computed_on_opening(book: bytes) -> bytes:
    """The workbook part with the wish to be computed as a whole when it is opened."""
    match = _CALCULATION.search(book)
    if match is not None:
        attributes = _FULL.sub(b"", match[2])
        return (
            book[: match.start()] + b'<%bcalcPr%b fullCalcOnLoad="1"/>' % (match[1], attributes) + book[match.end() :]
        )
    for after in (b"definedNames", b"externalReferences", b"sheets"):
        found = re.search(rb"</((?:\w+:)?)%b>" % after, book)
        if found is not None:
            return book[: found.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % found[1] + book[found.end() :]
    return book


def _sheet(data: bytes, part: str, filled: Filled) -> bytes:
    if not filled.values and b"<f" not in data and b":f>" not in data:
        return data
    try:
        return _filled(data, filled)
    except NotPlain:
        try:
            return _filled(b"".join(plain_spelling(io.BytesIO(data), part)), filled)
        except NotPlain as error:
            raise FileRefused("damaged", part=part) from error


def _filled(data: bytes, filled: Filled) -> bytes:
    match = _DATA.search(data)
    if match is None or b"<!" in data[: match.start()]:
        raise NotPlain
    body = b"" if match[0].endswith(b"/>") and b"</" not in match[0] else match[0][11:-12]
    cells_of(body)  # raises where the spelling is another
    rows = _rows(body)
    by_row: dict[int, dict[int, Value]] = {}
    for (row, column), value in filled.values.items():
        by_row.setdefault(row, {})[column] = value
    pattern = rows.get(filled.pattern_row, b"")
    for row in sorted(by_row):
        text = rows.get(row) or (
            _like(pattern, row) if pattern and row > filled.pattern_row else b'<row r="%d"></row>' % row
        )
        rows[row] = _row(text, row, by_row[row])
    written = b"".join(_without_results(rows[row]) for row in sorted(rows))
    head = _DIMENSION.sub(lambda found: _widened(found, filled.values), data[: match.start()])
    return head + b"<sheetData>" + written + b"</sheetData>" + data[match.end() :]


def _rows(body: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for match in _ROW.finditer(body):
        number = _ROW_NUMBER.search(match[1])
        if number is None:
            raise NotPlain
        end = match.end() if match[2] else body.index(b"</row>", match.end()) + 6
        found[int(number[1])] = body[match.start() : end]
    return found


def _like(pattern: bytes, row: int) -> bytes:
    """An empty row with the looks of another."""
    opening = _ROW.match(pattern)
    if opening is None:
        raise NotPlain
    attributes = _ROW_NUMBER.sub(b' r="%d"' % row, opening[1])
    cells = [
        b'<c r="%b%d"%b/>' % (cell[1], row, style[0] if (style := _STYLE.search(cell[3])) else b"")
        for cell in _CELL.finditer(pattern)
    ]
    return b"<row%b>" % attributes + b"".join(cells) + b"</row>"


def _row(text: bytes, row: int, values: Mapping[int, Value]) -> bytes:
    opening = _ROW.match(text)
    if opening is None:
        raise NotPlain
    body = b"" if opening[2] else text[opening.end() : -6]
    cells: dict[int, bytes] = {}
    end = 0
    for match in _CELL.finditer(body):
        if match.start() < end:
            continue
        end = match.end() if match[4] else body.index(b"</c>", match.end()) + 4
        cells[column_index(match[1].decode())] = body[match.start() : end]
    rest = body[end:]
    for column, value in values.items():
        cells[column] = _cell(cells.get(column, b""), column, row, value)
    attributes = _SPANS.sub(b"", opening[1])
    return b"<row%b>" % attributes + b"".join(cells[column] for column in sorted(cells)) + rest + b"</row>"


def _cell(old: bytes, column: int, row: int, value: Value) -> bytes:
    match = _CELL.match(old)
    kept = b"" if match is None else _TYPE.sub(b"", match[3])
    reference = column_letters(column).encode() + b"%d" % row
    if isinstance(value, str):
        text = xml_text(value)
        return b'<c r="%b"%b t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (reference, kept, text)
    if not math.isfinite(value):
        raise ValueError(f"{reference.decode()} cannot hold {value}.")
    return b'<c r="%b"%b><v>%b</v></c>' % (reference, kept, number_text(value).encode())


def number_text(value: float) -> str:
    """A number as a cell stores it: at most 15 digits, no noise of floats."""
    if isinstance(value, int):
        return str(value)
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _without_results(row: bytes) -> bytes:
    """A row whose formulas have lost what they gave before, so that no reader takes old sums for new ones."""
    if b"<f" not in row:
        return row
    parts, end = [], 0
    for match in _CELL.finditer(row):
        if match[4] or match.start() < end:
            continue
        close = row.index(b"</c>", match.end())
        inner = row[match.end() : close]
        if inner.startswith(b"<f"):
            opening = b'<c r="%b%b"%b>' % (match[1], match[2], _TYPE.sub(b"", match[3]))
            parts += [row[end : match.start()], opening, _CACHED.sub(b"", inner)]
            end = close
    return b"".join(parts) + row[end:]


def _widened(match: re.Match[bytes], values: Values) -> bytes:
    """The stated size of the sheet, grown where rows were added."""
    bottom = max([int(match[5]), *(row for row, _ in values)])
    right = max([column_index(match[4].decode()), *(column for _, column in values)])
    return match[1] + match[2] + match[3] + b":" + column_letters(right).encode() + b"%d" % bottom + match[6]
