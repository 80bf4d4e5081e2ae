"""The worker: takes jobs one at a time, keeps their lease alive, does the chores when there is nothing to do."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from bangfu.records.jobs import actions
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import JobRefused, chores, kind_named
from bangfu.records.jobs.running import Cancelled, Running, Stopping

logger = logging.getLogger(__name__)
#: Seconds between two looks for a job, and between two signs of life while one is done.
POLL_SECONDS = 1.0
SIGN_SECONDS = 20.0


def worker_name() -> str:
    """A name for this process: machine, process and a random part, so that a reused number is another worker."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def work_until(stopping: Event, *, poll: float = POLL_SECONDS) -> None:
    """Take and do jobs until told to stop."""
    name, due = worker_name(), dict.fromkeys(chores(), 0.0)
    while not stopping.is_set():
        close_old_connections()
        try:
            if work_one(name, stopping):
                continue
            do_chores(due)
        except DatabaseError as trouble:
            # The database may be restarting; the jobs are still there when it is back.
            logger.error("worker cannot reach the database: %s", type(trouble).__name__)
        stopping.wait(poll)


def work_one(name: str, stopping: Event) -> bool:
    """Take one job and do it to its end; whether there was one."""
    job = actions.claim(name, now=timezone.now())
    if job is None:
        return False
    with suppress(actions.LeaseLost), _signs_of_life(job, name):
        _do(job, name, stopping)
    return True


def _do(job: Job, name: str, stopping: Event) -> None:
    running = Running(job, worker=name, stopping=stopping)
    try:
        result = kind_named(job.kind).work(running)
    except actions.LeaseLost:
        raise
    except Cancelled:
        actions.stop(job, worker=name, now=timezone.now())
    except Stopping:
        actions.release(job, worker=name)
    except JobRefused as refusal:
        actions.fail(job, worker=name, now=timezone.now(), refusal=refusal.sentence)
    except Exception as trouble:  # whatever it is, the worker goes on and the owner gets a code
        error_id = secrets.token_hex(2).upper()
        log_trouble(trouble, error_id, job)
        actions.fail(job, worker=name, now=timezone.now(), error_id=error_id)
    else:
        actions.finish(job, worker=name, now=timezone.now(), result=result)


def log_trouble(trouble: BaseException, error_id: str, job: Job) -> None:
    """Log where it broke: kind of error, files and lines. Not its message, which may quote a row of the register."""
    frames = traceback.extract_tb(trouble.__traceback__)
    path = " > ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    logger.error("job %s (%s) failed, code %s: %s at %s", job.ref, job.kind, error_id, type(trouble).__name__, path)


@contextmanager
def _signs_of_life(job: Job, name: str) -> Iterator[None]:
    """Renew the lease from a thread of its own, so that one long step does not look like death."""
    done = Event()

    def renew() -> None:
        while not done.wait(SIGN_SECONDS):
            try:
                actions.beat(job, worker=name, now=timezone.now())
            except (actions.LeaseLost, DatabaseError):
                # Lost: the next beat of the work itself says so. A busy database: the lease outlives several signs.
                continue
        connection.close()

    thread = Thread(target=renew, name="signs-of-life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=SIGN_SECONDS)


def do_chores(due: dict[str, float]) -> None:
    """Do each chore whose time has come; a chore that fails is logged and tried again after its period."""
    now = time.monotonic()
    for name, (every, chore) in chores().items():
        if due.get(name, 0.0) > now:
            continue
        due[name] = now + every
        try:
            chore()
        except Exception as trouble:  # one chore must not stop the jobs
            logger.error("chore %s failed: %s", name, type(trouble).__name__)
