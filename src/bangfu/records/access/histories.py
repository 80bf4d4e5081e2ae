"""Checking the history of the register against the audit log: the digest of each batch's rows, computed anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bangfu.records.access.models import AuditEvent
from bangfu.records.households.digest import batch_digest

MERGE = "intake.merge"


@dataclass(frozen=True, slots=True)
class Histories:
    """How many batches were checked, and the event of the first whose history rows are not those that it wrote."""

    batches: int
    event_id: int | None = None
    batch_id: int | None = None

    @property
    def hold(self) -> bool:
        """Whether every batch has its history."""
        return self.event_id is None


def verify_histories(progress: Callable[[int, int], None] | None = None) -> Histories:
    """Recompute the digest of every merged batch's history rows and compare it with the one in its audit event."""
    events = AuditEvent.objects.filter(action=MERGE).order_by("id")
    total = events.count()
    for done, event in enumerate(events.iterator(), start=1):
        if batch_digest(event.subject_id or 0) != event.facts["history_digest"]:
            return Histories(done, event.pk, event.subject_id)
        if progress is not None:
            progress(done, total)
    return Histories(total)
