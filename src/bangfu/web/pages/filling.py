"""Fill a superior's workbook: upload the blank, settle its headings once, take it back filled, see what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.intake import vault
from bangfu.records.jobs.queries import ENDED, progress_of, sentence_of
from bangfu.records.personal import CannotOpen
from bangfu.records.reports import actions, queries
from bangfu.records.reports.models import Filling, FillingState
from bangfu.web import numbers
from bangfu.web.dates import minute, year_end
from bangfu.web.exports.csv_text import as_csv
from bangfu.web.exports.workbook import as_workbook
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.figure_export import TYPES
from bangfu.web.pages.filling_cells import cell_table, gap_export, gap_facts, gap_table
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.uploads import MEGABYTE, megabytes
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, FigureCard, Link, Notice, Pages

LARGEST = 20 * MEGABYTE
A_PAGE = 20
STATES = {
    FillingState.RECEIVED: gettext_lazy("Being read"),
    FillingState.ASKING: gettext_lazy("Headings to confirm"),
    FillingState.FILLED: gettext_lazy("Filled"),
    FillingState.REFUSED: gettext_lazy("Could not be filled"),
}


class FillForm(WordedForm):
    """A blank workbook, and the area and year that it is filled for."""

    file = forms.FileField(
        label=gettext_lazy("Blank workbook"),
        help_text=format_lazy(gettext_lazy("Excel workbook (.xlsx), at most {size} MB."), size=megabytes(LARGEST)),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    area = forms.ChoiceField(label=gettext_lazy("Area"))
    year = forms.ChoiceField(label=gettext_lazy("Year"), help_text=gettext_lazy("A year in the sheet counts first."))

    def __init__(self, *args: Any, areas: list[Any], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places, periods = self.fields["area"], self.fields["year"]
        if isinstance(places, forms.ChoiceField) and isinstance(periods, forms.ChoiceField):
            places.choices = [(place.code, name_of(place)) for place in areas]
            periods.choices = [(str(year), year_end(year)) for year in years]

    def clean_file(self) -> UploadedFile[Any]:
        """A file of a size that is filled."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            told = _("The file is larger than %(size)s MB; a blank is small. Take the data out of it.")
            raise forms.ValidationError(told % {"size": megabytes(LARGEST)})
        return file


@admit(Permission.EXPORT)
def fill(request: GateRequest) -> HttpResponse:
    """Upload a blank, or go on with an earlier one."""
    areas = queries.areas(request.scope)
    years = queries.years(areas[0].code) if areas else []
    form = FillForm(request.POST or None, request.FILES or None, areas=areas, years=years)
    if request.method == "POST" and form.is_valid():
        area = next(place for place in areas if place.code == form.cleaned_data["area"])
        found = _receive(request, form.cleaned_data, area)
        return HttpResponseRedirect(_next(found))
    table, pages = _past(request)
    gaps = queries.open_gaps(request.scope)
    page = {
        "section": "data",
        "title": _("Fill a superior's table"),
        "form": form,
        "button": _("Fill the table"),
        "notice": None
        if years
        else Notice("partial", _("No figures have been computed yet, so there is nothing to fill in.")),
        "table": table,
        "pages": pages,
        "open_gaps": gaps.count(),
        "gaps": gap_table(gaps[:A_PAGE], _("What is missing for filled tables")),
    }
    return render(request, "pages/fill.html", page, status=422 if form.errors else 200)


def _receive(request: GateRequest, chosen: Mapping[str, Any], area: Any) -> Filling:
    """Keep the blank encrypted, and fill it or find out what has to be asked."""
    file: UploadedFile[Any] = chosen["file"]
    with vault.workroom() as folder:
        path = folder / "blank"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        name = Path(file.name or "table.xlsx").name
        found = actions.receive(path, file_name=name, area=area, year=int(chosen["year"]), by=request.user)
    return actions.start(found, scope=request.scope, by=request.user, language=get_language() or "zh-hans")


def _next(found: Filling) -> str:
    name = "filling_match" if found.state == FillingState.ASKING else "filling"
    return reverse(name, args=[found.ref])


def _past(request: GateRequest) -> tuple[DrillTable, Pages]:
    found = queries.fillings(request.scope)
    part = part_of(request, found.count(), A_PAGE)
    rows = tuple(
        DrillRow(
            one.file_name,
            (
                DrillCell(minute(one.created_at)),
                DrillCell(name_of(one.place)),
                DrillCell(str(STATES[FillingState(one.state)])),
                DrillCell(_count(one, "filled")),
                DrillCell(_count(one, "missing")),
            ),
            href=_next(one),
        )
        for one in found[part.start : part.end]
    )
    heads = (
        (_("Received"), False),
        (_("Area"), False),
        (_("State"), False),
        (_("Cells filled"), True),
        (_("Missing"), True),
    )
    columns = tuple(DrillColumn(heading, numeric=numeric) for heading, numeric in heads)
    table = DrillTable(_("Earlier tables"), _("Workbook"), columns, rows, empty=_("No table has been filled yet."))
    return table, pages_of(request, part, _("Tables %(first)s–%(last)s of %(count)s"), "#rows")


def _count(one: Filling, name: str) -> str:
    found = one.counts.get(name)
    return numbers.missing_word(numbers.Missing.NOT_APPLICABLE) if found is None else numbers.whole(found)


def _found(request: GateRequest, ref: str) -> Filling:
    return object_in_scope(Filling.objects.select_related("place", "job", "snapshot"), request.scope, ref=ref)


@admit(Permission.EXPORT)
def filling(request: GateRequest, ref: str) -> HttpResponse:
    """A filled table: take it back, see where each value comes from and what is missing."""
    found = _found(request, ref)
    if found.state == FillingState.ASKING:
        return HttpResponseRedirect(_next(found))
    page: dict[str, Any] = {
        "section": "data",
        "title": found.file_name,
        "facts": _("%(place)s, %(year)s") % {"place": name_of(found.place), "year": year_end(found.year)},
        "filling": found,
        "match_href": reverse("filling_match", args=[ref]) if queries.can_be_changed(found) else "",
    }
    if found.state == FillingState.REFUSED:
        sentence = found.refusal.get("zh" if numbers.in_chinese() else "en", "")
        page["notice"] = Notice("error", sentence, _another_file())
    elif found.state == FillingState.RECEIVED and found.job is not None:
        now = timezone.now()
        going = found.job.state not in ENDED
        page["progress"] = progress_of(found.job, now) if going else None
        page["notice"] = None if going else Notice("error", sentence_of(found.job, now), _another_file())
    elif found.state == FillingState.FILLED:
        page |= _result(request, found)
    return render(request, "pages/filling.html", page)


def _another_file() -> Link:
    return Link(_("Choose another file"), reverse("fill"))


def _result(request: GateRequest, found: Filling) -> dict[str, Any]:
    facts = gap_facts(found)
    part = part_of(request, len(found.cells), 100)
    page: dict[str, Any] = {
        "cards": _cards(found),
        "download_href": reverse("filling_download", args=[found.ref]) if found.result_stored_as else "",
        "gaps_href": reverse("filling_gaps", args=[found.ref]) if facts else "",
        "gaps": gap_table(facts, _("What is missing")),
        "cells": cell_table(found, found.cells[part.start : part.end]),
        "pages": pages_of(request, part, _("Cells %(first)s–%(last)s of %(count)s"), "#rows"),
        "notes": _notes(found),
    }
    return page


def _notes(found: Filling) -> list[str]:
    counts = found.counts
    said = []
    if not found.result_stored_as:
        said.append(_("The workbook has expired. Upload the blank again to fill it anew."))
    if counts.get("masked"):
        told = ngettext(
            "%(count)s ID or phone number is masked, because your role does not reveal them.",
            "%(count)s ID and phone numbers are masked, because your role does not reveal them.",
            counts["masked"],
        )
        said.append(told % {"count": numbers.whole(counts["masked"])})
    if counts.get("no_room"):
        told = ngettext(
            "%(count)s household did not find room: something stands below "
            "the rows of the list. Insert rows and upload it again.",
            "%(count)s households did not find room: something stands below "
            "the rows of the list. Insert rows and upload it again.",
            counts["no_room"],
        )
        said.append(told % {"count": numbers.whole(counts["no_room"])})
    partial = sum(fact["state"] == "partial" for fact in found.cells)
    if partial:
        told = ngettext(
            "%(count)s value is without places that have not reported; it is marked below.",
            "%(count)s values are without places that have not reported; they are marked below.",
            partial,
        )
        said.append(told % {"count": numbers.whole(partial)})
    return said


def _cards(found: Filling) -> tuple[FigureCard, ...]:
    counts = found.counts
    unit = _("cells")
    cards = [
        FigureCard(_("Filled"), numbers.figure(counts.get("filled", 0), unit), "#cells"),
        FigureCard(_("Missing"), numbers.figure(counts.get("missing", 0), unit), "#gaps"),
        FigureCard(_("Left empty"), numbers.figure(counts.get("left_empty", 0), unit), "#cells"),
    ]
    if "households" in counts:
        cards.append(
            FigureCard(_("Households listed"), numbers.figure(counts["households"], _("households")), "#cells")
        )
    return tuple(cards)


@admit(Permission.EXPORT)
def filling_download(request: GateRequest, ref: str) -> FileResponse:
    """The filled workbook; the download is audited."""
    found = _found(request, ref)
    try:
        content = actions.open_result(found, by=request.user)
    except CannotOpen as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=found.file_name)


@admit(Permission.EXPORT)
def filling_gaps(request: GateRequest, ref: str) -> HttpResponse:
    """What is missing as a list of its own, .xlsx or .csv: nothing is added to the superior's workbook."""
    found = _found(request, ref)
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    export = gap_export(found)
    answer = HttpResponse((as_csv if kind == "csv" else as_workbook)(export), content_type=TYPES[kind])
    stem = _("%(file)s missing") % {"file": Path(found.file_name).stem}
    answer["Content-Disposition"] = content_disposition_header(True, f"{stem}.{kind}") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
