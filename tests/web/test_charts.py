"""Charts on the server: from zero, gaps where data are missing, labels clear of lines and bars, a table twin."""

from __future__ import annotations

import re
from itertools import pairwise

from django.template.loader import render_to_string

from bangfu.web import charts, numbers
from bangfu.web.charts import Item, Line, Point
from bangfu.web.charts.histogram import position
from bangfu.web.numbers import Missing


def points(*values: float | None) -> tuple[Point, ...]:
    return tuple(
        Point(
            str(2011 + index), value, numbers.missing(Missing.NOT_REPORTED) if value is None else numbers.figure(value)
        )
        for index, value in enumerate(values)
    )


def test_a_missing_year_breaks_the_line() -> None:
    assert len(charts.trend("", "", points(9, 8, None, 6, 5)).lines) == 2


def test_a_lone_year_between_gaps_is_a_point_without_a_line() -> None:
    assert charts.trend("", "", points(9, None, 7)).lines == ()


def test_a_missing_year_is_named_and_not_drawn_at_zero(chinese: None) -> None:
    mark = charts.trend("", "", points(9, None, 7)).marks[1]
    assert (mark.missing, mark.label) == (True, "未报")


def test_zero_lies_on_the_base_line() -> None:
    assert charts.trend("", "", points(10, 0)).marks[1].y == str(charts.BASE)


def test_labels_stand_on_the_outer_side_of_a_falling_line() -> None:
    sides = [(mark.anchor, int(mark.dy) < 0) for mark in charts.trend("", "", points(9, 7, 5)).marks]
    assert sides == [("middle", True), ("start", True), ("middle", False)]


def test_a_long_line_labels_its_ends_and_extremes_only() -> None:
    marks = charts.trend("", "", points(5, 6, 7, 9, 8, 7, 2, 4)).marks
    assert [mark.label for mark in marks] == ["5", "", "", "9", "", "", "2", "4"]


def test_a_band_needs_both_ends_of_every_interval() -> None:
    some = (Point("2014", 0.2, numbers.percent_figure(0.2), 0.1, 0.3), Point("2015", 0.2, numbers.percent_figure(0.2)))
    assert charts.trend("", "", some).bands == ()


def test_a_high_bar_has_its_label_inside() -> None:
    assert charts.income_bars("", "", points(10)).bars[0].inside


def test_a_low_bar_has_its_label_above() -> None:
    low = charts.income_bars("", "", points(100, 2)).bars[1]
    assert float(low.label_y) < float(low.y)


def test_a_label_keeps_clear_of_the_policy_line() -> None:
    chart = charts.income_bars("", "", points(2900), Line(2855, "线"))
    assert abs(float(chart.bars[0].label_y) - 5 - float(chart.line)) >= 12


def test_a_missing_year_is_a_dashed_box(chinese: None) -> None:
    html = render_to_string(
        "components/income_bars.html", {"chart": charts.income_bars("收入", "元", points(10, None))}
    )
    assert html.count('class="hole"') == 1


def test_the_table_twin_has_the_digits_of_the_drawing(chinese: None) -> None:
    html = render_to_string("components/trend.html", {"chart": charts.trend("人口", "人", points(1014, None, 661))})
    drawing, table = html.split("<table>")
    assert re.findall(r">([\d,]+|未报)</text>", drawing)[::2] == re.findall(r'<td class="n">(.*?)</td>', table)


def test_the_longest_bar_fills_its_cell() -> None:
    rows = charts.bars("", "", "", (Item("a", 4, numbers.figure(4)), Item("b", 1, numbers.figure(1)))).rows
    assert [row.length for row in rows] == ["100.00%", "25.00%"]


def test_bars_of_nothing_but_zero_have_no_length() -> None:
    assert charts.bars("", "", "", (Item("a", 0, numbers.figure(0)),)).rows[0].length == "0.00%"


def test_a_withheld_estimate_has_no_dot(chinese: None) -> None:
    chart = charts.dots("", "", "", (Item("怒江州", None, numbers.withheld(30, "户")),))
    assert "<circle" not in render_to_string("components/dots.html", {"chart": chart})


def test_dots_keep_their_error_bars_inside_the_cell() -> None:
    chart = charts.dots("", "", "", (Item("a", 0.2, numbers.percent_figure(0.2), 0.1, 0.3),), Line(0.03, "3%"))
    assert float(chart.rows[0].high.rstrip("%")) < 100


def test_charts_have_no_style_attribute(chinese: None) -> None:
    html = render_to_string("components/trend.html", {"chart": charts.trend("人口", "人", points(1, 2))})
    assert "style=" not in html


def test_names_at_the_ends_of_lines_never_lie_on_one_another() -> None:
    lines = tuple(charts.Series(f"某组{number}", points(9, 5 + number / 100)) for number in range(6))
    heights = sorted(float(line.label_y) for line in charts.series("", "", lines).lines)
    assert all(later - earlier >= 16.9 for earlier, later in pairwise(heights))


def test_a_value_lies_in_its_class_as_far_as_between_the_limits() -> None:
    assert [position(value, (0.01, 0.03, 0.1)) for value in (0.0, 0.02, 0.03, 5.0)] == [0, 37.5, 50, 100]


def test_names_of_points_touch_no_point_and_no_name() -> None:
    spots = tuple(charts.Spot(f"某村{number}", number, 10, "") for number in range(30))
    drawn = charts.scatter("", spots, charts.Axis("", 30), charts.Axis("", 20))
    assert [name for _x, _y, _end, name in drawn.names[0].names] == ["某村0", "某村29"]


def test_of_few_points_each_has_its_name_on_a_phone_too() -> None:
    spots = tuple(charts.Spot(name, x, 9, "") for name, x in (("Xianggelila", 14.7), ("Deqin", 16.9), ("Weixi", 18.4)))
    drawn = charts.scatter("", spots, charts.Axis("", 19.3), charts.Axis("", 10))
    assert [len(group.names) for group in drawn.names] == [3, 3]


def test_steps_of_an_axis_are_round() -> None:
    assert [charts.steps(top) for top in (40.3, 1096, 0)] == [
        (0, 10, 20, 30, 40),
        (0, 500, 1000),
        (0,),
    ]
