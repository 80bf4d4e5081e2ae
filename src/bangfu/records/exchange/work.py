"""Work of the exchange in the background: compare an export, forget those that have expired."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bangfu.parameters.text import Text
from bangfu.records.access.permissions import Permission
from bangfu.records.exchange import actions
from bangfu.records.exchange.models import Comparison
from bangfu.records.jobs.registry import JobRefused, chore, job
from bangfu.records.jobs.running import Running

NO_AREA = Text(
    "这个区域已不在您的范围内，没有核对。换一个您管的区域重新核对；应由您管的，找管理员恢复权限。",
    "This area is no longer one of yours, so nothing was compared. Compare again for an area of yours, or ask the "
    "administrator to give this one back.",
)
PHASES = ("check", "write")


@job("exchange.compare", Text("核对国家系统", "Comparing with the national system"))
def compare(running: Running) -> dict[str, Any]:
    """Compare an export that came in with the register."""
    comparison = Comparison.objects.select_related("by").get(pk=running.arguments["comparison"])
    scope = running.scope.narrowed(Permission.IMPORT_FILES)
    if not (scope.system or scope.rows.allows_place(comparison.place_code)):
        raise JobRefused(NO_AREA)

    def tell(phase: str) -> None:
        running.beat(PHASES.index(phase), len(PHASES), phase)

    done = actions.compare(comparison, progress=tell)
    return {"counts": done.counts, "refused": bool(done.refusal)}


@chore("exchange.forget_expired", every=3600)
def forget_expired() -> None:
    """Delete stored exports whose time is over."""
    actions.forget_expired(timezone.now())
