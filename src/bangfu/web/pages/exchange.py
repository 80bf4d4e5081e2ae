"""Compare with the national system: bring its export, see what does not agree, and tell when its window is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.gate import Scope, object_in_scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.exchange import actions, queries
from bangfu.records.exchange.models import Comparison, ComparisonState, DifferenceState, EntryWindow
from bangfu.records.exchange.queries import Wanted
from bangfu.records.households.queries import years_stored
from bangfu.records.intake import vault
from bangfu.records.jobs.actions import UNSUCCESSFUL, ask
from bangfu.records.jobs.models import JobState
from bangfu.records.jobs.queries import progress_of, sentence_of
from bangfu.records.places.models import Place
from bangfu.records.places.queries import own_places, places_named
from bangfu.records.places.years import why_not_year
from bangfu.web import numbers
from bangfu.web.dates import day, minute
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.uploads import UploadField, written
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, FigureCard, Link, Notice, Strip

RUNS_A_PAGE = 20
NATIONAL = "register"
STATES = {
    ComparisonState.WAITING: gettext_lazy("Being compared"),
    ComparisonState.DONE: gettext_lazy("Compared"),
    ComparisonState.REFUSED: gettext_lazy("Could not be compared"),
}


def places_to_choose(scope: Scope) -> list[tuple[str, str]]:
    """The places of one's own area and those right below them, as choices."""
    own = own_places(scope.rows)
    below = scoped(Place.objects.filter(parent__in=own, merged_into=None, ended_on=None), scope).order_by("code")
    found = {place.code: place for place in (*own, *below)}
    return [(code, name_of(place)) for code, place in sorted(found.items())]


class AreaForm(WordedForm):
    """What is said of an area of one's own or one right below it."""

    place = forms.ChoiceField(label=gettext_lazy("Area"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class CompareForm(AreaForm):
    """An export, the area and the year that it is compared for."""

    field_order = ("file", "place", "year")
    file = UploadField(label=gettext_lazy("Export of the national system"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"), widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
    )

    def clean_year(self) -> int:
        """A year that a register can have."""
        year: int = self.cleaned_data["year"]
        wrong = why_not_year(year, timezone.localdate())
        if wrong is not None:
            raise forms.ValidationError(words(wrong))
        return year


class WindowForm(AreaForm):
    """When the national system takes entries for an area."""

    opens_on = forms.DateField(
        label=gettext_lazy("Opens on"), widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Closes on"), widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )

    def clean(self) -> dict[str, Any]:
        """A window that does not close before it opens."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("opens_on"), cleaned.get("closes_on")
        if first and last and last < first:
            facts = {"first": first.isoformat(), "last": last.isoformat()}
            self.add_error("closes_on", _("%(last)s is before %(first)s: a window closes after it opens.") % facts)
        return cleaned


@admit(Permission.IMPORT_FILES)
def exchange(request: GateRequest) -> HttpResponse:
    """Bring an export to compare, or go on with an earlier comparison."""
    places = places_to_choose(request.scope)
    years = years_stored()
    form = CompareForm(
        request.POST or None, request.FILES or None, places=places, initial={"year": years[-1] if years else None}
    )
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(reverse("exchange_result", args=[_receive(request, form.cleaned_data).ref]))
    return _main_page(request, form, WindowForm(places=places, prefix="window"))


def _main_page(request: GateRequest, form: CompareForm, window_form: WindowForm) -> HttpResponse:
    table, pages = _past(request)
    page = {
        "section": "data",
        "title": _("Compare with the national system"),
        "form": form,
        "window_form": window_form,
        "strips": window_strips(request.scope, min(request.scope.rows.prefixes, default="")),
        "windows": _windows(request.scope),
        "button": _("Compare the export"),
        "table": table,
        "pages": pages,
    }
    return render(request, "pages/exchange.html", page, status=422 if form.errors or window_form.errors else 200)


def _windows(scope: Scope) -> DrillTable:
    """The windows that were told and have not closed, by place."""
    told = queries.windows_in_force(scope, timezone.localdate())
    places = places_named(each.place_code for each in told)
    rows = tuple(
        DrillRow(
            name_of(places[each.place_code]) if each.place_code in places else each.place_code,
            (DrillCell(day(each.opens_on)), DrillCell(day(each.closes_on)), DrillCell(each.by.get_username())),
        )
        for each in told
    )
    columns = tuple(DrillColumn(head, numeric=False) for head in (_("Opens on"), _("Closes on"), _("Told by")))
    return DrillTable(_("Windows in force"), _("Area"), columns, rows, empty=_("No window has been told."))


def window_strips(scope: Scope, place: str) -> list[Strip]:
    """Until when the national system takes entries for a place, or from when."""
    today = timezone.localdate()
    window = queries.window_of(place, scope, today) if place else None
    if window is None:
        return []
    facts = {"first": day(window.opens_on), "last": day(window.closes_on)}
    if window.opens_on > today:
        sentence = _("The national system takes entries from %(first)s to %(last)s.") % facts
    else:
        left = (window.closes_on - today).days
        told = ngettext("%(count)s day left", "%(count)s days left", left) % {"count": numbers.whole(left)}
        sentence = _("The window of the national system is open until %(last)s: %(left)s.") % {**facts, "left": told}
    return [Strip("closed", sentence)]


def _receive(request: GateRequest, chosen: dict[str, Any]) -> Comparison:
    """Keep the export encrypted and have it compared."""
    name = Path(chosen["file"].name or "file").name
    with vault.workroom() as folder:
        path = written(chosen["file"], folder)
        comparison = actions.receive(
            path,
            file_name=name,
            mapping=NATIONAL,
            year=chosen["year"],
            place_code=chosen["place"],
            by=request.user,
        )
    if comparison.job is None:
        arguments = {"comparison": comparison.pk}
        key = f"exchange.compare {comparison.ref}"
        comparison.job = ask(
            "exchange.compare", owner=request.user, arguments=arguments, scope=request.scope, idempotency_key=key
        )
        comparison.save(update_fields=["job"])
    return comparison


def _past(request: GateRequest) -> tuple[DrillTable, Any]:
    found = scoped(Comparison.objects.select_related("job"), request.scope)
    part = part_of(request, found.count(), RUNS_A_PAGE)
    listed = list(found.order_by("-created_at", "-id")[part.start : part.end])
    places = places_named(each.place_code for each in listed)
    rows = tuple(
        DrillRow(
            each.file_name,
            (
                DrillCell(minute(each.created_at)),
                DrillCell(name_of(places[each.place_code]) if each.place_code in places else each.place_code),
                DrillCell(str(each.year)),
                DrillCell(_state(each)),
                _count(each, "new"),
                _count(each, "closed"),
            ),
            href=reverse("exchange_result", args=[each.ref]),
        )
        for each in listed
    )
    heads = (
        (_("Received"), False),
        (_("Area"), False),
        (_("Year"), True),
        (_("State"), False),
        (_("New differences"), True),
        (_("Closed differences"), True),
    )
    columns = tuple(DrillColumn(heading, numeric=numeric) for heading, numeric in heads)
    table = DrillTable(
        _("Earlier comparisons"), _("Export"), columns, rows, empty=_("No export has been compared yet.")
    )
    return table, pages_of(request, part, _("Exports %(first)s–%(last)s of %(count)s"), "#rows")


def _state(comparison: Comparison) -> str:
    if comparison.job is not None and comparison.job.state in UNSUCCESSFUL:
        return _("Stopped before its end")
    return str(STATES[ComparisonState(comparison.state)])


def _count(comparison: Comparison, name: str) -> DrillCell:
    found = comparison.counts.get(name)
    return DrillCell("—" if found is None else numbers.whole(found))


@admit(Permission.IMPORT_FILES)
@require_POST
def exchange_window(request: GateRequest) -> HttpResponse:
    """Tell when the national system takes entries."""
    places = places_to_choose(request.scope)
    form = WindowForm(request.POST, places=places, prefix="window")
    if not form.is_valid():
        return _main_page(request, CompareForm(places=places), form)
    told = form.cleaned_data
    replaced = _said_of(queries.replaced_by_a_word_on(told["place"], request.scope, timezone.localdate()))
    window = actions.tell_window(
        place_code=told["place"], opens_on=told["opens_on"], closes_on=told["closes_on"], by=request.user
    )
    facts = {"place": dict(places)[told["place"]], "first": day(window.opens_on), "last": day(window.closes_on)}
    kept = _("Kept: for %(place)s the national system takes entries from %(first)s to %(last)s.")
    messages.success(request, kept % facts)
    if replaced:
        messages.warning(request, _("This replaces what was told before: %(windows)s.") % {"windows": replaced})
    return HttpResponseRedirect(reverse("exchange"))


def _said_of(windows: list[EntryWindow]) -> str:
    """Windows with their places and days."""
    places = places_named(each.place_code for each in windows)
    names = (name_of(places[each.place_code]) if each.place_code in places else each.place_code for each in windows)
    told = [f"{name} {day(each.opens_on)}–{day(each.closes_on)}" for name, each in zip(names, windows, strict=True)]
    return ("、" if numbers.in_chinese() else ", ").join(told)


@admit(Permission.IMPORT_FILES)
def exchange_result(request: GateRequest, ref: str) -> HttpResponse:
    """What does not agree, by column and place."""
    comparison = object_in_scope(Comparison.objects.select_related("job"), request.scope, ref=ref)
    page: dict[str, Any] = {
        "section": "data",
        "title": _("Compared with %(file)s") % {"file": comparison.file_name},
        "facts": facts_of(comparison),
        "comparison": comparison,
        "strips": window_strips(request.scope, comparison.place_code),
    }
    if comparison.state == ComparisonState.REFUSED:
        page["notice"] = Notice("error", queries.sentence_of(comparison))
    elif comparison.state == ComparisonState.WAITING:
        page |= _under_way(comparison)
    else:
        page |= _result(request, comparison)
        page["strips"] = [*_since(request.scope, comparison), *page["strips"]]
    return render(request, "pages/exchange_result.html", page)


def facts_of(comparison: Comparison) -> str:
    """Area and year of a comparison, and when it was made."""
    place = places_named([comparison.place_code]).get(comparison.place_code)
    name = name_of(place) if place else comparison.place_code
    made = minute(comparison.created_at)
    return " · ".join((name, str(comparison.year), made))


def _since(scope: Scope, comparison: Comparison) -> list[Strip]:
    """That a later export has been compared: what the page counts is of today and not of this comparison."""
    later = queries.later_comparison(comparison, scope)
    if later is None:
        return []
    told = _("%(file)s has been compared after this one, at %(at)s. Cards and table show the differences of today.")
    link = Link(_("To the last comparison"), reverse("exchange_result", args=[later.ref]))
    return [Strip("past", told % {"file": later.file_name, "at": minute(later.created_at)}, link)]


def _under_way(comparison: Comparison) -> dict[str, Any]:
    job = comparison.job
    if job is None or job.state in UNSUCCESSFUL:
        sentence = sentence_of(job, timezone.now()) if job else _("The comparison has not begun.")
        return {"notice": Notice("error" if job and job.state == JobState.FAILED else "partial", sentence)}
    return {"progress": progress_of(job, timezone.now())}


def _result(request: GateRequest, comparison: Comparison) -> dict[str, Any]:
    found = queries.counted(Wanted(comparison.year, comparison.place_code), request.scope)
    wanted = (comparison.year, comparison.place_code, request.scope)
    return {
        "cards": _cards(comparison, found),
        "sentences": _sentences(comparison),
        "table": _table(comparison, found),
        "to_enter": queries.to_enter(*wanted).count(),
        "to_verify": queries.to_verify(*wanted).count(),
        "to_take": queries.to_take_over(*wanted).count(),
    }


def rows_href(comparison: Comparison, **query: str) -> str:
    """The address of the rows of a comparison's area and year."""
    asked = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return reverse("exchange_rows", args=[comparison.ref]) + (f"?{asked}" if asked else "")


def _cards(comparison: Comparison, found: queries.Counted) -> tuple[FigureCard, ...]:
    unit = _("differences")
    cards = (
        (_("To decide"), DifferenceState.OPEN),
        (_("Decided"), DifferenceState.DECIDED),
        (_("On the entry list"), DifferenceState.LISTED),
    )
    closed = comparison.counts.get("closed", 0)
    return (
        *(
            FigureCard(label, numbers.figure(found.by_state.get(state, 0), unit), rows_href(comparison, state=state))
            for label, state in cards
        ),
        FigureCard(
            _("Closed by this export"),
            numbers.figure(closed, unit),
            rows_href(comparison, state=DifferenceState.CLOSED),
        ),
    )


def _sentences(comparison: Comparison) -> list[str]:
    known = {"both": 0, "ours": 0, "theirs": 0, **comparison.counts}
    counts = {name: numbers.whole(count) for name, count in known.items() if isinstance(count, int)}
    told = [_("%(both)s households stand on both sides, of %(ours)s here and %(theirs)s in the export.") % counts]
    if {"new", "again", "closed"} <= counts.keys():
        told.append(
            _(
                "This comparison: new %(new)s, seen again %(again)s, closed %(closed)s. Cards and table count what "
                "stands today."
            )
            % counts
        )
    if comparison.counts.get("uncovered"):
        told.append(
            _("%(uncovered)s households lie in villages of which the export has no row; they were not compared.")
            % counts
        )
    if comparison.counts.get("outside"):
        told.append(_("%(outside)s rows lie outside of the area and were left out.") % counts)
    if comparison.counts.get("other_year"):
        told.append(_("%(other_year)s rows belong to another year and were left out.") % counts)
    if comparison.counts.get("repeated"):
        told.append(_("%(repeated)s rows repeat a household or person; the first row counts.") % counts)
    if comparison.counts.get("reopened"):
        told.append(_("%(reopened)s differences are open again: the export says otherwise than before.") % counts)
    empty = [words(queries.title_of(path)) for path in comparison.counts.get("left_out", ())]
    if empty:
        columns = "、".join(empty) if numbers.in_chinese() else ", ".join(empty)
        told.append(
            _("These columns of the export are empty and were not compared: %(columns)s.") % {"columns": columns}
        )
    return told


def _table(comparison: Comparison, found: queries.Counted) -> DrillTable:
    places = places_named(found.places)
    columns = tuple(DrillColumn(name_of(places[code]) if code in places else code) for code in found.places)

    def cells(path: str, counts: Any) -> tuple[DrillCell, ...]:
        each = (
            DrillCell(
                numbers.whole(counts.get(code, 0)),
                href=rows_href(comparison, field=path, place=code) if counts.get(code) else "",
            )
            for code in found.places
        )
        return (*each, DrillCell(numbers.whole(sum(counts.values())), href=rows_href(comparison, field=path)))

    rows = tuple(
        DrillRow(words(queries.title_of(path)), cells(path, counts), href=rows_href(comparison, field=path))
        for path, counts in found.by_field.items()
    )
    sums = {code: sum(counts.get(code, 0) for counts in found.by_field.values()) for code in found.places}
    total = DrillRow(_("Total"), cells("", sums)) if rows else None
    return DrillTable(
        _("Differences that stand, by column and place"),
        _("Column"),
        (*columns, DrillColumn(_("Total"))),
        rows,
        total,
        empty=_("Register and export agree."),
    )
