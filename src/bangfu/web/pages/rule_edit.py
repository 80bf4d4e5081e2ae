"""Writing a rule: the form by fields, its criteria in their order, each text with what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import IndicatorKind
from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.texts import check_one, table_of_level
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.overlay import OverlayRefused, check_change
from bangfu.records.instance.parameters import current
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_drafts import DraftRefused, fault_on, first_shown, item_of_form
from bangfu.web.pages.rule_forms import (
    CriterionForm,
    IndicatorForm,
    LineForm,
    RuleForm,
    StandardForm,
    TermForm,
)
from bangfu.web.pages.rule_keys import RuleKey, kind_words, rule_or_404
from bangfu.web.pages.rule_preview import previewed
from bangfu.web.pages.rule_words import Meaning, meaning_of

FORMS: dict[str, type[RuleForm]] = {
    "standards": StandardForm,
    "indicators": IndicatorForm,
    "lines": LineForm,
    "terms": TermForm,
}
#: The texts of a form and what each is for.
TEXTS = {"text": "term", "numerator": "figure", "denominator": "figure"}
MOST_CRITERIA = 40


@dataclass
class Draft:
    """A form as it was filled or is first shown, the criteria below it, and what is said of their texts."""

    kind: str
    key: RuleKey | None
    form: RuleForm
    criteria: list[CriterionForm]
    standing: Any
    meanings: dict[str, Meaning] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table that the texts of a rule that stands are about; empty where the form says it."""
        if self.standing is None:
            return ""
        if self.kind == "standards":
            return table_of_level(self.standing.level)
        return str(self.standing.table) if self.kind == "terms" else ""


@admit(Permission.EDIT_RULES)
def rule_new(request: GateRequest, kind: str) -> HttpResponse:
    """A new rule of a kind."""
    return _written(request, kind, None)


@admit(Permission.EDIT_RULES)
def rule_edit(request: GateRequest, rule: RuleKey) -> HttpResponse:
    """Another version of a rule, or another text of a term."""
    return _written(request, rule.kind, rule)


def _written(request: GateRequest, kind: str, key: RuleKey | None) -> HttpResponse:
    parameters, scheme = current(), current_instance().scheme
    standing = rule_or_404(parameters, scheme, key) if key else None
    if request.method != "POST":
        return _form(request, _first(kind, key, standing, parameters), 200)
    step = request.POST.get("step", "preview")
    if not step.startswith(("preview", "propose")):
        return _form(request, _shown_again(request, kind, key, standing, parameters), 200)
    draft = _filled(request, kind, key, standing, parameters)
    _check_texts(draft, parameters, scheme)
    change = _change(draft, parameters, scheme)
    if change is None:
        return _form(request, draft, 422)
    found, item, after = change
    return previewed(request, found, item, after, step, new=key is None)


def _first(kind: str, key: RuleKey | None, standing: Any, parameters: Parameters) -> Draft:
    today = timezone.localdate()
    initial, rows = first_shown(kind, standing, today) if standing is not None else ({}, [{}])
    form = _make(kind, standing, parameters, new=key is None, initial=initial)
    criteria = (
        [CriterionForm(initial=row, prefix=f"c{at}") for at, row in enumerate(rows)] if kind == "standards" else []
    )
    return Draft(kind, key, form, criteria, standing)


def _make(kind: str, standing: Any, parameters: Parameters, **given: Any) -> RuleForm:
    if kind == "indicators":
        given["families"] = [(name, words(family.title)) for name, family in parameters.families.items()]
        given["measure"] = standing is not None and standing.kind is IndicatorKind.MEASURE
    return FORMS[kind](**given)


def _filled(request: GateRequest, kind: str, key: RuleKey | None, standing: Any, parameters: Parameters) -> Draft:
    form = _make(kind, standing, parameters, new=key is None, data=request.POST)
    criteria = [
        CriterionForm({f"c{at}-{name}": value for name, value in row.items()}, prefix=f"c{at}")
        for at, row in enumerate(_rows(kind, request.POST))
    ]
    return Draft(kind, key, form, criteria, standing)


def _shown_again(request: GateRequest, kind: str, key: RuleKey | None, standing: Any, parameters: Parameters) -> Draft:
    """What was typed, without faults since it is not sent yet; the criteria after the step that was asked for."""
    form = _make(kind, standing, parameters, new=key is None, initial=request.POST.dict())
    rows = _moved(_rows(kind, request.POST), request.POST.get("step", ""))
    criteria = [CriterionForm(initial=row, prefix=f"c{at}") for at, row in enumerate(rows)]
    return Draft(kind, key, form, criteria, standing)


def _rows(kind: str, given: Mapping[str, str]) -> list[dict[str, str]]:
    """The criteria of a form as they were sent, in order; only standards have any."""
    rows: list[dict[str, str]] = []
    for at in range(MOST_CRITERIA if kind == "standards" else 0):
        row = {name: given[f"c{at}-{name}"] for name in CriterionForm.base_fields if f"c{at}-{name}" in given}
        if not row:
            break
        rows.append(row)
    return rows


def _moved(rows: Sequence[dict[str, str]], asked: str) -> list[dict[str, str]]:
    """The criteria after a step: one more, one less, one up or down."""
    rows = list(rows)
    step, _dash, number = asked.partition("-")
    at = int(number) if number.isdecimal() and len(number) < 3 else -1
    if step == "add":
        rows.append({"code": ""})
    elif 0 <= at < len(rows):
        row = rows.pop(at)
        if step in ("up", "down"):
            rows.insert(max(0, at - 1) if step == "up" else at + 1, row)
        elif step != "remove":
            rows.insert(at, row)
    return rows


def _check_texts(draft: Draft, parameters: Parameters, scheme: str) -> None:
    """Check each text of the form, and put its fault beside it."""
    for form in (draft.form, *draft.criteria):
        form.is_valid()
    given = draft.form.cleaned_data
    level = given.get("level") or (
        draft.standing.level if draft.kind == "standards" and draft.standing else "household"
    )
    for criterion in draft.criteria:
        _check_text(draft, criterion, "text", "criterion", table_of_level(level), parameters, scheme)
    table = draft.table or given.get("table") or given.get("grain") or "households"
    for name, purpose in TEXTS.items():
        if name in draft.form.fields:
            _check_text(draft, draft.form, name, purpose, table, parameters, scheme)


def _check_text(
    draft: Draft, form: forms.Form, name: str, purpose: str, table: str, parameters: Parameters, scheme: str
) -> None:
    text = form.cleaned_data.get(name)
    if not text:
        return
    # Terms are read as they stand; a circle through the one that changes is found with the change laid over.
    checked = check_one(parameters, scheme, text, table=table, purpose=purpose)
    meaning = meaning_of(checked)
    draft.meanings[form.add_prefix(name)] = meaning
    if meaning.fault:
        form.add_error(name, meaning.fault)


def _change(draft: Draft, parameters: Parameters, scheme: str) -> tuple[RuleKey, OverlayItem, Parameters] | None:
    """The change that a form means and the parameters with it; None where the form has faults now."""
    if draft.kind == "standards" and not draft.criteria:
        draft.form.add_error(None, _("A standard needs a criterion: add one."))
    if not draft.form.is_valid() or not all(each.is_valid() for each in draft.criteria):
        return None
    codes = [each.cleaned_data["code"] for each in draft.criteria]
    for each in draft.criteria:
        if codes.count(each.cleaned_data["code"]) > 1:
            each.add_error("code", _("Two criteria have this code: give each its own."))
            return None
    try:
        criteria = [each.cleaned_data for each in draft.criteria]
        key, item = item_of_form(
            draft.key, draft.kind, draft.form.cleaned_data, criteria, parameters, scheme, timezone.localdate()
        )
        return key, item, check_change(parameters, item)
    except DraftRefused as refusal:
        fault_on(draft.form, refusal)
    except OverlayRefused as refusal:
        draft.form.add_error(None, words(refusal.sentence))
    return None


def _form(request: GateRequest, draft: Draft, status: int) -> HttpResponse:
    new = {
        "standards": _("New standard"),
        "indicators": _("New indicator"),
        "lines": _("New line"),
        "terms": _("New term"),
    }
    change = _("Change “%(title)s”")
    page = {
        "section": "analysis",
        "title": change % {"title": words(draft.standing.title)} if draft.standing is not None else new[draft.kind],
        "facts": kind_words(draft.kind),
        "draft": draft,
        "form": draft.form,
        "forms": [draft.form, *draft.criteria],
        "texts": TEXTS,
        "of": draft.table,
        "cancel_href": draft.key.href if draft.key else reverse("rules"),
        "few": len(draft.criteria) < MOST_CRITERIA,
    }
    return render(request, "pages/rule_edit.html", page, status=status)
