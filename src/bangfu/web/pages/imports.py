"""Bring files in: choose a file, see what became of each row, merge the good ones, take the marked workbook back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.gate import object_in_scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.policies import can_now
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake import actions, queries, vault
from bangfu.records.intake.models import StagingRow, Upload, UploadState
from bangfu.records.jobs.actions import UNSUCCESSFUL
from bangfu.records.jobs.models import JobState
from bangfu.records.jobs.queries import Progress, progress_of, sentence_of
from bangfu.records.places.years import why_not_year
from bangfu.web import numbers
from bangfu.web.dates import minute
from bangfu.web.pages.import_rows import ask_for, findings_of
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.uploads import UploadField, written
from bangfu.web.values import (
    DrillCell,
    DrillColumn,
    DrillRow,
    DrillTable,
    FigureCard,
    Link,
    Notice,
    Pages,
    State,
    Step,
    Tag,
)

ROWS_A_PAGE = 100
FILES_A_PAGE = 20
STATES = {
    UploadState.RECEIVED: gettext_lazy("Waiting to be checked"),
    UploadState.CHECKING: gettext_lazy("Being checked"),
    UploadState.CHECKED: gettext_lazy("Checked, not merged yet"),
    UploadState.MERGING: gettext_lazy("Being merged"),
    UploadState.MERGED: gettext_lazy("Merged"),
    UploadState.REFUSED: gettext_lazy("Could not be read"),
}
#: States in which nothing is known of the rows yet.
UNCHECKED = frozenset({UploadState.RECEIVED, UploadState.CHECKING})
VERDICTS = {
    "refused": (State.FAILED, gettext_lazy("To mend")),
    "ask": (State.SOON, gettext_lazy("For a person")),
    "notice": (State.PLAIN, gettext_lazy("Note")),
}


class UploadForm(WordedForm):
    """A file, the kind of file it is, and the year of its rows where no column says it."""

    file = UploadField(label=gettext_lazy("File"))
    mapping = forms.ChoiceField(label=gettext_lazy("Kind of file"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        help_text=gettext_lazy("Only where the file has no column 年度."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = current_instance().scheme
        fitting = [mapping for mapping in current().mappings.values() if mapping.scheme in (None, scheme)]
        field = self.fields["mapping"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(mapping.name, words(mapping.title)) for mapping in fitting]

    def clean_year(self) -> int | None:
        """A year that a file can speak of."""
        year: int | None = self.cleaned_data["year"]
        wrong = why_not_year(year, timezone.localdate()) if year is not None else None
        if wrong is not None:
            raise forms.ValidationError(words(wrong))
        return year


@admit(Permission.IMPORT_FILES)
def imports(request: GateRequest) -> HttpResponse:
    """Upload a file, or go on with an earlier one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = _receive(request, form.cleaned_data)
        return HttpResponseRedirect(reverse("import_result", args=[upload.ref]))
    table, pages = _past(request)
    page = {
        "section": "data",
        "title": _("Bring files in"),
        "form": form,
        "button": _("Check the file"),
        "table": table,
        "pages": pages,
    }
    return render(request, "pages/imports.html", page, status=422 if form.errors else 200)


def _receive(request: GateRequest, chosen: Mapping[str, Any]) -> Upload:
    """Keep the file encrypted and have it checked."""
    file: UploadedFile[Any] = chosen["file"]
    name = Path(file.name or "file").name
    with vault.workroom() as folder:
        path = written(file, folder)
        mapping = current().mappings[chosen["mapping"]]
        upload = actions.receive_once(path, file_name=name, mapping=mapping, by=request.user, year=chosen["year"])
    if upload.job is None:
        ask_for(request, "intake.check", upload)
    return upload


def _past(request: GateRequest) -> tuple[DrillTable, Pages]:
    found = scoped(Upload.objects.select_related("job"), request.scope)
    part = part_of(request, found.count(), FILES_A_PAGE)
    uploads = found.defer("refusal").order_by("-created_at", "-id")[part.start : part.end]
    rows = tuple(
        DrillRow(
            upload.file_name,
            (
                DrillCell(minute(upload.created_at)),
                DrillCell(_state(upload)),
                DrillCell(_count(upload, "rows")),
                DrillCell(_count(upload, "refused")),
                DrillCell(_count(upload, "ask")),
            ),
            href=reverse("import_result", args=[upload.ref]),
        )
        for upload in uploads
    )
    headings = (
        (_("Received"), False),
        (_("State"), False),
        (_("Rows"), True),
        (_("To mend"), True),
        (_("For a person"), True),
    )
    columns = tuple(DrillColumn(heading, numeric=numeric) for heading, numeric in headings)
    table = DrillTable(_("Earlier files"), _("File"), columns, rows, empty=_("No file has come in yet."))
    return table, pages_of(request, part, _("Files %(first)s–%(last)s of %(count)s"), "#rows")


def _state(upload: Upload) -> str:
    if _broke_off(upload):
        return _("Stopped before its end")
    return str(STATES[UploadState(upload.state)])


def _broke_off(upload: Upload) -> bool:
    """Whether its work ended without being done."""
    return upload.job is not None and upload.job.state in UNSUCCESSFUL


def _count(upload: Upload, name: str) -> str:
    found = upload.counts.get(name)
    return numbers.missing_word(numbers.Missing.NOT_APPLICABLE) if found is None else numbers.whole(found)


@admit(Permission.IMPORT_FILES)
def import_result(request: GateRequest, ref: str) -> HttpResponse:
    """What became of a file, row by row."""
    upload = object_in_scope(Upload.objects.select_related("job"), request.scope, ref=ref)
    broke_off = _broken_notice(upload)
    progress = None if broke_off else _progress(upload)
    page: dict[str, Any] = {
        "section": "data",
        "title": upload.file_name,
        "facts": words(current().mappings[upload.mapping].title),
        "steps": _steps(upload),
        "progress": progress,
        "broke_off": broke_off,
        "upload": upload,
    }
    if progress is None:
        page |= _result(request, upload)
    return render(request, "pages/import_result.html", page)


def _broken_notice(upload: Upload) -> Notice | None:
    """Why the work ended before its end, and how to go on."""
    if upload.job is None or not _broke_off(upload):
        return None
    kind = "error" if upload.job.state == JobState.FAILED else "partial"
    again = Link(_("Choose the file again"), reverse("imports")) if upload.state in UNCHECKED else None
    return Notice(kind, sentence_of(upload.job, timezone.now()), again)


def _progress(upload: Upload) -> Progress | None:
    """How far the work is, while it goes on."""
    job = upload.job
    if job is None or job.state == JobState.DONE:
        return None
    return progress_of(job, timezone.now())


def _steps(upload: Upload) -> tuple[Step, ...]:
    reached = {UploadState.RECEIVED: 1, UploadState.CHECKING: 1, UploadState.CHECKED: 2, UploadState.REFUSED: 2}
    now = reached.get(UploadState(upload.state), 3)
    labels = (_("Choose a file"), _("Check"), _("See the result"), _("Merge"))
    merged = upload.state == UploadState.MERGED
    return tuple(
        Step(label, "done" if number < now or merged else "current" if number == now else "next")
        for number, label in enumerate(labels)
    )


def _result(request: GateRequest, upload: Upload) -> dict[str, Any]:
    if upload.state in UNCHECKED:
        return {}
    if upload.state == UploadState.REFUSED:
        return {"notice": Notice("error", queries.refusal_sentence(upload.refusal))}
    good = upload.counts.get("sound", 0) + upload.counts.get("notice", 0)
    may = request.whole_scope.may(Permission.MERGE_IMPORTS)
    can_merge = may and good > 0 and can_now("intake.merge", upload.state)
    table, pages = _rows(request, upload)
    return {
        "cards": _cards(request, upload),
        "done": _done(upload),
        "decide_href": reverse("import_decide", args=[upload.ref]) if upload.counts.get("ask") and may else "",
        "notes": queries.note_sentences(upload.counts.get("notes", ())),
        "noted_href": _filtered(request, "notice") if upload.counts.get("notice") else "",
        "resumes": can_merge and upload.state == UploadState.MERGING,
        "merge_button": _merge_button(upload, good) if can_merge else "",
        "answer_href": reverse("import_answer", args=[upload.ref]) if upload.answer_stored_as else "",
        "table": table,
        "pages": pages,
    }


def _merge_button(upload: Upload, good: int) -> str:
    if upload.state == UploadState.MERGING:
        return _("Go on merging")
    return ngettext("Merge %(count)s row now", "Merge %(count)s rows now", good) % {"count": numbers.whole(good)}


def _done(upload: Upload) -> str:
    if upload.state != UploadState.MERGED:
        return ""
    merged = upload.counts.get("merged", {})
    new = {name: merged.get(name, {}).get("new", 0) for name in ("household", "person")}
    sums = {change: sum(table.get(change, 0) for table in merged.values()) for change in ("changed", "same")}
    facts = {name: numbers.whole(count) for name, count in {**new, **sums}.items()}
    stored = _(
        "Stored: %(household)s households and %(person)s persons new; of all records with their years, %(changed)s "
        "changed and %(same)s unchanged."
    )
    computed = (
        _("The figures have been computed.") if queries.figures_stand(upload) else _("The figures are being computed.")
    )
    return f"{stored % facts} {computed}"


def _cards(request: GateRequest, upload: Upload) -> tuple[FigureCard, ...]:
    counts = {"rows": 0, "sound": 0, "notice": 0, "refused": 0, "ask": 0, **upload.counts}
    merged = upload.state == UploadState.MERGED
    good = counts["sound"] + counts["notice"]
    unit = _("rows")
    return (
        FigureCard(_("Merged") if merged else _("Can be merged"), numbers.figure(good, unit), "#rows"),
        FigureCard(_("To mend"), numbers.figure(counts["refused"], unit), _filtered(request, "refused")),
        FigureCard(_("For a person to look at"), numbers.figure(counts["ask"], unit), _filtered(request, "ask")),
        FigureCard(_("Rows in the file"), numbers.figure(counts["rows"], unit), "#rows"),
    )


def _filtered(request: GateRequest, verdict: str) -> str:
    return f"{request.path}?show={verdict}#rows"


def _rows(request: GateRequest, upload: Upload) -> tuple[DrillTable, Pages]:
    show = request.GET.get("show", "")
    found = scoped(StagingRow.objects.filter(batch__upload=upload), request.scope).order_by("batch__number", "row")
    found = found.filter(verdict=show) if show in VERDICTS else found.exclude(verdict="notice")
    part = part_of(request, found.count(), ROWS_A_PAGE)
    rows = tuple(row for staged in found[part.start : part.end] for row in _sentences(staged))
    columns = (DrillColumn("", numeric=False), DrillColumn(_("Problem and way out"), numeric=False))
    caption = _("Rows with a note") if show == "notice" else _("Rows that did not simply go in")
    table = DrillTable(caption, _("Sheet · row"), columns, rows, empty=_("No row to mend."))
    return table, pages_of(request, part, anchor="#rows")


def _sentences(staged: StagingRow) -> Iterator[DrillRow]:
    state, word = VERDICTS[staged.verdict]
    for finding in findings_of(staged):
        tag = DrillCell(tag=Tag(state, str(word)))
        yield DrillRow(f"{staged.sheet} · {numbers.whole(staged.row)}", (tag, DrillCell(finding.sentence())))


@admit(Permission.MERGE_IMPORTS)
@require_POST
def import_merge(request: GateRequest, ref: str) -> HttpResponse:
    """Merge the good rows; asking twice merges once."""
    upload = object_in_scope(Upload.objects.select_related("job"), request.scope, ref=ref)
    if can_now("intake.merge", upload.state) and not queries.work_goes_on(upload):
        ask_for(request, "intake.merge", upload)
    return HttpResponseRedirect(reverse("import_result", args=[ref]))


@admit(Permission.IMPORT_FILES)
def import_answer(request: GateRequest, ref: str) -> FileResponse:
    """The sender's workbook with marked cells; the download is audited."""
    upload = object_in_scope(Upload.objects.all(), request.scope, ref=ref)
    answer = actions.open_answer(upload, by=request.user) if upload.answer_stored_as else None
    if answer is None:
        raise Http404
    name = f"{Path(upload.file_name).stem}.answer.xlsx"
    return FileResponse(answer, as_attachment=True, filename=name)
