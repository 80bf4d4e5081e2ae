"""Addresses of the pages: /p/ for what belongs to a place, opaque short refs elsewhere."""

from __future__ import annotations

from django.urls import path

from bangfu.web.pages import (
    area,
    dictionary,
    figure,
    household,
    households,
    import_decisions,
    imports,
    mine,
    places,
    search,
)
from bangfu.web.showcase.views import components

urlpatterns = [
    path("", area.home, name="home"),
    path("p/<str:code>/", area.area, name="area"),
    path("places/", places.places, name="places"),
    path("p/<str:code>/households/", households.households, name="households"),
    path("households/", households.own_households, name="own_households"),
    path("mine/", mine.my_households, name="my_households"),
    path("h/<str:ref>/", household.household, name="household"),
    path("h/<str:ref>/reveal/", household.household_reveal, name="household_reveal"),
    path("s/", search.search, name="search"),
    path("components/", components, name="components"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<str:ref>/", imports.import_result, name="import_result"),
    path("imports/<str:ref>/decide/", import_decisions.import_decide, name="import_decide"),
    path("imports/<str:ref>/merge/", imports.import_merge, name="import_merge"),
    path("imports/<str:ref>/answer/", imports.import_answer, name="import_answer"),
    path("f/", dictionary.dictionary, name="figures"),
    path("f/<slug:indicator>/", figure.figure, name="figure"),
    path("f/<slug:indicator>/rows/", figure.figure_rows, name="figure_rows"),
]
