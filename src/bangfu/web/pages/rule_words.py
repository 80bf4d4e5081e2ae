"""Texts of rules while they are written: checked with the fault marked, said in words, the names that they may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Grain
from bangfu.parameters.text import Text
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.texts import (
    PLACES,
    NameListed,
    TextChecked,
    check_one,
    names_for,
    table_of_level,
)
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.web.numbers import in_chinese
from bangfu.web.pages.readings import words
from bangfu.web.pages.typed import typed_in

#: Characters of a text that are shown before and after a fault.
AROUND = 200
TABLES = (*Grain, PLACES)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A node of what a text says, in one language, with what stands below it."""

    phrase: str
    below: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A checked text for a page: what it says in both languages, or the fault with the text around it."""

    fault: str
    before: str
    wrong: str
    after: str
    phrase: Phrase | None
    other: Phrase | None
    other_tag: str
    kind: str


def meaning_of(checked: TextChecked) -> Meaning:
    """A checked text in the reader's language, the other language beside it."""
    if checked.fault is not None:
        start, end = checked.start, max(checked.end, checked.start + 1)
        before = checked.text[max(0, start - AROUND) : start]
        wrong = checked.text[start : min(end, start + AROUND)]
        after = checked.text[end : end + AROUND]
        return Meaning(words(checked.fault), before, wrong, after, None, None, "", "")
    kind = words(checked.kind) if checked.kind else ""
    if checked.unit is not None:
        kind = _("%(kind)s, unit: %(unit)s") % {"kind": kind, "unit": words(checked.unit)}
    chinese = in_chinese()
    own, other = _phrase(checked.meaning, chinese), _phrase(checked.meaning, not chinese)
    return Meaning("", "", "", "", own, other, "en" if chinese else "zh-Hans", kind)


def _phrase(node: Any, chinese: bool) -> Phrase:
    """A node's phrase; facts that its own phrase names already have no line of their own."""
    text: Text = node.phrase
    # Of members one stands for all: what is asked of it stands right below.
    listed = [inner for each in node.children for inner in each.children] if node.quantified else node.children
    below = [each for each in listed if each.verdict is not None or each.children]
    return Phrase(text.zh if chinese else text.en, tuple(_phrase(each, chinese) for each in below))


def table_asked(request: GateRequest) -> str:
    """The table that a form's text is about: named, or of the level, table or counting that the form has."""
    given = request.POST if request.method == "POST" else request.GET
    level = given.get("level", "")
    found = given.get("of") or given.get("grain") or given.get("table") or (table_of_level(level) if level else "")
    return found if found in TABLES else "households"


@admit(Permission.EDIT_RULES)
def rule_check(request: GateRequest) -> HttpResponse:
    """A text of a form checked: the field's name stands in ``field``, what it is for in ``purpose``."""
    text = request.POST.get(request.POST.get("field", ""), "")
    if not text.strip():
        return HttpResponse("")
    checked = check_one(
        current(),
        current_instance().scheme,
        text,
        table=table_asked(request),
        purpose=request.POST.get("purpose", ""),
    )
    return render(request, "pages/rule_check.htmx.html", {"meaning": meaning_of(checked)})


@dataclass(frozen=True, slots=True)
class NameShown:
    """A name that a text may use, in the reader's language."""

    name: str
    title: str
    sort: str
    note: str


@admit(Permission.SEE_FIGURES)
def rule_names(request: GateRequest) -> HttpResponse:
    """The names that texts over a table may use; ``?q=`` looks in them, ``?format=json`` is for the completion."""
    table = table_asked(request)
    typed = typed_in(request.GET)[0].lower()
    found = [_name(each) for each in names_for(current(), current_instance().scheme, table)]
    found = [each for each in found if typed in f"{each.name} {each.title} {each.note}".lower()]
    if request.GET.get("format") == "json":
        names = [[each.name, each.title, each.sort, each.note] for each in found]
        return JsonResponse({"names": names})
    tables = {
        "households": _("Households"),
        "persons": _("Persons"),
        "villages": _("Villages"),
        PLACES: _("Places"),
    }
    page = {
        "section": "analysis",
        "title": _("Names for texts"),
        "facts": tables[table],
        "names": found,
        "typed": typed,
        "table": table,
        "tables": tables,
    }
    return render(request, "pages/rule_names.html", page)


def _name(each: NameListed) -> NameShown:
    sorts = {
        "column": _("Column"),
        "members": _("Members"),
        "term": _("Term"),
        "line": _("Line"),
        "function": _("Function"),
        "code": _("Code"),
    }
    notes = [words(text) for text in (each.of, each.note) if text]
    return NameShown(each.name, words(each.title), sorts[each.sort], " · ".join(notes))
