"""What a person answers about a blank: what its headings mean, which places and households are meant, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.records.places.index import PlaceRef
from bangfu.records.reports import queries
from bangfu.records.reports.answers import CONSTANT, EMPTY
from bangfu.records.reports.matching import PlaceQuestion, Question
from bangfu.records.reports.meanings import Candidate
from bangfu.records.reports.models import Filling
from bangfu.records.reports.reading import AskedList, Blank
from bangfu.records.reports.words import UNITS
from bangfu.web import numbers
from bangfu.web.pages.readings import words

LISTS = {
    "poor": gettext_lazy("Registered poor households"),
    "exited": gettext_lazy("Households exited this year"),
    "monitored": gettext_lazy("Monitored households"),
    "register": gettext_lazy("All households on the register"),
}
#: Places of an area that the list to search shows; of a larger area, whose table is one of its counties, the first.
MOST_PLACES = 3_000


@dataclass(frozen=True)
class Choices:
    """What headings can mean, of figures or of lists, made once for a page: by its code, and by what a person types."""

    by_choice: dict[str, Candidate]
    by_label: dict[str, Candidate]

    @classmethod
    def of(cls, *, lists: bool) -> Choices:
        """Those of lists, or else those of figures."""
        found = queries.choices(lists=lists)
        by_label: dict[str, Candidate] = {}
        for one in found:
            for label in (one.title.zh, one.title.en, one.choice):
                by_label.setdefault(label, one)
        return cls({one.choice: one for one in found}, by_label)

    @property
    def labels(self) -> list[str]:
        """How they read in the searchable list; unique in each language."""
        return [words(one.title) for one in self.by_choice.values()]


@dataclass(frozen=True)
class Asking:
    """What a page asks: the blank, what its headings can mean, and where a place is unknown, those of the area."""

    blank: Blank
    figures: Choices
    fields: Choices
    places: dict[str, str]

    @classmethod
    def of(cls, found: Filling, blank: Blank) -> Asking:
        """Everything that the blank of a filling needs to be settled."""
        unknown = any(one.near for one in blank.places.values())
        places = queries.places_below(found.place_code, MOST_PLACES) if unknown else ()
        by_label = {place_label(ref): ref.code for ref in places}
        return cls(blank, Choices.of(lists=False), Choices.of(lists=True), by_label)

    def choices(self, question: Question) -> Choices:
        """What a heading can mean."""
        return self.fields if question.key.startswith("field:") else self.figures

    def label_of(self, code: str) -> str:
        """How a place of the list to search reads there."""
        return next((label for label, other in self.places.items() if other == code), "")


class Untaken(Exception):
    """An answer that cannot be taken, with the sentence why."""


def place_label(ref: PlaceRef) -> str:
    name = ref.name if numbers.in_chinese() or not ref.english else ref.english
    return _("%(place)s (%(code)s)") % {"place": name, "code": ref.code}


def answers_of(posted: Mapping[str, str], asking: Asking) -> tuple[dict[str, str], dict[str, str]]:
    """What a person chose for each heading, and what cannot be taken."""
    answers: dict[str, str] = {}
    faults: dict[str, str] = {}
    blank = asking.blank
    for at, question in enumerate(blank.questions.values()):
        try:
            answers[question.key] = _heading_answer(posted, at, question, asking.choices(question))
        except Untaken as fault:
            faults[f"what-{at}"] = str(fault)
    for at, place in enumerate(blank.places.values()):
        try:
            answers[place.key] = _place_answer(posted, at, place, asking)
        except Untaken as fault:
            faults[f"where-{at}"] = str(fault)
    return answers | {one.key: _list_answer(posted, one) for one in blank.lists}, faults


def _heading_answer(posted: Mapping[str, str], at: int, question: Question, choices: Choices) -> str:
    """What a heading means: what is typed, else what is chosen of what is alike. **Errors** ``Untaken``."""
    typed = posted.get(f"what-{at}", "").strip() or posted.get(f"near-{at}", "")
    if not typed:
        return EMPTY
    if typed.startswith(CONSTANT):
        return typed[:200]
    meant = choices.by_label.get(typed)
    if meant is None:
        told = _("“%(typed)s” is in no list. Choose one from the list, leave it empty, or begin with = to write words.")
        raise Untaken(told % {"typed": typed[:60]})
    if question.key.startswith("field:"):
        return meant.choice
    unit = posted.get(f"unit-{at}", "")
    said = UNITS.get(unit)
    if said is not None and meant.kind and said.kind != meant.kind:
        raise Untaken(_("%(title)s cannot be written in %(unit)s.") % {"title": words(meant.title), "unit": unit})
    return f"{meant.choice}|{unit}"


def _place_answer(posted: Mapping[str, str], at: int, question: PlaceQuestion, asking: Asking) -> str:
    """The code of the place that a name means, or nothing. **Errors** ``Untaken``."""
    typed = posted.get(f"place-{at}", "").strip() if question.near else ""
    if typed:
        code = asking.places.get(typed) or (typed if typed in asking.places.values() else "")
        if not code:
            raise Untaken(_("“%(typed)s” is no place of the list. Choose one from it.") % {"typed": typed[:60]})
        return code
    chosen = posted.get(f"where-{at}", "")
    known = {EMPTY, *(ref.code for ref in question.places)}
    if chosen not in known:
        raise Untaken(_("Say which place is meant, or leave it empty."))
    return chosen


def _list_answer(posted: Mapping[str, str], one: AskedList) -> str:
    """Which households stand in a list."""
    chosen = posted.get(one.key.replace(":", "-"), one.which)
    return chosen if chosen in LISTS else one.which
