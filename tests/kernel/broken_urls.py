"""The addresses of the site and one page that fails with a row of the register in its message."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bangfu.config.urls import handler403, handler404, handler500
from bangfu.config.urls import urlpatterns as site
from bangfu.records.access.permissions import admit_anyone

__all__ = ["handler403", "handler404", "handler500"]
#: A name and an impossible ID number, as a database quotes them.
SECRET = "Key (household_no)=(阿茸农布 990101197103140018) already exists"


@admit_anyone
def broken(request: HttpRequest) -> HttpResponse:
    """Fails with one row's values in two messages."""
    try:
        raise KeyError(SECRET)
    except KeyError as first:
        raise ValueError(SECRET) from first


urlpatterns = [*site, path("broken/", broken, name="broken")]
