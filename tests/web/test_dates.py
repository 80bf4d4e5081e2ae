"""Days and periods have one name in each language."""

from __future__ import annotations

from datetime import date

from bangfu.web import dates


def test_a_day_is_written_the_same_everywhere() -> None:
    assert dates.day(date(2015, 11, 2)) == "2015-11-02"


def test_the_end_of_a_year_in_chinese(chinese: None) -> None:
    assert dates.year_end(2015) == "2015年末"


def test_the_end_of_a_month_in_chinese(chinese: None) -> None:
    assert dates.month_end(2015, 11) == "2015年11月末"


def test_the_end_of_a_year_in_english(english: None) -> None:
    assert dates.year_end(2015) == "year-end 2015"


def test_the_end_of_a_month_in_english(english: None) -> None:
    assert dates.month_end(2015, 11) == "end of November 2015"
