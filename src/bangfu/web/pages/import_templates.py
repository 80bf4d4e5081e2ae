"""Templates to download: one empty workbook for each kind of file, in the reader's language or in both."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.intake import templates, vault, village_template
from bangfu.web.pages.readings import words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable


@admit(Permission.IMPORT_FILES)
def import_templates(request: GateRequest) -> HttpResponse:
    """The kinds of file that can come in, each with its template."""
    own = "en" if (get_language() or "").startswith("en") else "zh"
    kinds = [(mapping.name, mapping.title) for mapping in templates.fitting_mappings()]
    rows = tuple(
        DrillRow(
            words(title),
            (
                DrillCell(_("In this language"), href=_address(name, own)),
                DrillCell(_("In Chinese and English"), href=_address(name, "both")),
            ),
        )
        for name, title in [*kinds, (village_template.NAME, village_template.TITLE)]
    )
    columns = (DrillColumn(_("Template"), numeric=False), DrillColumn(_("Both languages"), numeric=False))
    table = DrillTable(_("Templates"), _("Kind of file"), columns, rows)
    page = {"section": "data", "title": _("Templates to fill in"), "table": table}
    return render(request, "pages/import_templates.html", page)


def _address(mapping: str, language: str) -> str:
    return f"{reverse('import_template', args=[mapping])}?in={language}"


@admit(Permission.IMPORT_FILES)
def import_template(request: GateRequest, mapping: str) -> FileResponse:
    """The template of a kind of file, or of village sheets, with the villages of the reader's own area."""
    chosen = next((each for each in templates.fitting_mappings() if each.name == mapping), None)
    language = request.GET.get("in", "both")
    if (chosen is None and mapping != village_template.NAME) or language not in templates.LANGUAGES:
        raise Http404
    rows = request.scope.rows
    prefixes = None if rows.everything else tuple(rows.prefixes)
    with vault.workroom() as folder:
        target = folder / "template.xlsx"
        asked: dict[str, Any] = {"language": language, "prefixes": prefixes, "today": timezone.localdate()}
        if chosen is None:
            village_template.write_village_template(target, **asked)
        else:
            templates.write_template(chosen, target, **asked)
        content = io.BytesIO(target.read_bytes())
    return FileResponse(content, as_attachment=True, filename=f"{mapping}.template.xlsx")
