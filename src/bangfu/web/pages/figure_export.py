"""What is seen of figures, to take away: a workbook, CSV, a picture; never more than the page, always in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.exports import record_export
from bangfu.web.charts import Trend
from bangfu.web.drawings.paper import Caption, on_paper
from bangfu.web.drawings.picture import Picture, count_of, draw
from bangfu.web.drawings.raster import png
from bangfu.web.exports.csv_text import as_csv
from bangfu.web.exports.tables import Export
from bangfu.web.exports.workbook import as_workbook
from bangfu.web.maps import MapDrawing
from bangfu.web.pages.area import SeenArea, area_page, reported_of
from bangfu.web.pages.area_map import of_area
from bangfu.web.pages.asked import Asked
from bangfu.web.pages.export_facts import caption_of
from bangfu.web.pages.export_links import MAP
from bangfu.web.pages.export_sheets import export_of_area, export_of_figure
from bangfu.web.pages.figure import Seen, figure_page
from bangfu.web.pages.opened import indicator_or_404
from bangfu.web.pages.readings import AreaFigures, words

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
}


@dataclass(frozen=True)
class Asking:
    """What a file is asked of: the context, what it shows in one code word, its table and its pictures when wanted."""

    context: Asked
    what: str
    table: Callable[[], Export]
    chart: Callable[[], Picture | None]
    map: Callable[[], MapDrawing | None]
    #: What stands around a picture; it takes what the numbers are made of.
    caption: Callable[[str], Caption]
    made_of: str


@admit(Permission.EXPORT)
@require_safe
def figure_export(request: GateRequest, indicator: str) -> HttpResponse:
    """A figure page as a file: ``?format=`` xlsx, csv, svg or png; of a picture ``?of=`` chart or map."""
    page = figure_page(request, indicator_or_404(indicator))
    seen: Seen = page["seen"]
    spec = seen.spec

    def drawn() -> MapDrawing | None:
        found = {(spec.code, code, year, group): row for (code, year, group), row in seen.found.items()}
        return of_area(seen.context, seen.below, AreaFigures(found), spec) if page["export"] else None

    asking = Asking(
        seen.context,
        f"{spec.code}:{seen.group}" if seen.group.isalnum() else spec.code,
        lambda: export_of_figure(request, page),
        lambda: page["groups"] or page["trend"],
        drawn,
        lambda made_of: caption_of(page["title"], seen.context, spec, seen.on, made_of),
        page["missing_link"].label if page["missing_link"] else "",
    )
    return _answer(request, asking, spec.code)


@admit(Permission.EXPORT)
@require_safe
def area_export(request: GateRequest, code: str) -> HttpResponse:
    """The table, the trend or the map of an area home as a file."""
    page = area_page(request, place_in_scope(request, code))
    seen: SeenArea = page["seen"]
    asking = Asking(
        seen.context,
        "area",
        lambda: export_of_area(request, page),
        lambda: page.get("trend"),
        lambda: page.get("map"),
        lambda made_of: caption_of(words(seen.rate.title), seen.context, seen.rate, seen.on, made_of),
        reported_of(seen.context, seen.below, seen.figures, seen.rate.code).sentence(seen.context.year),
    )
    return _answer(request, asking, "area")


def _answer(request: GateRequest, asking: Asking, name: str) -> HttpResponse:
    """The file, once the audit has it."""
    context, kind = asking.context, request.GET.get("format", "xlsx")
    if context.snapshot is None or kind not in TYPES:
        raise Http404
    content, rows = _table(asking, kind) if kind in {"xlsx", "csv"} else _picture(request, asking, kind)
    record_export(
        snapshot=context.snapshot,
        place_code=context.place.code,
        what=asking.what,
        kind=kind,
        rows=rows,
        by=request.user,
    )
    answer = HttpResponse(content, content_type=TYPES[kind])
    part = "-map" if kind in {"svg", "png"} and request.GET.get("of") == MAP else ""
    file = f"{name}{part}-{context.place.code}-{context.year}-{context.snapshot.short}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _table(asking: Asking, kind: str) -> tuple[bytes, int]:
    export = asking.table()
    return (as_workbook if kind == "xlsx" else as_csv)(export), export.rows


def _picture(request: GateRequest, asking: Asking, kind: str) -> tuple[bytes, int]:
    picture = asking.map() if request.GET.get("of") == MAP else asking.chart()
    if picture is None:
        raise Http404
    # A trend says under its title what each of its years is made of.
    caption = asking.caption("" if isinstance(picture, Trend) else asking.made_of)
    svg = on_paper(draw(picture), caption)
    return (svg.encode() if kind == "svg" else png(svg, caption.language)), count_of(picture)
