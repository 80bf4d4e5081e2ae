"""Code lists, dated values and place schemes say what held on a day."""

from datetime import date

import pytest

from bangfu.parameters.loader import load_package

CODES = load_package().codes
LINES = load_package().lines
SCHEMES = load_package().schemes


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2019, 12, 31), []),
        (date(2020, 6, 30), ["01", "02"]),
        (date(2021, 6, 30), ["01", "02", "03"]),
        (date(2025, 12, 31), ["01", "02", "03"]),
        (date(2026, 1, 1), ["10"]),
    ],
)
def test_monitoring_categories_are_those_of_the_year(day: date, codes: list[str]) -> None:
    assert list(CODES["monitoring_category"].on(day)) == codes


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "女性", "2"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "傈僳族", "21"),
        ("ethnicity", "Naxi", "28"),
        ("poverty_cause", "１", "01"),
        ("poverty_cause", " 因病 ", "01"),
        ("poverty_cause", "11", "11"),
        ("relation", "户主", "01"),
        ("danger_level", "d级", "03"),
    ],
)
def test_a_word_on_a_sheet_finds_its_code(name: str, word: str, code: str) -> None:
    assert CODES[name].lookup(word) == code


def test_a_word_that_means_nothing_finds_no_code() -> None:
    assert CODES["sex"].lookup("男人婆") is None


def test_a_word_counts_only_while_its_code_holds() -> None:
    category = CODES["monitoring_category"]
    assert category.lookup("突发严重困难户", date(2022, 1, 1)) == "03"
    assert category.lookup("突发严重困难户", date(2026, 1, 1)) is None


def test_the_same_word_may_mean_other_codes_in_other_years() -> None:
    kinds = CODES["household_type"]
    assert kinds.lookup("脱贫户", date(2019, 1, 1)) == "04"
    assert kinds.lookup("脱贫户", date(2023, 1, 1)) == "02"


def test_the_longer_list_of_education_holds_later() -> None:
    education = CODES["education"]
    assert education.lookup("本科", date(2018, 1, 1)) is None
    assert education.lookup("本科", date(2023, 1, 1)) == "08"
    assert (education.on(date(2018, 1, 1))["04"].zh, education.on(date(2023, 1, 1))["04"].zh) == ("高中", "高中/中专")


def test_the_fifty_six_peoples_map_one_to_one_to_the_standard() -> None:
    standard = [entry.standards["GB/T 3304"] for entry in CODES["ethnicity"].entries]
    assert sorted(standard) == [f"{number:02d}" for number in range(1, 57)]


def test_the_national_order_of_peoples_is_not_that_of_the_standard() -> None:
    by_name = {entry.title.zh: (entry.code, entry.standards["GB/T 3304"]) for entry in CODES["ethnicity"].entries}
    assert by_name["藏族"] == ("10", "04")
    assert by_name["傈僳族"] == ("21", "20")


def test_every_code_list_names_its_source() -> None:
    assert [name for name, found in CODES.items() if not found.source] == []


@pytest.mark.parametrize(("year", "yuan"), [(2014, 2800), (2015, 2855), (2017, 2952), (2020, 4000)])
def test_the_national_line_is_that_of_the_year(year: int, yuan: int) -> None:
    found = LINES["poverty_line"].on(date(year, 12, 31))
    assert found is not None
    assert found.value == yuan


def test_a_year_without_a_known_line_has_none() -> None:
    assert LINES["poverty_line"].on(date(2012, 6, 30)) is None
    assert LINES["poverty_line"].on(date(2021, 1, 1)) is None


def test_a_provinces_monitoring_line_wins_at_its_places_only() -> None:
    line = LINES["monitoring_line"]
    yunnan, sichuan = line.on(date(2024, 6, 30), "533422"), line.on(date(2024, 6, 30), "5133")
    assert (yunnan and yunnan.value, sichuan) == (8700, None)


def test_lines_are_rows_of_their_own_scheme_only() -> None:
    assert load_package().line_rows("austria") == ()
    assert {row.name for row in load_package().line_rows("china")} == set(LINES)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("533400", "5334"),
        ("530000", "53"),
        ("533422000", "533422"),
        ("533422204000", "533422204"),
        ("530102001001", "530102001001"),
        ("530000000000", "53"),
        ("5310", "5310"),
        (" 53 ", "53"),
    ],
)
def test_zero_padding_is_stripped_by_whole_levels(written: str, code: str) -> None:
    assert SCHEMES["china"].plain(written) == code


def test_a_code_has_the_level_of_its_length() -> None:
    level = SCHEMES["china"].level_of("533422204")
    assert level is not None
    assert level.code == "township"
    assert SCHEMES["china"].level_of("53342") is None
    assert SCHEMES["china"].level_of("53342A") is None


def test_letters_are_codes_where_the_scheme_says_so() -> None:
    level = SCHEMES["austria"].level_of("AT12")
    assert level is not None
    assert level.code == "region"


def test_austria_carries_its_nine_regions() -> None:
    names = {place.name.en for place in SCHEMES["austria"].places if len(place.code) == 4}
    assert names == {
        *("Burgenland", "Lower Austria", "Vienna", "Carinthia", "Styria"),
        *("Upper Austria", "Salzburg", "Tyrol", "Vorarlberg"),
    }
