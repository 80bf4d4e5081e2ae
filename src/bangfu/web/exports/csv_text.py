"""A file of figures as CSV: UTF-8 with its mark, so that Excel reads Chinese; facts as lines that begin with #."""

from __future__ import annotations

import csv
import io
import re

from bangfu.web.exports.tables import EXACT, Cell, Export, safe
from bangfu.web.lettering import labelled
from bangfu.web.numbers import MINUS

MARK = "\ufeff"
QUOTE, FORMULA = re.compile(',(?=")'), re.compile(r",\s*(?=[=+\-@])")
GUARDED = ", '"


def as_csv(export: Export) -> bytes:
    """The first sheet of a file with its facts above it."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for line in (export.title, export.subtitle, export.synthetic):
        if line:
            written.write(_comment(line))
    for name, value in export.facts:
        written.write(_comment(labelled(name, value)))
    sheet = export.sheets[0]
    writer.writerow([safe(str(heading)) for heading in sheet.headings])
    for row in sheet.all_rows:
        writer.writerow([plain(each) if isinstance(each, Cell) else safe(each) for each in row])
    return (MARK + written.getvalue()).encode()


def plain(given: Cell) -> str:
    """A number as programs read it: the page's digits without commas, percent as in the heading; else its word."""
    if given.value is None:
        return safe(given.text) if given.text != "—" else ""
    if given.is_limit:
        return EXACT.format(given.value * (100 if given.share else 1))
    return given.text.replace(",", "").replace(MINUS, "-").removeprefix("+")


def _comment(words: str) -> str:
    """A line that programs leave out; what a spreadsheet makes a cell of behind a comma is no formula and no quote."""
    line = QUOTE.sub(", ", " ".join(words.split()))
    return f"# {FORMULA.sub(GUARDED, line)}\r\n"
