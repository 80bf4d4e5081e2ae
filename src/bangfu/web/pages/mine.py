"""The households that one answers for oneself: a helper's pairs, a team member's village."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.households.queries import A_PAGE, answered_for
from bangfu.web.pages.household_table import pages, table
from bangfu.web.pages.paging import fetched


@admit(Permission.SEE_HOUSEHOLD)
@require_safe
def my_households(request: GateRequest) -> HttpResponse:
    """One's own households, with their latest sheets."""
    part, found = fetched(request, A_PAGE, lambda number: answered_for(request.scope, number), lambda page: page.count)
    title = _("My households")
    empty = _("No household is given to you to help. Your township officer pairs helpers and households.")
    page = {
        "section": "mine",
        "title": title,
        "table": table(found, request.scope, title, empty),
        "pages": pages(request, part),
    }
    return render(request, "pages/mine.html", page)
