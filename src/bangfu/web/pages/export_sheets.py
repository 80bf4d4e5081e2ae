"""The sheets of a file: the table of a page, and the place's own years, as numbers with the digits of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.models import Figure
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import numbers
from bangfu.web.exports.tables import Cell, Export, Heading, Sheet, cell
from bangfu.web.lettering import joined
from bangfu.web.numbers import Missing
from bangfu.web.pages.area import COLUMNS, SeenArea, reported_of
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.export_facts import facts_of, subtitle, synthetic_mark
from bangfu.web.pages.figure import Seen
from bangfu.web.pages.readings import change_in_table, in_table, scale_of, unit_of, words

Row = tuple[Cell | str, ...]


def export_of_figure(request: GateRequest, page: Mapping[str, Any]) -> Export:
    """The file of a figure page: by place or by group, then over time, then what it is."""
    seen: Seen = page["seen"]
    sheets = [_by_group(seen, page)] if page["groups"] else [_by_place(seen, page)] if seen.below else []
    if not page["groups"]:
        sheets.append(_over_time(seen))
    said = [(_("Figure"), f"{page['title']} ({seen.spec.code})"), (_("Definition"), words(seen.spec.definition))]
    unit = unit_of(seen.spec)
    said += [(_("Unit"), unit)] if unit else []
    left_out = {_("Snapshot"), _("Known at")}
    said += [(fact.name, fact.value) for fact in page["facts"] if fact.name not in left_out]
    said += [(joined([_("Formula"), fact.name]), fact.value) for fact in page["formula"]]
    said += [(_("Made of"), page["missing_link"].label)] if page["missing_link"] else []
    facts = facts_of(request, seen.context, seen.on, said, seen.spec)
    return Export(page["title"], subtitle(seen.context), tuple(sheets), facts, _("About"), synthetic_mark())


def export_of_area(request: GateRequest, page: Mapping[str, Any]) -> Export:
    """The file of an area home: the table of its places, the years of its rate, and what they are."""
    seen: SeenArea = page["seen"]
    context, rate = seen.context, seen.rate
    shown = [*(current().indicators[code] for code in COLUMNS), rate]

    def row(place: Place) -> Row:
        now = [seen.figures.at(spec.code, place.code, context.year) for spec in shown]
        cells = [value_cell(figure, spec, place) for figure, spec in zip(now, shown, strict=True)]
        before = seen.figures.at(rate.code, place.code, context.before)
        return (name_of(place), place.code, *cells, *_spread(now[-1], rate), _change(now[-1], before, rate))

    headings = (
        Heading(_first(seen.below, context.place)),
        Heading(_("Place code")),
        *(Heading(words(spec.title), unit_of(spec)) for spec in shown),
        *_spread_headings(rate),
        Heading(_("On last year"), _("points")),
    )
    title = page["table_heading"] or name_of(context.place)
    whole = row(context.place)
    by_place = Sheet(title, joined([name_of(context.place), title]), headings, tuple(map(row, seen.below)), whole)
    years = [(str(year), seen.figures.at(rate.code, context.place.code, year)) for year in context.years]
    sheets = (by_place, _years(words(rate.title), rate, context.place, years))
    said = [
        fact
        for spec in shown
        for fact in (
            (words(spec.title), words(spec.definition)),
            (joined([words(spec.title), _("Source")]), words(spec.source)),
            (joined([words(spec.title), _("Responsible office")]), words(spec.owner)),
            (joined([words(spec.title), _("Definition")]), _("version %(version)s") % {"version": spec.version}),
        )
    ]
    facts = facts_of(request, context, seen.on, [*made_of(seen, shown), *said], rate)
    return Export(
        joined([name_of(context.place), title]), subtitle(context), sheets, facts, _("About"), synthetic_mark()
    )


def made_of(seen: SeenArea, shown: Sequence[Indicator]) -> list[tuple[str, str]]:
    """What the figures of an area are made of, where not of the whole of it: said once where all say the same."""
    told = {
        words(spec.title): sentence
        for spec in shown
        if (sentence := reported_of(seen.context, seen.below, seen.figures, spec.code).sentence(seen.context.year))
    }
    if len(told) == len(shown) and len(set(told.values())) == 1:
        return [(_("Made of"), next(iter(told.values())))]
    return [(joined([title, _("Made of")]), sentence) for title, sentence in told.items()]


def value_cell(figure: Figure | None, spec: Indicator, place: Place) -> Cell:
    """A figure as the table of its page shows it; the number is the stored one, in the unit of its heading."""
    shown = in_table(figure, spec, place)
    value = None if figure is None or figure.value is None else figure.value * scale_of(spec)
    return cell(value, shown, share=spec.unit == "share")


def _by_place(seen: Seen, page: Mapping[str, Any]) -> Sheet:
    context, spec = seen.context, seen.spec

    def row(place: Place) -> Row:
        now = seen.found.get((place.code, context.year or 0, seen.group))
        before = seen.found.get((place.code, context.before or 0, seen.group))
        return (name_of(place), place.code, *_facts(now, spec, place), _change(now, before, spec))

    headings = (
        Heading(_first(seen.below, context.place)),
        Heading(_("Place code")),
        *_headings(page["title"], spec),
        Heading(_("On last year"), _("points") if spec.unit == "share" else unit_of(spec)),
    )
    caption = _("By %(level)s") % {"level": words(current_scheme().levels[context.place.level + 1].one)}
    return Sheet(caption, page["title"], headings, tuple(map(row, seen.below)), row(context.place))


def _by_group(seen: Seen, page: Mapping[str, Any]) -> Sheet:
    """The groups in the order of the page."""
    place, year = seen.context.place, seen.context.year
    own = [row for (code, at, _group), row in seen.found.items() if code == place.code and at == year]
    ordered = sorted(own, key=lambda row: (row.group == "?", -(row.value or 0.0)))
    named = zip(page["groups"].rows, ordered, strict=True)
    rows: tuple[Row, ...] = tuple((str(chart.name), *_facts(row, seen.spec, place)) for chart, row in named)
    headings = (Heading(_("Group")), *_headings(page["title"], seen.spec))
    return Sheet(_("Values by group"), page["title"], headings, rows)


def _over_time(seen: Seen) -> Sheet:
    place, context = seen.context.place, seen.context
    years = [(str(year), seen.found.get((place.code, year, seen.group))) for year in context.years]
    return _years(words(seen.spec.title), seen.spec, place, years)


def _years(title: str, spec: Indicator, place: Place, years: Sequence[tuple[str, Figure | None]]) -> Sheet:
    rows: tuple[Row, ...] = tuple((year, *_facts(figure, spec, place)) for year, figure in years)
    return Sheet(_("Over time"), joined([title, name_of(place)]), (Heading(_("Year")), *_headings(title, spec)), rows)


def _headings(title: str, spec: Indicator) -> list[Heading]:
    parts = [Heading(_("Numerator")), Heading(_("Denominator"))] if _is_ratio(spec) else []
    missing = [Heading(_("Rows whose facts are missing")), Heading(_("Places that have not reported"))]
    return [Heading(title, unit_of(spec)), *_spread_headings(spec), *parts, *([] if spec.measure else missing)]


def _facts(figure: Figure | None, spec: Indicator, place: Place) -> list[Cell]:
    """A figure with what makes it checkable, in the order of ``_headings``."""
    made = [value_cell(figure, spec, place), *_spread(figure, spec)]
    if _is_ratio(spec):
        scale = 0.01 if spec.unit == "fen" else 1
        made += [_plain(figure, "numerator", scale), _plain(figure, "denominator")]
    return made if spec.measure else [*made, _plain(figure, "unknown_rows"), _plain(figure, "missing_places")]


def _is_ratio(spec: Indicator) -> bool:
    return spec.denominator is not None or spec.denominator_named is not None


def _plain(figure: Figure | None, name: str, scale: float = 1) -> Cell:
    value = getattr(figure, name) if figure is not None else None
    if value is None:
        return Cell(None, numbers.missing_word(Missing.NOT_APPLICABLE))
    return Cell(value * scale, numbers.whole(value * scale))


def _spread_headings(spec: Indicator) -> list[Heading]:
    if spec.measure is None:
        return []
    unit = unit_of(spec)
    # xgettext:no-python-format
    interval = _("95% interval")
    ends = [Heading(joined([interval, _("lower end")]), unit), Heading(joined([interval, _("upper end")]), unit)]
    return [*ends, Heading(_("Sample"))]


def _spread(figure: Figure | None, spec: Indicator) -> list[Cell]:
    if spec.measure is None:
        return []
    share = spec.unit == "share"
    # Where the value is withheld, what surrounds it is too.
    shown = figure if figure is not None and figure.value is not None else None
    made = []
    for name in ("lower", "upper"):
        value = getattr(shown, name) if shown is not None else None
        digits = numbers.percent_digits(value) if share else numbers.whole(value)
        made.append(cell(value, numbers.missing_word(Missing.NOT_APPLICABLE) if value is None else digits, share=share))
    return [*made, _plain(shown, "sample_size")]


def _change(now: Figure | None, before: Figure | None, spec: Indicator) -> Cell:
    text = change_in_table(now, before, spec)
    if now is None or before is None or now.value is None or before.value is None:
        return Cell(None, text)
    scale = 100 if spec.unit == "share" else scale_of(spec)
    return Cell((now.value - before.value) * scale, text)


def _first(below: Sequence[Place], place: Place) -> str:
    return words(current_scheme().levels[(below[0] if below else place).level].title)
