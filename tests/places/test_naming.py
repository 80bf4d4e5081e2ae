"""Other names are made from the name."""

import pytest

from bangfu.parameters.loader import load_package
from bangfu.records.places.naming import names_of

SCHEME = load_package().schemes["china"]
PEOPLES = tuple(title.zh for title in load_package().codes["ethnicity"].titles.values())


@pytest.mark.parametrize(
    ("level", "name", "short", "english"),
    [
        ("province", "云南省", "云南", "Yunnan"),
        ("province", "新疆维吾尔自治区", "新疆", "Xinjiang"),
        ("prefecture", "迪庆藏族自治州", "迪庆", "Diqing"),
        ("prefecture", "红河哈尼族彝族自治州", "红河", "Honghe"),
        ("prefecture", "普洱市", "普洱", "Pu'er"),
        ("county", "德钦县", "德钦", "Deqin"),
        ("county", "绿春县", "绿春", "Lüchun"),
        ("county", "双江拉祜族佤族布朗族傣族自治县", "双江", "Shuangjiang"),
        ("county", "隆林各族自治县", "隆林", "Longlin"),
        ("county", "易县", "易县", "Yixian"),
        ("township", "拖顶傈僳族乡", "拖顶", "Tuoding"),
        ("township", "迪庆扶贫民族经济开发区", "迪庆扶贫民族经济开发区", "Diqingfupinminzujingjikaifaqu"),
        ("village", "拖顶村民委员会", "拖顶", "Tuoding"),
        ("village", "新村村委会", "新村", "Xincun"),
    ],
)
def test_a_name_has_a_short_and_an_english_form(level: str, name: str, short: str, english: str) -> None:
    made = names_of(name, SCHEME.by_code[level], PEOPLES)
    assert (made.short, made.english) == (short, english)


def test_what_people_type_is_lower_case_without_tones() -> None:
    made = names_of("绿春县", SCHEME.by_code["county"], PEOPLES)
    assert (made.pinyin, made.initials) == ("lvchunxian", "lcx")


def test_a_given_english_name_wins() -> None:
    assert names_of("香格里拉市", SCHEME.by_code["county"], PEOPLES, "Shangri-La").english == "Shangri-La"
