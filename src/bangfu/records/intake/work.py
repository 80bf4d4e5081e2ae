"""Work of the intake in the background: check a file, merge its good rows, forget what has expired."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import override

from bangfu.parameters.text import Text
from bangfu.records.access.permissions import Permission
from bangfu.records.intake import actions
from bangfu.records.intake.models import Upload
from bangfu.records.jobs.actions import ask
from bangfu.records.jobs.registry import JobRefused, chore, job
from bangfu.records.jobs.running import Running

NO_AREA = Text("您没有可以导入的区域。", "You have no area to import for.")


@job("intake.check", Text("核对文件", "Checking the file"))
def check(running: Running) -> dict[str, Any]:
    """Check an upload; nothing is merged."""
    return _work(running, merge=False)


@job("intake.merge", Text("入库", "Merging the rows"))
def merge(running: Running) -> dict[str, Any]:
    """Merge an upload's good rows batch by batch, then have the figures computed anew."""
    result = _work(running, merge=True)
    ask("figures.cycle", owner=None, idempotency_key=f"cycle after {running.job.ref}")
    return result


def _work(running: Running, *, merge: bool) -> dict[str, Any]:
    upload = Upload.objects.select_related("by").get(pk=running.arguments["upload"])
    scope = running.scope.narrowed(Permission.MERGE_IMPORTS if merge else Permission.IMPORT_FILES)
    if not (scope.system or scope.rows.everything or scope.rows.prefixes):
        raise JobRefused(NO_AREA)
    prefixes = None if scope.system or scope.rows.everything else scope.rows.prefixes

    def tell(phase: str, done: int, total: int) -> None:
        running.beat(done, total or None, phase)

    language = running.arguments.get("language", "zh-hans")
    with override(language):
        outcome = actions.work_through(upload, merge=merge, prefixes=prefixes, progress=tell, language=language)
    return {"counts": outcome.counts, "merged": outcome.merged, "refused": outcome.refusal is not None}


@chore("intake.forget_expired", every=3600)
def forget_expired() -> None:
    """Delete stored files whose time is over."""
    actions.forget_expired(timezone.now())
