"""What the pages that explore one figure have in common: title, place, period, levels, and the ways to look at it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.web.pages.asked import AS_NOW, Asked, context_line, mistaken_period, with_context
from bangfu.web.pages.came_from import said_of_code
from bangfu.web.pages.levels import LevelAsked
from bangfu.web.pages.opened import title_of
from bangfu.web.pages.pinned import no_figures, share, strips
from bangfu.web.pages.then_or_now import Told, sentence_of_then
from bangfu.web.pages.typed import unknown_choices
from bangfu.web.values import Choice, Link, Notice


def frame(
    request: GateRequest, spec: Indicator, context: Asked, group: str, view: str, levels: LevelAsked | None = None
) -> dict[str, Any]:
    """The values of the template ``pages/exploring.html``, to which a page adds what it shows."""
    return page_of(request, context, levels) | {
        "title": title_of(spec, group),
        "views": views_of(spec, context, group, view),
    }


def page_of(request: GateRequest, context: Asked, levels: LevelAsked | None = None) -> dict[str, Any]:
    """What every page has that looks across places: where and when it is, its levels, and what it cannot show."""
    notices = [
        said_of_code(request, context),
        unknown_choices(request, {"as": (AS_NOW,), "sort": ("value", "name")}),
        mistaken_period(context.mistaken, context.year),
        no_figures(request, context, Notice("empty", _("There is no snapshot for this area yet."))),
        _then_only() if context.as_now else None,
        levels.mistaken if levels else None,
    ]
    return {
        "section": "analysis",
        "context_line": context_line(request, request.scope, context, bases=False),
        "strips": strips(request, context),
        "share": share(request, context),
        "levels": levels.choices if levels else (),
        "notices": [notice for notice in notices if notice is not None],
    }


def _then_only() -> Notice:
    sentence = _("On the places of then: this page cannot count back mergers and moves. The figure's own page can.")
    return Notice("partial", sentence)


def told_then(context: Asked, level: exploring.Level | None, spec: Indicator) -> Told | None:
    """That the places are those of the snapshot, where today's are others, and the way to today's."""
    if level is None or context.as_now or not level.then.differs(level.number):
        return None
    now = with_context(reverse("figure", args=[spec.code]), replace(context, as_now=True), p=context.place.code)
    return Told(sentence_of_then(), Link(_("Show on today's places"), now))


def views_of(spec: Indicator, context: Asked, group: str, view: str) -> tuple[Choice, ...]:
    """The ways to look at a figure, each an address; what a figure has no meaning in is left out."""
    ungrouped = bool(spec.group) and not group
    titles = {
        "figure": pgettext("view of a figure", "Figure"),
        "figure_places": "" if ungrouped else _("Places in order"),
        "figure_groups": _("Groups by place") if spec.group else "",
        "figure_series": _("Several over time"),
        "figure_classes": _("Distribution") if spec.breaks and not ungrouped else "",
    }
    choices = [
        Choice(title, _href(name, spec, context, group), name == view) for name, title in titles.items() if title
    ]
    against = with_context(reverse("compare", args=[context.place.code]), context, x=spec.code, xg=group)
    return (*choices, Choice(_("Against another figure"), against, view == "compare"))


def _href(name: str, spec: Indicator, context: Asked, group: str) -> str:
    kept = "" if name == "figure_groups" else group
    return with_context(reverse(name, args=[spec.code]), context, p=context.place.code, group=kept)
