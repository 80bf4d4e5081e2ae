"""Status events: what the years of a file say of a household, year after year, becomes its story and its status."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from bangfu.records.households.models import Household, StatusEvent
from bangfu.records.intake import merging
from tests.intake.conftest import Take
from tests.intake.sheets import member

pytestmark = pytest.mark.db_twice
POOR, EXITED_NOW, EXITED_BEFORE, RELAPSED = "未脱贫", "新脱贫", "已脱贫（历史）", "返贫"
Story = list[tuple[str, int]]


def told() -> Story:
    """Kind and year of every event, in order."""
    events = StatusEvent.objects.order_by("happened_on", "id").values_list("kind", "happened_on")
    return [(kind, day.year) for kind, day in events]


def year_by_year(take: Take, *statuses: str, first: int = 2014) -> None:
    for year, status in enumerate(statuses, start=first):
        take([member(1, 脱贫状态=status)], year=year, happened_on=date(year, 12, 31))


def test_a_household_that_exits_relapses_and_exits_again_has_all_of_it_in_its_story(take: Take) -> None:
    year_by_year(take, POOR, EXITED_NOW, RELAPSED, EXITED_NOW)
    assert told() == [("identified", 2014), ("exited", 2015), ("relapsed", 2016), ("exited", 2017)]
    assert Household.objects.get().status == "exited"


def test_a_file_of_four_years_tells_the_same_story(take: Take) -> None:
    statuses = {2014: POOR, 2015: EXITED_NOW, 2016: RELAPSED, 2017: EXITED_NOW}
    rows = [member(1, 年度=str(year), 脱贫状态=status) for year, status in statuses.items()]
    take(rows, year=None, happened_on=date(2017, 12, 31))
    assert told() == [("identified", 2014), ("exited", 2015), ("relapsed", 2016), ("exited", 2017)]


def test_years_of_the_same_state_are_no_event(take: Take) -> None:
    year_by_year(take, POOR, POOR, EXITED_NOW, EXITED_BEFORE, EXITED_BEFORE)
    assert told() == [("identified", 2014), ("exited", 2016)]


def test_poor_again_after_an_exit_is_a_relapse_whatever_the_sheet_calls_it(take: Take) -> None:
    year_by_year(take, POOR, EXITED_NOW, POOR)
    assert told() == [("identified", 2014), ("exited", 2015), ("relapsed", 2016)]


def test_the_year_that_a_household_states_itself_is_not_told_again_by_its_sheets(take: Take) -> None:
    take([member(1, 识别年度="2013", 脱贫年度="2015", 脱贫状态=EXITED_NOW)], year=2015, happened_on=date(2015, 12, 31))
    take([member(1, 脱贫状态=EXITED_BEFORE)], year=2016, happened_on=date(2016, 12, 31))
    assert told() == [("identified", 2013), ("exited", 2015)]


def test_a_sheet_that_comes_late_goes_to_its_place_in_the_story(take: Take) -> None:
    take([member(1, 脱贫状态=EXITED_NOW)], year=2016, happened_on=date(2016, 12, 31))
    take([member(1, 脱贫状态=POOR)], year=2014, happened_on=date(2014, 12, 31))
    assert told() == [("identified", 2014), ("exited", 2016)]
    assert Household.objects.get().status == "exited"


def test_monitoring_begins_once_and_stands_beside_poverty(take: Take) -> None:
    for year in (2021, 2022):
        row = member(1, 脱贫状态=EXITED_BEFORE, 监测对象类别="边缘易致贫户")
        take([row], year=year, happened_on=date(year, 12, 31))
    assert sorted(told()) == [("exited", 2021), ("monitored", 2021)]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_years_of_a_household_that_fall_into_different_batches_tell_one_story(
    take: Take, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(merging, "spans_of", partial(merging.spans_of, rows=rows))
    by_year = {2014: POOR, 2015: EXITED_NOW, 2016: RELAPSED}
    people = [member(serial, household=serial, 年度=str(year), 脱贫状态=status)
              for year, status in by_year.items() for serial in (1, 2)]  # fmt: skip
    take(people, year=None, happened_on=date(2016, 12, 31))
    assert sorted(told()) == sorted(2 * [("identified", 2014), ("exited", 2015), ("relapsed", 2016)])
    assert set(Household.objects.values_list("status", "status_since")) == {("relapsed", date(2016, 12, 31))}
