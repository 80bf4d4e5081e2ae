"""Jobs: asked once, taken by one worker, taken over when that dies, stopped cleanly, told to their owner only."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bangfu.parameters.text import Text
from bangfu.records.access.models import Role
from bangfu.records.access.policies import NotNow
from bangfu.records.jobs import actions, registry
from bangfu.records.jobs.actions import ATTEMPTS, LEASE, LeaseLost, ask, beat, cancel, claim, fail, finish, release
from bangfu.records.jobs.models import Job, JobState
from bangfu.records.jobs.queries import sentence_of
from bangfu.records.jobs.registry import JobRefused, UnknownKind, job
from bangfu.records.jobs.running import Running
from bangfu.records.jobs.sql import PATIENCE
from bangfu.records.jobs.worker import do_chores, work_one
from tests.access.world import World, build_world

pytestmark = pytest.mark.db_twice
NOW = timezone.now()
LATER = NOW + LEASE + timedelta(seconds=1)
DONE: list[dict[str, Any]] = []


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of the tests' own."""
    registry.chores()  # the apps register their kinds once in a process, and not in what is taken away again
    monkeypatch.setattr(registry, "KINDS", dict(registry.KINDS))
    DONE.clear()

    @job("test.count", Text("数数", "Counting"))
    def count(running: Running) -> dict[str, Any]:
        running.beat(done=3, total=4, phase="counting")
        DONE.append(running.arguments)
        return {"counted": 4}

    @job("test.break", Text("坏", "Breaking"))
    def break_down(running: Running) -> None:
        raise ValueError("990001197001010013 does not fit")

    @job("test.refuse", Text("拒", "Refusing"))
    def refuse(running: Running) -> None:
        raise JobRefused(Text("文件是空的。", "The file is empty."))

    @job("test.patient", Text("耐心", "Patient"))
    def patient(running: Running) -> None:
        while True:
            running.beat(phase="still")


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def state(asked: Job) -> str:
    asked.refresh_from_db()
    return asked.state


def test_a_job_is_asked_for_once_under_one_key(db: None) -> None:
    first = ask("test.count", owner=None, idempotency_key="click-1")
    assert ask("test.count", owner=None, idempotency_key="click-1").pk == first.pk


def test_a_done_job_keeps_its_key(db: None) -> None:
    asked = ask("test.count", owner=None, idempotency_key="click-1")
    work_one("w", Event())
    assert ask("test.count", owner=None, idempotency_key="click-1").pk == asked.pk


@pytest.mark.parametrize("kind", ["test.break", "test.refuse"])
def test_a_failed_job_gives_its_key_to_a_new_one(db: None, kind: str) -> None:
    failed = ask(kind, owner=None, idempotency_key="click-1")
    work_one("w", Event())
    again = ask(kind, owner=None, idempotency_key="click-1")
    assert (state(failed), state(again)) == (JobState.FAILED, JobState.WAITING)
    assert ask(kind, owner=None, idempotency_key="click-1").pk == again.pk


def test_a_cancelled_job_gives_its_key_to_a_new_one(db: None) -> None:
    cancelled = ask("test.count", owner=None, idempotency_key="click-1")
    cancel(cancelled, now=NOW)
    again = ask("test.count", owner=None, idempotency_key="click-1")
    assert (state(cancelled), state(again)) == (JobState.CANCELLED, JobState.WAITING)


def test_a_job_to_be_stopped_keeps_its_key_until_it_has_ended(db: None) -> None:
    asked = ask("test.count", owner=None, idempotency_key="click-1")
    claim("w", now=NOW)
    asked.refresh_from_db()
    cancel(asked, now=NOW)
    assert ask("test.count", owner=None, idempotency_key="click-1").pk == asked.pk


def test_jobs_without_a_key_are_each_their_own(db: None) -> None:
    assert ask("test.count", owner=None).pk != ask("test.count", owner=None).pk


def test_an_unknown_kind_is_refused_before_anything_is_stored(db: None) -> None:
    with pytest.raises(UnknownKind, match=r"test\.nothing"):
        ask("test.nothing", owner=None)
    assert Job.objects.count() == 0


def test_the_oldest_job_is_taken_first(db: None) -> None:
    first, second = ask("test.count", owner=None), ask("test.count", owner=None)
    assert [claim("w", now=NOW), claim("w", now=NOW), claim("w", now=NOW)] == [first, second, None]


def test_files_go_before_tables_and_tables_before_figures(db: None) -> None:
    figures, table, file = (ask(kind, owner=None) for kind in ("figures.cycle", "reports.fill", "intake.check"))
    assert [claim("w", now=NOW), claim("w", now=NOW), claim("w", now=NOW)] == [file, table, figures]


def test_figures_that_have_waited_long_take_their_turn_by_age(db: None) -> None:
    figures, file = ask("figures.cycle", owner=None), ask("intake.check", owner=None)
    late = file.created_at + PATIENCE
    assert [claim("w", now=late), claim("w", now=late)] == [figures, file]


def test_a_waiting_job_says_what_is_done_before_it(db: None) -> None:
    running, figures, file = (ask(kind, owner=None) for kind in ("figures.cycle", "figures.cycle", "intake.check"))
    Job.objects.filter(pk=running.pk).update(state="running", leased_until=LATER)
    with override("en"):
        assert sentence_of(file, NOW) == (
            "Checking the file: waiting, 1 before it (Computing the figures). You may leave this page."
        )
        assert sentence_of(figures, NOW) == (
            "Computing the figures: waiting, 2 before it (Computing the figures, Checking the file). "
            "You may leave this page."
        )


def test_a_running_job_is_nobody_elses_while_its_lease_holds(db: None) -> None:
    ask("test.count", owner=None)
    claim("one", now=NOW)
    assert claim("two", now=NOW + LEASE - timedelta(seconds=1)) is None


def test_a_job_whose_worker_died_is_taken_over(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    assert claim("two", now=LATER) == asked
    asked.refresh_from_db()
    assert (asked.leased_by, asked.attempts) == ("two", 2)


def test_a_beat_keeps_the_lease(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    beat(asked, worker="one", now=NOW + LEASE / 2, done=5, total=10)
    assert claim("two", now=LATER) is None


def test_a_worker_that_lost_its_lease_cannot_finish(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    claim("two", now=LATER)
    with pytest.raises(LeaseLost):
        finish(asked, worker="one", now=LATER)
    finish(asked, worker="two", now=LATER, result={"rows": 1})
    assert state(asked) == JobState.DONE


def test_a_job_that_kills_its_workers_is_given_up(db: None) -> None:
    asked = ask("test.count", owner=None)
    times = [NOW + (LEASE + timedelta(seconds=1)) * n for n in range(ATTEMPTS + 1)]
    taken = [claim("w", now=now) for now in times]
    assert [found is not None for found in taken] == [True] * ATTEMPTS + [False]
    assert state(asked) == JobState.FAILED
    assert asked.result["refusal"]["en"].startswith("The work broke off")


def test_a_job_given_back_waits_again_and_the_attempt_does_not_count(db: None) -> None:
    ask("test.count", owner=None)
    held = claim("one", now=NOW)
    assert held is not None
    release(held, worker="one")
    assert (state(held), held.attempts) == (JobState.WAITING, 0)


def test_a_waiting_job_is_cancelled_at_once(db: None) -> None:
    asked = ask("test.count", owner=None)
    cancel(asked, now=NOW)
    assert (state(asked), claim("w", now=NOW)) == (JobState.CANCELLED, None)


def test_a_running_job_hears_of_its_cancelling_at_the_next_beat(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    asked.refresh_from_db()
    cancel(asked, now=NOW)
    assert beat(asked, worker="one", now=NOW).cancel_asked


def test_a_cancelled_job_of_a_dead_worker_is_not_taken_up_again(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    asked.refresh_from_db()
    cancel(asked, now=NOW)
    assert claim("two", now=LATER) is None
    assert state(asked) == JobState.CANCELLED


def test_an_ended_job_cannot_be_cancelled(db: None) -> None:
    asked = ask("test.count", owner=None)
    claim("one", now=NOW)
    finish(asked, worker="one", now=NOW)
    asked.refresh_from_db()
    with pytest.raises(NotNow):
        cancel(asked, now=NOW)


def test_a_worker_does_a_job_and_keeps_its_result(db: None) -> None:
    asked = ask("test.count", owner=None, arguments={"upload": 7})
    assert work_one("w", Event())
    assert (state(asked), asked.result, asked.done_units, DONE) == (JobState.DONE, {"counted": 4}, 3, [{"upload": 7}])


def test_a_worker_without_a_job_says_so(db: None) -> None:
    assert not work_one("w", Event())


def test_a_broken_job_gives_people_a_code_and_the_log_no_personal_data(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    asked = ask("test.break", owner=None)
    work_one("w", Event())
    assert state(asked) == JobState.FAILED
    assert asked.error_id in caplog.text
    assert "990001197001010013" not in caplog.text


def test_a_refused_job_keeps_its_sentence(db: None) -> None:
    asked = ask("test.refuse", owner=None)
    work_one("w", Event())
    assert (state(asked), asked.result["refusal"]["en"]) == (JobState.FAILED, "The file is empty.")


def test_a_worker_told_to_stop_gives_its_job_back(db: None) -> None:
    asked = ask("test.patient", owner=None)
    stopping = Event()
    stopping.set()
    work_one("w", stopping)
    assert (state(asked), asked.attempts) == (JobState.WAITING, 0)


def test_a_cancelled_job_ends_at_its_beat(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask("test.patient", owner=None)
    monkeypatch.setattr(actions, "beat", lambda *_a, **_k: actions.Beat(cancel_asked=True))
    work_one("w", Event())
    assert state(asked) == JobState.CANCELLED


def test_a_job_runs_with_what_its_owner_may_see_now(world: World) -> None:
    owner = world.person(Role.TOWNSHIP_OFFICER)
    held = ask("test.count", owner=owner)
    running = Running(held, worker="w", stopping=Event())
    assert running.scope.rows.prefixes == ("533422101",)
    owner.grants.all().delete()
    assert Running(Job.objects.get(pk=held.pk), worker="w", stopping=Event()).scope.rows.prefixes == ()


def test_one_broken_chore_does_not_stop_the_next(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    broken, sound = (lambda: 1 / 0), (lambda: done.append("sound"))
    monkeypatch.setattr(registry, "CHORES", {"a": (60, broken), "b": (60, sound)})
    due: dict[str, float] = {}
    do_chores(due)
    do_chores(due)
    assert done == ["sound"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_job() -> None:
    for _ in range(6):
        ask("test.count", owner=None)
    taken: list[int] = []
    start = Barrier(2)

    def take() -> None:
        start.wait()
        for _ in range(4):
            held = claim("w", now=timezone.now())
            taken.extend([held.pk] if held else [])
        connection.close()

    threads = [Thread(target=take) for _ in range(2)]
    deque(map(Thread.start, threads), maxlen=0)
    deque(map(Thread.join, threads), maxlen=0)
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def owned(world: World, client: Client) -> tuple[Client, Job]:
    """A signed-in county officer with a job a quarter done."""
    owner = world.person(Role.COUNTY_OFFICER)
    client.force_login(owner)
    ask("test.count", owner=owner)
    held = claim("w", now=timezone.now() - timedelta(seconds=30))
    assert held is not None
    beat(held, worker="w", now=timezone.now(), done=25_000, total=100_000)
    return client, held


def test_a_running_job_says_how_far_it_is_and_about_how_long_still(owned: tuple[Client, Job]) -> None:
    client, held = owned
    told = client.get(reverse("job", args=[held.ref]), headers={"accept": "application/json"}).json()
    assert (told["state"], told["done"], told["total"]) == ("running", 25_000, 100_000)
    assert 80 <= told["seconds_left"] <= 100


def test_a_running_job_is_asked_again_by_htmx(owned: tuple[Client, Job]) -> None:
    client, held = owned
    answer = client.get(reverse("job", args=[held.ref]), headers={"hx-request": "true"})
    assert f'hx-get="/jobs/{held.ref}/"' in answer.content.decode()
    assert "HX-Refresh" not in answer.headers


def test_an_ended_job_makes_the_page_load_again(owned: tuple[Client, Job]) -> None:
    client, held = owned
    finish(held, worker="w", now=timezone.now())
    answer = client.get(reverse("job", args=[held.ref]), headers={"hx-request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "编号7F3A"), ("en", "code 7F3A")])
def test_a_failed_job_gives_its_code_in_both_languages(owned: tuple[Client, Job], language: str, words: str) -> None:
    client, held = owned
    fail(held, worker="w", now=timezone.now(), error_id="7F3A")
    assert words in client.get(reverse("job", args=[held.ref]), {"lang": language}).content.decode()


def test_its_owner_stops_a_job_from_the_page(owned: tuple[Client, Job]) -> None:
    client, held = owned
    client.post(reverse("job_cancel", args=[held.ref]))
    held.refresh_from_db()
    assert held.cancel_asked
