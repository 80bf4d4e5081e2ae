"""The addresses of the site and one bare view beside them, for measuring."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template import Context, Template
from django.urls import include, path

from bangfu.config.urls import handler403, handler404, handler500
from bangfu.records.access.permissions import admit_anyone
from bangfu.records.figures.models import Figure
from benchmarks.served_pages import BARE

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


@admit_anyone
def bare(request: Any) -> HttpResponse:
    """One row, one short template."""
    return HttpResponse(Template(BARE).render(Context({"figure": Figure.objects.first()})))


urlpatterns = [path("bare/", bare), path("", include("bangfu.config.urls"))]
