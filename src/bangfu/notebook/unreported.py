"""Places and years of which nothing was stored: each is told, with the state that the pages show there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.figures.formulas import applies, survey_of
from bangfu.records.figures.models import FigureState
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import places_now, under
from bangfu.web.pages.readings import is_answered_at


def unreported(
    place: Place, level: int | None, years: Collection[int], told: Collection[tuple[str, int]], scope: Scope
) -> Iterator[tuple[Place, int]]:
    """The places within a scope and the years that are not among those told: the place itself, or those of a level."""
    found = places_now().filter(pk=place.pk) if level is None else places_now().filter(under(place.code), level=level)
    for each in scoped(found, scope).order_by("code"):
        yield from ((each, year) for year in years if (each.code, year) not in told)


def state_of(indicator: Indicator, place: Place) -> FigureState:
    """Why there is no figure of a place: it did not report, or this figure is not made of such a place."""
    parameters, scheme = current(), current_instance().scheme
    fits = applies(indicator, scheme, survey_of(parameters, scheme)) and is_answered_at(indicator, place)
    return FigureState.NOT_REPORTED if fits else FigureState.NOT_APPLICABLE
