"""A map on the server: fixed classes, links with names, labels only where they fit, small, no style attributes."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from bangfu.web import maps, numbers
from bangfu.web.maps import Cell, MapView
from bangfu.web.numbers import Missing

BREAKS = (0.01, 0.03, 0.10, 0.20, 0.25)
LABELS = ("1%", "3%", "10%", "20%", "25%")
SQUARE = "M0 0L200 0L200 100L0 100Z"


def cell(name: str = "羊拉乡", share: float | None = 0.298, **changes: object) -> Cell:
    shown = numbers.missing(Missing.NOT_REPORTED) if share is None else numbers.percent_figure(share)
    values: dict[str, object] = {
        "code": "533422", "name": name, "path": SQUARE, "x": 100, "y": 50, "width": 200, "height": 100,
        "value": share, "shown": shown, "href": "/p/533422/",
    }  # fmt: skip
    return Cell(**{**values, **changes})  # type: ignore[arg-type]


def view(*cells: Cell, chosen: str = "") -> MapView:
    return MapView("发生率", "八个乡镇", (0, 0, 500, 450), cells, BREAKS, LABELS, chosen=chosen)


def drawn(*cells: Cell, chosen: str = "") -> str:
    return render_to_string("components/map.html", {"map": maps.drawing(view(*cells, chosen=chosen))})


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 1), (0.0099, 1), (0.01, 2), (0.03, 3), (0.1, 4), (0.2, 5), (0.2499, 5), (0.25, 6), (1, 6)],
)
def test_a_value_on_a_limit_belongs_above_it(share: float, expected: int) -> None:
    assert maps.map_class(share, BREAKS) == expected


def test_five_limits_make_six_classes() -> None:
    with pytest.raises(ValueError, match="6 classes"):
        MapView("", "", (0, 0, 1, 1), (), (0.1, 0.2), ("10%", "20%"))


def test_limits_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        MapView("", "", (0, 0, 1, 1), (), (0.1, 0.1, 0.2, 0.3, 0.4), LABELS)


def test_an_area_is_a_link_named_with_its_value(chinese: None) -> None:
    assert '<a href="/p/533422/" aria-label="羊拉乡，29.8%">' in drawn(cell())


def test_an_area_is_named_with_a_comma_of_its_language(english: None) -> None:
    assert 'aria-label="Yangla, 29.8%"' in drawn(cell("Yangla"))


def test_a_missing_area_is_hatched_and_named_missing(chinese: None) -> None:
    assert 'aria-label="羊拉乡，未报"><path d="M0 0L200 0L200 100L0 100Z" fill="url(#map-h)"' in drawn(cell(share=None))


def test_a_withheld_area_stays_blank(chinese: None) -> None:
    hidden = cell(share=None, shown=numbers.missing(Missing.WITHHELD))
    assert 'class="withheld"' in drawn(hidden)


def test_an_uncertain_area_is_dotted(chinese: None) -> None:
    assert 'fill="url(#map-u-m6)"' in drawn(cell(uncertain=True))


def test_the_chosen_area_is_outlined_last(chinese: None) -> None:
    assert f'<path class="chosen" d="{SQUARE}"/>' in drawn(cell(), chosen="533422")


def test_a_label_holds_name_and_value_where_there_is_room() -> None:
    groups = maps.drawing(view(cell())).groups
    assert [line for _, line in groups[0].labels[0].lines] == ["羊拉乡", "29.8%"]


def test_a_low_box_holds_the_name_alone() -> None:
    groups = maps.drawing(view(cell(height=16))).groups
    assert [line for _, line in groups[0].labels[0].lines] == ["羊拉乡"]


def test_a_label_without_room_is_left_out() -> None:
    assert maps.drawing(view(cell(width=20, height=16))).groups == ()


def test_a_label_that_fits_a_wide_panel_only_is_not_on_the_phone() -> None:
    groups = maps.drawing(view(cell(width=50, height=16))).groups
    assert [group.screen for group in groups] == ["wide"]


def test_a_name_without_room_in_the_middle_stands_where_a_line_has_room() -> None:
    (group, *_narrow) = maps.drawing(view(cell(width=20, height=16, lines=((140.0, 80.0, 90.0, 30.0),)))).groups
    assert (group.labels[0].x, [line for _, line in group.labels[0].lines]) == ("140", ["羊拉乡"])


def test_room_is_measured_for_bold_letters_where_a_figure_is_missing() -> None:
    named = [maps.drawing(view(cell("Dehong", share, width=43, height=16))).groups for share in (0.1, None)]
    assert [group.screen for group in named[0]] == ["wide"]
    assert named[1] == ()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("羊拉乡", ("羊拉乡",)),
        ("维西傈僳族自治县", ("维西傈僳族", "自治县")),
        ("霞若傈僳族乡", ("霞若", "傈僳族乡")),
        ("新平彝族傣族自治县", ("新平彝族傣族", "自治县")),
        ("香格里拉市", ("香格里", "拉市")),
        ("Xiaruo Lisu Township", ("Xiaruo Lisu", "Township")),
    ],
)
def test_a_long_name_breaks_beside_its_people(name: str, lines: tuple[str, ...]) -> None:
    assert maps.broken_name(name) == lines


def test_the_legend_has_the_six_ranges() -> None:
    legend = maps.drawing(view(cell())).legend
    assert [entry.words for entry in legend] == ["<1%", "1%–3%", "3%–10%", "10%–20%", "20%–25%", "≥25%"]


def test_the_legend_names_the_missing_state(chinese: None) -> None:
    assert [tag.word for tag in maps.drawing(view(cell(share=None))).states] == ["未报"]


def test_a_map_says_that_it_is_a_sketch(chinese: None) -> None:
    assert "示意图，不作划界依据" in drawn(cell())


def test_a_map_has_no_style_attribute(chinese: None) -> None:
    assert "style=" not in drawn(cell(), cell("燕门乡", None))


def test_a_name_cannot_break_out_of_the_drawing(english: None) -> None:
    assert "<script>" not in drawn(cell('"><script>'))


def test_a_map_of_130_counties_is_at_most_40_kb(chinese: None) -> None:
    path = "M" + "L".join(f"{100 + index * 3} {200 + index * 7}" for index in range(16)) + "Z"
    labelled = cell("德钦县", 0.29, path=path, width=60, height=16, href="/p/533422/?t=2015&by=register")
    narrow = cell("维西傈僳族自治县", 0.29, path=path, width=40, height=30, href="/p/533423/?t=2015&by=register")
    assert len(drawn(*[labelled] * 65, *[narrow] * 65).encode()) <= 40_000
