"""What a heading is taken to mean: its own words and known other words for the same, never what is merely alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangfu.parameters.loader import load_package
from bangfu.records.reports import meanings
from bangfu.records.reports.meanings import Book, candidates


@pytest.fixture(scope="module")
def figures() -> Iterator[Book]:
    """The figures of the package, without what an instance lays over them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanings, "current", load_package)
        yield Book(candidates(lists=False))


@pytest.mark.parametrize(
    "heading",
    [
        "劳动力人数",
        "贫困人口中的儿童",
        "易地搬迁户数",
        "户均耕地",
        "贫困线",
        "养老保险参保人数",
        "安全饮水户数",
        "合作社户数",
        "工资性收入",
        "Households out of poverty",
        "Persons able to work in poor households",
        "贫困户/托拉村",
        "其中：少数民族/贫困户",
        "五保户/户数",
    ],
)
def test_what_is_merely_alike_is_never_chosen(figures: Book, heading: str) -> None:
    assert figures.propose(heading.split("/"), "").candidate is None


@pytest.mark.parametrize(
    ("heading", "unit", "code", "why"),
    [
        ("当年脱贫户", "", "households_exited", "same"),
        ("残疾人数", "人", "persons_disabled", "same"),
        ("贫困户数", "", "households_registered", "meaning"),
        ("残疾人口", "", "persons_disabled", "meaning"),
        ("因病致贫户比例", "", "share_cause_illness", "meaning"),
        ("建档立卡/贫困户/人数", "", "persons_registered", "meaning"),
        ("基本情况/贫困户数", "", "households_registered", "meaning"),
        ("贫困户", "人", "persons_registered", "meaning"),
        ("Poor households", "", "households_registered", "meaning"),
        ("Disabled persons", "", "persons_disabled", "meaning"),
        ("Number of registered poor households", "", "households_registered", "same"),
    ],
)
def test_own_words_and_known_other_words_are_chosen_and_told_apart(
    figures: Book, heading: str, unit: str, code: str, why: str
) -> None:
    found = figures.propose(heading.split("/"), unit)
    assert (found.candidate and found.candidate.choice, found.why) == (f"figure:{code}:", why)


@pytest.mark.parametrize(
    ("heading", "unit", "offered"),
    [
        ("劳动力人数", "", ["labour_persons"]),
        ("户均耕地", "", []),
        ("合作社户数", "", []),
        ("养老保险参保人数", "", []),
        ("贫困户", "%", []),
        ("少数民族人口", "", ["minority_registered"]),
        ("少数民族人口", "户", []),
    ],
)
def test_nothing_is_offered_that_measures_something_else_or_the_opposite(
    figures: Book, heading: str, unit: str, offered: list[str]
) -> None:
    assert [one.choice.split(":")[1] for one in figures.propose([heading], unit).near] == offered
