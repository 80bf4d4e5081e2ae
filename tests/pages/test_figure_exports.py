"""Files of figures hold what their page shows, to the digit, and say what it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.instance.models import Instance
from bangfu.records.places.models import Place
from bangfu.web.exports.csv_text import plain
from bangfu.web.exports.tables import Cell, safe
from bangfu.web.exports.workbook import number_format
from tests.browsers import browser_at, text_of
from tests.committed import for_a_module
from tests.figures.register import COUNTY, TOWNSHIP, UNREPORTED, Register, small_register

pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]
FIGURE = "/f/incidence_register/export/"


def counted() -> Register:
    """The small register of a synthetic instance, with a village whose name a spreadsheet would compute."""
    made = small_register()
    Instance.objects.update(synthetic=True)
    Place.objects.filter(code="533422101201").update(name="=1+1村")
    run_cycle()
    return made


@pytest.fixture(scope="module")
def committed_register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Register]:
    yield from for_a_module(django_db_blocker, counted)


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_workbook_has_the_numbers_of_the_page_its_facts_and_a_trace_in_the_audit(register: Register) -> None:
    officer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP)
    page = text_of(officer, f"/f/incidence_register/?p={TOWNSHIP}")
    answer = officer.get(f"{FIGURE}?format=xlsx&p={TOWNSHIP}")
    by_place, over_time, about = sheets_of(answer.content).values()
    assert [row[:5] for row in by_place[5:]] == [
        ["某村0", "533422101200", 0.28, 28, 100],
        ["=1+1村", "533422101201", 0.28, 28, 100],
        [UNREPORTED, "533422101202", "未报", "—", "—"],
        ["某乡", TOWNSHIP, 0.28, 56, 200],
    ]
    assert ("某村0 28.0" in page, "分子 56" in page, "分母 200" in page) == (True,) * 3
    assert [row[:2] for row in over_time[5:]] == [["2014", 0.4], ["2015", 0.28]]
    facts = {str(row[0]): str(row[1]) for row in about[4:]}
    assert ("2015-12-31 #" in facts["快照"], facts["来源"], facts["时期"]) == (True, "名册", "2015年末")
    event = AuditEvent.objects.get(action="figures.export")
    assert (event.place_code, event.facts) == (TOWNSHIP, {"what": "incidence_register", "format": "xlsx", "rows": 6})


def test_csv_is_read_by_excel_and_by_programs_and_runs_no_formula(register: Register) -> None:
    answer = browser_at(Role.TOWNSHIP_OFFICER, TOWNSHIP).get(f"{FIGURE}?format=csv&p={TOWNSHIP}")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert [row[:3] for row in rows[1:]] == [
        ["某村0", "533422101200", "28.0"],
        ["'=1+1村", "533422101201", "28.0"],
        [UNREPORTED, "533422101202", "未报"],
        ["某乡", TOWNSHIP, "28.0"],
    ]
    assert "# 来源：名册" in text


def test_pictures_carry_their_caption_and_nothing_of_the_page_around(register: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    svg = ElementTree.fromstring(officer.get(f"{FIGURE}?format=svg&p={COUNTY}").content)
    said = " ".join(words for words in svg.itertext())
    assert all(words in said for words in ("贫困发生率（名册）", "某县", "2015年末", "来源：名册", "28.0%", "快照"))
    attributes = {name for each in svg.iter() for name in each.attrib}
    assert not attributes & {"class", "style", "href"}
    assert "var(" not in ElementTree.tostring(svg, encoding="unicode")
    png = officer.get(f"{FIGURE}?format=png&p={COUNTY}").content
    assert (png[:8], int.from_bytes(png[16:20])) == (b"\x89PNG\r\n\x1a\n", 1440)


def test_an_area_home_is_taken_away_by_those_who_may(register: Register) -> None:
    officer, member = browser_at(Role.COUNTY_OFFICER, COUNTY), browser_at(Role.TEAM_MEMBER, TOWNSHIP)
    by_place = next(iter(sheets_of(officer.get(f"/p/{COUNTY}/export/?format=xlsx").content).values()))
    assert [row[1:6] for row in by_place[5:]] == [[TOWNSHIP, 14, 56, 0.28, -12], [COUNTY, 14, 56, 0.28, -12]]
    assert "export" not in member.get(f"/p/{TOWNSHIP}/").content.decode()
    assert member.get(f"/p/{TOWNSHIP}/export/").status_code == 403
    assert officer.get(f"/p/{COUNTY}/export/?format=docx").status_code == 404


@pytest.mark.parametrize(
    ("given", "shown", "read"),
    [
        (Cell(0.2834, "28.3", share=True), "0.0%", "28.3"),
        (Cell(0.0004, "<0.1", share=True), '"<0.1%"', "0.04"),
        (Cell(-4.1, "−4.1"), "#,##0.0", "-4.1"),
        (Cell(1234.0, "1,234"), "#,##0", "1234"),
        (Cell(None, "未报"), "#,##0", "未报"),
        (Cell(None, "—"), "#,##0", ""),
    ],
)
def test_a_number_keeps_the_digits_of_the_page_in_both_tables(given: Cell, shown: str, read: str) -> None:
    assert (number_format(given), plain(given)) == (shown, read)


@pytest.mark.parametrize("words", ["=1+1", "+86", "-2", "@x", "\tx", "＝1"])
def test_no_text_begins_like_a_formula(words: str) -> None:
    assert safe(words) == f"'{words}"


def test_what_a_total_is_without_stands_in_every_file(register: Register) -> None:
    officer = browser_at(Role.COUNTY_OFFICER, COUNTY)
    asked = {
        f"/p/{TOWNSHIP}/export/?format=csv": f"# 由哪些组成：不含{UNREPORTED}的数：未报",
        f"/p/{COUNTY}/export/?format=csv": "# 由哪些组成：1个地方未报，合计不含。",
        f"/f/households_by_cause/export/?p={TOWNSHIP}&format=svg&of=chart": f"由哪些组成：不含{UNREPORTED}的数：未报",
    }
    files = {address: officer.get(address).content.decode() for address in asked}
    assert [(at, files[at][:1500]) for at, told in asked.items() if told not in files[at]] == []
    about = sheets_of(officer.get(f"/p/{COUNTY}/export/?format=xlsx").content)["说明"]
    assert ["由哪些组成", "1个地方未报，合计不含。"] in [row[:2] for row in about]
