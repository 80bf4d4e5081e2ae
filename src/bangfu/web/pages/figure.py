"""A figure opened: value and error, both ways of counting, by place, over time, its formula, snapshot and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Grain, Indicator
from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import queries
from bangfu.records.figures.as_now import OnPlaces
from bangfu.records.figures.explaining import terms_named
from bangfu.records.figures.models import Figure
from bangfu.records.figures.then import place_then
from bangfu.records.households.models import Household
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_below, places_named
from bangfu.web import charts, numbers
from bangfu.web.dates import minute, year_end
from bangfu.web.numbers import Missing
from bangfu.web.pages.area_map import can_draw
from bangfu.web.pages.asked import (
    Asked,
    context_line,
    mistaken_period,
    name_of,
    with_context,
)
from bangfu.web.pages.came_from import asked_of_figure, said_of_code
from bangfu.web.pages.export_links import export_links
from bangfu.web.pages.figure_charts import by_groups, over_time
from bangfu.web.pages.figure_frame import views_of
from bangfu.web.pages.household_table import head_of
from bangfu.web.pages.opened import ROWS_A_PAGE, group_asked, indicator_or_404, title_of
from bangfu.web.pages.paging import fetched, pages_of
from bangfu.web.pages.pinned import no_figures, share, strips
from bangfu.web.pages.readings import change_in_table, change_since, in_table, is_answered_at, shown, unit_of, words
from bangfu.web.pages.reported import (
    UNREPORTED,
    Reported,
    all_link,
    missing_href,
    missing_only,
    with_missing_below,
)
from bangfu.web.pages.then_or_now import on_places, told
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Link, Notice, cell_of

#: The survey's figure that is computed for every level that the sample can answer for.
SAMPLED = "incidence_survey"


@dataclass(frozen=True)
class Seen:
    """What a figure page was made from: its context, and the figures by place code, year and group."""

    context: Asked
    spec: Indicator
    group: str
    below: Sequence[Place]
    found: Mapping[tuple[str, int, str], Figure]
    on: OnPlaces


@dataclass(frozen=True)
class Fact:
    """A line of the figure's card: what, and its value."""

    name: str
    value: str
    href: str = ""


@admit(Permission.SEE_FIGURES)
def figure(request: GateRequest, indicator: str) -> HttpResponse:
    """One indicator at one place and year."""
    return render(request, "pages/figure.html", figure_page(request, indicator_or_404(indicator)))


def figure_page(request: GateRequest, spec: Indicator) -> dict[str, Any]:
    """What the page of a figure shows, and under ``seen`` the figures that it shows it from."""
    context = asked_of_figure(request, spec)
    group = group_asked(request, spec)
    on = on_places(request.scope, context, [spec], places_below(context.place.code))
    below = list(on.below)
    found = {(code, year, row_group): row for (_code, code, year, row_group), row in on.figures.items()}
    now = _one(found, context, context.place, group)
    reported = _reported(request, context, spec, found, below, group)
    combined = (spec.code, context.place.code, context.year, group) in on.combined  # no rows are kept of such a one
    by_groups = bool(spec.group) and not group  # then the groups have values, and there is none of the whole
    return {
        "section": "analysis",
        "seen": Seen(context, spec, group, below, found, on),
        "strips": strips(request, context),
        "told": told(request, context, on, [spec]),
        "share": share(request, context),
        "export": export_links(request, context, spec.code, maps=_has_map(context, below, spec, group)),
        "title": title_of(spec, group),
        "context_line": context_line(request, request.scope, context, bases=False),
        "definition": words(spec.definition),
        "shown": shown(now, spec, context.place),
        "note": "" if is_answered_at(spec, context.place) else _levels_answered(spec),
        "missing_link": _missing_link(request, context, reported, group),
        "change": reported.change(_change(found, context, group, spec), context.year, context.before),
        "facts": _facts(request, context, spec, now),
        "trend": None if by_groups else over_time(found, context, spec, group, reported.over_time()),
        "table": _by_place(request, context, reported, found, group) if below else None,
        "views": views_of(spec, context, group, "figure") if below else (),
        "groups": _groups(found, context, spec) if by_groups else None,
        "no_rows": _no_rows() if combined else "",
        "rows_href": "" if combined else _rows_href(request, replace(context, as_now=False), spec, now, group),
        "formula": _formula(spec),
        "notice": no_figures(request, context, Notice("empty", _("There is no snapshot for this area yet."))),
        "rule_key": f"indicators/{spec.code}",
        "former": said_of_code(request, context),
        "mistaken": mistaken_period(context.mistaken, context.year),
    }


def _has_map(context: Asked, below: Sequence[Place], spec: Indicator, group: str) -> bool:
    drawn = bool(spec.breaks and below and not spec.group and not group) and is_answered_at(spec, below[0])
    return drawn and can_draw(context, below, spec)


def _reported(
    request: GateRequest,
    context: Asked,
    spec: Indicator,
    found: Mapping[tuple[str, int, str], Figure],
    below: Sequence[Place],
    group: str,
) -> Reported:
    """What of the area the figures hold; a place that has any group of an indicator has reported it."""
    parts: dict[int, dict[str, Figure]] = {year: {} for year in context.years}
    own: dict[int, Figure] = {}
    for (code, year, row_group), row in found.items():
        if code != context.place.code and year in parts:
            parts[year][code] = row
        elif row_group == group or not group:
            own[year] = row
    if spec.measure is None or not below or is_answered_at(spec, below[0]):
        return Reported(spec, below, parts, own)
    # One line is made of the whole sample, so which places have a sample is told by what is estimated for each.
    sample = current().indicators[SAMPLED]
    for (_sample, code, year, _group), row in on_places(request.scope, context, [sample], below).figures.items():
        if code != context.place.code:
            parts.setdefault(year, {})[code] = row
    return Reported(spec, below, parts, own, told_by=sample)


def _missing_link(request: GateRequest, context: Asked, reported: Reported, group: str) -> Link | None:
    """What the value is made of, where not of the whole area, leading to the list of those that are missing."""
    told = reported.sentence(context.year)
    if not told:
        return None
    if reported.indicator.group and not group:  # this page has the groups in the place of the places
        return Link(told, f"{with_context(reverse('area', args=[context.place.code]), context, show=UNREPORTED)}#table")
    return Link(told, missing_href(request))


def _one(
    found: Mapping[tuple[str, int, str], Figure], context: Asked, place: Place, group: str, year: int | None = None
) -> Figure | None:
    wanted = year or context.year
    return None if wanted is None else found.get((place.code, wanted, group))


def _levels_answered(spec: Indicator) -> str:
    """For which levels a survey's figure is computed, where a place is of none of them."""
    wanted = spec.measure.levels if spec.measure else ()
    titles = [words(level.one) for level in current_scheme().levels if level.number == 0 or level.code in wanted]
    sentence = _("The survey is too small for one place of this level. It answers for: %(levels)s.")
    return sentence % {"levels": _(", ").join(titles)}


def _change(found: Mapping[tuple[str, int, str], Figure], context: Asked, group: str, spec: Indicator) -> str:
    if context.before is None:
        return ""
    now = _one(found, context, context.place, group)
    before = _one(found, context, context.place, group, context.before)
    return change_since(now, before, spec, year_end(context.before))


def _facts(request: GateRequest, context: Asked, spec: Indicator, now: Figure | None) -> list[Fact]:
    """What makes the number checkable: parts, error, sample, line, missing, snapshot, version, the other count."""
    facts = [Fact(_("Way of counting"), _("Survey") if spec.measure else _("Register"))]
    if now is not None:
        facts += _numbers(spec, now)
    if context.snapshot is not None:
        mark = {"day": context.snapshot.happened.isoformat(), "mark": f"#{context.snapshot.short}"}
        facts.append(Fact(_("Snapshot"), _("%(day)s %(mark)s") % mark))
        facts.append(Fact(_("Known at"), minute(context.snapshot.known)))
    version = _("version %(version)s, in the dictionary of figures") % {"version": spec.version}
    facts.append(Fact(_("Definition"), version, f"{reverse('figures')}?family={spec.family}"))
    facts.append(Fact(_("Responsible office"), words(spec.owner)))
    facts.append(Fact(_("Source"), words(spec.source)))
    for other in spec.beside:
        href = with_context(reverse("figure", args=[other.indicator]), context, p=context.place.code)
        facts.append(Fact(_("Counted the other way"), words(current().indicators[other.indicator].title), href))
        facts.append(Fact(_("Why they differ"), words(other.reason)))
    return facts


def _numbers(spec: Indicator, now: Figure) -> list[Fact]:
    facts = []
    ratio = spec.denominator is not None or spec.denominator_named is not None
    if ratio and now.numerator is not None:
        scale = 100 if spec.unit == "fen" else 1
        facts.append(Fact(_("Numerator"), numbers.whole(now.numerator / scale)))
        facts.append(Fact(_("Denominator"), numbers.whole(now.denominator)))
    if spec.measure:
        facts.append(Fact(_("Standard error"), _error(spec, now)))
        # xgettext:no-python-format
        facts.append(Fact(_("95% interval"), _interval(spec, now)))
        facts.append(Fact(_("Sample"), numbers.whole(now.sample_size)))
    if now.line is not None:
        facts.append(Fact(_("Line"), numbers.decimal(now.line, 2)))
    if now.unknown_rows:
        facts.append(Fact(_("Rows whose facts are missing"), numbers.whole(now.unknown_rows)))
    if now.missing_places:
        facts.append(Fact(_("Places that have not reported"), numbers.whole(now.missing_places)))
    return facts


def _error(spec: Indicator, now: Figure) -> str:
    if now.standard_error is None:
        return _("error: not computed")
    scale, unit = (100, _("points")) if spec.unit == "share" else (1, unit_of(spec))
    return numbers.with_unit(numbers.decimal(now.standard_error * scale, 2), unit)


def _interval(spec: Indicator, now: Figure) -> str:
    if now.lower is None or now.upper is None:
        return numbers.missing_word(Missing.NOT_APPLICABLE)
    if spec.unit == "share":
        return f"{numbers.percent(max(now.lower, 0.0))}–{numbers.percent(now.upper)}"
    return f"{numbers.whole(now.lower)}–{numbers.whole(now.upper)}"


def _by_place(
    request: GateRequest,
    context: Asked,
    reported: Reported,
    found: Mapping[tuple[str, int, str], Figure],
    group: str,
) -> DrillTable:
    spec, below, only = reported.indicator, reported.below, missing_only(request)
    level = current_scheme().levels[below[0].level]
    current_rows = {place.code: _one(found, context, place, group) for place in below}
    top = max((row.value or 0.0 for row in current_rows.values() if row is not None), default=0.0) or 1.0
    rows = []
    for place in below:
        now = current_rows[place.code]
        if only and not reported.lacking(place, context.year):
            continue
        before = _one(found, context, place, group, context.before) if context.before else None
        reading = in_table(now, spec, place)
        plain = cell_of(reading, bar=(now.value or 0.0) / top if now is not None and now.value else None)
        cells = (DrillCell(str(reading), plain.tag, plain.bar), DrillCell(change_in_table(now, before, spec)))
        href = with_context(reverse("figure", args=[spec.code]), context, p=place.code, group=group)
        row = DrillRow(name_of(place), cells, href=href)
        rows.append(with_missing_below(row, now) if only else row)
    columns = (DrillColumn(words(spec.title), unit_of(spec), bar=True), DrillColumn(_("On last year")))
    title = _("Not reported, by %(level)s") if only else _("By %(level)s")
    return DrillTable(
        title % {"level": words(level.one)},
        words(level.title),
        columns,
        tuple(rows),
        note_link=all_link(request) if only else None,
        empty=_("Every place has reported."),
    )


def _groups(found: Mapping[tuple[str, int, str], Figure], context: Asked, spec: Indicator) -> charts.RowChart:
    def href(group: str) -> str:
        return with_context(reverse("figure", args=[spec.code]), context, p=context.place.code, group=group)

    return by_groups(found, context, spec, href)


def _formula(spec: Indicator) -> list[Fact]:
    """The indicator's own text, as the dictionary has it."""
    if spec.measure is not None:
        line = "" if spec.measure.line_share is None else f"{spec.measure.line_share:g} × {spec.measure.line_of}"
        facts = [Fact(_("Measure"), spec.measure.name), Fact(_("Line"), line or spec.measure.line or "")]
        return [fact for fact in facts if fact.value]
    facts = [Fact(_("Numerator"), spec.numerator or "")]
    denominator = spec.denominator or spec.denominator_named
    facts += [Fact(_("Denominator"), denominator)] if denominator else []
    return facts + [Fact(words(term.title), f"{term.name}: {term.text}") for term in terms_named(spec)]


def _no_rows() -> str:
    """Why no rows open behind a figure that is counted back."""
    return _(
        "No rows open here: the figure is counted back to today's places from several of then. On the places of then "
        "each of them opens its rows."
    )


def _rows_href(request: GateRequest, context: Asked, spec: Indicator, now: Figure | None, group: str) -> str:
    if now is None or not request.whole_scope.may(Permission.SEE_FIGURE_ROWS):
        return ""
    return with_context(reverse("figure_rows", args=[spec.code]), context, p=context.place.code, group=group)


@admit(Permission.SEE_FIGURE_ROWS)
def figure_rows(request: GateRequest, indicator: str) -> HttpResponse:
    """The rows behind a figure, within the reader's scope; names are joined here, through the gate."""
    spec = indicator_or_404(indicator)
    context = asked_of_figure(request, spec)
    group = group_asked(request, spec)
    stored = _stored(request.scope, context, spec, group)
    if stored is None:
        raise Http404

    def rows(number: int) -> queries.BehindFigure:
        return queries.rows_behind(stored, request.scope, limit=ROWS_A_PAGE, offset=(number - 1) * ROWS_A_PAGE)

    part, behind = fetched(request, ROWS_A_PAGE, rows, lambda found: found.count)
    page = {
        "section": "analysis",
        "title": _("Rows behind: %(figure)s") % {"figure": title_of(spec, group)},
        "context_line": context_line(request, request.scope, context, bases=False),
        "shown": shown(stored, spec, context.place),
        "figure_href": with_context(reverse("figure", args=[spec.code]), context, p=context.place.code, group=group),
        "strips": strips(request, context),
        "withheld": _withheld(behind.withheld),
        "former": said_of_code(request, context),
        "mistaken": mistaken_period(context.mistaken, context.year),
        "counted_back": _counted_back(request, context, spec),
        "table": _rows_table(request.scope, spec, behind),
        "pages": pages_of(request, part),
        "unknown": behind.unknown,
        "count": numbers.whole(behind.count),
    }
    return render(request, "pages/figure_rows.html", page)


def _stored(scope: Scope, context: Asked, spec: Indicator, group: str) -> Figure | None:
    """The figure of the address; which rows of it may be read, ``rows_behind`` decides."""
    if context.snapshot is None or context.year is None:
        return None
    then = place_then(context.snapshot, scope, context.place, [spec.code])
    return then.of_place(spec.code, context.year).filter(group=group).first()


def _counted_back(request: GateRequest, context: Asked, spec: Indicator) -> Notice | None:
    """That rows are those of the figure of then, where the address asks for today's places and these differ."""
    if not context.as_now or not on_places(request.scope, context, [spec], places_below(context.place.code)).differs:
        return None
    told = _("These are the rows of the figure of then. What is counted back to today's places has no rows of its own.")
    return Notice("partial", told)


def _withheld(classes: frozenset[FieldClass]) -> str:
    """Why rows are not shown: what the figure reads of them, and the reader does not see."""
    if not classes:
        return ""
    titles = {
        FieldClass.OPEN: _("the register"),
        FieldClass.PERSONAL: _("names and addresses"),
        FieldClass.HEALTH: _("health"),
        FieldClass.MONEY: _("income and money"),
    }
    read = _(", ").join(titles[one] for one in FieldClass if one in classes)
    sentence = _(
        "Not shown: rows of which you may not see %(read)s. The figure is made of it, so a list would tell it."
    )
    return sentence % {"read": read}


def _rows_table(scope: Scope, spec: Indicator, behind: queries.BehindFigure) -> DrillTable:
    names = [name for name in ("numerator", "denominator", "weight") if behind.rows and name in behind.rows[0]]
    if spec.grain is Grain.VILLAGES:
        listed = _village_rows(spec, behind, names)
    else:
        ids = {row["household_id"] for row in behind.rows}
        visible = scoped(Household.objects.filter(id__in=ids), scope).select_related("place").in_bulk()
        listed = tuple(_row(scope, spec, row, names, visible.get(row["household_id"])) for row in behind.rows)
    headings = {"numerator": _("Income") if spec.measure else _("Numerator"), "denominator": _("Denominator")}
    columns = (DrillColumn(_("Place"), numeric=False), *(DrillColumn(headings.get(n, _("Weight"))) for n in names))
    empty = _("Not shown") if behind.withheld else _("No rows in your area.")
    first = _("Village") if spec.grain is Grain.VILLAGES else _("Household")
    return DrillTable(_("Rows"), first, columns, listed, empty=empty)


def _village_rows(spec: Indicator, behind: queries.BehindFigure, names: Sequence[str]) -> tuple[DrillRow, ...]:
    """Villages with what their sheet gives; the scope has cut them already."""
    places = places_named(str(row["place_code"]) for row in behind.rows)
    return tuple(
        DrillRow(
            name_of(place) if (place := places.get(str(row["place_code"]))) else str(row["place_code"]),
            (DrillCell(str(row["place_code"])), *(DrillCell(_row_value(spec, row, name)) for name in names)),
            href=reverse("area", args=[row["place_code"]]),
        )
        for row in behind.rows
    )


def _row(
    scope: Scope, spec: Indicator, row: Mapping[str, Any], names: Sequence[str], household: Household | None
) -> DrillRow:
    """One row; of a household that has moved away, nothing but where it was."""
    if household is None:
        masked = (DrillCell(row["place_code"]), *(DrillCell(_("Not shown")) for _name in names))
        return DrillRow(_("Not in your area any more"), masked)
    cells = (DrillCell(name_of(household.place)), *(DrillCell(_row_value(spec, row, name)) for name in names))
    return DrillRow(head_of(household, scope), cells, href=reverse("household", args=[household.ref]))


def _row_value(spec: Indicator, row: Mapping[str, Any], name: str) -> str:
    found, money = row.get(name), spec.unit == "fen"
    if found is None:
        return numbers.missing_word(Missing.NO_DATA)
    amount = found / 100 if money and name == "numerator" else float(found)
    return numbers.decimal(amount, 2 if money or spec.measure else 0)
