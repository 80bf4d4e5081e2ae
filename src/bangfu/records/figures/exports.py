"""Figures that leave the instance as a file: each one leaves a trace of what it was and how much."""

from __future__ import annotations

from django.db import transaction

from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.figures.models import Snapshot


@transaction.atomic
def record_export(*, snapshot: Snapshot, place_code: str, what: str, kind: str, rows: int, by: User) -> None:
    """Keep in the audit that somebody took figures of a place away: which ones, in which format, how many rows."""
    audit.record(
        action="figures.export",
        by=by,
        subject="snapshot",
        subject_id=snapshot.pk,
        place_code=place_code,
        facts={"what": what, "format": kind, "rows": rows},
    )
