"""SQL of the jobs app: the one statement by which a worker takes a job."""

from __future__ import annotations

from datetime import datetime
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
    ORDER BY created_at, id LIMIT 1 {lock}
)
RETURNING id
"""


def claim_one(*, worker: str, now: datetime, until: datetime, limit: int) -> int | None:
    """Take the oldest free job for a worker; its id, or None. Two workers never take the same one."""
    # SQLite runs one writer at a time, so the statement is safe there without a row lock.
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    adapt = connection.ops.adapt_datetimefield_value
    values: dict[str, Any] = {"worker": worker, "now": adapt(now), "until": adapt(until), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(free=_FREE, lock=lock), values)
        row = cursor.fetchone()
    return None if row is None else int(row[0])
