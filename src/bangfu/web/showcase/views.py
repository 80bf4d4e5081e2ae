"""The component page; its address is wired, and kept to administrators, in the project's URLs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangfu.records.access.permissions import Permission, admit
from bangfu.web.context import InstanceFacts
from bangfu.web.navigation import ENTRIES, NavItem
from bangfu.web.showcase import figures, procedures
from bangfu.web.values import Link


@admit(Permission.SEE_SYSTEM)
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component with sample values."""
    return render(request, "web/components.html", page_values())


def page_values() -> dict[str, Any]:
    """The sample values of the page, in the active language."""
    bar = tuple(NavItem(entry.key, str(entry.words), "#", 12 if entry.key == "inbox" else None) for entry in ENTRIES)
    return {
        "section": "area",
        "nav": bar,
        "nav_phone": bar[:3],
        "nav_more": bar[3:],
        "search_href": "#",
        "instance": InstanceFacts("迪庆州平台", "Diqing", synthetic=True),
        "context_line": figures.context_line(),
        "strips": figures.strips(),
        "cards": figures.cards(),
        "table": figures.drill_table(),
        "map": figures.sample_map(),
        "trend": figures.trend(),
        "causes": figures.causes(),
        "estimates": figures.estimates(),
        "incomes": figures.incomes(),
        "verdicts": procedures.verdicts(),
        "tags": procedures.tags(),
        "steps": procedures.steps(),
        "progress": procedures.progress(),
        "events": procedures.events(),
        "notices": procedures.notices(),
        "pages": procedures.pages(),
        "form": procedures.faulty_form(),
        "cancel": Link(_("Back"), "#"),
    }
