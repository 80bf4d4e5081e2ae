"""What the worker does for this app when it is idle."""

from __future__ import annotations

from django.utils import timezone

from bangfu.records.access.keys import drop_unused_keys
from bangfu.records.access.sealing import seal_events
from bangfu.records.jobs.registry import chore


@chore("access.seal_audit", every=60)
def seal_audit() -> None:
    """Seal the audit events of the last minute."""
    seal_events(at=timezone.now())


@chore("access.drop_unused_keys", every=3600)
def forget_old_keys() -> None:
    """Forget old keys once the files that needed them have expired."""
    drop_unused_keys()
