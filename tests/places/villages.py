"""A small prefecture for tests: one county of two townships, five villages, and the changed county beside it."""

from __future__ import annotations

from bangfu.records.places.actions import PlaceRow, load_places
from bangfu.records.places.models import Place

CODES = {
    "53": "云南省",
    "5334": "迪庆藏族自治州",
    "533401": "香格里拉市",
    "533401101": "建塘镇",
    "533401101001": "建塘社区居民委员会",
    "533401101201": "红坡村民委员会",
    "533422": "德钦县",
    "533422101": "升平镇",
    "533422101201": "巨水村民委员会",
    "533422101202": "阿东村民委员会",
    "533422102": "奔子栏镇",
    "533422102201": "叶日村民委员会",
    "533422102202": "夺通村民委员会",
    "533422102203": "书松村民委员会",
}


def rows(codes: dict[str, str] | None = None) -> list[PlaceRow]:
    return [
        PlaceRow(code, name, file="places.csv", line=line)
        for line, (code, name) in enumerate((codes or CODES).items(), 2)
    ]


def load_villages() -> None:
    load_places(rows())


def place(code: str) -> Place:
    return Place.objects.get(code=code)
