"""The level of places that an address asks for, and the levels below a place for which a figure answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.parameters.schemes import Level
from bangfu.records.access.gate import Scope
from bangfu.records.figures import exploring
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.then import place_then
from bangfu.records.places.models import Place
from bangfu.records.places.queries import levels_below
from bangfu.web.pages.asked import MOST_REPEATED, replaced
from bangfu.web.pages.readings import words
from bangfu.web.values import Choice, Notice


@dataclass(frozen=True)
class LevelAsked:
    """The level of a page, those to choose from, and what was asked for and is none; None where nothing lies below."""

    place: Place
    level: Level | None
    choices: tuple[Choice, ...]
    mistaken: Notice | None

    def at(self, scope: Scope, snapshot: Snapshot, specs: Sequence[Indicator]) -> exploring.Level:
        """The places of the level as a snapshot of indicators has them; of none where nothing lies below."""
        then = place_then(snapshot, scope, self.place, {spec.code for spec in specs})
        return exploring.Level(then, self.level.number if self.level else -1)


def level_asked(request: HttpRequest, place: Place, specs: Sequence[Indicator]) -> LevelAsked:
    """The level of ``?level=``, else the next one below for which all of the indicators answer."""
    levels = levels_below(place.code)
    answered = [each for each in levels if all(answers(spec, each) for spec in specs)]
    wanted = request.GET.get("level", "").strip()
    found = next((each for each in answered if each.code == wanted), answered[0] if answered else None)
    choices = tuple(_choice(request, each, each in answered, each == found) for each in levels)
    known = found is not None and (not wanted or found.code == wanted)
    return LevelAsked(place, found, choices, None if known else _mistaken(wanted, levels, found))


def answers(spec: Indicator, level: Level) -> bool:
    """Whether an indicator has figures at a level: a sample answers for the levels that it names."""
    return spec.measure is None or level.code in spec.measure.levels


def too_small() -> str:
    """Why a survey has no figures at a level."""
    return _("the survey is too small for this level")


def _choice(request: HttpRequest, level: Level, answered: bool, current: bool) -> Choice:
    title = words(level.title)
    if not answered:
        return Choice(title, reason=too_small())
    return Choice(title, replaced(request, level=level.code, at="", **{"class": ""}), current)


def _mistaken(wanted: str, levels: Sequence[Level], found: Level | None) -> Notice | None:
    if not levels:
        return Notice("empty", _("No places lie below this one."))
    if found is None:
        return Notice("empty", _("The survey is too small for every level below this place."))
    facts = {"asked": wanted[:MOST_REPEATED], "level": words(found.title)}
    if any(each.code == wanted for each in levels):
        told = {"asked": words(next(each for each in levels if each.code == wanted).title), "level": facts["level"]}
        return Notice("error", _("The survey is too small for “%(asked)s”; this is %(level)s.") % told)
    return Notice("error", _("There is no level “%(asked)s” below this place; this is %(level)s.") % facts)
