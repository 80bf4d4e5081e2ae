"""SQL of the jobs app: the one statement by which a worker takes a job, and the order in which jobs are taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

#: Waiting, or running under a lease that ran out: its worker died.
_FREE = "(state = 'waiting' OR (state = 'running' AND leased_until < %(now)s))"
_CLAIM = """
UPDATE jobs_job
SET state = 'running', attempts = attempts + 1, leased_by = %(worker)s, leased_until = %(until)s,
    heartbeat_at = %(now)s, started_at = COALESCE(started_at, %(now)s)
WHERE id = (
    SELECT id FROM jobs_job
    WHERE {free} AND attempts < %(limit)s AND NOT cancel_asked
    ORDER BY {turn}, created_at, id LIMIT 1 {lock}
)
RETURNING id
"""
#: The turn of a job by its kind; one that has waited long goes with the first.
_TURN = "CASE WHEN created_at <= %(old)s THEN 0 {kinds} ELSE 0 END"
#: What is before a job: under way in somebody's hands, or free with an earlier turn.
_BEFORE = """
SELECT kind FROM (
    SELECT id, kind, created_at, {turn} AS turn, state FROM jobs_job
    WHERE (state = 'running' OR {free}) AND NOT cancel_asked
) b WHERE id <> %(job)s AND (state = 'running' OR turn < (SELECT {turn} FROM jobs_job WHERE id = %(job)s)
    OR (turn = (SELECT {turn} FROM jobs_job WHERE id = %(job)s)
        AND (created_at, id) < (SELECT created_at, id FROM jobs_job WHERE id = %(job)s)))
ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, turn, created_at, id
"""
#: A job that lets the others go first does so no longer after this time, so that it comes to its end some day.
PATIENCE = timedelta(minutes=30)


def claim_one(*, worker: str, now: datetime, until: datetime, limit: int, turns: Mapping[str, int]) -> int | None:
    """Take the free job whose turn it is for a worker; its id, or None. Two workers never take the same one.

    ``turns`` are those of the kinds that let others go first.
    """
    # SQLite runs one writer at a time, so the statement is safe there without a row lock.
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    turn, values = _turn(now, turns)
    adapt = connection.ops.adapt_datetimefield_value
    values |= {"worker": worker, "until": adapt(until), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(free=_FREE, turn=turn, lock=lock), values)
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def kinds_before(job_id: int, *, now: datetime, turns: Mapping[str, int]) -> list[str]:
    """The kinds of the jobs that run or come before a waiting job, in their order."""
    turn, values = _turn(now, turns)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE.format(free=_FREE, turn=turn), {**values, "job": job_id})
        return [str(row[0]) for row in cursor.fetchall()]


def _turn(now: datetime, turns: Mapping[str, int]) -> tuple[str, dict[str, Any]]:
    """The expression of a job's turn, and what is bound in it."""
    adapt = connection.ops.adapt_datetimefield_value
    kinds = {f"kind_{number}": kind for number, kind in enumerate(turns)}
    cases = " ".join(f"WHEN kind = %({name})s THEN {int(turns[kind])}" for name, kind in kinds.items())
    return _TURN.format(kinds=cases), {"now": adapt(now), "old": adapt(now - PATIENCE), **kinds}
