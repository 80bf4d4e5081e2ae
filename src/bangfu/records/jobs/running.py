"""What a job's function holds in its hands while it works."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Any

from django.utils import timezone

from bangfu.records.access.gate import SYSTEM_SCOPE, Scope, scope_of
from bangfu.records.jobs import actions
from bangfu.records.jobs.models import Job

#: Progress is written at most so often; a beat in between costs nothing.
BEAT_SECONDS = 1.0


class Cancelled(Exception):
    """The owner asked for the end of this job."""


class Stopping(Exception):
    """The worker is told to stop; the job goes back and is taken up again."""


class Running:
    """A claimed job: its arguments, its owner's scope as of now, and the heartbeat."""

    def __init__(self, job: Job, *, worker: str, stopping: Event, clock: Callable[[], float] = time.monotonic) -> None:
        self.job = job
        self.worker = worker
        self.arguments: dict[str, Any] = dict(job.arguments)
        self._stopping = stopping
        self._clock = clock
        self._last_beat = float("-inf")

    @property
    def scope(self) -> Scope:
        """What the owner may see now; a job without owner belongs to the system."""
        return SYSTEM_SCOPE if self.job.owner is None else scope_of(self.job.owner, timezone.localdate())

    def beat(self, done: int | None = None, total: int | None = None, phase: str | None = None) -> None:
        """Say how far the work is. Call it wherever the work may stop cleanly, as between batches.

        **Errors** ``Cancelled``, ``Stopping`` and ``LeaseLost`` end the work; let them pass.
        """
        if self._stopping.is_set():
            raise Stopping
        now = self._clock()
        if phase is None and now - self._last_beat < BEAT_SECONDS:
            return
        self._last_beat = now
        heard = actions.beat(self.job, worker=self.worker, now=timezone.now(), done=done, total=total, phase=phase)
        if heard.cancel_asked:
            raise Cancelled
