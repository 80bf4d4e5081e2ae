"""Builders of the files that offices really send and of those that only an attacker would. Invented people only."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from bangfu.analytics.workbooks import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Cell styles of :func:`raw_workbook`: 0 general, 1 date, 2 date of our own format, 3 time, 4 text, 5 filled yellow.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/><bgColor indexed="64"/></patternFill></fill>'
    "</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="176" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="21" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    """A worksheet with these ``<row>`` elements."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}" xmlns:r="{RELS}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def parts_of(
    sheets: dict[str, str | bytes], *, strings: str = "", workbook_pr: str = "", kind: str = "worksheet"
) -> dict[str, str | bytes]:
    """The parts of a small workbook with these sheets (name → sheet XML)."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(n)}" sheetId="{k}" r:id="rId{k}"/>' for k, n in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{k}" Type="{RELS}/{kind}" Target="worksheets/sheet{k}.xml"/>' for k in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="{TYPE}.{kind}+xml"/>' for k in numbers
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{workbook_pr}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId98" Type="{RELS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId99" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return parts | {f"xl/worksheets/sheet{k}.xml": xml for k, xml in zip(numbers, sheets.values(), strict=True)}


def write_parts(path: Path, parts: dict[str, str | bytes]) -> Path:
    """An archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def raw_workbook(
    path: Path, rows: str, *, before: str = "", after: str = "", strings: str = "", workbook_pr: str = ""
) -> Path:
    """A workbook with one sheet 采集表 made of these ``<row>`` elements."""
    sheets: dict[str, str | bytes] = {"采集表": sheet_xml(rows, before=before, after=after)}
    return write_parts(path, parts_of(sheets, strings=strings, workbook_pr=workbook_pr))


def inline(reference: str, text: str) -> str:
    """A text cell."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def number(reference: str, value: str, style: int = 0) -> str:
    """A number cell."""
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def office_workbook(
    path: Path, rows: Sequence[Sequence[object]], change: Callable[[object], None] | None = None
) -> Path:
    """A workbook as openpyxl writes it, with one sheet 采集表; ``change`` may alter the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "采集表"
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    book.save(path)
    return path


def bomb(path: Path, megabytes: int = 600) -> Path:
    """A workbook whose one cell unpacks to so many megabytes."""
    parts = parts_of({"采集表": b""})
    del parts["xl/worksheets/sheet1.xml"]
    write_parts(path, parts)
    opening, closing = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>§</t></is></c></row>').split("§")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as stream,
    ):
        stream.write(opening.encode())
        for _ in range(megabytes):
            stream.write(b"x" * (1 << 20))
        stream.write(closing.encode())
    return path


def overlapping(path: Path) -> Path:
    """An archive whose table of contents lists one run of bytes twice."""
    write_parts(path, parts_of({"采集表": sheet_xml("")}) | {"xl/a.xml": "<a/>", "xl/b.xml": "<b/>"})
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\x01\x02")
    with zipfile.ZipFile(path) as archive:
        offsets = {info.filename: info.header_offset for info in archive.infolist()}
    at = data.index(b"xl/b.xml", first) - 46
    data[at + 42 : at + 46] = struct.pack("<I", offsets["xl/a.xml"])
    path.write_bytes(bytes(data))
    return path


def chart_only(path: Path) -> Path:
    """A workbook with a chart and no sheet of cells."""
    return write_parts(path, parts_of({"图表": f'<chartsheet xmlns="{MAIN}"/>'}, kind="chartsheet"))


def big_workbook(path: Path, rows: int, columns: int) -> Path:
    """A large workbook with IDs, names, numbers and dates, as a program writes it that shares no strings."""
    letters = [column_letters(column) for column in range(columns)]
    parts = parts_of({"采集表": b""})
    del parts["xl/worksheets/sheet1.xml"]
    write_parts(path, parts)
    opening, closing = sheet_xml("§").split("§")
    headings = "".join(inline(f"{name}1", f"列{name}") for name in letters)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as stream,
    ):
        stream.write(f'{opening}<row r="1">{headings}</row>'.encode())
        for row in range(2, rows + 1):
            cells = "".join(_big_cell(name, row, column) for column, name in enumerate(letters))
            stream.write(f'<row r="{row}">{cells}</row>'.encode())
        stream.write(closing.encode())
    return path


def _big_cell(name: str, row: int, column: int) -> str:
    reference = f"{name}{row}"
    kinds = (
        f'<c r="{reference}" s="4" t="inlineStr"><is><t>99000{row:09}{column:04}</t></is></c>',
        f'<c r="{reference}" t="inlineStr"><is><t>赵钱孙{row % 977}</t></is></c>',
        number(reference, str(row * 37 % 100_000 / 100)),
        number(reference, str(20_000 + row % 20_000), 1),
    )
    return kinds[column % 4]


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(row: int, column: int, text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(encoded) // 2, 1) + encoded)


def _biff_cell(row: int, column: int, value: str | float) -> bytes:
    if isinstance(value, str):
        return _label(row, column, value)
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def legacy_workbook(path: Path, rows: list[list[str | float]]) -> Path:
    """An .xls workbook of BIFF8 records in an OLE container, with one sheet 采集表."""
    name = "采集表".encode("utf-16-le")
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    book = _record(0x0809, bof) + _record(0x0042, struct.pack("<H", 1200))
    bound_length = 4 + 8 + len(name)
    start = len(book) + bound_length + 4
    book += _record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name) + _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    width = max(len(row) for row in rows)
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    sheet += b"".join(_biff_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    path.write_bytes(_ole("Workbook", book + sheet + _record(0x000A, b"")))
    return path


def _ole(stream: str, content: bytes) -> bytes:
    """An OLE container (512-byte sectors) with one stream of at least 4 096 bytes, so that no mini-stream is needed."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, sectors + 2), end]
    fat += [free] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    entries = _ole_entry("Root Entry", 5, free, 1, end, 0) + _ole_entry(stream, 2, free, free, 2, len(content))
    return header + struct.pack("<128I", *fat) + entries.ljust(512, b"\0") + content


def _ole_entry(name: str, kind: int, side: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, side, side, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def encrypted_workbook(path: Path) -> Path:
    """What Excel writes for a workbook with a password: an OLE container with an encrypted package."""
    path.write_bytes(_ole("EncryptedPackage", bytes(range(256)) * 16))
    return path
