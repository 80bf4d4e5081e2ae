"""Pictures to take away: what a page draws is drawn there too, and nothing leaves the paper."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bangfu.web import charts, maps, numbers
from bangfu.web.charts import Item, Line, Point
from bangfu.web.drawings.paper import INSIDE, Caption, on_paper
from bangfu.web.drawings.picture import Picture, count_of, draw
from bangfu.web.lettering import text_width
from bangfu.web.numbers import Missing

SVG = "{http://www.w3.org/2000/svg}"
BREAKS, LABELS = (0.01, 0.03, 0.10, 0.20, 0.25), ("1%", "3%", "10%", "20%", "25%")
SQUARE = "M0 0L200 0L200 100L0 100Z"
#: More than one line of the paper holds.
LONG = "有两个乡还没有上报，合计不含它们；" * 4


def item(name: str, value: float | None) -> Item:
    shown = numbers.missing(Missing.NOT_REPORTED) if value is None else numbers.percent_figure(value)
    return Item(name, value, shown, None if value is None else 0.8 * value, None if value is None else 1.2 * value)


DOTS = charts.dots("", "地点", "%", (item("甲", 0.2), item("乙", None)), Line(0.03, "退出线3%"), note=LONG)
BARS = charts.bars("", "地点", "%", (item("甲", 0.2), item("乙", None)))


def map_of(*, uncertain: bool = False, approval: str = "") -> maps.MapDrawing:
    shown = numbers.percent_figure(0.298)
    cell = maps.Cell("5334", "羊拉乡", SQUARE, 100, 50, 200, 100, 0.298, shown, uncertain=uncertain)
    return maps.drawing(maps.MapView("", "", (0, 0, 500, 450), (cell,), BREAKS, LABELS, approval=approval))


def picture(drawn: Picture, title: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(on_paper(draw(drawn), Caption(title, "", ["来源：名册"])))


def parts(drawn: Picture, name: str, **attributes: str) -> list[ElementTree.Element]:
    found = picture(drawn).iter(f"{SVG}{name}")
    return [each for each in found if attributes.items() <= each.attrib.items()]


def said(drawn: Picture) -> str:
    return "\n".join(picture(drawn).itertext())


def test_dots_keep_their_errors_and_the_line_through_all_rows() -> None:
    assert len(parts(DOTS, "circle")) == 1
    assert len(parts(DOTS, "line", **{"stroke-width": "2", "stroke-dasharray": "6 4"})) == 2
    assert len(parts(DOTS, "line", **{"stroke": "#0E6470"})) == 1
    assert "退出线3%" in said(DOTS)


def test_a_missing_dot_has_its_word_and_no_length(chinese: None) -> None:
    assert "未报" in said(DOTS)
    assert parts(DOTS, "rect", **{"stroke-dasharray": "4 3"}) == []


def test_a_missing_bar_is_a_dashed_box() -> None:
    assert len(parts(BARS, "rect", **{"stroke-dasharray": "4 3"})) == 1
    assert parts(BARS, "circle") == []


def test_the_unit_stands_above_digits_that_lack_it_and_only_there() -> None:
    bare = charts.bars("", "", "户", (Item("甲", 3, numbers.Shown("3")),))
    assert [parts(each, "text")[0].text for each in (bare, BARS)] == ["户", "甲"]


def test_a_long_note_is_broken_into_lines_that_fit() -> None:
    notes = [each.text or "" for each in parts(DOTS, "text", **{"font-size": "13"})]
    assert "".join(notes[1:]) == LONG
    assert max(13 * text_width(line) for line in notes) <= INSIDE


def test_an_uncertain_area_is_dotted_in_the_ink_of_its_label_and_the_legend_says_so(english: None) -> None:
    assert len(parts(map_of(uncertain=True), "path", fill="url(#dots-m6)")) == 1
    assert "uncertain (CV over 30%)" in said(map_of(uncertain=True))
    assert "uncertain" not in said(map_of())


@pytest.mark.parametrize(
    ("approval", "words"), [("", "示意图，不作划界依据"), ("审图号：试0001号", "审图号：试0001号")]
)
def test_a_map_prints_its_approval_number_or_that_it_is_a_sketch(chinese: None, approval: str, words: str) -> None:
    lines = said(map_of(approval=approval)).split("\n")
    assert [line for line in lines if line.startswith(("示意图", "审图号"))] == [words]


def test_a_control_character_of_an_address_leaves_the_file_readable() -> None:
    titles = [each.text for each in picture(BARS, "发生率\x01\ud800").iter(f"{SVG}title")]
    assert titles == ["发生率"]


def test_figures_are_counted_by_what_is_drawn() -> None:
    points = (Point("2014", 1, numbers.figure(1)), Point("2015", 2, numbers.figure(2)))
    assert [count_of(each) for each in (charts.trend("", "", points), BARS, map_of())] == [2, 2, 1]


def test_signs_that_chinese_fonts_draw_square_are_measured_square() -> None:
    assert text_width("某·某…") == 4
