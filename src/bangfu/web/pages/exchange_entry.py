"""The entry list for the next window, on paper and as a workbook; and values that are taken over through the intake."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.access.reveal import REASONS
from bangfu.records.exchange import actions, entry, queries, takeover
from bangfu.records.exchange.models import Comparison, Difference
from bangfu.web import numbers
from bangfu.web.dates import day
from bangfu.web.pages.exchange import facts_of, window_strips
from bangfu.web.pages.exchange_rows import place_names, shown_of
from bangfu.web.pages.import_rows import ask_for
from bangfu.web.pages.readings import words

#: Lines that the page shows; the workbook has all of them.
LINES_SHOWN = 200
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _entries(request: GateRequest, comparison: Comparison) -> QuerySet[Difference]:
    return queries.to_enter(comparison.year, comparison.place_code, request.scope)


def of_first_lines(entries: QuerySet[Difference], most: int) -> list[Difference]:
    """The entries of the first lines, each line whole: those of one household or person stand beside each other."""
    lines: set[tuple[str, int | None]] = set()
    taken = 0
    for line in entries.values_list("household_no", "person_id").iterator():
        if line not in lines and len(lines) == most:
            break
        lines.add(line)
        taken += 1
    return list(entries[:taken])


@admit(Permission.IMPORT_FILES)
@require_safe
def exchange_entry(request: GateRequest, ref: str) -> HttpResponse:
    """What has to be typed into the national system, household by household."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    entries = _entries(request, comparison)
    shown, count = of_first_lines(entries, LINES_SHOWN), entries.count()
    lines = entry.lines_of(shown, revealed=False)
    names = place_names(shown)
    page = {
        "section": "data",
        "title": _("Entry list for the national system"),
        "facts": facts_of(comparison),
        "strips": window_strips(request.scope, comparison.place_code),
        "comparison": comparison,
        "more": _more(len(lines), len(shown), count),
        "lines": [_shown(line, names) for line in lines],
        "may_reveal": request.whole_scope.may(Permission.REVEAL_PERSONAL),
        "reasons": [(key, words(text)) for key, text in REASONS.items()],
    }
    return render(request, "pages/exchange_entry.html", page)


def _more(lines: int, shown: int, count: int) -> str:
    """That the page has not all entries."""
    if shown == count:
        return ""
    facts = {"lines": numbers.whole(lines), "shown": numbers.whole(shown), "count": numbers.whole(count)}
    sentence = _(
        "The page shows the first %(lines)s lines with %(shown)s of %(count)s entries; the workbook has all of them."
    )
    return sentence % facts


def _shown(line: entry.Line, names: dict[str, str]) -> dict[str, Any]:
    """A line as the page shows it: who, what to do, and each value with how long it has been waiting."""
    who = line.who
    name = " · ".join(who[heading] for heading in ("户编号", "人编号", "姓名", "证件号码") if who.get(heading))
    place = " ".join(who[heading] for heading in ("乡(镇)", "行政村", "自然村") if who.get(heading))
    return {"who": name, "place": place, "rows": [_row(line, each, names) for each in line.differences]}


def _row(line: entry.Line, each: Difference, names: dict[str, str]) -> dict[str, Any]:
    shown = shown_of(each, names)
    age = (timezone.localdate() - timezone.localtime(each.first_seen.created_at).date()).days
    whole = each.path in ("household", "person")
    return {
        "heading": shown.field if whole else entry.heading_of(each.path),
        "now": shown.theirs,
        "enter": words(line.do) if whole else line.cells[entry.heading_of(each.path)],
        # Of what is new there all cells are typed.
        "cells": list(line.cells.items()) if whole else [],
        "age": ngettext("%(count)s day", "%(count)s days", age) % {"count": numbers.whole(age)},
    }


@admit(Permission.IMPORT_FILES)
@require_POST
def exchange_entry_file(request: GateRequest, ref: str) -> HttpResponse | FileResponse:
    """The list as a workbook; IDs are masked unless the officer may reveal them and says why. Audited."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    revealed = request.POST.get("ids") == "whole"
    reason = request.POST.get("reason", "") if revealed else ""
    if revealed:
        _check_reveal(request, comparison, reason)
    lines = entry.lines_of(_entries(request, comparison), revealed=revealed)
    # A household that is new there has a line a member.
    ids = {each.pk for line in lines for each in line.differences}
    actions.note_listed(ids, by=request.user, comparison=comparison, revealed=revealed, reason=reason)
    made = timezone.localdate()
    content = entry.workbook(lines, title=f"{facts_of(comparison)} · {day(made)}")
    name = f"录入清单-{comparison.place_code}-{comparison.year}-{made:%Y%m%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=SPREADSHEET)


def _check_reveal(request: GateRequest, comparison: Comparison, reason: str) -> None:
    """Raise ``PermissionDenied`` unless a grant that reveals reaches the whole area, for a reason of the list."""
    revealing = request.whole_scope.narrowed(Permission.REVEAL_PERSONAL)
    inside = revealing.rows.allows_place(comparison.place_code)
    if not inside or FieldClass.PERSONAL not in revealing.classes or reason not in REASONS:
        raise PermissionDenied(f"User {request.user.pk} may not reveal the numbers of comparison {comparison.pk}.")


@admit(Permission.MERGE_IMPORTS)
@require_POST
def exchange_take(request: GateRequest, ref: str) -> HttpResponse:
    """Hand the values of the national system that are right to the intake, which checks them as any file."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    found = queries.to_take_over(comparison.year, comparison.place_code, request.scope)
    handed = takeover.hand_over(comparison, found, by=request.user)
    if handed.left_out:
        messages.warning(request, _left_out(handed.left_out))
    if handed.upload is None:
        if not handed.left_out:
            messages.info(request, _("Nothing was taken over: no value of the export is decided to be right any more."))
        return HttpResponseRedirect(reverse("exchange_result", args=[ref]))
    ask_for(request, "intake.check", handed.upload)
    return HttpResponseRedirect(reverse("import_result", args=[handed.upload.ref]))


def _left_out(count: int) -> str:
    told = ngettext(
        "%(count)s person was left out: without number and ID number, the new name, birth date or household would make "
        "a second person of this one. Correct this person in the register first.",
        "%(count)s persons were left out: without number and ID number, the new name, birth date or household would "
        "make second persons of them. Correct these persons in the register first.",
        count,
    )
    return told % {"count": numbers.whole(count)}
