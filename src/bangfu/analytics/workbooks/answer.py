"""An answer workbook for a table that did not come as .xlsx (CSV, old .xls): its rows as text cells, then marked.

The few fixed parts and the rows are written here instead of with XlsxWriter: 100 000 × 40 cells take 3 s, not 40 s, and
every cell is an inline text, so that an ID stays an ID.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, Limits
from bangfu.analytics.workbooks.mark import Mark, mark_workbook
from bangfu.analytics.workbooks.mark_sheet import xml_text
from bangfu.analytics.workbooks.refusals import column_letters
from bangfu.analytics.workbooks.values import ANSWER_HEADING, SheetRead, WorkbookRead
from bangfu.parameters.text import Text

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Style 1 is text, style 2 a heading; 0 must be the default.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font>'
    '<font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET_ROWS = 1_048_576
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_BATCH = 8_192


def write_answer_from_rows(
    read: WorkbookRead,
    target: Path,
    marks: Iterable[Mark],
    *,
    language: str = "zh-hans",
    heading: Text = ANSWER_HEADING,
    header_rows: dict[str, int] | None = None,
    only_faulty: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Write the rows that were read, with their marks, as a new .xlsx to ``target``.

    A table longer than a sheet can be is answered with its faulty rows only.
    """
    names = dict(
        zip((sheet.name for sheet in read.sheets), sheet_names(sheet.name for sheet in read.sheets), strict=True)
    )
    headers = {sheet.name: (header_rows or {}).get(sheet.name, 1) for sheet in read.sheets}
    marks = list(marks)
    only_faulty = only_faulty or any(sheet.n_rows >= _SHEET_ROWS for sheet in read.sheets)
    # Beside the target: its caller answers for what lies in the clear there.
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        plain = Path(folder) / "rows.xlsx"
        _write_plain(read.sheets, plain, names, headers, _kept_rows(marks, headers) if only_faulty else None)
        mark_workbook(
            plain,
            target,
            [replace(mark, sheet=names[mark.sheet]) for mark in marks],
            language=language,
            heading=heading,
            header_rows={names[name]: row for name, row in headers.items()},
            only_faulty=only_faulty,
            limits=limits,
        )


def sheet_names(names: Iterable[str]) -> list[str]:
    """Names as Excel allows them: at most 31 characters, none of ``[]:*?/\\``, no name twice."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        allowed = _BAD_NAME.sub("_", name).strip("'")[:31] or f"Sheet{number}"
        taken = {other.lower() for other in found}
        found.append(f"{allowed[:26]}_{number}" if allowed.lower() in taken else allowed)
    return found


def _kept_rows(marks: list[Mark], headers: dict[str, int]) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int32]]]:
    kept = {name: {*range(1, row + 1)} for name, row in headers.items()}
    for mark in marks:
        kept[mark.sheet].add(mark.row)
    return {name: np.array(sorted(rows)[: _SHEET_ROWS - 1], np.int32) for name, rows in kept.items()}


def _write_plain(
    sheets: tuple[SheetRead, ...],
    target: Path,
    names: dict[str, str],
    headers: dict[str, int],
    kept: dict[str, np.ndarray[tuple[int], np.dtype[np.int32]]] | None,
) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:  # packed when it is marked
        for name, text in _fixed_parts([names[sheet.name] for sheet in sheets]).items():
            out.writestr(zipfile.ZipInfo(name), text)
        for number, sheet in enumerate(sheets, start=1):
            with out.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as stream:
                stream.write(_sheet_head(sheet, headers[sheet.name]).encode())
                for piece in _row_pieces(sheet, headers[sheet.name], None if kept is None else kept[sheet.name]):
                    stream.write(piece)
                stream.write(b"</sheetData></worksheet>")


def _fixed_parts(names: list[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for k in numbers
    )
    listed = "".join(
        f'<sheet name="{xml_text(name).decode().replace(chr(34), "&quot;")}" sheetId="{k}" r:id="rId{k}"/>'
        for k, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{k}" Type="{_RELS}/worksheet" Target="worksheets/sheet{k}.xml"/>' for k in numbers
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rIdStyles" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }


def _sheet_head(sheet: SheetRead, header: int) -> str:
    width = max(len(sheet.columns), 1)
    below = f'<pane ySplit="{header}" topLeftCell="A{header + 1}" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="A1:{column_letters(width - 1)}{max(sheet.n_rows, 1)}"/>'
        f'<sheetViews><sheetView workbookViewId="0">{below}</sheetView></sheetViews>'
        f'<cols><col min="1" max="{width}" width="14" style="1" customWidth="1"/></cols><sheetData>'
    )


def _row_pieces(
    sheet: SheetRead, header: int, kept: np.ndarray[tuple[int], np.dtype[np.int32]] | None
) -> Iterator[bytes]:
    for batch in pq.ParquetFile(sheet.rows_path).iter_batches(batch_size=_BATCH):
        rows = batch.column(0)
        if kept is not None:
            batch = batch.filter(pc.is_in(rows, pa.array(kept)))
            rows = batch.column(0)
        if batch.num_rows:
            yield _rows_xml(rows.cast(pa.string()), batch.columns[1:], header)


def _rows_xml(rows: pa.StringArray, columns: list[pa.StringArray], header: int) -> bytes:
    style = pc.if_else(pc.equal(rows, str(header)), '" s="2" t="inlineStr"', '" s="1" t="inlineStr"')
    cells = [_cells_xml(column_letters(index), rows, style, texts) for index, texts in enumerate(columns)]
    lines = pc.binary_join_element_wise('<row r="', rows, '">', *cells, "</row>", "")
    return "".join(lines.to_pylist()).encode()


def _cells_xml(letters: str, rows: pa.StringArray, style: pa.StringArray, texts: pa.StringArray) -> pa.StringArray:
    opening = '><is><t xml:space="preserve">'
    cells = pc.binary_join_element_wise(f'<c r="{letters}', rows, style, opening, _escaped(texts), "</t></is></c>", "")
    return cells.fill_null("")  # no cell where there is no text


def _escaped(texts: pa.StringArray) -> pa.StringArray:
    """As :func:`xml_text`, for a whole column."""
    texts = pc.replace_substring_regex(texts, "[\x01-\x08\x0b\x0c\x0e-\x1f]|\x00", "")
    texts = pc.replace_substring_regex(texts, "_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        texts = pc.replace_substring(texts, character, entity)
    return texts
