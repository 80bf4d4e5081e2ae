"""Addresses of the pages: /p/ for what belongs to a place, opaque short refs elsewhere."""

from __future__ import annotations

from django.urls import path

from bangfu.web.pages import area, figure

urlpatterns = [
    path("", area.home, name="home"),
    path("p/<str:code>/", area.area, name="area"),
    path("f/", figure.dictionary, name="figures"),
    path("f/<slug:indicator>/", figure.figure, name="figure"),
    path("f/<slug:indicator>/rows/", figure.figure_rows, name="figure_rows"),
]
