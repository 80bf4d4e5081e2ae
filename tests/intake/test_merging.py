"""What a merge leaves in the register, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from bangfu.records.access.models import AuditEvent
from bangfu.records.households import years
from bangfu.records.households.digest import batch_digest
from bangfu.records.households.models import (
    Household,
    HouseholdYear,
    HouseholdYearHistory,
    Person,
    PersonHistory,
    PersonYear,
    PersonYearHistory,
    StatusEvent,
)
from bangfu.records.households.years import Years
from bangfu.records.intake.models import STAGING, Batch, StagingRow
from bangfu.records.personal import keyring
from tests.intake.conftest import Take
from tests.intake.sheets import id_number, member

pytestmark = pytest.mark.db_twice


def rows(model: Any) -> int:
    """How many rows a table has; history models are made at run time, so nothing is known of their type."""
    return int(model.objects.count())


def test_members_bring_their_household_and_both_their_yearly_rows(take: Take) -> None:
    outcome = take([member(1), member(2), member(3, household=2)])
    counts = [rows(model) for model in (Household, HouseholdYear, Person, PersonYear)]
    assert counts == [2, 2, 3, 3]
    assert outcome.counts["sound"] + outcome.counts["notice"] == outcome.counts["rows"] == 3


def test_the_same_file_twice_changes_nothing(take: Take) -> None:
    people = [member(1, 联系电话="13800001111"), member(2, 姓名="", 证件号码=""), member(3, household=2)]
    take(people)
    before = rows(PersonHistory), rows(PersonYearHistory), rows(HouseholdYearHistory)
    outcome = take(people)
    assert {change: sum(table[change] for table in outcome.merged.values()) for change in ("new", "changed")} == {
        "new": 0,
        "changed": 0,
    }
    assert before == (
        rows(PersonHistory),
        rows(PersonYearHistory),
        rows(HouseholdYearHistory),
    )


def test_one_changed_cell_is_one_changed_row_with_one_more_version(take: Take) -> None:
    take([member(1), member(2)])
    outcome = take([member(1), member(2, 健康状况="残疾")])
    assert outcome.merged["personyear"] == {"new": 0, "changed": 1, "same": 1}
    assert outcome.merged["person"] == {"new": 0, "changed": 0, "same": 2}
    assert rows(PersonYearHistory) == 3


def test_an_empty_cell_leaves_the_stored_value(take: Take) -> None:
    take([member(1, 联系电话="13800001111")])
    outcome = take([member(1, 联系电话="", 健康状况="")])
    assert outcome.merged["person"]["changed"] == outcome.merged["personyear"]["changed"] == 0
    assert Person.objects.get().phone_enc is not None


def test_an_id_number_is_stored_sealed_and_hashed_and_says_birth_and_sex(take: Take) -> None:
    number = id_number(11, born="19770203")
    take([member(11, 证件号码=number, 性别="")])
    person = Person.objects.get()
    assert keyring().open("households_person", "id_no", person.id, bytes(person.id_no_enc)) == number
    assert bytes(person.id_no_hash) == keyring().hash_one("households_person", "id_no", number)
    assert (person.birth_date, person.sex, person.id_kind, person.id_valid) == (date(1977, 2, 3), "1", "id18", True)


def test_no_table_holds_an_id_number_in_the_clear(take: Take) -> None:
    number = id_number(12)
    take([member(12), member(13, 证件号码=number[:-1] + "A")])
    models: tuple[Any, ...] = (Person, PersonHistory, StagingRow)
    texts = [str(row) for model in models for row in model.objects.values()]
    assert not [text for text in texts if number[:-1] in text]


def test_a_name_is_found_by_its_pinyin_and_initials(take: Take) -> None:
    take([member(1, 姓名="买买提・热合曼"), member(2, 姓名="单 小丽")])
    found = dict(Person.objects.values_list("name", "name_pinyin"))
    assert found == {"买买提·热合曼": "maimaitireheman", "单小丽": "shanxiaoli"}


def test_years_on_the_household_become_status_events_and_the_latest_is_the_status(take: Take) -> None:
    take([member(1, 识别年度="2014", 脱贫年度="2015")])
    household = Household.objects.get()
    assert (household.status, household.status_since) == ("exited", date(2015, 12, 31))
    assert list(StatusEvent.objects.order_by("happened_on").values_list("kind", "happened_on")) == [
        ("identified", date(2014, 1, 1)),
        ("exited", date(2015, 12, 31)),
    ]


def test_a_status_alone_makes_the_event_once(take: Take) -> None:
    people = [member(1, 脱贫状态="未脱贫")]
    take(people)
    take(people)
    assert list(StatusEvent.objects.values_list("kind", flat=True)) == ["identified"]
    assert Household.objects.get().status == "identified"


def test_an_older_sheet_adds_its_year_and_leaves_later_facts_of_the_person(take: Take) -> None:
    take([member(1, 姓名="新名字")], year=2016)
    take([member(1, 姓名="旧名字")], year=2015)
    assert Person.objects.get().name == "新名字"
    assert sorted(PersonYear.objects.values_list("year", flat=True)) == [2015, 2016]


def test_a_file_of_several_years_gives_each_person_one_row_a_year(take: Take) -> None:
    take([member(1, 年度="2014", 姓名="甲"), member(1, 年度="2015", 姓名="乙")], year=None)
    assert Person.objects.get().name == "乙"
    assert sorted(PersonYear.objects.values_list("year", flat=True)) == [2014, 2015]


def test_net_income_is_the_sum_of_its_parts_where_all_are_known(take: Take) -> None:
    parts: dict[str, Any] = {
        "工资性收入": "1000",
        "生产经营性收入": "500.5",
        "财产性收入": "0",
        "转移性收入": "99.5",
        "生产经营性支出": "100",
    }
    take([member(1, 家庭人口数="3", **parts)])
    year = HouseholdYear.objects.get()
    assert (year.net_income_fen, year.net_income_per_capita_fen) == (150_000, 50_000)


def test_the_reference_income_for_monitoring_adds_claims_and_takes_own_spending_off(take: Take) -> None:
    take([member(1, 年纯收入="9000", 家庭人口数="3", 理赔收入="600", 合规自付支出="3600")])
    year = HouseholdYear.objects.get()
    assert (year.monitoring_income_fen, year.monitoring_income_per_capita_fen) == (600_000, 200_000)


def test_without_own_spending_there_is_no_reference_income(take: Take) -> None:
    take([member(1, 年纯收入="9000", 家庭人口数="3", 理赔收入="600", 合规自付支出="")])
    year = HouseholdYear.objects.get()
    assert (year.monitoring_income_fen, year.monitoring_income_per_capita_fen) == (None, None)


def test_a_missing_part_leaves_net_income_missing(take: Take) -> None:
    take([member(1, 工资性收入="1000", 生产经营性收入="", 财产性收入="0", 转移性收入="0", 生产经营性支出="0")])
    assert HouseholdYear.objects.get().net_income_fen is None


def test_a_merge_is_one_event_with_the_digest_of_its_history_and_empties_the_staging(take: Take) -> None:
    take([member(1), member(2)])
    event = AuditEvent.objects.get(action="intake.merge")
    batch = Batch.objects.get()
    assert (event.subject_id, event.facts["history_digest"]) == (batch.id, batch.history_digest)
    assert len(batch.history_digest) == 64
    assert not any(map(rows, STAGING.values()))


def test_history_holds_the_whole_row_as_it_stands(take: Take) -> None:
    take([member(1, 识别年度="2014")])
    current = Household.objects.values().get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, household_no, identified_year FROM households_household_history")
        assert cursor.fetchall() == [(current["status"], current["household_no"], current["identified_year"])]


def test_the_digest_of_a_batch_is_that_of_its_history_rows_as_they_stand(take: Take) -> None:
    take(
        [
            member(1, 识别年度="2014", 人均纯收入="2610.5", 耕地面积="1.25"),
            member(2),
            member(3, household=2, 联系电话="13800001111"),
        ]
    )
    take([member(1, 健康状况="残疾"), member(2), member(3, household=2)])
    first, second = Batch.objects.order_by("id")
    assert (batch_digest(first.id), batch_digest(second.id)) == (first.history_digest, second.history_digest)


def test_a_history_row_that_was_changed_no_longer_fits_the_digest(take: Take) -> None:
    take([member(1)])
    history: Any = PersonHistory
    history.objects.update(name="别人")
    assert batch_digest(Batch.objects.get().id) != Batch.objects.get().history_digest


def test_a_file_of_a_sealed_year_is_refused_and_nothing_of_it_is_written(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(years, "years_on", lambda day: Years(2017, sealed=frozenset({2015})))
    outcome = take([member(1)], year=2015)
    assert outcome.refusal == {"code": "year_sealed", "values": {"years": ["2015"], "open": "2017"}}
    assert (Household.objects.count(), HouseholdYear.objects.count()) == (0, 0)
