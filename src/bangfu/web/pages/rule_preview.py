"""A change before it is proposed: field by field, what it means, and the proposal with its reason."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.overlay import OverlayRefused, propose_overlay
from bangfu.records.instance.parameters import current
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_drafts import day_of_change
from bangfu.web.pages.rule_effects import effects_of
from bangfu.web.pages.rule_facts import differences, facts_of
from bangfu.web.pages.rule_forms import ReasonForm
from bangfu.web.pages.rule_keys import RuleKey, kind_words


def previewed(
    request: GateRequest, key: RuleKey, item: OverlayItem, after: Parameters, step: str, *, new: bool
) -> HttpResponse:
    """The change field by field and what it means; on the second sending, the proposal."""
    asked = ReasonForm(request.POST if step == "propose" else None)
    if step == "propose" and asked.is_valid():
        number = _proposed(request, item, asked)
        if number is not None:
            return HttpResponseRedirect(reverse("rule_proposal", args=[number]))
    parameters, scheme = current(), current_instance().scheme
    day = day_of_change(item.body, key, parameters)
    prefix = item.body["values"][0].get("place_prefix", "") if key.kind == "lines" else ""
    before = facts_of(parameters, scheme, key, day, prefix)
    kept = [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "step", "reason", "proof")
        for value in request.POST.getlist(name)
    ]
    page = {
        "section": "analysis",
        "title": _("What this changes"),
        "facts": f"{kind_words(key.kind)} · {key.name}",
        "form": asked,
        "differences": differences(before, facts_of(after, scheme, key, day, prefix)),
        "effects": effects_of(key, item, parameters, after, scheme, request.scope),
        "past": day is not None and day < timezone.localdate() and key.kind in ("standards", "lines"),
        "kept": kept,
        "cancel_href": reverse("rules") if new else key.href,
    }
    return render(request, "pages/rule_preview.html", page, status=422 if step == "propose" else 200)


def _proposed(request: GateRequest, item: OverlayItem, asked: ReasonForm) -> int | None:
    """The number of the proposal, or None with the reason in the form."""
    try:
        row = propose_overlay(
            path=item.path,
            body=item.body,
            reason=asked.cleaned_data["reason"],
            source=asked.cleaned_data["proof"],
            by=request.user,
            backdated="backdated" in request.POST,
        )
    except OverlayRefused as refusal:
        asked.add_error(None, words(refusal.sentence))
        return None
    return row.pk
