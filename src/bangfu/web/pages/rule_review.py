"""A proposal: what it changes and means, read by everybody, withdrawn by its author, reviewed by a second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.loader import Parameters
from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.models import ParameterOverlay, ProposalState
from bangfu.records.instance.overlay import (
    OverlayRefused,
    check_change,
    return_overlay,
    review_overlay,
    withdraw_overlay,
)
from bangfu.records.instance.parameters import as_reviewed, current, item_of
from bangfu.web.dates import day as day_words
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_drafts import day_of_change
from bangfu.web.pages.rule_effects import effects_of
from bangfu.web.pages.rule_facts import Difference, differences, facts_of
from bangfu.web.pages.rule_keys import RuleKey, key_of, kind_words, title_of, title_proposed
from bangfu.web.pages.rules import state_tag

#: What the two buttons of a review send.
COUNT, RETURN = "count", "return"


@admit(Permission.SEE_FIGURES)
def rule_proposal(request: GateRequest, number: int) -> HttpResponse:
    """One proposal."""
    return _page(request, _proposal(request, number))


def _proposal(request: GateRequest, number: int) -> ParameterOverlay:
    people = ("proposed_by", "reviewed_by", "returned_by")
    found: ParameterOverlay = object_in_scope(
        ParameterOverlay.objects.select_related(*people), request.scope, pk=number
    )
    return found


@admit(Permission.REVIEW_RULES)
def rule_review(request: GateRequest, number: int) -> HttpResponse:
    """Let a proposal count, or return it with a reason; never one's own."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = _proposal(request, number)
    answer, now, do = request.POST.get("answer", ""), timezone.now(), request.POST.get("do")
    if do not in (COUNT, RETURN):
        return _page(request, row, fault=_("Nothing was decided: let the proposal count, or return it."), answer=answer)
    try:
        if do == RETURN:
            return_overlay(row, by=request.user, at=now, answer=answer)
        else:
            review_overlay(row, by=request.user, at=now)
    except OverlayRefused as refusal:
        return _page(request, row, fault=words(refusal.sentence), answer=answer)
    return HttpResponseRedirect(reverse("rule_proposal", args=[number]))


@admit(Permission.EDIT_RULES)
def rule_withdraw(request: GateRequest, number: int) -> HttpResponse:
    """Take back one's own proposal."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = _proposal(request, number)
    try:
        withdraw_overlay(row, by=request.user, at=timezone.now())
    except OverlayRefused as refusal:
        return _page(request, row, fault=words(refusal.sentence))
    messages.success(request, _("The proposal is withdrawn; it stays in the list."))
    return HttpResponseRedirect(reverse("rule_proposal", args=[number]))


def _page(request: GateRequest, row: ParameterOverlay, fault: str = "", answer: str = "") -> HttpResponse:
    parameters, scheme = current(), current_instance().scheme
    key = key_of(row)
    standing = title_of(parameters, scheme, key) if key else None
    scope, own = request.whole_scope, row.proposed_by_id == request.user.pk
    waiting = row.state is ProposalState.WAITING
    page = {
        "section": "analysis",
        "title": words(standing or title_proposed(row, key)) if key else row.path,
        "facts": f"{kind_words(key.kind)} · {key.name}" if key else row.path,
        "title_tags": [state_tag(row)],
        "row": row,
        "proposed": day_words(timezone.localdate(row.proposed_at)),
        "ended": _ended(row),
        "fault": fault,
        "answer": answer,
        "rule_href": key.href if key and standing else "",
        "may_review": waiting and not own and scope.may(Permission.REVIEW_RULES),
        "may_withdraw": waiting and own and scope.may(Permission.EDIT_RULES),
        "own_waiting": waiting and own,
        **_said(request, row, key),
    }
    return render(request, "pages/rule_proposal.html", page, status=422 if fault else 200)


def _said(request: GateRequest, row: ParameterOverlay, key: RuleKey | None) -> dict[str, Any]:
    """What a proposal changes and, while it waits, means; or why it cannot count any more."""
    if key is None:
        return {}
    parameters, scheme, item = current(), current_instance().scheme, item_of(row)
    if row.state is ProposalState.COUNTING:
        return {"differences": _differences(row, key, *as_reviewed(row))}
    try:
        after = check_change(parameters, item)
    except OverlayRefused as refusal:
        return {"unsound": words(refusal.sentence)} if row.state is ProposalState.WAITING else {}
    found: dict[str, Any] = {"differences": _differences(row, key, parameters, after)}
    if row.state is ProposalState.WAITING and request.whole_scope.may(Permission.EDIT_RULES):
        found["effects"] = effects_of(key, item, parameters, after, scheme, request.whole_scope)
    return found


def _differences(row: ParameterOverlay, key: RuleKey, before: Parameters, after: Parameters) -> tuple[Difference, ...]:
    scheme, day = current_instance().scheme, day_of_change(row.body, key, before)
    prefix = row.body["values"][0].get("place_prefix", "") if key.kind == "lines" else ""
    return differences(facts_of(before, scheme, key, day, prefix), facts_of(after, scheme, key, day, prefix))


def _ended(row: ParameterOverlay) -> str:
    """Who ended it, and when."""
    if row.reviewed_at and row.reviewed_by:
        facts = {"who": row.reviewed_by, "day": day_words(timezone.localdate(row.reviewed_at))}
        return _("Reviewed by %(who)s on %(day)s; it counts.") % facts
    if row.returned_at and row.returned_by:
        facts = {"who": row.returned_by, "day": day_words(timezone.localdate(row.returned_at))}
        return _("Returned by %(who)s on %(day)s.") % facts
    if row.withdrawn_at:
        return _("Withdrawn on %(day)s.") % {"day": day_words(timezone.localdate(row.withdrawn_at))}
    return ""
