"""Web pages saved under the name of a workbook: what many systems call an export to Excel.

Only tables are read: scripts, styles and comments are passed over, nothing is fetched, no entity but those of HTML
means anything. A page is read in pieces in the bounded child process; a span cannot make more cells than a sheet has.
"""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from pathlib import Path

from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.numbers import number_text
from bangfu.analytics.workbooks.plain_rows import PlainRows
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.spanned import SpannedRows
from bangfu.analytics.workbooks.values import SheetRead, WorkbookRead

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACES = re.compile("[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(" ?\n ?")
#: Text in them is not shown.
_UNSEEN = frozenset({"script", "style", "title", "xml", "noscript", "template"})
_BLOCKS = frozenset({"p", "div", "li"})
_PIECE = MB // 4


def read_html(path: Path, out_dir: Path, limits: Limits) -> WorkbookRead:
    """Every table of a page with text in it, as a sheet; **errors** ``FileRefused``."""
    reader = _Tables(out_dir, limits)
    decoder = codecs.getincrementaldecoder(_encoding(path))("replace")
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            reader.feed(decoder.decode(piece))
            if len(reader.rawdata) > limits.row_bytes:
                raise FileRefused("row_too_large", part="HTML", limit_mb=limits.row_bytes // MB)
        reader.feed(decoder.decode(b"", final=True))
    reader.close()
    reader.end_table()
    if not reader.found:
        raise FileRefused("html_no_table")
    sheets = tuple(sheet for sheet in reader.sheets if sheet.n_rows)
    if not sheets:
        raise FileRefused("workbook_empty")
    return WorkbookRead("html", sheets)


def _encoding(path: Path) -> str:
    """UTF-8 where the page decodes as such, whatever it declares; else what it declares, GB18030 for any GB."""
    utf8, line = codecs.getincrementaldecoder("utf-8")("strict"), 1
    done = 0
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        try:
            while piece := file.read(MB):
                utf8.decode(piece)
                done += len(piece)
                line += piece.count(b"\n")
            utf8.decode(b"", final=True)
            return "utf-8-sig"
        except UnicodeDecodeError as error:
            bad = done + error.start
    declared = _CHARSET.search(head)
    name = declared[1].decode("ascii").lower() if declared else "gb18030"
    if name in {"gb2312", "gbk", "gb18030", "x-gbk", "cp936"}:
        return _checked_gb18030(path)
    if name in {"utf-8", "utf8"}:
        raise FileRefused("encoding_damaged", encoding="UTF-8", line=line, position=bad + 1)
    raise FileRefused("encoding_unknown", line=line, position=bad + 1)


def _checked_gb18030(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    done, line = 0, 1
    with path.open("rb") as file:
        try:
            while piece := file.read(MB):
                decoder.decode(piece)
                done += len(piece)
                line += piece.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            position = done + error.start + 1
            raise FileRefused("encoding_damaged", encoding="GB18030", line=line, position=position) from error
    return "gb18030"


def _span(value: str | None) -> int:
    """A span as browsers read it: 1 where it is no number."""
    text = (value or "").strip()
    return int(text[:9]) if text[:9].isdigit() and text.isascii() else 1


class _Tables(HTMLParser):
    """Follows tables, rows and cells; end tags may be missing, as HTML allows."""

    def __init__(self, out_dir: Path, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[SheetRead] = []
        self.found = 0
        self._out_dir = out_dir
        self._limits = limits
        self._rows: PlainRows | None = None
        self._spanned: SpannedRows | None = None
        self._in_row = False
        self._cell: dict[str, str | None] | None = None
        self._text: list[str] = []
        self._length = 0
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, row or cell."""
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "table":
            self._begin_table()
        elif tag == "tr" and self._spanned is not None:
            self._end_row()
            self._spanned.begin_row()
            self._in_row = True
        elif tag in ("td", "th") and self._spanned is not None:
            self._begin_cell(dict(attrs))
        elif tag == "br" or tag in _BLOCKS:
            self._text.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself."""
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End a table, row or cell."""
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag == "table":
            self.end_table()
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Text of the open cell."""
        if self._cell is None or self._unseen or not data:
            return
        self._text.append(_SPACES.sub(" ", data))
        self._length += len(data)
        if self._length > self._limits.cell_characters and self._spanned is not None:
            raise FileRefused("cell_too_long", row=self._spanned.number, limit=self._limits.cell_characters)

    def _begin_table(self) -> None:
        if self._spanned is not None and self._cell is not None:
            raise FileRefused("html_nested", row=self._spanned.number)
        self.end_table()
        self.found += 1
        if self.found > self._limits.parts:
            raise FileRefused("zip_entries", count=self.found, limit=self._limits.parts)
        self._rows = PlainRows(f"Sheet{self.found}", self._out_dir / f"sheet{self.found}", self._limits)
        self._spanned = SpannedRows(self._rows)

    def end_table(self) -> None:
        """End the open table, if there is one, and keep it as a sheet if it holds text."""
        self._end_row()
        if self._rows is None or self._spanned is None:
            return
        rows, merged = self._rows, tuple(self._spanned.merged)
        self._rows = self._spanned = None
        with rows:
            pass
        self.sheets.append(rows.sheet_read(merged=merged))

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        if not self._in_row and self._spanned is not None:
            self._spanned.begin_row()
            self._in_row = True
        self._cell = attributes
        self._text.clear()
        self._length = 0

    def _end_cell(self) -> None:
        if self._cell is None or self._spanned is None:
            return
        attributes, self._cell = self._cell, None
        shown = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", " ".join("".join(self._text).split(" ")))).strip(" \n\xa0")
        # What Excel itself writes beside a shown text: the number that is stored.
        stored = attributes.get("x:num")
        text, code = number_text(stored) if stored else (shown, None)
        spans = {"across": _span(attributes.get("colspan")), "down": _span(attributes.get("rowspan"))}
        self._spanned.cell(text, **spans, code=code)

    def _end_row(self) -> None:
        self._end_cell()
        if self._in_row and self._spanned is not None:
            self._spanned.end_row()
        self._in_row = False
