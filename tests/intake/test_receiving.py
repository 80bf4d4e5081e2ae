"""A file that is sent by a double click comes in once; one that was sent again on purpose comes in again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bangfu.records.access.models import User
from bangfu.records.instance.parameters import current
from bangfu.records.intake.actions import receive_once
from bangfu.records.intake.models import Upload, UploadState
from bangfu.records.jobs.actions import ask, cancel
from tests.access.world import make_user
from tests.intake.sheets import member, write

pytestmark = pytest.mark.db_twice
Send = Callable[..., Upload]


@pytest.fixture
def sender(places: None) -> User:
    return make_user("zhaxi")


@pytest.fixture
def send(sender: User, tmp_path: Path) -> Send:
    """Send one member's row in, as one click does."""
    serials = {"people.csv": 1, "others.csv": 2}

    def click(*, name: str = "people.csv", by: User = sender, year: int = 2015, mapping: str = "register") -> Upload:
        path = write(tmp_path / name, [member(serials[name])])
        return receive_once(path, file_name=name, mapping=current().mappings[mapping], by=by, year=year)

    return click


def test_a_second_click_gets_the_upload_of_the_first(send: Send) -> None:
    assert send().pk == send().pk
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("change", [{"name": "others.csv"}, {"year": 2016}, {"mapping": "mexico"}])
def test_another_file_year_or_kind_is_another_upload(send: Send, change: dict[str, str | int]) -> None:
    assert send().pk != send(**change).pk


def test_the_same_file_of_another_user_is_another_upload(send: Send) -> None:
    assert send().pk != send(by=make_user("he-zhiqiang")).pk


def test_the_same_file_after_a_minute_is_another_upload(send: Send) -> None:
    first = send()
    Upload.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert send().pk != first.pk


def test_a_refused_file_comes_in_again_at_once(send: Send) -> None:
    first = send()
    Upload.objects.update(state=UploadState.REFUSED)
    assert send().pk != first.pk


def test_a_file_whose_check_was_stopped_comes_in_again_at_once(send: Send, sender: User) -> None:
    first = send()
    first.job = ask("intake.check", owner=sender, arguments={"upload": first.pk})
    first.save(update_fields=["job"])
    cancel(first.job, now=timezone.now())
    assert send().pk != first.pk
