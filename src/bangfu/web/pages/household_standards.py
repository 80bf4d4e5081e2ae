"""What standards say of a household: each criterion with its verdict, the values compared and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.standards import HOUSEHOLD, StandardKind, StandardVersion
from bangfu.records.figures.standards import Judged, Judgement, judge_household, standards_for
from bangfu.records.households.past import Register
from bangfu.web.lettering import labelled
from bangfu.web.pages.household_reasons import Reason, reason_of
from bangfu.web.pages.readings import words
from bangfu.web.values import State, Verdict, ordered_verdicts

#: Values shown beside a criterion; the whole reason is one click away.
MOST_VALUES = 3


@dataclass(frozen=True)
class StandardShown:
    """A standard on the page: its title, what is left, where it comes from, its criteria and their reasons."""

    title: str
    summary: str
    source: str
    #: The rule's own page.
    href: str
    notes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    reasons: tuple[tuple[str, Reason], ...]


def judged(register: Register, year: int | None, classes: frozenset[FieldClass]) -> list[StandardShown]:
    """The standards that held where the household lived at the end of a year, the nearest place's own first."""
    sheet = register.years.get(year) if year else None
    if year is None or sheet is None:
        return []
    # Whoever is on the register is judged by whether to leave it, everybody else by whether to come onto it.
    kinds = {StandardKind.MONITORING, StandardKind.EXIT if sheet.poverty_status else StandardKind.IDENTIFICATION}
    found = standards_for(HOUSEHOLD, sheet.place_code, date(year, 12, 31), kinds)
    judgements = (judge_household(each, register, year, classes) for each in found)
    return [shown_standard(each) for each in judgements if each is not None]


def notes_of(version: StandardVersion) -> tuple[str, ...]:
    """What a reader has to know of a version: its note, and that its wording was not found."""
    notes = [words(version.note)] if version.note else []
    if version.unverified or any(each.unverified for each in version.criteria):
        notes.append(_("Not verified: the wording of the source was not found for all criteria."))
    return tuple(notes)


def shown_standard(judgement: Judgement) -> StandardShown:
    """A judgement as a page shows it."""
    version = judgement.version
    failed = sum(each.verdict is False for each in judgement.criteria)
    open_ = sum(each.verdict is None for each in judgement.criteria)
    summary = _("%(failed)d not reached, %(open)d not decided, of %(count)d")
    trees = [(words(each.criterion.title), each.explanation) for each in judgement.criteria]
    return StandardShown(
        title=words(judgement.standard.title),
        summary=summary % {"failed": failed, "open": open_, "count": len(judgement.criteria)},
        source=words(version.source),
        href=reverse("rule", args=[f"standards/{judgement.standard.name}"]),
        notes=notes_of(version),
        verdicts=ordered_verdicts(tuple(map(_verdict, judgement.criteria))),
        reasons=tuple((title, reason_of(tree)) for title, tree in trees if tree is not None),
    )


def _verdict(each: Judged) -> Verdict:
    states = {
        True: (State.REACHED, _("Reached")),
        False: (State.FAILED, _("Not reached")),
        None: (State.UNKNOWN, _("Data missing")),
    }
    state, word = states[each.verdict]
    if each.criterion.text is None:
        word = _("Decided by people")
    elif each.withheld:
        word = _("Not shown")
    return Verdict(state, word, words(each.criterion.title), _values(each))


def _values(each: Judged) -> str:
    """The facts that were compared, the missing ones first; or why nothing can be told."""
    if each.withheld:
        return _("Rests on facts that you may not see.")
    if each.explanation is None:
        return _("People decide this: the register keeps no fact of it.")
    facts = {words(fact.phrase): fact for fact in each.facts()}
    # Where the verdict is unknown, what is missing is what matters.
    ordered = sorted(facts.items(), key=lambda pair: (pair[1].value is None) is not (each.verdict is None))
    return " · ".join(labelled(phrase, words(fact.shown)) for phrase, fact in ordered[:MOST_VALUES])
