"""Settle once what the headings of a blank mean: proposals with their reasons, changed or confirmed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.personal import CannotOpen
from bangfu.records.reports import actions, queries
from bangfu.records.reports.answers import CONSTANT, EMPTY
from bangfu.records.reports.matching import PlaceQuestion, Question
from bangfu.records.reports.models import Filling
from bangfu.records.reports.reading import AskedList
from bangfu.web import numbers
from bangfu.web.pages.filling_answers import LISTS, Asking, Choices, answers_of, place_label
from bangfu.web.pages.readings import words
from bangfu.web.values import State, Tag

WHY = {
    "same": gettext_lazy("same words"),
    "meaning": gettext_lazy("same meaning"),
    "alike": gettext_lazy("only similar words"),
    "unknown": gettext_lazy("not recognised"),
    "confirmed": gettext_lazy("confirmed before"),
    "removed": gettext_lazy("the indicator confirmed before is gone"),
    "changed": gettext_lazy("its definition changed since it was confirmed"),
}
#: Reasons for which a person has to look at a heading first.
TO_LOOK_AT = frozenset({"alike", "unknown", "removed", "changed"})
UNITS_OFFERED = ("", "户", "人", "万户", "万人", "元", "千元", "万元", "亿元", "%", "‰", "亩")


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it is drawn: its field name, words, the answer that stands, units to choose from, and why.

    ``near`` are what is alike, of which nothing is chosen unless a person does.
    """

    name: str
    words: str
    sheet: str
    cells: str
    value: str
    tag: Tag
    units: tuple[tuple[str, str, bool], ...] = ()
    is_list: bool = False
    fault: str = ""
    near: tuple[tuple[str, str, bool], ...] = ()

    @property
    def near_name(self) -> str:
        """The name of the choice among what is alike."""
        return self.name.replace("what", "near")

    @property
    def unit_name(self) -> str:
        """The name of the field of its unit."""
        return self.name.replace("what", "unit")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A name that has to be told apart; ``searched``: what is typed to find a place that is not among the options."""

    name: str
    words: str
    cells: str
    options: tuple[tuple[str, str, bool], ...]
    is_unknown: bool = False
    searched: str = ""
    fault: str = ""

    @property
    def search_name(self) -> str:
        """The name of the field to search in."""
        return self.name.replace("where", "place")


@admit(Permission.EXPORT)
def filling_match(request: GateRequest, ref: str) -> HttpResponse:
    """What the headings of a blank mean."""
    found = object_in_scope(Filling.objects.select_related("place", "job"), request.scope, ref=ref)
    if not queries.can_be_changed(found):
        return HttpResponseRedirect(reverse("filling", args=[ref]))
    answers = queries.answers_for(found)
    try:
        blank = queries.opened(found, {key: value for key, value in answers.items() if not key.startswith("where:")})
    except CannotOpen as error:
        raise Http404 from error
    asking = Asking.of(found, blank)
    faults: dict[str, str] = {}
    if request.method == "POST":
        answers, faults = answers_of(request.POST, asking)
        if not faults:
            actions.confirm(found, answers, title=blank.title, by=request.user)
            actions.start(found, scope=request.scope, by=request.user, language=get_language() or "zh-hans")
            return HttpResponseRedirect(reverse("filling", args=[ref]))
    page = _page(found, asking, answers, faults, request.POST)
    return render(request, "pages/filling_match.html", page, status=422 if faults else 200)


def _page(
    found: Filling,
    asking: Asking,
    answers: Mapping[str, str],
    faults: Mapping[str, str],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    blank = asking.blank
    old = queries.outdated_in(found, answers)
    rows = [
        _row(at, question, asking.choices(question), answers, old.get(question.key, ""), faults, typed)
        for at, question in enumerate(blank.questions.values())
    ]
    unknown = [row for row in rows if row.tag.state is State.UNKNOWN]
    return {
        "section": "data",
        "title": _("What the headings mean"),
        "facts": found.file_name,
        "filling": found,
        "rows": unknown + [row for row in rows if row.tag.state is not State.UNKNOWN],
        "unknown": len(unknown),
        "button": _button(len(blank.cells), len(blank.lists)),
        "places": [_place_row(at, one, asking, answers, faults, typed) for at, one in enumerate(blank.places.values())],
        "place_labels": list(asking.places),
        "lists": [_list_row(one, answers) for one in blank.lists],
        "figures": asking.figures.labels if blank.cells else [],
        "fields": asking.fields.labels if blank.columns else [],
        "outdated": bool(old),
        "faulty": bool(faults),
    }


def _button(cells: int, lists: int) -> str:
    """What is done with a click: cells are counted, the rows of a list are not known yet."""
    if lists and cells:
        return _("Confirm and fill the tables")
    if lists:
        return ngettext("Confirm and fill the list", "Confirm and fill the lists", lists)
    told = ngettext("Confirm and fill %(count)s cell", "Confirm and fill %(count)s cells", cells)
    return told % {"count": numbers.whole(cells)}


def _row(
    at: int,
    question: Question,
    choices: Choices,
    answers: Mapping[str, str],
    old: str,
    faults: Mapping[str, str],
    typed: Mapping[str, str],
) -> Row:
    name, is_list = f"what-{at}", question.key.startswith("field:")
    stored = answers.get(question.key)
    why = old or ("confirmed" if stored is not None else question.proposal.why)
    state = State.UNKNOWN if why in TO_LOOK_AT else State.REACHED
    unit = typed.get(f"unit-{at}", stored.partition("|")[2] if stored else question.unit)
    picked = typed.get(f"near-{at}", "")
    near = tuple((one.choice, words(one.title), one.choice == picked) for one in question.proposal.near)
    return Row(
        name, question.words, question.sheet, numbers.whole(question.cells),
        typed.get(name, _value(question, stored, choices)), Tag(state, str(WHY[why])),
        () if is_list else _units(unit), is_list, faults.get(name, ""), near if stored is None else (),
    )  # fmt: skip


def _value(question: Question, stored: str | None, choices: Choices) -> str:
    """What stands in the field of a heading: what was confirmed, else what the words say."""
    if stored is None:
        meant = question.proposal.candidate
    elif stored.startswith(CONSTANT):
        return stored[:200]
    else:
        meant = choices.by_choice.get(stored.partition("|")[0])
    return words(meant.title) if meant else ""


def _units(unit: str) -> tuple[tuple[str, str, bool], ...]:
    """The units to choose from: as the figure is, then every other."""
    offered = UNITS_OFFERED if unit in UNITS_OFFERED else (*UNITS_OFFERED, unit)
    return tuple((one, one or _("as it is"), one == unit) for one in offered)


def _place_row(
    at: int,
    question: PlaceQuestion,
    asking: Asking,
    answers: Mapping[str, str],
    faults: Mapping[str, str],
    typed: Mapping[str, str],
) -> PlaceRow:
    name, stored = f"where-{at}", answers.get(question.key, "")
    chosen = typed.get(name, stored)
    offered = [(ref.code, place_label(ref), ref.code == chosen) for ref in question.places]
    options = (("", _("Choose"), False), *offered, (EMPTY, _("Leave empty"), chosen == EMPTY))
    is_offered = stored in {code for code, *_rest in options}
    searched = typed.get(f"place-{at}", "" if is_offered else asking.label_of(stored))
    cells = numbers.whole(question.cells)
    return PlaceRow(name, question.words, cells, options, question.near, searched, faults.get(name, ""))


def _list_row(one: AskedList, answers: Mapping[str, str]) -> dict[str, Any]:
    chosen = answers.get(one.key, one.which)
    return {
        "name": one.key.replace(":", "-"),
        "options": [(code, str(word), code == chosen) for code, word in LISTS.items()],
    }
