"""Every address of the site. A new one is behind the gate and in the matrix test the day it is born."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler403 = "bangfu.web.errors.permission_denied"
handler404 = "bangfu.web.errors.not_found"
handler500 = "bangfu.web.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bangfu.records.access.urls")),
    path("", include("bangfu.records.jobs.urls")),
    path("", include("bangfu.web.pages.urls")),
]
