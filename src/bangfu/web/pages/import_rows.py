"""What the pages of a file have in common: what is said of its rows, and work that is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language

from bangfu.records.access.requests import GateRequest
from bangfu.records.intake.messages import Finding
from bangfu.records.intake.models import StagingRow, Upload
from bangfu.records.jobs.actions import ask


def ask_for(request: GateRequest, kind: str, upload: Upload, *, round: str = "") -> None:
    """Ask for work on a file; the same work is asked for once, or once in each ``round``."""
    arguments = {"upload": upload.pk, "language": get_language() or "zh-hans"}
    key = f"{kind} {upload.ref} {round}".strip()
    upload.job = ask(kind, owner=request.user, arguments=arguments, scope=request.scope, idempotency_key=key)
    upload.save(update_fields=["job"])


def findings_of(staged: StagingRow) -> Iterator[Finding]:
    """What is said of a row."""
    for stored in staged.findings:
        yield Finding(sheet=staged.sheet, row=staged.row, **stored)
