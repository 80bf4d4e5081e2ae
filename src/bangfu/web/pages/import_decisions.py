"""Decide about the doubtful rows of a file: one form a row, a reason for each, then the file is checked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.records.access.audit import SHORTEST_REASON, FactRefused
from bangfu.records.access.gate import object_in_scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.intake import actions, queries
from bangfu.records.intake.models import RowDecision, StagingRow, Upload
from bangfu.web import numbers
from bangfu.web.pages.import_rows import ask_for, findings_of
from bangfu.web.pages.paging import Part, pages_of, part_of
from bangfu.web.values import Pages

ROWS_A_PAGE = 20
LONGEST_NUMBER = 19


@dataclass(frozen=True)
class Doubt:
    """A doubtful row: its number in the table, where it stands, what is said of it, what can be chosen, what was.

    ``decided`` says that a decision is kept; what a refused form had stays chosen without one.
    """

    number: int
    where: str
    sentences: tuple[str, ...]
    choices: dict[str, list[str]]
    decided: bool = False
    chosen: str = ""
    reason: str = ""
    fault: str = ""


@admit(Permission.MERGE_IMPORTS)
def import_decide(request: GateRequest, ref: str) -> HttpResponse:
    """The doubtful rows of a file; a decision is kept, and the file is checked again when that is asked for."""
    upload = object_in_scope(Upload.objects.select_related("job"), request.scope, ref=ref)
    rows = scoped(StagingRow.objects.filter(batch__upload=upload, verdict="ask"), request.scope)
    faults: dict[int, str] = {}
    if request.method == "POST" and not queries.may_be_decided(upload):
        return HttpResponseRedirect(request.get_full_path())
    if request.method == "POST" and "again" in request.POST:
        count = scoped(RowDecision.objects.filter(upload=upload), request.scope).count()
        if count and queries.may_be_decided(upload):
            ask_for(request, "intake.check", upload, round=str(count))
        return HttpResponseRedirect(reverse("import_result", args=[ref]))
    if request.method == "POST":
        number = request.POST.get("row", "")
        staged = object_in_scope(
            rows.select_related("batch__upload"),
            request.scope,
            pk=int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else 0,
        )
        fault = _decide(request, staged)
        if not fault:
            return HttpResponseRedirect(f"{request.get_full_path()}#row-{staged.pk}")
        faults[staged.pk] = fault
    part = part_of(request, rows.count(), ROWS_A_PAGE)
    page = _page(request, upload, rows.order_by("batch__number", "row")[part.start : part.end], part, faults)
    return render(request, "pages/import_decide.html", page, status=422 if faults else 200)


def _decide(request: GateRequest, staged: StagingRow) -> str:
    """Keep a decision; what is wrong with it otherwise."""
    reason = request.POST.get("reason", "").strip()
    try:
        MinLengthValidator(SHORTEST_REASON)(reason)
        rows = request.scope.rows
        prefixes = None if rows.everything else tuple(rows.prefixes)
        choice = request.POST.get("choice", "")
        actions.decide(staged, choice=choice, reason=reason, by=request.user, prefixes=prefixes)
    except ValidationError:
        return _("Give the reason in at least two characters: on what the decision rests.")
    except FactRefused:
        return _("Leave ID, phone and account numbers out of the reason.")
    except actions.CannotDecide:
        return _("Choose what is right.")
    return ""


def _page(
    request: GateRequest, upload: Upload, rows: Iterable[StagingRow], part: Part, faults: dict[int, str]
) -> dict[str, Any]:
    decisions = scoped(RowDecision.objects.filter(upload=upload), request.scope).order_by("at", "id")
    made = {(each.sheet, each.row): each for each in decisions}
    typed = request.POST if faults else {}
    doubts = [_doubt(row, made.get((row.sheet, row.row)), faults.get(row.pk, ""), typed) for row in rows]
    pages: Pages = pages_of(request, part, anchor="#rows")
    return {
        "section": "data",
        "title": _("Decide about doubtful rows"),
        "facts": upload.file_name,
        "upload": upload,
        "doubts": doubts,
        "may_decide": queries.may_be_decided(upload),
        "some_decided": bool(made),
        "pages": pages,
    }


def _doubt(staged: StagingRow, decision: RowDecision | None, fault: str, typed: Mapping[str, str]) -> Doubt:
    """A row as the page shows it; what was found only after a decision is not decided, what was typed in vain stays."""
    choices = queries.choices_of(staged)
    if decision is not None and not (set(queries.doubts_of(staged)) <= set(decision.codes)):
        decision = None
    return Doubt(
        number=staged.pk,
        where=f"{staged.sheet} · {numbers.whole(staged.row)}",
        sentences=tuple(finding.sentence() for finding in findings_of(staged)),
        choices=choices,
        decided=decision is not None,
        chosen=typed.get("choice", "") if fault else decision.choice if decision else "",
        reason=typed.get("reason", "") if fault else decision.reason if decision else "",
        fault=fault,
    )
