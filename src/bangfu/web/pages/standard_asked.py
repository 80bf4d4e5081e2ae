"""The standard that an address asks for: its version of the year, at a place, for a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from bangfu.parameters.standards import HOUSEHOLD, StandardKind
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import assessing
from bangfu.records.figures.standards import standards_for
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web.pages.asked import Asked, asked

KINDS = frozenset(StandardKind)


@dataclass(frozen=True)
class Known:
    """What the pages of a standard start from."""

    context: Asked
    question: assessing.Asked


def levels_judged(place: Place) -> list[str]:
    """The levels whose standards a place's page shows: its own, those below it, and households."""
    return [*(level.code for level in current_scheme().levels if level.number >= place.level), HOUSEHOLD]


def question_of(request: GateRequest, context: Asked, name: str) -> assessing.Asked | None:
    """What is asked of a standard; None where there is no snapshot, or it does not hold here at the end of the year."""
    if context.year is None or context.snapshot is None:
        return None
    day = date(context.year, 12, 31)
    levels = levels_judged(context.place)
    found = [each for level in levels for each in standards_for(level, context.place.code, day, KINDS)]
    standard = next((each for each in found if each.name == name), None)
    version = standard.on(day) if standard else None
    if standard is None or version is None:
        return None
    return assessing.Asked(standard, version, context.snapshot, context.year, context.place.code, request.scope)


def known_or_404(request: GateRequest, code: str, name: str) -> Known:
    """The context and the question of an address; 404 where nothing can be asked."""
    context = asked(request, place_in_scope(request, code))
    question = question_of(request, context, name)
    if question is None:
        raise Http404
    return Known(context, question)
