"""What keeps two figures from being compared at a level, with the reason and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.formulas import group_codes
from bangfu.records.instance.parameters import current
from bangfu.web.pages.asked import Asked, replaced
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.levels import LevelAsked, answers
from bangfu.web.pages.readings import words
from bangfu.web.values import Link, Notice

MOST_WAYS = 12


@dataclass(frozen=True)
class Side:
    """One of the two figures: the name of its part of the address, its indicator and group."""

    name: str
    spec: Indicator
    group: str


@dataclass(frozen=True)
class Refusal:
    """Why not, and the addresses that can be compared."""

    notice: Notice
    ways: tuple[Link, ...] = ()


def refusal(request: GateRequest, context: Asked, levels: LevelAsked, sides: tuple[Side, Side]) -> Refusal | None:
    """The first reason against a comparison, or None."""
    x, y = sides
    if x.spec.code == y.spec.code and x.group == y.group:
        return _refused(_("Both are the same figure. Choose another one for one of the two."))
    other_year = request.GET.get("ty", "").strip()
    if other_year and other_year != str(context.year):
        return _refused(
            _("The two figures are of different years, and places may have changed between them. Compare one year."),
            (Link(_("Compare at the period of the page"), replaced(request, ty="")),),
        )
    for side in sides:
        if side.spec.group and side.group not in _groups(side.spec):
            return _without_group(request, side)
    if bool(x.spec.measure) != bool(y.spec.measure):
        return _different_counts(request, sides)
    return _unanswered(levels, sides)


def _refused(sentence: str, ways: Sequence[Link] = ()) -> Refusal:
    return Refusal(Notice("error", sentence), tuple(ways))


def _groups(spec: Indicator) -> tuple[str, ...]:
    codes = group_codes(spec)
    return tuple(current().codes[codes].titles) if codes else ()


def _without_group(request: GateRequest, side: Side) -> Refusal:
    told = _("“%(figure)s” has values by group only. Choose the group:") % {"figure": words(side.spec.title)}
    ways = [
        Link(group_name(side.spec, code), replaced(request, **{f"{side.name}g": code}))
        for code in _groups(side.spec)[:MOST_WAYS]
    ]
    return _refused(told, ways)


def _different_counts(request: GateRequest, sides: tuple[Side, Side]) -> Refusal:
    """A register and a survey count different households; the same count of one of them may exist."""
    survey, register = sorted(sides, key=lambda side: side.spec.measure is None)
    told = _(
        "“%(survey)s” is estimated from the survey, “%(register)s” is counted in the register: they are not of the "
        "same households, so a point would mix two ways of counting."
    ) % {"survey": words(survey.spec.title), "register": words(register.spec.title)}
    ways = [
        Link(
            _("Compare “%(figure)s” instead") % {"figure": words(current().indicators[other.indicator].title)},
            replaced(request, **{side.name: other.indicator}),
        )
        for side, opposite in ((survey, register), (register, survey))
        for other in side.spec.beside
        if other.indicator in current().indicators
        and bool(current().indicators[other.indicator].measure) == bool(opposite.spec.measure)
        and other.indicator != opposite.spec.code
    ]
    return _refused(told, ways)


def _unanswered(levels: LevelAsked, sides: tuple[Side, Side]) -> Refusal | None:
    level = levels.level
    if level is None:
        return None
    for side in sides:
        if not answers(side.spec, level):
            told = _("“%(figure)s” is not estimated for %(level)s: the survey is too small. Choose a higher level.")
            return _refused(told % {"figure": words(side.spec.title), "level": words(level.title)})
    return None
