"""A file of figures as a workbook: numbers stay numbers, shown with the digits of the page; text is never a formula."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from bangfu.web.exports.tables import Cell, Export, Sheet
from bangfu.web.lettering import text_width

NARROWEST, WIDEST = 9, 46
FACT_WIDTH = 80
#: What Excel does not allow in the name of a sheet, and how long it may be.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
NAME_LENGTH = 31


def as_workbook(export: Export) -> bytes:
    """The file's sheets, then its facts, one a row."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": export.title, "subject": export.subtitle, "comments": export.synthetic})
        writer = _Writer(book)
        for sheet in export.sheets:
            writer.table(sheet, export)
        writer.facts(export)
    return written.getvalue()


class _Writer:
    """Writes sheets into one workbook with the formats they share."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.numbers: dict[tuple[str, bool], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.quiet = book.add_format({"font_color": "#44514E"})
        self.mark = book.add_format({"bold": True, "font_color": "#5F5A78"})
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#ECF0EE"}
        self.head = book.add_format(head)
        self.head_number = book.add_format({**head, "align": "right"})
        self.plain = {False: book.add_format({}), True: book.add_format({"bold": True, "top": 1})}
        word = {"align": "right", "font_color": "#5F5A78"}
        self.word = {False: book.add_format(word), True: book.add_format({**word, "bold": True, "top": 1})}
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def table(self, sheet: Sheet, export: Export) -> None:
        """One table under its title, ready for print on a page's width."""
        page = self._page(sheet.name)
        top = self._above(page, sheet.title, export)
        numeric = [any(isinstance(row[at], Cell) for row in sheet.all_rows) for at in range(len(sheet.headings))]
        for at, heading in enumerate(sheet.headings):
            page.write_string(top, at, str(heading), self.head_number if numeric[at] else self.head)
            page.set_column(at, at, _width(sheet, at))
        for offset, row in enumerate(sheet.all_rows, 1):
            last = bool(sheet.total) and offset == len(sheet.all_rows)
            for at, each in enumerate(row):
                self._cell(page, top + offset, at, each, last)
        page.freeze_panes(top + 1, 1)
        page.repeat_rows(top)

    def facts(self, export: Export) -> None:
        """What the figures are, from where and when."""
        page = self._page(export.facts_name)
        top = self._above(page, export.title, export)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, FACT_WIDTH)
        for offset, (name, value) in enumerate(export.facts):
            page.write_string(top + offset, 0, name, self.wrapped)
            page.write_string(top + offset, 1, value, self.wrapped)

    def _page(self, name: str) -> Any:
        page = self.book.add_worksheet(name.translate(FORBIDDEN)[:NAME_LENGTH])
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        return page

    def _above(self, page: Any, title: str, export: Export) -> int:
        """The title, the line under it and the mark of invented data; returns the row of the headings."""
        page.write_string(0, 0, title, self.title)
        page.write_string(1, 0, export.subtitle, self.quiet)
        if export.synthetic:
            page.write_string(2, 0, export.synthetic, self.mark)
        return 4 if export.synthetic else 3

    def _cell(self, page: Any, row: int, at: int, given: Cell | str, last: bool) -> None:
        if isinstance(given, str):
            page.write_string(row, at, given, self.plain[last])
        elif given.value is None:
            page.write_string(row, at, given.text, self.word[last])
        else:
            page.write_number(row, at, given.value, self._number(number_format(given), last))

    def _number(self, code: str, last: bool) -> Any:
        if (code, last) not in self.numbers:
            edge = {"bold": True, "top": 1} if last else {}
            self.numbers[code, last] = self.book.add_format({"num_format": code, **edge})
        return self.numbers[code, last]


def number_format(given: Cell) -> str:
    """The format that shows a number with the digits of the page; a limit (``<0.1``) is shown as such."""
    if given.is_limit:
        return f'"{given.text}{"%" if given.share else ""}"'
    decimals = "." + "0" * given.places if given.places else ""
    code = f"0{decimals}%" if given.share else f"#,##0{decimals}"
    return f"+{code};\N{MINUS SIGN}{code};0" if given.text.startswith("+") else code


def _width(sheet: Sheet, at: int) -> float:
    texts = [str(sheet.headings[at]), *(each.text if isinstance(each, Cell) else each for each in _column(sheet, at))]
    # A letter of a spreadsheet is as wide as a digit; a Han character takes about two of them.
    return float(min(max(NARROWEST, *(1.9 * text_width(words) + 2 for words in texts)), WIDEST))


def _column(sheet: Sheet, at: int) -> list[Cell | str]:
    return [row[at] for row in sheet.all_rows]
