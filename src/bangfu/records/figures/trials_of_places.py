"""What a proposed standard for villages, townships or counties means before it counts: places judged both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bangfu.parameters.loader import Parameters
from bangfu.parameters.standards import Standard, StandardVersion
from bangfu.records.access.gate import Scope
from bangfu.records.figures.assessing import Asked
from bangfu.records.figures.assessing_places import PlacesJudged, judge_places
from bangfu.records.figures.effects import Verdicts
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.trials import CriterionTried
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_now, under

#: What a place that is not judged comes to; unlike unknown.
NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class PlacesTried:
    """The criteria of a standard for places before and after; how many places there are, and how many change.

    A place changes where all criteria together come out otherwise: one failed fails it, else one unknown is unknown.
    """

    criteria: tuple[CriterionTried, ...]
    places: int
    changed: int


def places_tried(
    name: str, before: Parameters, after: Parameters, day: date, *, snapshot: Snapshot, prefix: str, scope: Scope
) -> PlacesTried:
    """A standard's version of a day, as it was and as it would be, for the places of its level in an area.

    **Missing** a criterion that people decide is judged on neither side. **Cost** two passes over the places' sheets.
    """
    new, old = after.standards[name], before.standards.get(name)
    was = (old.on(day) or old.on(day - timedelta(days=1))) if old else None
    now = new.on(day)
    places = [each for each in _places(new.level, prefix) if each.code.startswith(new.place_prefix)]
    sides = [
        _judged(standard, version, parameters, snapshot, prefix, scope, places)
        for standard, version, parameters in ((old, was, before), (new, now, after))
    ]
    return PlacesTried(_criteria(new, was, now, *sides), len(places), _changed(places, *sides))


def _places(level: str, prefix: str) -> list[Place]:
    number = current_scheme().by_code[level].number
    return list(places_now().filter(under(prefix), level=number).order_by("code"))


def _judged(
    standard: Standard | None,
    version: StandardVersion | None,
    parameters: Parameters,
    snapshot: Snapshot,
    prefix: str,
    scope: Scope,
    places: Sequence[Place],
) -> PlacesJudged | None:
    if standard is None or version is None:
        return None
    asked = Asked(standard, version, snapshot, snapshot.happened.year, prefix, scope)
    return judge_places(asked, places, parameters)


def _criteria(
    standard: Standard,
    was: StandardVersion | None,
    now: StandardVersion | None,
    before: PlacesJudged | None,
    after: PlacesJudged | None,
) -> tuple[CriterionTried, ...]:
    titles = {each.code: each.title for version in (was, now) if version for each in version.criteria}

    def counts(code: str, version: StandardVersion | None, judged: PlacesJudged | None) -> Verdicts | None:
        by_machine = version is not None and any(each.code == code and each.text for each in version.criteria)
        return Verdicts(*judged.counted(code)) if judged is not None and by_machine else None

    return tuple(
        CriterionTried(standard.title, title, counts(code, was, before), counts(code, now, after))
        for code, title in titles.items()
    )


def _changed(places: Sequence[Place], before: PlacesJudged | None, after: PlacesJudged | None) -> int:
    return sum(_together(before, place) != _together(after, place) for place in places)


def _together(judged: PlacesJudged | None, place: Place) -> bool | str | None:
    """All criteria of a place together."""
    found: Mapping[str, bool | None] = judged.verdicts.get(place.code, {}) if judged else {}
    if not found:
        return NOT_JUDGED
    if False in found.values():
        return False
    return None if None in found.values() else True
