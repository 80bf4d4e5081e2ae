"""“XML Spreadsheet 2003”: one XML document with a workbook in it, often named .xls."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.numbers import number_text
from bangfu.analytics.workbooks.plain_rows import PlainRows
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.spanned import SpannedRows
from bangfu.analytics.workbooks.values import SheetRead, WorkbookRead

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet "


def read_spreadsheet_xml(path: Path, out_dir: Path, limits: Limits) -> WorkbookRead:
    """Every worksheet with values; **errors** ``FileRefused`` for a document type (so for any entity) or damage."""
    reader = _Workbook(out_dir, limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        with path.open("rb") as file:
            while piece := file.read(MB):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused("damaged", part="XML") from error
    sheets = tuple(sheet for sheet in reader.sheets if sheet.n_rows)
    if not sheets:
        raise FileRefused("workbook_empty")
    return WorkbookRead("xml", sheets)


def _refuse_doctype(*_: object) -> None:
    raise FileRefused("xml_entities", part="XML")


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 8 else default


class _Workbook:
    """Follows worksheets, rows, cells and their data."""

    def __init__(self, out_dir: Path, limits: Limits) -> None:
        self.sheets: list[SheetRead] = []
        self._out_dir = out_dir
        self._limits = limits
        self._rows: PlainRows | None = None
        self._spanned: SpannedRows | None = None
        self._cell: dict[str, str] = {}
        self._kind = ""
        self._data: list[str] | None = None
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a worksheet, row, cell or its data."""
        tag = name.removeprefix(_SPACE)
        if tag == "Worksheet":
            title = attributes.get(f"{_SPACE}Name", f"Sheet{len(self.sheets) + 1}")[:31]
            self._rows = PlainRows(title, self._out_dir / f"sheet{len(self.sheets)}", self._limits)
            self._spanned = SpannedRows(self._rows)
        elif tag == "Row" and self._spanned is not None:
            number = _number(attributes.get(f"{_SPACE}Index"), self._spanned.number + 1)
            self._spanned.begin_row(number)
        elif tag == "Cell":
            self._cell, self._data, self._kind = attributes, None, ""
        elif tag == "Data" and self._spanned is not None:
            self._data, self._length = [], 0
            self._kind = attributes.get(f"{_SPACE}Type", "String")

    def text(self, data: str) -> None:
        """Characters of the open data."""
        if self._data is not None and self._spanned is not None:
            self._data.append(data)
            self._length += len(data)
            if self._length > self._limits.cell_characters:
                raise FileRefused("cell_too_long", row=self._spanned.number, limit=self._limits.cell_characters)

    def end(self, name: str) -> None:
        """End a cell, row or worksheet."""
        tag = name.removeprefix(_SPACE)
        if tag == "Cell" and self._spanned is not None:
            self._end_cell(self._spanned)
        elif tag == "Row" and self._spanned is not None:
            self._spanned.end_row()
        elif tag == "Worksheet" and self._rows is not None and self._spanned is not None:
            with self._rows:
                pass
            self.sheets.append(self._rows.sheet_read(merged=tuple(self._spanned.merged)))
            self._rows = self._spanned = None

    def _end_cell(self, spanned: SpannedRows) -> None:
        text, code = "".join(self._data or ()), None
        self._data = None
        if self._kind == "Number":
            text, code = number_text(text)
        elif self._kind == "DateTime":
            text = text.removesuffix(".000").replace("T00:00:00", "").replace("T", " ")
        elif self._kind == "Boolean":
            text = "TRUE" if text == "1" else "FALSE"
        elif self._kind == "Error":
            code = "error_value"
        index = self._cell.get(f"{_SPACE}Index")
        column = _number(index, 1) - 1 if index else None
        across = _number(self._cell.get(f"{_SPACE}MergeAcross"), 0) + 1
        down = _number(self._cell.get(f"{_SPACE}MergeDown"), 0) + 1
        spanned.cell(text, across=across, down=down, code=code, column=column)
