"""What is suggested for a wrong word: something near it under the known parent, for so many words and no more."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.records.intake import suggestions
from bangfu.records.intake.places import PlaceFinder
from bangfu.records.places.index import place_index
from tests.intake.conftest import Take
from tests.intake.sheets import member

pytestmark = pytest.mark.django_db
NAMED = ("县", "乡镇", "行政村")


class Compared:
    """Stands in for the comparison and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, word: str, candidates: list[str], **_: Any) -> list[str]:
        self.asked.append((word, list(candidates)))
        return []


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Compared:
    """Every comparison that is made."""
    stand_in = Compared()
    monkeypatch.setattr(suggestions, "get_close_matches", stand_in)
    return stand_in


def named(serial: int, *names: str) -> dict[str, str]:
    """A member whose place is spelled out."""
    row = {heading: cell for heading, cell in member(serial, household=serial).items() if heading != "村代码"}
    return row | dict(zip(NAMED, names, strict=True))


def test_a_wrong_name_is_compared_with_the_places_below_its_parent_only(take: Take, compared: Compared) -> None:
    take([named(1, "试验县", "松林镇", "松木村委会")])
    assert compared.asked == [("松木村委会", ["松林村委会", "石桥村委会"])]


def test_a_wrong_name_is_answered_with_the_nearest_one(take: Take) -> None:
    outcome = take([named(1, "试验县", "松林镇", "松木村委会")])
    assert ("place_nearest", "松林村委会") in [(each.code, each.detail) for each in outcome.findings]


def test_a_wrong_first_name_is_compared_with_the_tops_of_the_senders_area(places: None, compared: Compared) -> None:
    finder = PlaceFinder(place_index(), given=None, prefixes=("539901100",))
    assert finder({"township": "松木镇"}).fault == "place_unknown"
    assert compared.asked == [("松木镇", ["云南省", "试验州", "试验县", "松林镇", "松林村委会", "石桥村委会"])]


def test_a_wrong_code_is_compared_with_those_that_begin_alike(take: Take, compared: Compared) -> None:
    take([member(1, 村代码="539901100999")])
    assert compared.asked == [("539901100999", ["539901100201", "539901100202"])]


def test_the_same_wrong_name_is_compared_once(take: Take, compared: Compared) -> None:
    take([named(serial, "试验县", "松林镇", "松木村委会") | {"备注": str(serial)} for serial in range(1, 9)])
    assert len(compared.asked) == 1


def test_only_so_many_wrong_names_of_a_file_are_compared(take: Take, compared: Compared) -> None:
    wrong = suggestions.MOST_WORDS + 100
    outcome = take([named(serial, "试验县", "松林镇", f"松木{serial}村") for serial in range(1, wrong + 1)])
    assert len(compared.asked) == suggestions.MOST_WORDS
    assert outcome.counts["refused"] == wrong


def test_only_so_many_unknown_words_of_a_code_list_are_compared(take: Take, compared: Compared) -> None:
    wrong = suggestions.MOST_WORDS + 100
    take([member(serial, household=serial, 健康状况=f"词{serial}") for serial in range(1, wrong + 1)])
    assert len(compared.asked) == suggestions.MOST_WORDS
