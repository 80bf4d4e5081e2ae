"""A job's progress, for its owner only."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bangfu.records.access.permissions import admit_signed_in
from bangfu.records.access.policies import NotNow
from bangfu.records.access.requests import GateRequest
from bangfu.records.jobs import actions, queries


@admit_signed_in
@require_GET
@never_cache
def job(request: GateRequest, ref: str) -> HttpResponse:
    """The progress: a fragment for htmx, JSON where that is asked for, else a page that works without JavaScript."""
    found, now = queries.own_job(request.scope, ref), timezone.now()
    if wants_json(request):
        return JsonResponse(queries.plain(found, now))
    progress = queries.progress_of(found, now)
    fragment = request.headers.get("HX-Request") == "true"
    template = "components/progress.htmx.html" if fragment else "jobs/job.html"
    response = render(request, template, {"progress": progress})
    if fragment and not progress.poll_href:
        # The page around the fragment shows what came out of the work.
        response.headers["HX-Refresh"] = "true"
    return response


@admit_signed_in
@require_POST
def cancel(request: GateRequest, ref: str) -> HttpResponse:
    """Ask for the end of a job, then show where it stands."""
    found = queries.own_job(request.scope, ref)
    # It may have ended meanwhile; its page says how.
    with suppress(NotNow):
        actions.cancel(found, now=timezone.now())
    return HttpResponseRedirect(reverse("job", args=[ref]))


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller asked for JSON rather than a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
