"""How many places of a level lie in each class of a figure; each class opens the list of its places."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import exploring
from bangfu.records.figures.models import Figure
from bangfu.web import charts, numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import Asked, asked, name_of, with_context
from bangfu.web.pages.class_limits import break_words, classes_of
from bangfu.web.pages.figure_frame import frame, told_then
from bangfu.web.pages.levels import LevelAsked, level_asked
from bangfu.web.pages.opened import group_asked, indicator_or_404, place_asked
from bangfu.web.pages.policy_lines import policy_line
from bangfu.web.pages.readings import shown, words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Notice


@admit(Permission.SEE_FIGURES)
def figure_classes(request: GateRequest, indicator: str) -> HttpResponse:
    """One indicator's distribution over the places of ``?level=`` (else the next one)."""
    spec, context = indicator_or_404(indicator), asked(request, place_asked(request))
    group = group_asked(request, spec)
    if spec.group and not group:
        return redirect(with_context(reverse("figure_groups", args=[spec.code]), context, p=context.place.code))
    levels = level_asked(request, context.place, [spec])
    page = frame(request, spec, context, group, "figure_classes", levels)
    if not spec.breaks:
        page["notices"].append(Notice("empty", _("This figure has no fixed class limits, so no distribution.")))
    elif context.snapshot is not None and levels.level is not None:
        page |= _distribution(request, spec, context, levels, group)
    return render(request, "pages/figure_classes.html", page)


def _distribution(
    request: GateRequest, spec: Indicator, context: Asked, levels: LevelAsked, group: str
) -> dict[str, object]:
    if context.snapshot is None or context.year is None:
        return {}
    level = levels.at(request.scope, context.snapshot, [spec])
    found = exploring.of_level(level, spec.code, context.year).filter(group=group)
    counts = exploring.counts_by_class(found, spec.breaks)
    lacking = exploring.lacking(level, found)
    row = level.then.of_place(spec.code, context.year).filter(group=group).first()
    classes = _classes(spec, context, levels, group, counts)
    return {
        "told": told_then(context, level, spec),
        "chart": charts.histogram(
            f"{words(spec.title)} · {year_end(context.year)}",
            classes,
            spec.breaks,
            break_words(spec),
            _references(spec, context, levels, row),
        ),
        "table": _table(levels, classes, sum(counts), lacking),
    }


def _classes(
    spec: Indicator, context: Asked, levels: LevelAsked, group: str, counts: tuple[int, ...]
) -> tuple[charts.Class, ...]:
    url, code = reverse("figure_places", args=[spec.code]), levels.level.code if levels.level else ""
    return tuple(
        charts.Class(
            each.words,
            count,
            numbers.whole(count),
            with_context(url, context, p=context.place.code, level=code, group=group, **{"class": each.number})
            if count
            else "",
        )
        for each, count in zip(classes_of(spec), counts, strict=True)
    )


def _references(
    spec: Indicator, context: Asked, levels: LevelAsked, own: Figure | None
) -> tuple[charts.Reference, ...]:
    """The line that places must reach, and the value of the whole area."""
    line = policy_line(spec, levels.level, context.place.code, context.year)
    marks = [charts.Reference(line.value, line.words)] if line else []
    if own is not None and own.value is not None:
        told = _("%(place)s: %(value)s") % {
            "place": name_of(context.place),
            "value": shown(own, spec, context.place),
        }
        marks.append(charts.Reference(own.value, told, kind="own"))
    return tuple(marks)


def _table(levels: LevelAsked, classes: tuple[charts.Class, ...], known: int, lacking: int) -> DrillTable:
    """The twin of the chart; places without a value are a row of their own."""
    columns = (DrillColumn(_("Places")), DrillColumn(_("Share of the places"), "%"))
    rows = [
        DrillRow(each.words, (DrillCell(each.shown), DrillCell(_share(each.count, known))), href=each.href)
        for each in classes
    ]
    rows.append(DrillRow(_("No value"), (DrillCell(numbers.whole(lacking)), DrillCell("—"))))
    total = DrillRow(_("With a value"), (DrillCell(numbers.whole(known)), DrillCell(_share(known, known))))
    caption = words(levels.level.title) if levels.level else _("Places")
    return DrillTable(caption, _("Class"), columns, tuple(rows), total)


def _share(part: int, whole: int) -> str:
    return numbers.percent_digits(part / whole) if whole else "—"
