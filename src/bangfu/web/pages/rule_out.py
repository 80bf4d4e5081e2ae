"""Taking a rule out: an indicator with the next figures, a standard on a day from which it judges nobody any more."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.standards import Standard
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.overlay import OverlayRefused, check_change
from bangfu.records.instance.parameters import current
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_drafts import DraftRefused, ending_of, fault_on, removal_of
from bangfu.web.pages.rule_forms import EndForm
from bangfu.web.pages.rule_keys import OUT, RuleKey, kind_words, rule_or_404
from bangfu.web.pages.rule_preview import previewed
from bangfu.web.values import Link


@admit(Permission.EDIT_RULES)
def rule_out(request: GateRequest, rule: RuleKey) -> HttpResponse:
    """Take an indicator out or end a standard: what is built on it is named and refuses; else preview and proposal."""
    parameters = current()
    standing = rule_or_404(parameters, current_instance().scheme, rule)
    if rule.kind not in OUT:
        raise Http404
    if rule.kind == "standards":
        return _ended(request, rule, standing, parameters)
    return _out(request, rule, removal_of(rule, parameters), parameters)


def _out(request: GateRequest, rule: RuleKey, item: OverlayItem, parameters: Parameters) -> HttpResponse:
    try:
        after = check_change(parameters, item)
    except OverlayRefused as refusal:
        page = {
            "section": "analysis",
            "title": words(rule_or_404(parameters, current_instance().scheme, rule).title),
            "sentence": words(refusal.sentence),
            "cancel_href": rule.href,
        }
        return render(request, "pages/rule_in_use.html", page)
    step = request.POST.get("step", "preview") if request.method == "POST" else "preview"
    return previewed(request, rule, item, after, step, new=False)


def _ended(request: GateRequest, rule: RuleKey, standing: Standard, parameters: Parameters) -> HttpResponse:
    """The day is asked first; then it goes on as of anything that is taken out."""
    if request.method != "POST" or request.POST.get("step") == "form":
        return _asked(request, rule, standing, EndForm(initial=request.POST.dict()))
    form = EndForm(request.POST)
    if form.is_valid():
        day, backdated = form.cleaned_data["ends_on"], form.cleaned_data["backdated"]
        try:
            body = ending_of(standing, day, backdated=backdated, today=timezone.localdate())
            return _out(request, rule, OverlayItem(str(rule), body), parameters)
        except DraftRefused as refusal:
            fault_on(form, refusal)
    return _asked(request, rule, standing, form)


def _asked(request: GateRequest, rule: RuleKey, standing: Standard, form: EndForm) -> HttpResponse:
    page = {
        "section": "analysis",
        "title": _("End “%(title)s”") % {"title": words(standing.title)},
        "facts": kind_words(rule.kind),
        "form": form,
        "button": _("See what it changes"),
        "cancel": Link(_("Leave without a change"), rule.href),
    }
    return render(request, "pages/rule_end.html", page, status=422 if form.errors else 200)
