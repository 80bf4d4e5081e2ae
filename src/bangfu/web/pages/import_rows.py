"""What the pages of a file have in common: its rows page by page, what is said of them, and work that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from bangfu.records.intake.messages import Finding
from bangfu.records.intake.models import StagingRow, Upload
from bangfu.records.jobs.actions import ask
from bangfu.web import numbers
from bangfu.web.pages.household_table import page_number
from bangfu.web.values import Pages


def ask_for(request: Any, kind: str, upload: Upload, *, round: str = "") -> None:
    """Ask for work on a file; the same work is asked for once, or once in each ``round``."""
    arguments = {"upload": upload.pk, "language": get_language() or "zh-hans"}
    key = f"{kind} {upload.ref} {round}".strip()
    upload.job = ask(kind, owner=request.user, arguments=arguments, scope=request.scope, idempotency_key=key)
    upload.save(update_fields=["job"])


def findings_of(staged: StagingRow) -> Iterator[Finding]:
    """What is said of a row."""
    for stored in staged.findings:
        yield Finding(sheet=staged.sheet, row=staged.row, **stored)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long list: its number from 1, and where it starts and ends among ``count``."""

    number: int
    start: int
    end: int
    count: int


def part_of(request: Any, count: int, size: int) -> Part:
    """The page that the address asks for; the last one where it asks for more than there are."""
    number = min(page_number(request), max(1, -(-count // size)))
    return Part(number, (number - 1) * size, min(number * size, count), count)


def pages_of(request: Any, part: Part, sentence: str) -> Pages:
    """Where one is in a list, and the pages before and after."""

    def href(page: int) -> str:
        query = request.GET.copy()
        query["page"] = str(page)
        return f"{request.path}?{query.urlencode()}#rows"

    limits = {"first": part.start + 1, "last": part.end, "count": part.count}
    facts = {name: numbers.whole(value) for name, value in limits.items()}
    return Pages(
        sentence % facts if part.count else "",
        href(part.number - 1) if part.number > 1 else "",
        href(part.number + 1) if part.end < part.count else "",
    )
