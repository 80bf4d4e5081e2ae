"""What both sides have wrong: a list for the household visit, village by village, on paper and as a workbook."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.exchange import actions, queries, visits
from bangfu.records.exchange.models import Comparison, Difference
from bangfu.records.places.queries import places_named
from bangfu.web import numbers
from bangfu.web.dates import day
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.exchange import facts_of
from bangfu.web.pages.exchange_entry import SPREADSHEET
from bangfu.web.pages.exchange_rows import place_names, shown_of
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable

#: Rows that the page shows; the workbook has all of them.
ROWS_SHOWN = 200


@admit(Permission.IMPORT_FILES)
@require_safe
def exchange_visits(request: Any, ref: str) -> HttpResponse:
    """What has to be asked in households, because neither side is right."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    found = queries.to_verify(comparison.year, comparison.place_code, request.scope)
    count = found.count()
    page = {
        "section": "data",
        "title": _("To verify in the household"),
        "facts": facts_of(comparison),
        "comparison": comparison,
        "more": numbers.whole(count) if count > ROWS_SHOWN else "",
        "tables": _tables(list(found[:ROWS_SHOWN])),
    }
    return render(request, "pages/exchange_visits.html", page)


def _tables(listed: list[Difference]) -> list[DrillTable]:
    """One table a village."""
    places = places_named(each.lies_in for each in listed)
    names = place_names(listed)
    return [
        _table(name_of(places[code]) if code in places else code, list(rows), names)
        for code, rows in groupby(listed, key=lambda each: each.lies_in)
    ]


def _table(village: str, listed: list[Difference], names: dict[str, str]) -> DrillTable:
    heads = (_("Column"), _("Register"), _("National system"), _("Reason"), _("Since"))
    rows = tuple(
        DrillRow(
            shown.who,
            tuple(map(DrillCell, (shown.field, shown.ours, shown.theirs, getattr(each, "reason", ""), shown.since))),
            href=reverse("exchange_difference", args=[each.pk]),
        )
        for each in listed
        for shown in (shown_of(each, names),)
    )
    columns = tuple(DrillColumn(head, numeric=False) for head in heads)
    return DrillTable(village, _("Household · person"), columns, rows)


@admit(Permission.IMPORT_FILES)
@require_POST
def exchange_visits_file(request: Any, ref: str) -> FileResponse:
    """The list as a workbook with room for what is found; personal numbers masked. Audited."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    listed = list(queries.to_verify(comparison.year, comparison.place_code, request.scope))
    actions.note_visits(len(listed), by=request.user, comparison=comparison)
    made = timezone.localdate()
    content = visits.workbook(listed, title=f"{facts_of(comparison)} · {day(made)}")
    name = f"入户核实清单-{comparison.place_code}-{comparison.year}-{made:%Y%m%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=SPREADSHEET)
