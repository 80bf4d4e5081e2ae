"""An instance's own values count once a second person has reviewed them."""

from datetime import UTC, date, datetime

import pytest

from bangfu.parameters.loader import load_package
from bangfu.records.access.models import AuditEvent, User
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.models import ParameterOverlay
from bangfu.records.instance.overlay import OverlayRefused, propose_overlay, review_overlay
from bangfu.records.instance.parameters import current

pytestmark = pytest.mark.db_twice
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = date(2026, 2, 1)
BODY = {"values": [{"place_prefix": "53", "valid_from": "2026-01-01", "value": 9000, "reference": "a notice"}]}


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


def test_proposal_and_review_are_both_in_the_audit_log() -> None:
    review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"parameters.propose", "parameters.review"}


def test_the_parameters_are_made_once_for_each_state(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    review_overlay(proposed(person("lina")), by=person("gesang"), at=NOW)
    current()
    with django_assert_num_queries(1):
        current()
