"""Work in the background: fill large blanks, forget what has expired."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bangfu.parameters.text import Text
from bangfu.records.access.permissions import Permission
from bangfu.records.jobs.registry import JobRefused, chore, job
from bangfu.records.jobs.running import Running
from bangfu.records.reports import actions
from bangfu.records.reports.models import Filling

NOT_YOURS = Text(
    "这张表的区域不在您的范围内，没有填。请由该区域的同事来填。",
    "The area of this table is not one of yours, so it was not filled. A colleague of that area can fill it.",
)


@job("reports.fill", Text("填报表", "Filling the table"), turn=1)
def fill(running: Running) -> dict[str, Any]:
    """Read a blank, and fill it where its layout is known."""
    found = Filling.objects.select_related("by", "place").get(pk=running.arguments["filling"])
    scope = running.scope.narrowed(Permission.EXPORT)
    if not scope.places.allows_place(found.place_code):
        raise JobRefused(NOT_YOURS)
    running.beat(0, None, "fill")
    actions.work(found, scope=scope, by=found.by, progress=running.beat)
    return {"counts": found.counts}


@chore("reports.forget_expired", every=3600)
def forget_expired() -> None:
    """Delete stored files whose time is over."""
    actions.forget_expired(timezone.now())
