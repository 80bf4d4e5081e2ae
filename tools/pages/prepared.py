"""What the demonstration lacks for some pages: a comparison with a decision, two tables to fill, a waiting proposal."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable

import xlsxwriter

from tools.pages.visitor import Visitor

VILLAGE, AREA = "533422203201", "533422203"
#: Somebody whom only the export knows, with an impossible number.
STRANGER = {
    "区划代码": VILLAGE,
    "年度": "2015",
    "户编号": "99990001",
    "人编号": "9999000101",
    "姓名": "无名氏",
    "证件号码": "990101197103140014",
    "与户主关系": "户主",
    "文化程度": "小学",
}
TERM = {
    "name": "shown_for_review",
    "table": "households",
    "title_zh": "待复核的名词",
    "title_en": "A term for review",
    "text": "poverty_status is known",
}
WAIT_SECONDS = 90


def prepare(visitor: Callable[[str], Visitor]) -> None:
    """Make what the samples of ``listed`` look for; ``visitor`` gives somebody who is signed in."""
    _compare(visitor("county"))
    for heading in ("贫困户数", "没有人认得的栏目"):
        _fill(visitor("county"), heading)
    proposal = {**TERM, "step": "propose", "reason": "shown to those who look at pages"}
    visitor("prefecture").send("/rules/terms/new/", proposal)


def _compare(county: Visitor) -> None:
    """An export of one village that knows none of its households, and one of these decided to be right."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(STRANGER))
    writer.writeheader()
    writer.writerow(STRANGER)
    file = ("export.csv", text.getvalue().encode())
    result = county.send("/exchange/", {"place": AREA, "year": "2015"}, {"file": file})
    rows = f"{result}rows/?kind=only_ours"
    difference = _awaited(county, rows, r'href="(/exchange/d/\d+/)"')
    county.send(difference, {"side": "ours", "which": "one", "reason": "looked up in the register"})


def _fill(county: Visitor, heading: str) -> None:
    """A blank with one heading, confirmed where it is recognised."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((["2015年统计表"], ["地区", heading], ["燕门乡", ""], ["云岭乡", ""])):
            sheet.write_row(at, 0, row)
    form = {"area": "533422", "year": "2015"}
    match = county.send("/fill/", form, {"file": (f"{heading}.xlsx", content.getvalue())})
    asked = dict(re.findall(r'name="(what-\d+)" value="([^"]*)"', county.text(match)))
    if all(asked.values()):
        county.send(match, asked)


def _awaited(visitor: Visitor, path: str, pattern: str) -> str:
    """What a page says once the work behind it is done. **Errors** ``LookupError`` where it never does."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(pattern, visitor.text(path)):
            return found.group(1)
        time.sleep(1)
    raise LookupError(f"No {pattern} on {path}.")
