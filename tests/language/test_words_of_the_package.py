"""Whatever the package's rules say is told in words: no name, sign or code of the language reaches a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bangfu.analytics.language import Explanation
from bangfu.parameters.loader import Parameters, load_package
from bangfu.records.figures.formulas import applies, survey_of
from bangfu.records.figures.texts import check_one, table_of_level

#: A name or a sign of the language. Titles bear names of the world (WPS), units and percents; none is of small letters.
RAW_CHINESE = re.compile(r'[a-z_]{2,}|[=!*"\\]|\b\d\d\b"')
RAW_ENGLISH = re.compile(r'[a-z]+_[a-z0-9_]*|!=|[=*"\\]|\b(?:any|all|years|months|count|sum|if)\(')


def texts(parameters: Parameters) -> Iterator[tuple[str, str, str]]:
    """Every text of the package with its scheme and table."""
    for standard in parameters.standards.values():
        for criterion in (each for version in standard.versions for each in version.criteria):
            if criterion.text:
                yield standard.scheme, table_of_level(standard.level), criterion.text
    for scheme in parameters.schemes:
        survey = survey_of(parameters, scheme)
        for indicator in parameters.indicators.values():
            if applies(indicator, scheme, survey):
                for text in (indicator.numerator, indicator.denominator):
                    if text:
                        yield scheme, str(indicator.grain), text
    for table, terms in parameters.terms.items():
        yield from (("china", table, term.text) for term in terms.values())


@pytest.fixture(scope="module")
def meanings() -> list[tuple[str, Explanation]]:
    """Every text with what it means, each once."""
    parameters = load_package()
    found = dict.fromkeys(texts(parameters))
    checked = [check_one(parameters, scheme, text, table=table, purpose="term") for scheme, table, text in found]
    return [(each.text, each.meaning) for each in checked if each.meaning is not None]


def test_the_whole_package_is_looked_at(meanings: list[tuple[str, Explanation]]) -> None:
    assert len(meanings) > 100


def test_no_name_or_sign_of_the_language_stands_in_a_chinese_phrase(meanings: list[tuple[str, Explanation]]) -> None:
    raw = [
        (text, row.phrase.zh)
        for text, meaning in meanings
        for _depth, row in meaning.rows()
        if RAW_CHINESE.search(row.phrase.zh)
    ]

    assert raw == []


def test_no_name_or_sign_of_the_language_stands_in_an_english_phrase(meanings: list[tuple[str, Explanation]]) -> None:
    raw = [
        (text, row.phrase.en)
        for text, meaning in meanings
        for _depth, row in meaning.rows()
        if RAW_ENGLISH.search(row.phrase.en)
    ]

    assert raw == []
