"""Work in the background: fill large blanks, forget what has expired."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bangfu.parameters.text import Text
from bangfu.records.access.permissions import Permission
from bangfu.records.jobs.registry import JobRefused, chore, job
from bangfu.records.jobs.running import Running
from bangfu.records.reports import filling
from bangfu.records.reports.models import Filling

NO_AREA = Text("您没有可以填表的区域。", "You have no area to fill tables for.")


@job("reports.fill", Text("填报表", "Filling the table"))
def fill(running: Running) -> dict[str, Any]:
    """Read a blank, and fill it where its layout is known."""
    found = Filling.objects.select_related("by", "place").get(pk=running.arguments["filling"])
    scope = running.scope.narrowed(Permission.EXPORT)
    if not scope.places.allows_place(found.place_code):
        raise JobRefused(NO_AREA)
    running.beat(0, None, "fill")
    filling.work(found, scope=scope, by=found.by)
    return {"counts": found.counts}


@chore("reports.forget_expired", every=3600)
def forget_expired() -> None:
    """Delete stored files whose time is over."""
    filling.forget_expired(timezone.now())
