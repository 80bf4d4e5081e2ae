"""Which columns and headings of a blank stand for places, also where they name none that is known."""

from __future__ import annotations

import pytest

from bangfu.analytics.workbooks.layout import Block, Slot
from bangfu.records.reports.place_words import columns_of_places, heads_of_places

KNOWN = {"拖拉村": "place", "燕门乡": "place", "户": "unit", "合计": "total"}


def kind_of(phrase: str) -> tuple[str, str]:
    return KNOWN.get(phrase, "what"), phrase


def rows(heading: str, *names: str) -> Block:
    slots = tuple(Slot(row, 1, ("贫困户数",), (name,), (0,)) for row, name in enumerate(names, 2))
    return Block("1", (), (), slots, corner={0: (heading,)} if heading else {})


@pytest.mark.parametrize(
    ("heading", "names", "holds"),
    [
        ("行政村", ("托拉村", "瞎编乱造村"), True),
        ("乡（镇）", ("某某乡",), True),
        ("单位名称", ("托拉",), True),
        ("Township", ("Tola",), True),
        ("", ("拖拉村", "托拉村", "瞎编乱造村"), True),
        ("名称", ("托拉村", "瞎编乱造村", "燕门乡"), True),
        ("指标＼地区", ("贫困人口", "残疾人数"), False),
        ("地区/指标", ("拖拉村", "托拉村"), True),
        ("指标", ("贫困人口", "燕门乡"), False),
        ("致贫原因", ("因病", "因残"), False),
        ("单位", ("户", "公顷"), False),
        ("年份", ("二〇一四年",), False),
    ],
)
def test_a_column_holds_places_where_its_heading_or_one_of_its_names_says_so(
    heading: str, names: tuple[str, ...], holds: bool
) -> None:
    assert bool(columns_of_places(rows(heading, *names), kind_of)) is holds


def test_headings_beside_places_are_places_unless_they_ask_for_something_known() -> None:
    heads = ("燕门乡", "托拉乡", "贫困人口", "备注")
    block = Block("1", (), (), tuple(Slot(3, column, (head,), ("户数",), (0,)) for column, head in enumerate(heads, 1)))
    assert heads_of_places(block, kind_of, lambda word: word == "贫困人口") == {"托拉乡"}
