"""A number is written once, for both languages, and a missing one never looks like zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.web import numbers
from bangfu.web.numbers import Missing

MISSING_ZH = [
    (Missing.NOT_APPLICABLE, "—"),
    (Missing.NOT_REPORTED, "未报"),
    (Missing.NO_DATA, "缺资料"),
    (Missing.WITHHELD, "不公布"),
    (None, "缺资料"),
]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (7, "7"), (1142, "1,142"), (4_713_000, "4,713,000"), (-412, "−412"), (0.5, "1"), (-0.4, "0")],
)
def test_a_table_shows_full_digits_with_commas_and_a_true_minus(chinese: None, value: float, text: str) -> None:
    assert numbers.whole(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (2610, 1, "2,610.0"),
        (Decimal("0.125"), 2, "0.13"),
        (0.125, 2, "0.13"),
        (Fraction(1, 3), 3, "0.333"),
        (-1.05, 1, "−1.1"),
    ],
)
def test_a_column_keeps_its_decimals_and_rounds_half_up(
    chinese: None, value: numbers.Value, places: int, text: str
) -> None:
    assert numbers.decimal(value, places) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.183, "18.3%"),
        (0.17, "17.0%"),
        (0.1835, "18.4%"),
        (0, "0%"),
        (0.0, "0%"),
        (0.0004, "<0.1%"),
        (0.00099, "<0.1%"),
        (0.001, "0.1%"),
        (1, "100.0%"),
        (0.9997, ">99.9%"),
        (0.9994, "99.9%"),
        (1.02, "102.0%"),
        (Fraction(1, 3), "33.3%"),
        (-0.02, "−2.0%"),
        (-0.0004, "−<0.1%"),
    ],
)
def test_a_share_is_a_percentage_with_one_decimal(chinese: None, share: numbers.Value, text: str) -> None:
    assert numbers.percent(share) == text


def test_a_column_with_the_sign_in_its_heading_leaves_it_out(chinese: None) -> None:
    assert numbers.percent_digits(0.298) == "29.8"


@pytest.mark.parametrize(("state", "word"), MISSING_ZH)
def test_a_missing_percentage_is_its_word(chinese: None, state: Missing | None, word: str) -> None:
    assert numbers.percent(state) == word


@pytest.mark.parametrize(("state", "word"), MISSING_ZH)
def test_a_missing_count_is_its_word(chinese: None, state: Missing | None, word: str) -> None:
    assert numbers.whole(state) == word


@pytest.mark.parametrize(("state", "word"), MISSING_ZH)
def test_a_missing_card_is_its_word_and_says_which(chinese: None, state: Missing | None, word: str) -> None:
    assert numbers.figure(state, "户") == numbers.Shown(word, missing=state or Missing.NO_DATA)


@pytest.mark.parametrize(("state", "word"), MISSING_ZH)
def test_a_missing_amount_is_its_word(chinese: None, state: Missing | None, word: str) -> None:
    assert str(numbers.money(state)) == str(numbers.money_summary(state)) == word


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), Decimal("NaN")])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number to show"):
        numbers.whole(value)


@pytest.mark.parametrize(
    ("value", "text", "exact"),
    [
        (0, "0人", ""),
        (2810, "2,810人", ""),
        (99_999, "99,999人", ""),
        (99_999.6, "10.0万人", "100,000人"),
        (100_000, "10.0万人", "100,000人"),
        (4_713_000, "471.3万人", "4,713,000人"),
        (99_994_999, "9,999.5万人", "99,994,999人"),
        (99_999_999, "1.00亿人", "99,999,999人"),
        (126_000_000, "1.26亿人", "126,000,000人"),
        (-1_027_000, "−102.7万人", "−1,027,000人"),
    ],
)
def test_a_chinese_card_counts_in_wan_and_yi(chinese: None, value: float, text: str, exact: str) -> None:
    shown = numbers.figure(value, "人")
    assert (str(shown), shown.exact) == (text, exact)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2810, "2,810 people"),
        (999_999, "999,999 people"),
        (4_713_000, "4.71 million people"),
        (999_994_999, "999.99 million people"),
        (999_999_999, "1.00 billion people"),
        (12_600_000_000, "12.60 billion people"),
        (-1_027_000, "−1.03 million people"),
    ],
)
def test_an_english_card_counts_in_millions(english: None, value: int, text: str) -> None:
    assert str(numbers.figure(value, "people")).replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_small_card_keeps_the_decimals_it_was_given(chinese: None) -> None:
    assert str(numbers.figure(2610.456, "元", places=2)) == "2,610.46元"


@pytest.mark.parametrize(
    ("change", "zh"), [(-0.041, "−4.1"), (0.003, "+0.3"), (0, "0"), (-0.0004, "−<0.1"), (0.0004, "+<0.1")]
)
def test_a_change_of_share_is_signed_points(chinese: None, change: float, zh: str) -> None:
    assert numbers.points(change) == zh


@pytest.mark.parametrize(("change", "text"), [(-412, "−412"), (3, "+3"), (0, "0"), (1200, "+1,200")])
def test_a_change_of_a_count_is_signed(chinese: None, change: int, text: str) -> None:
    assert numbers.signed(change) == text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (-0.041, "比2014年末降4.1个百分点"),
        (0.012, "比2014年末升1.2个百分点"),
        (0, "与2014年末持平"),
        (-0.0003, "比2014年末降不到0.1个百分点"),
        (0.0003, "比2014年末升不到0.1个百分点"),
        (Missing.NOT_REPORTED, "不能与2014年末相比：未报"),
    ],
)
def test_a_change_of_share_is_a_chinese_sentence(chinese: None, change: numbers.Value, sentence: str) -> None:
    assert numbers.points_since(change, "2014年末") == sentence


def test_a_change_of_share_is_an_english_sentence(english: None) -> None:
    assert numbers.points_since(-0.041, "last year") == "Down 4.1 points on last year"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(-412, "比2014年末少412户"), (3, "比2014年末多3户"), (0, "与2014年末持平"), (-120_000, "比2014年末少12.0万户")],
)
def test_a_change_of_a_count_is_a_chinese_sentence(chinese: None, change: int, sentence: str) -> None:
    assert numbers.count_since(change, "户", "2014年末") == sentence


def test_a_change_of_a_count_is_an_english_sentence(english: None) -> None:
    assert numbers.count_since(-412, "households", "last year") == "Down 412 households on last year"


@pytest.mark.parametrize(
    ("fen", "text"),
    [(150_000, "1,500.00元"), (0, "0.00元"), (1, "0.01元"), (-5, "−0.05元"), (123_456_789, "1,234,567.89元")],
)
def test_an_amount_in_a_row_has_yuan_and_fen(chinese: None, fen: int, text: str) -> None:
    assert str(numbers.money(fen)) == text


@pytest.mark.parametrize(
    ("fen", "text", "exact"),
    [
        (1_236_500_000, "1,236.50万元", "12,365,000.00元"),
        (32_000_000_000, "3.20亿元", "320,000,000.00元"),
        (9_999_999_999, "1.00亿元", "99,999,999.99元"),
        (15_000, "0.02万元", "150.00元"),
        (4_000, "40.00元", ""),
        (0, "0.00元", ""),
        (-1_236_500_000, "−1,236.50万元", "−12,365,000.00元"),
    ],
)
def test_a_chinese_summary_of_money_is_in_wan_with_two_decimals(chinese: None, fen: int, text: str, exact: str) -> None:
    shown = numbers.money_summary(fen)
    assert (str(shown), shown.exact) == (text, exact)


@pytest.mark.parametrize(("fen", "text"), [(1_236_500_000, "12.37 million yuan"), (15_000, "150.00 yuan")])
def test_an_english_summary_of_money_is_in_millions(english: None, fen: int, text: str) -> None:
    assert str(numbers.money_summary(fen)).replace("\N{NO-BREAK SPACE}", " ") == text


def test_money_that_is_not_whole_fen_is_refused() -> None:
    with pytest.raises(TypeError, match="whole fen"):
        numbers.money(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "half", "text"),
    [
        (0.176382, 0.0191, "17.6%（±1.9）"),
        (0.176382, 0.00191, "17.64%（±0.19）"),
        (0.176382, 0.123, "18%（±12）"),
        (0.176382, 0.0996, "18%（±10）"),
        (0.0413, 0.009, "4.13%（±0.90）"),
        (0.176382, 0, "17.6%（±0）"),
        (0.176382, None, "17.6%（误差：未计算）"),
        (None, 0.01, "缺资料"),
    ],
)
def test_an_estimate_stands_at_the_place_of_its_error(
    chinese: None, share: float | None, half: float | None, text: str
) -> None:
    assert str(numbers.percent_estimate(share, half)) == text


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (2610.4, 47.2, "2,610元（±47）"),
        (2610.4, 473.2, "2,610元（±470）"),
        (2614, 1234, "2,600元（±1,200）"),
        (0.3312, 0.0123, "0.331元（±0.012）"),
    ],
)
def test_an_estimated_amount_stands_at_the_place_of_its_error(
    chinese: None, value: float, half: float, text: str
) -> None:
    assert str(numbers.estimate(value, half, "元")) == text


def test_an_english_estimate_has_half_width_brackets(english: None) -> None:
    assert str(numbers.percent_estimate(0.176382, 0.0191)) == "17.6% (±1.9)"


def test_too_few_are_withheld_with_the_limit(chinese: None) -> None:
    assert str(numbers.withheld(30, "户")) == "不公布（<30户）"


def test_too_few_are_withheld_in_english(english: None) -> None:
    assert str(numbers.withheld(30, "households")) == "Withheld (<30 households)"


def test_how_many_of_how_many_in_chinese(chinese: None) -> None:
    assert str(numbers.out_of(31, 42, "个")) == "31/42个"


def test_how_many_of_how_many_in_english(english: None) -> None:
    assert str(numbers.out_of(31, 42, "villages")).replace("\N{NO-BREAK SPACE}", " ") == "31 of 42 villages"


def test_class_limits_have_no_more_decimals_than_they_need() -> None:
    assert numbers.break_labels((0.01, 0.075, 0.1), percents=True) == ("1%", "7.5%", "10%")


def test_class_limits_of_amounts_have_commas() -> None:
    assert numbers.break_labels((1000, 2855, 10_000), percents=False) == ("1,000", "2,855", "10,000")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_full_digits_lose_nothing(value: int) -> None:
    assert int(numbers.whole(value).replace(",", "").replace("−", "-")) == value


@given(st.floats(min_value=0.001, max_value=0.9994))
def test_a_percentage_is_within_half_a_tenth_of_its_share(share: float) -> None:
    assert abs(float(numbers.percent_digits(share).removeprefix(">")) - 100 * share) <= 0.0501
