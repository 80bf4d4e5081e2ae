"""Figures of a page on the places of then or of now, and the sentence that says which of both is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope
from bangfu.records.figures.as_now import OnPlaces, carries_over, figures_of
from bangfu.records.places.models import Place
from bangfu.web.pages.asked import AS_NOW, Asked, replaced
from bangfu.web.values import Link


@dataclass(frozen=True)
class Told:
    """Which places a page shows, what it cannot show on them, and the link to the other ones."""

    sentence: str
    link: Link
    why_not: str = ""


def on_places(
    scope: Scope,
    context: Asked,
    indicators: Sequence[Indicator],
    below: Sequence[Place],
    of_place_alone: Collection[str] = (),
) -> OnPlaces:
    """The figures that a page shows, on the places that its address asks for (as ``figures_of`` takes them)."""
    if context.snapshot is None:
        return OnPlaces(tuple(below), {})
    place, as_now = context.place, context.as_now
    return figures_of(context.snapshot, scope, place, below, indicators, as_now=as_now, of_place_alone=of_place_alone)


def told(request: HttpRequest, context: Asked, on: OnPlaces, indicators: Sequence[Indicator]) -> Told | None:
    """Which places are shown, where those of the snapshot and those of today differ; None where they do not."""
    if not on.differs:
        return None
    if context.as_now:
        sentence = _("On the places of today: mergers and moves since the snapshot are counted back.")
        left = [] if all(map(carries_over, indicators)) else [_not_carried(indicators)]
        return Told(sentence, Link(_("Show the places of then"), replaced(request, **{"as": ""})), *left)
    return Told(sentence_of_then(), Link(_("Show on today's places"), replaced(request, **{"as": AS_NOW})))


def sentence_of_then() -> str:
    """That the places shown are those of the snapshot."""
    return _("On the places of then, as the snapshot has them.")


def _not_carried(indicators: Sequence[Indicator]) -> str:
    if any(one.measure is not None for one in indicators):
        return _(
            "Survey figures of places that changed are not shown on today's places, because the sample was drawn for "
            "the places of then."
        )
    return _("Not shown on today's places where they changed, because this figure is no sum of its parts.")


def said_in_file(context: Asked, on: OnPlaces) -> str:
    """Which places a file shows, in one word for its list of facts."""
    if not on.differs:
        return _("the same then and now")
    return _("today's places") if context.as_now else _("places of then")
