"""The component page; its address is wired, and kept to administrators, in the project's URLs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangfu.records.access.permissions import Permission, admit
from bangfu.web.context import THEMES, InstanceFacts
from bangfu.web.icons import PATHS
from bangfu.web.navigation import ENTRIES, NavItem
from bangfu.web.showcase import catalogue, figures, procedures
from bangfu.web.values import Link

#: Colours with a swatch on the page; all tokens stand at the head of base.css.
TOKENS = ("primary", "attn", "late", "good", "unknown", "m1", "m2", "m3", "m4", "m5", "m6", "c1", "c2", "c3")


@admit(Permission.SEE_SYSTEM)
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component with sample values."""
    theme = request.GET.get("theme", "")
    chosen = {"theme": theme} if theme in THEMES else {}
    return render(request, "web/components.html", page_values() | chosen)


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
        "causes_over_time": figures.causes_over_time(),
        "distribution": figures.distribution(),
        "against": figures.against(),
        "views": figures.views(),
        "export": figures.exports(),
        "share": figures.share(),
        "told": figures.told(),
        "levels": figures.levels(),
        "verdicts": procedures.verdicts(),
        "tags": procedures.tags(),
        "steps": procedures.steps(),
        "progress": procedures.progress(),
        "events": procedures.events(),
        "notices": procedures.notices(),
        "pages": procedures.pages(),
        "form": procedures.faulty_form(),
        "cancel": Link(_("Back"), "#"),
        "theme_links": (Link(_("Light"), "?theme=light"), Link(_("Dark"), "?theme=dark")),
        "all_strips": procedures.all_strips(),
        "failed": _("This did not work. Try once more; if it fails again, give the code to the administrator."),
        "stored": (_("Stored: 1,187 rows."),),
        "pages_of_errors": procedures.error_pages(),
        "board": figures.board(),
        "icon_names": sorted(PATHS),
        "token_names": TOKENS,
        "catalogue": catalogue.usages(),
    }
