"""An instance's own values count once a second person has reviewed them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from bangfu.parameters.loader import load_package
from bangfu.records.access.models import AuditEvent, User
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.models import ParameterOverlay
from bangfu.records.instance.overlay import OverlayRefused, propose_overlay, review_overlay
from bangfu.records.instance.parameters import current

pytestmark = pytest.mark.db_twice
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = date(2026, 2, 1)
VALUE = {"place_prefix": "53", "valid_from": "2026-01-01", "value": 9000, "reference": "a notice"}
BODY = {"values": [VALUE]}
EARLY = {"valid_from": "2012-01-01", "valid_until": "2014-01-01", "source": "a notice"}
CRITERIA = {"criteria": [{"code": "road", "title": {"zh": "路", "en": "Road"}, "text": "paved_road"}]}


@pytest.fixture(autouse=True)
def _instance(db: None) -> None:
    found_instance(scheme="china", root_code="53", title_zh="试", title_en="Trial")


def proposed(by: User) -> ParameterOverlay:
    return propose_overlay(path="lines/monitoring_line", body=BODY, reason="The province's line", by=by)


def person(name: str) -> User:
    return User.objects.create_user(name)


def test_without_an_overlay_the_package_holds() -> None:
    assert current() is load_package()


def test_a_proposal_alone_changes_nothing() -> None:
    proposed(person("lina"))
    assert current() is load_package()


def test_a_reviewed_proposal_holds() -> None:
    review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    found = current().lines["monitoring_line"].on(DAY, "5334")
    assert found is not None
    assert found.value == 9000


def test_nobody_reviews_a_proposal_of_their_own() -> None:
    lina = person("lina")
    with pytest.raises(OverlayRefused, match="second person"):
        review_overlay(proposed(lina), by=lina, at=NOW)


def test_a_proposal_is_reviewed_once() -> None:
    row = review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    with pytest.raises(OverlayRefused, match="reviewed already"):
        review_overlay(row, by=person("tashi"), at=NOW)


def test_an_unsound_proposal_is_refused_and_not_kept() -> None:
    with pytest.raises(OverlayRefused, match="'reference' is missing"):
        propose_overlay(path="lines/poverty_line", body={"values": [{"value": 1}]}, reason="", by=person("lina"))
    assert not ParameterOverlay.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("lines/monitoring_line", {"values": [VALUE | {"valid_from": "2025-01-01"}]}),
        ("lines/monitoring_line", {"values": [VALUE | {"valid_from": "2024-06-01"}]}),
        ("lines/monitoring_line", {"unit": "fen"}),
        ("standards/yunnan_village_exit", {"versions": [{"valid_from": "2014-01-01", "source": "x", **CRITERIA}]}),
        ("standards/yunnan_village_exit", {"versions": [EARLY | CRITERIA]}),
        ("standards/yunnan_village_exit", {"level": "township"}),
    ],
)
def test_a_proposal_that_rewrites_the_past_is_refused(path: str, body: dict[str, Any]) -> None:
    with pytest.raises(OverlayRefused, match=r"has been used|stay as they are"):
        propose_overlay(path=path, body=body, reason="A notice", by=person("lina"))
    assert not ParameterOverlay.objects.exists()


def test_what_its_source_says_has_counted_may_begin_before_what_is_in_use() -> None:
    body = {"values": [VALUE | {"valid_from": "2024-06-01", "valid_until": "2025-01-01"}]}
    row = propose_overlay(path="lines/monitoring_line", body=body, reason="A notice", by=person("lina"), backdated=True)
    review_overlay(row, by=person("gesang"), at=NOW + timedelta(hours=1))
    found = current().lines["monitoring_line"].on(date(2024, 7, 1), "5334")
    assert found is not None
    assert found.value == 9000


@pytest.mark.only_database("postgresql")  # SQLite lets one writer in at a time.
@pytest.mark.django_db(transaction=True)
def test_a_second_reviewer_waits_for_the_first_and_is_told_so() -> None:
    row, first, second = proposed(person("lina")), person("gesang"), person("tashi")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            review_overlay(row, by=first, at=NOW)
            beside = pool.submit(reviewed_beside, row, second)
            wait_for_a_waiter()
        assert beside.result() == "This proposal is reviewed already."
    assert ParameterOverlay.objects.get().reviewed_by == first


def reviewed_beside(row: ParameterOverlay, by: User) -> str:
    """What a reviewer on a connection of its own is told."""
    try:
        review_overlay(row, by=by, at=NOW)
    except OverlayRefused as refusal:
        return refusal.sentence.en
    finally:
        connection.close()
    return ""


def wait_for_a_waiter() -> None:
    """Return once another connection waits for a lock."""
    # Not pg_stat_activity, which stays as it was first seen until the transaction ends.
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("Nobody waits.")


def test_proposal_and_review_are_both_in_the_audit_log() -> None:
    review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"parameters.propose", "parameters.review"}


def test_the_parameters_are_made_once_for_each_state(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    current()
    with django_assert_num_queries(1):
        current()
