"""Rules are written by fields, checked where they stand, proposed with a reason and reviewed by a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bangfu.records.access.models import AuditEvent, Role
from bangfu.records.instance.models import ParameterOverlay, ProposalState
from bangfu.records.instance.parameters import current
from tests.access.world import World
from tests.browsers import browser_of

pytestmark = [pytest.mark.db_twice, pytest.mark.database_once]
STANDARD = "/rules/standards/yunnan_household_exit/"
NEW = "/rules/standards/new/"
CRITERION = {
    "c0-code": "income",
    "c0-title_zh": "收入达标",
    "c0-title_en": "Income above the line",
    "c0-text": "net_income_per_capita_fen >= 3000 yuan",
}
VERSION = {
    "title_zh": "云南贫困户退出条件",
    "title_en": "Household exit, Yunnan",
    "valid_from": "2015-07-01",
    "valid_until": "2017-01-01",
    "backdated": "on",
    "source": "a notice of 2015",
    **CRITERION,
}
TERM = {"title_zh": "一般农户", "title_en": "Ordinary household"}


@pytest.fixture
def prefecture(world: World) -> Client:
    """The prefecture officer's browser, in English."""
    return browser_of(world, Role.PREFECTURE_OFFICER, "en")


@pytest.fixture
def province(world: World) -> Client:
    """The province officer's browser, in English."""
    return browser_of(world, Role.PROVINCE_OFFICER, "en")


def proposed(browser: Client, **changed: str) -> ParameterOverlay:
    """A version of the exit standard, proposed."""
    answer = browser.post(f"{STANDARD}edit/", {**VERSION, **changed, "step": "propose", "reason": "the notice says so"})
    assert answer.status_code == 302, answer.content.decode()
    return ParameterOverlay.objects.latest("id")


def refused(browser: Client, address: str, **given: str) -> str:
    """What a form answers that is refused."""
    answer = browser.post(address, {**given, "step": "preview"})
    assert answer.status_code == 422
    return answer.content.decode()


def text_on(day: date) -> Any:
    version = current().standards["yunnan_household_exit"].on(day)
    return version.criteria[0].text if version else None


def test_a_proposed_version_counts_from_its_day_once_a_second_person_let_it(
    prefecture: Client, province: Client
) -> None:
    row = proposed(prefecture)
    before = text_on(date(2015, 12, 31))
    province.post(f"/rules/proposals/{row.pk}/review/", {"do": "count"})
    assert before == "net_income_per_capita_fen >= poverty_line"
    assert text_on(date(2015, 12, 31)) == VERSION["c0-text"]
    assert text_on(date(2015, 6, 30)) == before
    assert AuditEvent.objects.filter(action="parameters.review", subject_id=row.pk).exists()


def test_a_proposal_of_a_new_rule_is_called_what_its_author_calls_it(prefecture: Client) -> None:
    new = {"name": "trial", "table": "households", "title_zh": "试", "title_en": "A trial term", "text": "poor_now"}
    prefecture.post("/rules/terms/new/", {**new, "step": "propose", "reason": "to be tried"})
    said = prefecture.get(f"/rules/proposals/{ParameterOverlay.objects.get().pk}/").content.decode()
    assert "<h1>A trial term</h1>" in said


def test_nobody_reviews_their_own_proposal_on_a_page(prefecture: Client) -> None:
    row = proposed(prefecture)
    answer = prefecture.post(f"/rules/proposals/{row.pk}/review/", {"do": "count"})
    assert (answer.status_code, ParameterOverlay.objects.get().state) == (422, ProposalState.WAITING)


@pytest.mark.parametrize("sent", [{}, {"do": "zzz"}])
def test_a_review_that_says_neither_yes_nor_no_decides_nothing(
    prefecture: Client, province: Client, sent: dict[str, str]
) -> None:
    row = proposed(prefecture)
    answer = province.post(f"/rules/proposals/{row.pk}/review/", sent)
    assert (answer.status_code, ParameterOverlay.objects.get().state) == (422, ProposalState.WAITING)


def test_of_two_proposals_for_one_version_only_the_first_can_count(prefecture: Client, province: Client) -> None:
    first, second = proposed(prefecture), proposed(prefecture, **{"c0-text": "safe_house"})
    province.post(f"/rules/proposals/{first.pk}/review/", {"do": "count"})
    answer = province.post(f"/rules/proposals/{second.pk}/review/", {"do": "count"})
    assert "another change of the same thing has come to count" in answer.content.decode()
    second.refresh_from_db()
    assert second.state is ProposalState.WAITING


def test_a_proposal_is_listed_as_waiting_however_many_were_made_and_ended_since(prefecture: Client) -> None:
    row = proposed(prefecture)
    ended = {"path": row.path, "body": row.body, "reason": "tried", "proposed_by": row.proposed_by}
    ParameterOverlay.objects.bulk_create(
        ParameterOverlay(**ended, withdrawn_at=row.proposed_at) for _number in range(60)
    )
    said = prefecture.get("/rules/?state=waiting").content.decode()
    assert (f"/rules/proposals/{row.pk}/" in said, STANDARD in said) == (True, True)


def test_a_standard_is_ended_on_a_day_and_judges_until_the_day_before(prefecture: Client, province: Client) -> None:
    given = {"ends_on": "2019-01-01", "backdated": "on", "step": "propose", "reason": "the programme ended"}
    assert prefecture.post(f"{STANDARD}out/", given).status_code == 302
    province.post(f"/rules/proposals/{ParameterOverlay.objects.get().pk}/review/", {"do": "count"})
    assert text_on(date(2018, 12, 31)) is not None
    assert text_on(date(2019, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2018-01-01", "2018-01-01 is past"),
        ("", "Fill this in."),
        ("2016-01-01", "Its last version counts from 2017-01-01"),
        ("2090-01-01", "It ends on 2021-01-01 already"),
    ],
)
def test_a_standard_does_not_end_where_it_would_rewrite_what_was_judged(
    prefecture: Client, day: str, sentence: str
) -> None:
    backdated = {"backdated": "on"} if day < "2017" else {}
    assert sentence in refused(prefecture, f"{STANDARD}out/", ends_on=day, **backdated)


def test_a_returned_proposal_says_why_and_stays_without_effect(prefecture: Client, province: Client) -> None:
    row = proposed(prefecture)
    unsaid = province.post(f"/rules/proposals/{row.pk}/review/", {"do": "return", "answer": ""})
    province.post(f"/rules/proposals/{row.pk}/review/", {"do": "return", "answer": "The notice is of 2016."})
    again = province.post(f"/rules/proposals/{row.pk}/review/", {"do": "count"})
    assert (unsaid.status_code, again.status_code) == (422, 422)
    assert "The notice is of 2016." in prefecture.get(f"/rules/proposals/{row.pk}/").content.decode()
    assert text_on(date(2015, 12, 31)) != VERSION["c0-text"]


def test_one_withdraws_what_one_proposed_and_nobody_else_does(prefecture: Client, province: Client) -> None:
    row = proposed(prefecture)
    assert province.post(f"/rules/proposals/{row.pk}/withdraw/").status_code == 422
    assert prefecture.post(f"/rules/proposals/{row.pk}/withdraw/").status_code == 302
    row.refresh_from_db()
    assert row.state is ProposalState.WITHDRAWN


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"c0-text": "net_income_fen > 3 mu"}, "The units differ: fen and mu"),
        ({"c0-text": "net_incom_fen > 0 fen"}, "<mark>net_incom_fen</mark>"),
        ({"c0-text": "net_income_fen"}, "comes to yes or no"),
        ({"c0-text": "x" * 100_000}, "more than the 8000 allowed"),
        ({"c0-text": "not (" * 500 + "true" + ")" * 500}, "nested"),
        ({"c0-title_en": ""}, "Criterion 1 · Title in English: Write it in both languages"),
        ({"backdated": ""}, "2015-07-01 is past"),
        ({"valid_from": "2014-01-01"}, "is not rewritten"),
        ({"valid_until": ""}, "Another version counts from 2017-01-01"),
        ({"valid_until": "2015-01-01"}, "The end lies before the beginning"),
    ],
)
def test_a_version_is_refused_beside_what_is_wrong(prefecture: Client, changed: dict[str, str], sentence: str) -> None:
    assert sentence in refused(prefecture, f"{STANDARD}edit/", **{**VERSION, **changed})


def test_a_standard_for_a_level_that_is_none_is_refused(prefecture: Client) -> None:
    new = {**VERSION, "name": "trial_exit", "kind": "exit", "level": "continent"}
    assert "“continent” is not among the choices." in refused(prefecture, NEW, **new)


def test_terms_that_lead_in_a_circle_are_refused_with_the_circle(prefecture: Client) -> None:
    said = refused(prefecture, "/rules/terms/households.ordinary/edit/", **TERM, text="poor_now")
    assert "poor_now → ordinary → poor_now" in said


def test_an_indicator_in_use_cannot_be_taken_out(prefecture: Client) -> None:
    said = prefecture.get("/rules/indicators/households_registered/out/").content.decode()
    assert "Pages are built on the indicator households_registered" in said


def test_criteria_change_places_without_a_script_and_keep_what_was_typed(prefecture: Client) -> None:
    second = {"c1-code": "house", "c1-title_zh": "住房", "c1-title_en": "House", "c1-text": "safe_house"}
    answer = prefecture.post(f"{STANDARD}edit/", {**VERSION, **second, "step": "up-1"})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert said.index('value="house"') < said.index('value="income"')


def test_a_text_is_checked_while_it_is_typed_full_width_or_not(prefecture: Client) -> None:
    given = {"field": "c0-text", "c0-text": "（人均纯收入 ≥ 3000 元）", "purpose": "criterion", "of": "households"}
    said = prefecture.post("/rules/check/", given).content.decode()
    assert "Net income per person is at least" in said


def test_names_can_be_looked_for_without_a_script(prefecture: Client) -> None:
    said = prefecture.get("/rules/names/?of=households&q=poverty_line").content.decode()
    assert "<code>poverty_line</code>" in said


def test_a_reader_of_figures_reads_rules_and_finds_no_way_to_edit(world: World) -> None:
    said = browser_of(world, Role.TEAM_MEMBER, "en").get(STANDARD).content.decode()
    assert "net_income_per_capita_fen" in said
    assert f"{STANDARD}edit/" not in said


def test_a_reason_that_carries_a_persons_number_is_refused_and_nothing_is_kept(prefecture: Client) -> None:
    given = {**VERSION, "step": "propose", "reason": "asked by 13800000000"}
    answer = prefecture.post(f"{STANDARD}edit/", given)
    assert "Leave ID, phone and account numbers out" in answer.content.decode()
    assert 'name="c0-text"' in answer.content.decode()
    assert not ParameterOverlay.objects.exists()
