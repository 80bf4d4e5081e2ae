"""Settle once what the headings of a blank mean: proposals with their reasons, changed or confirmed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.records.access.gate import object_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.personal import CannotOpen
from bangfu.records.places.index import PlaceRef
from bangfu.records.reports import actions, queries
from bangfu.records.reports.answers import CONSTANT, EMPTY
from bangfu.records.reports.matching import Candidate, PlaceQuestion, Question
from bangfu.records.reports.models import Filling, FillingState
from bangfu.records.reports.reading import AskedList, Blank
from bangfu.records.reports.words import UNITS
from bangfu.web import numbers
from bangfu.web.pages.readings import words
from bangfu.web.values import State, Tag

LISTS = {
    "poor": gettext_lazy("Registered poor households"),
    "exited": gettext_lazy("Households exited this year"),
    "monitored": gettext_lazy("Monitored households"),
    "register": gettext_lazy("All households on the register"),
}
WHY = {
    "same": gettext_lazy("same words"),
    "alike": gettext_lazy("similar words"),
    "unit": gettext_lazy("similar words, unit fits"),
    "unknown": gettext_lazy("not recognised"),
    "confirmed": gettext_lazy("confirmed before"),
    "removed": gettext_lazy("the indicator confirmed before is gone"),
    "changed": gettext_lazy("its definition changed since it was confirmed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it is drawn: its field name, words, the answer that stands, units to choose from, and why."""

    name: str
    words: str
    sheet: str
    cells: str
    value: str
    tag: Tag
    units: tuple[tuple[str, str, bool], ...] = ()
    is_list: bool = False
    fault: str = ""

    @property
    def unit_name(self) -> str:
        """The name of the field of its unit."""
        return self.name.replace("what", "unit")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A name that has to be told apart."""

    name: str
    words: str
    cells: str
    options: tuple[tuple[str, str, bool], ...]


@admit(Permission.EXPORT)
def filling_match(request: GateRequest, ref: str) -> HttpResponse:
    """What the headings of a blank mean."""
    found = object_in_scope(Filling.objects.select_related("place"), request.scope, ref=ref)
    if not found.stored_as or found.state == FillingState.RECEIVED:
        return HttpResponseRedirect(reverse("filling", args=[ref]))
    answers = queries.answers_for(found)
    try:
        blank = queries.opened(found, {key: value for key, value in answers.items() if not key.startswith("where:")})
    except CannotOpen as error:
        raise Http404 from error
    faults: dict[str, str] = {}
    if request.method == "POST":
        answers, faults = _answers(request.POST, blank)
        if not faults:
            actions.confirm(found, answers, title=blank.title, by=request.user)
            actions.fill(found, answers, scope=request.scope, by=request.user)
            return HttpResponseRedirect(reverse("filling", args=[ref]))
    page = _page(found, blank, answers, faults, request.POST if request.method == "POST" else {})
    return render(request, "pages/filling_match.html", page, status=422 if faults else 200)


def _page(
    found: Filling,
    blank: Blank,
    answers: Mapping[str, str],
    faults: Mapping[str, str],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    old = queries.outdated_in(found, answers)
    rows = [
        _row(f"what-{at}", question, answers, old, faults.get(f"what-{at}", ""), typed.get(f"what-{at}"))
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
        "count": numbers.whole(len(blank.cells) + len(blank.columns)),
        "places": [_place_row(at, one, answers) for at, one in enumerate(blank.places.values())],
        "lists": [_list_row(one, answers) for one in blank.lists],
        "figures": [_label(one) for one in queries.choices(lists=False)] if blank.cells else [],
        "fields": [_label(one) for one in queries.choices(lists=True)] if blank.columns else [],
        "outdated": bool(old),
        "faulty": bool(faults),
    }


def _label(one: Candidate) -> str:
    """How a choice reads in the searchable list; unique in each language."""
    return words(one.title)


def _by_label(*, lists: bool) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for one in queries.choices(lists=lists):
        for label in (one.title.zh, one.title.en, one.choice):
            found.setdefault(label, one)
    return found


def _row(
    name: str, question: Question, answers: Mapping[str, str], old: Mapping[str, str], fault: str, typed: str | None
) -> Row:
    is_list = question.key.startswith("field:")
    stored = answers.get(question.key)
    by_choice = {one.choice: one for one in queries.choices(lists=is_list)}
    proposal = question.proposal
    candidate = by_choice.get(queries.answer_of(answers, question.key)) if stored is not None else proposal.candidate
    value = (
        typed
        if typed is not None
        else stored[:200]
        if stored and stored.startswith("=")
        else _label(candidate)
        if candidate
        else ""
    )
    why = old.get(question.key) or ("confirmed" if stored is not None else proposal.why)
    sure = stored is not None or proposal.is_sure
    state = State.UNKNOWN if why in ("unknown", "removed", "changed") else State.REACHED if sure else State.SOON
    unit = stored.partition("|")[2] if stored else question.unit
    return Row(
        name, question.words, question.sheet, numbers.whole(question.cells), value, Tag(state, str(WHY[why])),
        () if is_list else _units(unit), is_list, fault,
    )  # fmt: skip


def _units(unit: str) -> tuple[tuple[str, str, bool], ...]:
    """The units to choose from: as the figure is, then every other."""
    offered = ["", "户", "人", "万户", "万人", "元", "千元", "万元", "亿元", "%", "‰", "亩"]
    if unit and unit not in offered:
        offered.append(unit)
    return tuple((one, one or _("as it is"), one == unit) for one in offered)


def _place_row(at: int, question: PlaceQuestion, answers: Mapping[str, str]) -> PlaceRow:
    chosen = answers.get(question.key, "")
    offered = tuple((ref.code, _place_label(ref), ref.code == chosen) for ref in question.places)
    return PlaceRow(
        f"where-{at}",
        question.words,
        numbers.whole(question.cells),
        (("", _("Choose"), False), *offered, ("-", _("Leave empty"), chosen == "-")),
    )


def _place_label(ref: PlaceRef) -> str:
    name = ref.name if numbers.in_chinese() or not ref.english else ref.english
    return _("%(place)s (%(code)s)") % {"place": name, "code": ref.code}


def _list_row(one: AskedList, answers: Mapping[str, str]) -> dict[str, Any]:
    chosen = answers.get(one.key, one.which)
    return {
        "name": one.key.replace(":", "-"),
        "options": [(code, str(word), code == chosen) for code, word in LISTS.items()],
    }


def _answers(posted: Mapping[str, str], blank: Blank) -> tuple[dict[str, str], dict[str, str]]:
    """What a person chose for each heading, and what cannot be taken."""
    answers: dict[str, str] = {}
    faults: dict[str, str] = {}
    figures, fields = _by_label(lists=False), _by_label(lists=True)
    for at, question in enumerate(blank.questions.values()):
        name = f"what-{at}"
        typed = posted.get(name, "").strip()
        is_list = question.key.startswith("field:")
        known = fields if is_list else figures
        unit = posted.get(f"unit-{at}", "")
        if not typed:
            answers[question.key] = EMPTY
        elif typed.startswith(CONSTANT):
            answers[question.key] = typed[:200]
        elif typed not in known:
            faults[name] = _(
                "“%(typed)s” is in no list. Choose one from the list, leave it empty, or begin with = to write words."
            ) % {"typed": typed[:60]}
        else:
            candidate = known[typed]
            said = UNITS.get(unit)
            if said is not None and candidate.kind and said.kind != candidate.kind:
                faults[name] = _("%(title)s cannot be written in %(unit)s.") % {
                    "title": _label(candidate),
                    "unit": unit,
                }
            answers[question.key] = candidate.choice if is_list else f"{candidate.choice}|{unit}"
    for at, key in enumerate(blank.places):
        if not (chosen := posted.get(f"where-{at}", "")):
            faults[f"where-{at}"] = _("Say which place is meant, or leave it empty.")
        answers[key] = chosen
    for one in blank.lists:
        chosen = posted.get(one.key.replace(":", "-"), one.which)
        answers[one.key] = chosen if chosen in LISTS else one.which
    return answers, faults
