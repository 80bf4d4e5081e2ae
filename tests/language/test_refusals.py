"""What the language refuses: one sentence in two languages, and the place in the text."""

from __future__ import annotations

import pytest

from bangfu.analytics.language import LanguageError, check_text, messages
from bangfu.analytics.language.errors import fill
from bangfu.analytics.language.messages import KINDS
from bangfu.analytics.language.units import TITLES
from bangfu.parameters.schema import Kind
from bangfu.parameters.text import Text

from ..spec.tables import CODES, HOUSEHOLDS, PARAMETERS, PERSONS


def refused(text: str) -> LanguageError:
    with pytest.raises(LanguageError) as caught:
        check_text(text, table=HOUSEHOLDS, parameters=PARAMETERS, codes=CODES)
    return caught.value


REFUSALS = [
    ("", "", messages.EMPTY),
    ("size > ", "", messages.ENDS_EARLY),
    ("size > 3 )", ")", fill(messages.UNEXPECTED, found=")")),
    ("size ? 3", "?", fill(messages.UNREADABLE, found="?")),
    ('cause = "01', '"', messages.UNCLOSED),
    ("size == 3", "==", messages.DOUBLE_EQUALS),
    ("size <> 3", "<>", messages.ANGLE_UNEQUAL),
    ("1 < size < 3", "<", messages.CHAINED),
    ("identified_on > 2020-02-30", "2020-02-30", fill(messages.BAD_DATE, found="2020-02-30")),
    (
        "sise > 3",
        "sise",
        fill(messages.UNKNOWN_NAME_NEAR, name="sise", table=HOUSEHOLDS.title, near="size"),
    ),
    ("orb or has_water", "orb", fill(messages.UNKNOWN_NAME, name="orb", table=HOUSEHOLDS.title)),
    ("size > 3 acres", "3 acres", None),
    ("income_fen < 3200", "3200", fill(messages.BARE_MONEY, value=3200)),
    (
        "income_fen + 3 mu > 0 fen",
        "income_fen + 3 mu",
        fill(messages.UNITS_DIFFER, left=TITLES["fen"], right=TITLES["mu"]),
    ),
    (
        "cropland_mu > housing_m2",
        "cropland_mu > housing_m2",
        fill(messages.UNITS_DIFFER, left=TITLES["mu"], right=TITLES["m2"]),
    ),
    (
        "income_fen * income_fen > 0",
        "income_fen * income_fen",
        fill(messages.NO_PRODUCT, left=TITLES["fen"], right=TITLES["fen"]),
    ),
    (
        "size / income_fen > 0",
        "size / income_fen",
        fill(messages.NO_QUOTIENT, left=TITLES["count"], right=TITLES["fen"]),
    ),
    (
        "cause = size",
        "cause = size",
        fill(messages.KINDS_DIFFER, left=KINDS[Kind.CODE], right=KINDS[Kind.INTEGER]),
    ),
    ('cause < "02"', "cause", fill(messages.NO_ORDER, kind=KINDS[Kind.CODE])),
    ('cause = "1"', '"1"', fill(messages.UNKNOWN_CODE_NEAR, codes="cause", value="1", near="01")),
    ("has_water and size", "size", fill(messages.WRONG_KIND, wanted=KINDS[Kind.BOOLEAN], found=KINDS[Kind.INTEGER])),
    ("-has_water", "has_water", fill(messages.WRONG_KIND, wanted=KINDS[Kind.NUMBER], found=KINDS[Kind.BOOLEAN])),
    ("years(size)", "size", fill(messages.WRONG_KIND, wanted=KINDS[Kind.DATE], found=KINDS[Kind.INTEGER])),
    (
        "if(has_water, size, has_power)",
        "size, has_power",
        fill(messages.KINDS_BRANCH, left=KINDS[Kind.INTEGER], right=KINDS[Kind.BOOLEAN]),
    ),
    ("size in (size)", "size", messages.NOT_LITERAL),
    ("size > 9223372036854775808", "9223372036854775808", messages.TOO_LARGE),
    ("median(size)", "median(size)", None),
    ("if(has_water)", "if(has_water)", fill(messages.ARGUMENTS, name="if", shape="if(condition, a, b)", count=1)),
    ("if(has_water where has_power, 1, 2)", "has_power", messages.STRAY_WHERE),
    (
        "any(children, age > 3)",
        "children",
        fill(messages.UNKNOWN_MEMBER, name="children", table=HOUSEHOLDS.title, near="persons"),
    ),
    ("any(persons, any(persons, in_school))", "persons", messages.NESTED),
    (
        "any(persons, has_water)",
        "has_water",
        fill(messages.PARENT_COLUMN, name="has_water", table=PERSONS.title),
    ),
    (
        "sum(persons, in_school)",
        "in_school",
        fill(messages.WRONG_KIND, wanted=KINDS[Kind.NUMBER], found=KINDS[Kind.BOOLEAN]),
    ),
]


@pytest.mark.parametrize(("text", "meant", "sentence"), REFUSALS, ids=[text or "nothing" for text, _, _ in REFUSALS])
def test_a_refusal_says_why_and_points_to_the_place(text: str, meant: str, sentence: Text | None) -> None:
    error = refused(text)

    assert error.source[error.start : error.end] == meant
    assert error.text == (sentence or error.text)


def test_a_refusal_prints_the_line_and_a_caret_below_the_place() -> None:
    error = refused("has_water and\n纯收入 < 3200")

    assert error.pointed("zh").splitlines() == [
        "金额要写单位：请写「3200 yuan」（元）或「3200 fen」（分）。",
        "纯收入 < 3200",
        "         ^^^^",
    ]


def test_the_place_is_right_behind_full_width_signs() -> None:
    error = refused("（饮水安全）且（面积 > 3 亩）")

    assert error.source[error.start : error.end] == "面积"


def test_a_code_list_that_nobody_gave_is_refused() -> None:
    with pytest.raises(LanguageError, match="There is no code list “cause”"):
        check_text('cause = "01"', table=HOUSEHOLDS)


def test_a_text_too_long_is_refused_before_it_is_read() -> None:
    assert refused("size > 1 " * 1000).text == fill(messages.TOO_LONG, length=9000, limit=8000)


def test_a_text_too_deep_is_refused_before_anything_recurses() -> None:
    assert refused("not " * 1900 + "has_water").text.en.startswith("The text is nested")


def test_brackets_alone_nest_as_deep_as_one_likes() -> None:
    assert check_text("(" * 1000 + "has_water" + ")" * 1000, table=HOUSEHOLDS).kind is Kind.BOOLEAN


def test_conditions_of_if_within_conditions_of_if_are_limited() -> None:
    text = "if(if(if(if(if(has_water, 是, 否), 是, 否), 是, 否), 是, 否), 1, 2)"

    assert refused(text).text == fill(messages.CONDITIONS_TOO_DEEP, depth=4, limit=3)
