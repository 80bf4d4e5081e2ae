"""A standard for households in an area: counts by criterion and place, missing facts, and another line tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.lines import Line
from bangfu.parameters.standards import Criterion
from bangfu.records.access.gate import scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures import assessing
from bangfu.records.figures.assessing import MissingFact, Verdict
from bangfu.records.figures.effects import CountedByPlace, Moved, Verdicts, counts_by_place, moved_between
from bangfu.records.figures.standards import check_criterion
from bangfu.records.households.models import Household
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.queries import current_scheme, places_below
from bangfu.web import numbers
from bangfu.web.pages.asked import Asked, context_line, kept_fields, name_of, replaced, with_context
from bangfu.web.pages.household_table import head_of
from bangfu.web.pages.opened import ROWS_A_PAGE
from bangfu.web.pages.paging import fetched, pages_of
from bangfu.web.pages.readings import words
from bangfu.web.pages.standard_asked import known_or_404
from bangfu.web.values import Choice, DrillCell, DrillColumn, DrillRow, DrillTable

#: Above so many rows of a year the counts take more than a second; they then come after the frame of the page.
ROWS_AT_ONCE = 300_000
NONE = Verdicts(0, 0, 0)
#: A number that a person types has no more digits.
LONGEST_NUMBER = 12
#: An amount in yuan has two decimals at most, and what is said of it has as many.
AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Trial:
    """Another value of a line, tried: what would be counted, and who would be judged otherwise."""

    line: Line
    value: float
    counted: CountedByPlace
    moved: Mapping[str, list[Moved]]


def verdict_word(verdict: Verdict) -> str:
    """A verdict in the reader's words."""
    return {
        Verdict.PASSED: _("Reached"),
        Verdict.FAILED: _("Not reached"),
        Verdict.UNKNOWN: _("Data missing"),
    }[verdict]


def number_of(verdicts: Verdicts, verdict: Verdict) -> int:
    """How many have a verdict."""
    return {Verdict.PASSED: verdicts.passed, Verdict.FAILED: verdicts.failed, Verdict.UNKNOWN: verdicts.unknown}[
        verdict
    ]


def households_page(request: GateRequest, context: Asked, question: assessing.Asked) -> dict[str, Any]:
    """What the page of a standard for households shows below its heading."""
    form = _form(request, question)
    kept = kept_fields(request, "line", "value", "counts")
    if _rows(question) > ROWS_AT_ONCE and "counts" not in request.GET:
        return {"form": form, "kept": kept, "later_href": replaced(request, counts=1)}
    counted = _counted(question, len(question.place_prefix))
    here = counted.verdicts.get(question.place_prefix, {})
    trial = _trial(request, question)
    shown = _shown(request)
    return {
        "form": form,
        "kept": kept,
        "mistake": _mistake(request, question, trial),
        "trial": _trial_sentence(trial),
        "criteria": _criteria(context, question, counted, here, trial),
        "choices": (choices := _choices(request, shown)),
        "chosen": next(each for each in choices if each.current),
        # Where people judge everything, "no fact is missing" would not be true.
        "places": _places(context, question, shown) if counted.codes else None,
        "missing": _missing(context, question) if counted.codes else None,
    }


def _rows(question: assessing.Asked) -> int:
    files = question.snapshot.manifest["files"]
    return sum(int(f["rows"]) for f in files if f["table"] == "households" and f["year"] == question.year)


def _counted(question: assessing.Asked, length: int) -> CountedByPlace:
    return counts_by_place(
        question.version,
        snapshot=question.snapshot,
        place_prefix=question.place_prefix,
        scope=question.scope,
        length=length,
        kind=question.standard.kind,
        year=question.year,
    )


def _shown(request: GateRequest) -> Verdict:
    wanted = request.GET.get("show", "")
    return Verdict(wanted) if wanted in [*Verdict] else Verdict.FAILED


def _choices(request: GateRequest, shown: Verdict) -> tuple[Choice, ...]:
    return tuple(Choice(verdict_word(each), replaced(request, show=each), each is shown) for each in Verdict)


def rows_href(context: Asked, question: assessing.Asked, code: str, verdict: Verdict, fact: str = "") -> str:
    """The households behind a count."""
    address = reverse("standard_rows", args=[context.place.code, question.standard.name, code])
    return with_context(address, context, verdict=verdict, fact=fact)


def _criteria(
    context: Asked,
    question: assessing.Asked,
    counted: CountedByPlace,
    here: Mapping[str, Verdicts],
    trial: Trial | None,
) -> DrillTable:
    columns = [DrillColumn(verdict_word(each)) for each in Verdict]
    if trial:
        columns += [DrillColumn(_("Reached then")), DrillColumn(_("Change"))]
    rows = tuple(_criterion(context, question, each, counted, here, trial) for each in question.version.criteria)
    return DrillTable(_("Households by criterion"), _("Criterion"), tuple(columns), rows)


def _criterion(
    context: Asked,
    question: assessing.Asked,
    criterion: Criterion,
    counted: CountedByPlace,
    here: Mapping[str, Verdicts],
    trial: Trial | None,
) -> DrillRow:
    further = 2 if trial else 0
    if criterion.code not in counted.codes:
        word = _("Not shown") if criterion.text else _("Decided by people")
        return DrillRow(words(criterion.title), (DrillCell(word), *([DrillCell("—")] * (2 + further))))
    found = here.get(criterion.code, NONE)
    cells = [_count(context, question, criterion.code, each, number_of(found, each)) for each in Verdict]
    if trial:
        then = trial.counted.verdicts.get(question.place_prefix, {}).get(criterion.code, NONE)
        cells += [DrillCell(numbers.whole(then.passed)), DrillCell(numbers.signed(then.passed - found.passed))]
    return DrillRow(words(criterion.title), tuple(cells))


def _count(context: Asked, question: assessing.Asked, code: str, verdict: Verdict, number: int) -> DrillCell:
    return DrillCell(numbers.whole(number), href=rows_href(context, question, code, verdict) if number else "")


def _places(context: Asked, question: assessing.Asked, shown: Verdict) -> DrillTable | None:
    below = places_below(context.place.code)
    if not below:
        return None
    length = current_scheme().levels[below[0].level].length
    counted = _counted(question, length)
    criteria = [each for each in question.version.criteria if each.code in counted.codes]
    rows = []
    for place in below:
        found = counted.verdicts.get(place.code, {})
        cells = tuple(DrillCell(numbers.whole(number_of(found.get(each.code, NONE), shown))) for each in criteria)
        href = with_context(reverse("standard", args=[place.code, question.standard.name]), context, show=shown)
        rows.append(DrillRow(name_of(place), cells, href=href))
    columns = tuple(DrillColumn(words(each.title)) for each in criteria)
    title = _("By %(level)s") % {"level": words(current_scheme().levels[below[0].level].one)}
    return DrillTable(title, words(current_scheme().levels[below[0].level].title), columns, tuple(rows))


def _missing(context: Asked, question: assessing.Asked) -> DrillTable:
    rows = tuple(_lacking(context, question, each) for each in assessing.missing_facts(question))
    columns = (DrillColumn(_("Criterion"), numeric=False), DrillColumn(_("Households")))
    return DrillTable(
        _("Facts to fill in"), _("Fact"), columns, rows, empty=_("No fact is missing: every criterion is decided.")
    )


def _lacking(context: Asked, question: assessing.Asked, found: MissingFact) -> DrillRow:
    href = rows_href(context, question, found.criterion.code, Verdict.UNKNOWN, found.fact.name)
    cells = (DrillCell(words(found.criterion.title)), DrillCell(numbers.whole(found.rows)))
    return DrillRow(words(found.fact.title), cells, href=href)


@dataclass(frozen=True)
class TrialForm:
    """The lines that a standard reads, and what is typed."""

    lines: tuple[Choice, ...]
    value: str
    held: str


def _lines(question: assessing.Asked) -> list[str]:
    """The lines that the criteria read."""
    scheme, level = current_instance().scheme, question.standard.level
    texts = {each.code: each.text for each in question.version.criteria if each.text}
    checked = {code: check_criterion(current(), scheme, level, text) for code, text in texts.items()}
    return assessing.lines_read(question.version, checked)


def _form(request: GateRequest, question: assessing.Asked) -> TrialForm | None:
    names = _lines(question)
    if not names:
        return None
    chosen = _chosen(request, names)
    choices = tuple(Choice(words(current().lines[name].title), name, name == chosen) for name in names)
    held = current().lines[chosen].on(date(question.year, 12, 31), question.place_prefix)
    unit = _line_unit(current().lines[chosen])
    now = numbers.with_unit(_amount(held.value), unit) if held else _("none is known for this year")
    return TrialForm(choices, request.GET.get("value", "")[:LONGEST_NUMBER], now)


def _line_unit(line: Line) -> str:
    return {"yuan": _("yuan"), "fen": _("fen")}.get(line.unit or "", "")


def _chosen(request: GateRequest, names: list[str]) -> str:
    wanted = request.GET.get("line", "")
    return wanted if wanted in names else names[0]


def _value(request: GateRequest) -> float | None:
    """The number that was typed; None for what is none."""
    typed = normalize("NFKC", request.GET.get("value", "")).strip().removesuffix("元").removesuffix("yuan").strip()
    digits = typed.replace(",", "")
    if len(digits) > LONGEST_NUMBER or not AMOUNT.fullmatch(digits):
        return None
    return float(digits)


def _trial(request: GateRequest, question: assessing.Asked) -> Trial | None:
    value, names = _value(request), _lines(question)
    if value is None or not names:
        return None
    line = current().lines[_chosen(request, names)]
    then = assessing.with_line(current(), line.name, value, question.place_prefix, question.year)
    where: Any = {"snapshot": question.snapshot, "place_prefix": question.place_prefix, "scope": question.scope}
    kind, length = question.standard.kind, len(question.place_prefix)
    counted = counts_by_place(question.version, length=length, kind=kind, year=question.year, parameters=then, **where)
    scheme, level = current_instance().scheme, question.standard.level
    moved = {
        each.code: moved_between((each.text, current()), (each.text, then), kind=kind, year=question.year, **where)
        for each in question.version.criteria
        if each.text and line.name in check_criterion(current(), scheme, level, each.text).parameters
    }
    return Trial(line, value, counted, moved)


def _mistake(request: GateRequest, question: assessing.Asked, trial: Trial | None) -> str:
    typed = request.GET.get("value", "").strip()
    if not typed or trial is not None or not _lines(question):
        return ""
    sentence = _(
        "“%(typed)s” is no amount of at most %(most)s digits. Write digits with two decimals at most: 8700.50."
    )
    return sentence % {"typed": typed[: 2 * LONGEST_NUMBER], "most": LONGEST_NUMBER}


def _trial_sentence(trial: Trial | None) -> str:
    """Who would be judged otherwise, in one sentence."""
    if trial is None:
        return ""
    moves = [move for found in trial.moved.values() for move in found]
    facts = {
        "line": words(trial.line.title),
        "value": numbers.with_unit(_amount(trial.value), _line_unit(trial.line)),
        "gained": numbers.whole(sum(move.households for move in moves if move.after is True)),
        "lost": numbers.whole(sum(move.households for move in moves if move.before is True)),
    }
    told = _(
        "With %(line)s at %(value)s, %(gained)s verdicts of households would become “reached”, and %(lost)s would no "
        "longer be. The lists below and by place stay those of the line in force. Nothing is stored."
    )
    return told % facts


def _amount(value: float) -> str:
    return numbers.decimal(value, 0 if value == int(value) else 2)


@admit(Permission.SEE_FIGURE_ROWS)
def standard_rows(request: GateRequest, code: str, name: str, criterion: str) -> HttpResponse:
    """The households with one verdict of a criterion, each with the facts that it lacks."""
    known = known_or_404(request, code, name)
    context, question = known.context, known.question
    found = question.criterion(criterion)
    if found is None or question.standard.level != "household":
        raise Http404
    wanted = request.GET.get("verdict", "")
    verdict = Verdict(wanted) if wanted in [*Verdict] else Verdict.FAILED
    fact = request.GET.get("fact", "")[:60]

    def judged(number: int) -> tuple[int, list[assessing.JudgedRow]]:
        offset = (number - 1) * ROWS_A_PAGE
        return assessing.households_judged(question, found, verdict, fact=fact, limit=ROWS_A_PAGE, offset=offset)

    part, (_count, rows) = fetched(request, ROWS_A_PAGE, judged, lambda answer: answer[0])
    title = _("%(criterion)s: %(verdict)s") % {"criterion": words(found.title), "verdict": verdict_word(verdict)}
    page = {
        "section": "area",
        "title": title,
        "subtitle": words(question.standard.title),
        "context_line": context_line(request, request.scope, context, bases=False),
        "table": _households(request, rows),
        "choices": (choices := _verdicts(request, verdict)),
        "chosen": next(each for each in choices if each.current),
        "pages": pages_of(request, part),
        "back_href": with_context(reverse("standard", args=[code, name]), context),
    }
    return render(request, "pages/standard_rows.html", page)


def _verdicts(request: GateRequest, chosen: Verdict) -> tuple[Choice, ...]:
    return tuple(
        Choice(verdict_word(each), replaced(request, verdict=each, fact=""), each is chosen) for each in Verdict
    )


def _households(request: GateRequest, rows: list[assessing.JudgedRow]) -> DrillTable:
    ids = [row.household_id for row in rows]
    visible = scoped(Household.objects.filter(id__in=ids), request.scope).select_related("place").in_bulk()
    listed = []
    for row in rows:
        lacking = DrillCell(_(", ").join(words(fact.title) for fact in row.lacking))
        household = visible.get(row.household_id)
        if household is None:
            listed.append(DrillRow(_("Not in your area any more"), (DrillCell(row.place_code), DrillCell("—"))))
            continue
        href = reverse("household", args=[household.ref])
        cells = (DrillCell(name_of(household.place)), lacking)
        listed.append(DrillRow(head_of(household, request.scope), cells, href=href))
    columns = (DrillColumn(_("Place"), numeric=False), DrillColumn(_("Facts missing"), numeric=False))
    return DrillTable(_("Households"), _("Household"), columns, tuple(listed), empty=_("No household."))
