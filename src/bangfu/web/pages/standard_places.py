"""A standard for villages, townships or counties: verdicts, missing facts; one place with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bangfu.parameters.standards import Criterion
from bangfu.parameters.text import Text
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import assessing
from bangfu.records.figures.assessing import MissingFact, Verdict
from bangfu.records.figures.assessing_places import PlacesJudged, judge_place, judge_places
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_now, under
from bangfu.web import numbers
from bangfu.web.pages.asked import Asked, name_of, replaced, with_context
from bangfu.web.pages.household_standards import shown_standard
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.standard_households import verdict_word
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Link, State, Tag

PLACES_A_PAGE = 20
#: Above so many places judging takes more than a second; it then comes after the frame of the page.
PLACES_AT_ONCE = 3_000
VERDICTS = {Verdict.PASSED: True, Verdict.FAILED: False, Verdict.UNKNOWN: None}
STATES = {True: State.REACHED, False: State.FAILED, None: State.UNKNOWN}


def places_page(request: GateRequest, context: Asked, question: assessing.Asked) -> dict[str, Any]:
    """What the page of a standard for places shows below its heading."""
    level = current_scheme().by_code[question.standard.level]
    if context.place.level == level.number:
        return {"shown": shown_standard(judge_place(question, context.place))}
    places = list(places_now().filter(under(context.place.code), level=level.number).order_by("code"))
    if len(places) > PLACES_AT_ONCE and "counts" not in request.GET:
        return {"later_href": replaced(request, counts=1)}
    judged = judge_places(question, places)
    picked = _picked(request, places, judged)
    part = part_of(request, len(picked), PLACES_A_PAGE)
    return {
        "criteria": _criteria(request, question, judged),
        "places": _matrix(context, question, judged, picked[part.start : part.end]),
        "pages": pages_of(request, part),
        "all_link": _all_link(request),
        "missing": _missing(request, question, judged),
    }


def _criteria(request: GateRequest, question: assessing.Asked, judged: PlacesJudged) -> DrillTable:
    rows = tuple(_criterion(request, each, judged) for each in question.version.criteria)
    title = _("%(places)s by criterion") % {"places": _many(question)}
    return DrillTable(title, _("Criterion"), tuple(DrillColumn(verdict_word(each)) for each in Verdict), rows)


def _many(question: assessing.Asked) -> str:
    """The places of the level as a heading begins with them: Villages."""
    level = current_scheme().by_code[question.standard.level]
    return words(Text(level.title.zh, capfirst(level.many.en)))


def _level_title(question: assessing.Asked) -> str:
    return words(current_scheme().by_code[question.standard.level].title)


def _criterion(request: GateRequest, criterion: Criterion, judged: PlacesJudged) -> DrillRow:
    if criterion.text is None:
        return DrillRow(words(criterion.title), (DrillCell(_("Decided by people")), DrillCell("—"), DrillCell("—")))
    counts = judged.counted(criterion.code)
    cells = tuple(
        DrillCell(numbers.whole(count), href=_picked_href(request, criterion.code, verdict) if count else "")
        for verdict, count in zip(Verdict, counts, strict=True)
    )
    return DrillRow(words(criterion.title), cells)


def _picked_href(request: GateRequest, code: str, verdict: Verdict, fact: str = "") -> str:
    return replaced(request, criterion=code, verdict=verdict, fact=fact) + "#places"


def _picked(request: GateRequest, places: Sequence[Place], judged: PlacesJudged) -> list[Place]:
    """The places with the verdict that the address asks for, and lacking the fact it names."""
    code, wanted, fact = (request.GET.get(key, "") for key in ("criterion", "verdict", "fact"))
    if not code or wanted not in [*Verdict]:
        return list(places)
    verdict = VERDICTS[Verdict(wanted)]
    found = [each for each in places if judged.verdicts.get(each.code, {}).get(code, "") is verdict]
    if not fact:
        return found
    return [each for each in found if fact in {one.name for one in judged.lacking.get((each.code, code), ())}]


def _all_link(request: GateRequest) -> Link | None:
    if "criterion" not in request.GET:
        return None
    return Link(_("Every place again"), replaced(request, criterion="", verdict="", fact="") + "#places")


def _matrix(context: Asked, question: assessing.Asked, judged: PlacesJudged, shown: Sequence[Place]) -> DrillTable:
    criteria = [each for each in question.version.criteria if each.text]
    rows = tuple(_place(context, question, criteria, judged, each) for each in shown)
    columns = tuple(DrillColumn(words(each.title), numeric=False) for each in criteria)
    caption, empty = _many(question), _("No place has this verdict.")
    return DrillTable(caption, _level_title(question), columns, rows, empty=empty, tight=True)


def _place(
    context: Asked, question: assessing.Asked, criteria: Sequence[Criterion], judged: PlacesJudged, place: Place
) -> DrillRow:
    found = judged.verdicts.get(place.code, {})
    words_of = {VERDICTS[each]: verdict_word(each) for each in Verdict}
    cells = tuple(DrillCell(tag=Tag(STATES[found.get(each.code)], words_of[found.get(each.code)])) for each in criteria)
    href = with_context(reverse("standard", args=[place.code, question.standard.name]), context)
    return DrillRow(name_of(place), cells, href=href)


def _missing(request: GateRequest, question: assessing.Asked, judged: PlacesJudged) -> DrillTable:
    rows = tuple(_lacking(request, each) for each in judged.missing(question))
    columns = (DrillColumn(_("Criterion"), numeric=False), DrillColumn(_level_title(question)))
    return DrillTable(
        _("Facts to fill in"), _("Fact"), columns, rows, empty=_("No fact is missing: every criterion is decided.")
    )


def _lacking(request: GateRequest, found: MissingFact) -> DrillRow:
    href = _picked_href(request, found.criterion.code, Verdict.UNKNOWN, found.fact.name)
    cells = (DrillCell(words(found.criterion.title)), DrillCell(numbers.whole(found.rows)))
    return DrillRow(words(found.fact.title), cells, href=href)
