"""The files that a page of figures offers, for those who may take figures away."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.records.access.gate import successor_of
from bangfu.records.access.permissions import Permission
from bangfu.records.access.requests import GateRequest
from bangfu.web.pages.asked import Asked
from bangfu.web.values import Link

CHART, MAP = "chart", "map"


@dataclass(frozen=True)
class Exports:
    """The files of a page, and what they are."""

    links: tuple[Link, ...]
    note: str


def export_links(request: GateRequest, context: Asked, indicator: str = "", *, maps: bool = False) -> Exports | None:
    """The files of what is seen: two tables, two pictures of the chart, and of the map where there is one."""
    exporting = request.whole_scope.narrowed(Permission.EXPORT)
    if context.snapshot is None or not exporting.places.allows_place(successor_of(context.place).code):
        return None
    url = reverse("figure_export", args=[indicator]) if indicator else reverse("area_export", args=[context.place.code])
    files = [
        (_("Table, XLSX"), {"format": "xlsx"}),
        (_("Table, CSV"), {"format": "csv"}),
        (_("Chart, PNG"), {"format": "png", "of": CHART}),
        (_("Chart, SVG"), {"format": "svg", "of": CHART}),
    ]
    if maps:
        files.append((_("Map, PNG"), {"format": "png", "of": MAP}))
        files.append((_("Map, SVG"), {"format": "svg", "of": MAP}))
    note = _(
        "Counts and shares as on this page, with caption, source and snapshot; each file is recorded in the audit."
    )
    return Exports(tuple(Link(label, _href(request, context, url, asked)) for label, asked in files), note)


def _href(request: GateRequest, context: Asked, url: str, asked: dict[str, str]) -> str:
    """The file of exactly what is seen: the snapshot is pinned, whatever the page was asked for stays."""
    query = request.GET.copy()
    for name in ("page", "show"):
        query.pop(name, None)
    query["s"] = context.snapshot.ref if context.snapshot else ""
    if url.startswith("/f/"):
        query["p"] = context.place.code
    for name, value in asked.items():
        query[name] = value
    return f"{url}?{query.urlencode()}"
