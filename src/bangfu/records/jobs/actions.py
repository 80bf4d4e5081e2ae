"""What moves a job: ask, claim, beat, finish, fail, cancel, release. Nothing else writes a job's state.

A claim is one statement; what follows it names the worker that holds the lease, so that a worker whose lease ran out
and was taken over cannot finish or fail the job of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope
from bangfu.records.access.models import User
from bangfu.records.access.policies import check_now
from bangfu.records.jobs import sql
from bangfu.records.jobs.models import Job, JobState
from bangfu.records.jobs.registry import kind_named, later_turns

#: A worker that shows no life for so long is taken for dead.
LEASE = timedelta(seconds=90)
#: A job whose worker died so often is not tried again: it may be what kills them.
ATTEMPTS = 3
#: States in which a job has ended without its work being done.
UNSUCCESSFUL = frozenset({JobState.FAILED, JobState.CANCELLED})
GAVE_UP = Text(
    "后台处理几次中断，已停止。请重新提交。", "The work broke off several times and was stopped. Ask for it again."
)


class LeaseLost(Exception):
    """Another worker has taken this job over, or it was cancelled."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat tells the worker."""

    cancel_asked: bool


def ask(
    kind: str, *, owner: User | None, arguments: dict[str, Any] | None = None, scope: Scope | None = None,
    idempotency_key: str | None = None,
) -> Job:  # fmt: skip
    """A new waiting job; the same key gives the job that stands already (a double click asks once).

    A key binds jobs that wait, run or are done: one that failed or was cancelled gives way to a new one. The scope is
    noted for the record only: the job runs with what its owner may see when it runs.
    """
    kind_named(kind)
    if idempotency_key is not None:
        standing = Job.objects.filter(idempotency_key=idempotency_key).exclude(state__in=UNSUCCESSFUL).first()
        if standing is not None:
            return standing
    noted = {} if scope is None else {"prefixes": list(scope.rows.prefixes), "households": len(scope.rows.households)}
    new = Job(kind=kind, owner=owner, scope=noted, arguments=arguments or {}, idempotency_key=idempotency_key)
    try:
        with transaction.atomic():
            # The key is unique in the database, so a job that ended badly hands it over.
            Job.objects.filter(idempotency_key=idempotency_key, state__in=UNSUCCESSFUL).update(idempotency_key=None)
            new.save()
    except IntegrityError:
        if idempotency_key is None:
            raise
        return Job.objects.get(idempotency_key=idempotency_key)
    return new


def claim(worker: str, *, now: datetime) -> Job | None:
    """The free job whose turn it is, now held by the worker until its lease ends; None when nothing is free."""
    # A read first: an idle worker that looks every second must not take SQLite's one write lock each time.
    if not _free(now).exists():
        return None
    give_up(now=now)
    taken = sql.claim_one(worker=worker, now=now, until=now + LEASE, limit=ATTEMPTS, turns=later_turns())
    return None if taken is None else Job.objects.select_related("owner").get(pk=taken)


def _free(now: datetime) -> QuerySet[Job]:
    """Jobs in nobody's hands: waiting, or running under a lease that ran out."""
    return Job.objects.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, leased_until__lt=now))


def give_up(*, now: datetime) -> int:
    """End what no worker will take any more: worn-out jobs fail, orphans that were to be cancelled are cancelled."""
    free = _free(now)
    cancelled = free.filter(cancel_asked=True).update(state=JobState.CANCELLED, ended_at=now, leased_by="")
    result = {"refusal": {"zh": GAVE_UP.zh, "en": GAVE_UP.en}}
    failed = free.filter(cancel_asked=False, attempts__gte=ATTEMPTS).update(
        state=JobState.FAILED, ended_at=now, leased_by="", result=result
    )
    return cancelled + failed


def beat(
    job: Job, *, worker: str, now: datetime, done: int | None = None, total: int | None = None, phase: str | None = None
) -> Beat:
    """Renew the lease and say how far the work is. **Errors** ``LeaseLost``."""
    said: dict[str, Any] = {"done_units": done, "total_units": total, "phase": phase}
    changes = {name: value for name, value in said.items() if value is not None}
    _held(job, worker).update_or_lost(heartbeat_at=now, leased_until=now + LEASE, **changes)
    return Beat(cancel_asked=Job.objects.filter(pk=job.pk, cancel_asked=True).exists())


def finish(job: Job, *, worker: str, now: datetime, result: dict[str, Any] | None = None) -> None:
    """The work is done."""
    _held(job, worker).update_or_lost(state=JobState.DONE, ended_at=now, leased_until=None, result=result or {})


def fail(job: Job, *, worker: str, now: datetime, error_id: str = "", refusal: Text | None = None) -> None:
    """The work failed: people get the id (the log has it too), or the sentence of a refusal."""
    result = {} if refusal is None else {"refusal": {"zh": refusal.zh, "en": refusal.en}}
    _held(job, worker).update_or_lost(
        state=JobState.FAILED, ended_at=now, leased_until=None, error_id=error_id, result=result
    )


def stop(job: Job, *, worker: str, now: datetime) -> None:
    """The work ended because its owner cancelled it."""
    _held(job, worker).update_or_lost(state=JobState.CANCELLED, ended_at=now, leased_until=None)


def release(job: Job, *, worker: str) -> None:
    """Give the job back, as a worker does that is told to stop; the attempt does not count."""
    _held(job, worker).update_or_lost(
        state=JobState.WAITING, leased_by="", leased_until=None, attempts=max(job.attempts - 1, 0)
    )


def cancel(job: Job, *, now: datetime) -> None:
    """Ask for the end of a job: a waiting one ends now, a running one at its next beat. **Errors** ``NotNow``."""
    check_now("jobs.cancel", job.state)
    Job.objects.filter(pk=job.pk, state__in=[JobState.WAITING, JobState.RUNNING]).update(cancel_asked=True)
    Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.CANCELLED, ended_at=now)


class _Held:
    """The row of a job while a worker holds it."""

    def __init__(self, job: Job, worker: str) -> None:
        self.job = job
        self.rows = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, leased_by=worker)

    def update_or_lost(self, **changes: Any) -> None:
        if self.rows.update(**changes) != 1:
            raise LeaseLost(f"Job {self.job.ref} is no longer held by this worker.")


def _held(job: Job, worker: str) -> _Held:
    return _Held(job, worker)
