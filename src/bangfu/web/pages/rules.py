"""Rules: standards, indicators, lines and terms in a list, and each on its own page beside its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.parameters.dates import holds
from bangfu.parameters.loader import Parameters
from bangfu.parameters.standards import StandardVersion
from bangfu.records.access.gate import scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.texts import UNIT_WORDS, check_one, table_of_level, users_of
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.models import ParameterOverlay, ProposalState
from bangfu.records.instance.parameters import current
from bangfu.web import numbers
from bangfu.web.dates import day as day_words
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_facts import level_word, period
from bangfu.web.pages.rule_forms import GRAINS, STANDARD_KINDS
from bangfu.web.pages.rule_keys import (
    EDITED,
    OUT,
    RuleKey,
    file_of,
    key_of,
    kind_words,
    kinds_words,
    rule_or_404,
    rules_of,
    title_of,
    title_proposed,
)
from bangfu.web.pages.rule_words import Meaning, meaning_of
from bangfu.web.pages.typed import typed_in
from bangfu.web.values import Choice, DrillCell, DrillColumn, DrillRow, DrillTable, Link, State, Tag

#: Proposals shown in the list that wait: the newest.
MOST_PROPOSALS = 50


def state_tag(row: ParameterOverlay) -> Tag:
    """How far a proposal is, as a tag."""
    found = {
        ProposalState.WAITING: (State.SOON, _("Waiting for review")),
        ProposalState.COUNTING: (State.REACHED, _("In force")),
        ProposalState.RETURNED: (State.FAILED, _("Returned")),
        ProposalState.WITHDRAWN: (State.PAUSED, _("Withdrawn")),
    }
    return Tag(*found[row.state])


@dataclass(frozen=True)
class Listed:
    """A proposal in a list."""

    number: int
    title: str
    href: str
    tag: Tag
    who: str
    when: str
    reason: str


def _newest(found: QuerySet[ParameterOverlay]) -> QuerySet[ParameterOverlay]:
    """Proposals with their people, the newest first."""
    return found.select_related("proposed_by", "reviewed_by", "returned_by").order_by("-proposed_at", "-id")


def listed(row: ParameterOverlay, parameters: Parameters, scheme: str) -> Listed:
    """A proposal as a list shows it."""
    key = key_of(row)
    title = words(title_of(parameters, scheme, key) or title_proposed(row, key)) if key else row.path
    when = day_words(timezone.localdate(row.proposed_at))
    href = reverse("rule_proposal", args=[row.pk])
    return Listed(row.pk, title, href, state_tag(row), str(row.proposed_by), when, row.reason)


@admit(Permission.SEE_FIGURES)
def rules(request: GateRequest) -> HttpResponse:
    """The rules by kind; ``?q=`` looks in names, titles and texts, ``?kind=`` and ``?state=`` keep some."""
    parameters, scheme = current(), current_instance().scheme
    typed, kind = typed_in(request.GET)[0], request.GET.get("kind", "")
    kind = kind if kind in EDITED else ""
    waiting = list(_newest(scoped(ParameterOverlay.objects.waiting(), request.scope)))
    pending = {key for row in waiting if (key := key_of(row))}
    only_waiting = request.GET.get("state") == "waiting"
    sections = []
    for each in (kind,) if kind else EDITED:
        found = {
            name: rule
            for name, rule in rules_of(parameters, scheme, each).items()
            if _said(name, rule, typed.lower()) and (not only_waiting or RuleKey(each, name) in pending)
        }
        if found:
            sections.append((each, kinds_words(each), _table(each, found, pending)))
    count = sum(len(table.rows) for _kind, _title, table in sections)
    page = {
        "section": "analysis",
        "title": _("Rules"),
        "facts": ngettext("%(count)d rule", "%(count)d rules", count) % {"count": count},
        "sections": sections,
        "waiting": [listed(row, parameters, scheme) for row in waiting[:MOST_PROPOSALS]],
        "waiting_more": _waiting_more(len(waiting)),
        "typed": typed,
        "kind": kind,
        "only_waiting": only_waiting,
        "choices": _choices(kind, typed, only_waiting),
        "chosen": Choice(kinds_words(kind) if kind else _("All")),
        "new_links": _new_links(request),
    }
    return render(request, "pages/rules.html", page)


def _waiting_more(count: int) -> str:
    """That older proposals wait too, where the list has no room for them."""
    if count <= MOST_PROPOSALS:
        return ""
    facts = {"shown": numbers.whole(MOST_PROPOSALS), "count": numbers.whole(count)}
    return _("The newest %(shown)s of %(count)s; each stands on the page of its rule too.") % facts


def _new_links(request: GateRequest) -> list[Link]:
    if not request.whole_scope.may(Permission.EDIT_RULES):
        return []
    titles = {
        "standards": _("New standard"),
        "indicators": _("New indicator"),
        "lines": _("New line"),
        "terms": _("New term"),
    }
    return [Link(title, reverse("rule_new", args=[kind])) for kind, title in titles.items()]


def _said(name: str, rule: Any, typed: str) -> bool:
    texts = [name, rule.title.zh, rule.title.en, getattr(rule, "text", ""), getattr(rule, "numerator", "") or ""]
    if hasattr(rule, "versions"):
        texts += [
            part for version in rule.versions for each in version.criteria for part in (each.title.zh, each.text or "")
        ]
    return typed in " ".join(texts).lower()


def _table(kind: str, found: Mapping[str, Any], pending: set[RuleKey]) -> DrillTable:
    headings = {
        "standards": (_("What it decides"), _("Level"), _("Region"), _("Counts")),
        "indicators": (_("Table"), _("Unit"), _("Version")),
        "lines": (_("Unit"), _("Last value"), _("Counts")),
        "terms": (_("Said of"), _("Text")),
    }[kind]
    columns = tuple(DrillColumn(heading, numeric=False) for heading in (*headings, _("State")))
    rows = tuple(_row(RuleKey(kind, name), rule, pending) for name, rule in found.items())
    return DrillTable(kinds_words(kind), kind_words(kind), columns, rows)


def _row(key: RuleKey, rule: Any, pending: set[RuleKey]) -> DrillRow:
    cells: tuple[str, ...]
    if key.kind == "standards":
        last = rule.latest
        marks = period(last.valid_from, last.valid_until)
        cells = (str(STANDARD_KINDS[rule.kind]), level_word(rule.level), rule.place_prefix or _("Everywhere"), marks)
    elif key.kind == "indicators":
        cells = (str(GRAINS[rule.grain]), words(UNIT_WORDS[rule.unit]), rule.version)
    elif key.kind == "lines":
        last = rule.values[-1] if rule.values else None
        spoken = period(last.valid_from, last.valid_until) if last else "—"
        cells = (words(UNIT_WORDS[rule.unit]), numbers.exact(last.value) if last else "—", spoken)
    else:
        cells = (str(GRAINS[rule.table]), rule.text)
    state = _("Waiting for review") if key in pending else _force(key.kind, rule)
    if unverified(key.kind, rule):
        state = _("%(state)s, unverified") % {"state": state}
    return DrillRow(words(rule.title), tuple(map(DrillCell, (*cells, state))), href=key.href)


def _force(kind: str, rule: Any) -> str:
    """Whether something of a rule holds today."""
    today = timezone.localdate()
    if kind == "standards" and rule.on(today) is None:
        return _("Nothing holds today")
    if kind == "lines" and not any(holds(each.valid_from, each.valid_until, today) for each in rule.values):
        return _("Nothing holds today")
    return _("In force")


def unverified(kind: str, rule: Any) -> bool:
    """Whether a source or wording of a rule has been read by nobody."""
    if kind == "lines":
        return any(each.unverified for each in rule.values)
    if kind != "standards":
        return False
    return any(v.unverified or any(each.unverified for each in v.criteria) for v in rule.versions)


def _choices(chosen: str, typed: str, only_waiting: bool) -> tuple[Choice, ...]:
    def choice(label: str, kind: str) -> Choice:
        asked = {"kind": kind, "q": typed, "state": "waiting" if only_waiting else ""}
        query = urlencode({key: value for key, value in asked.items() if value})
        return Choice(label, f"{reverse('rules')}?{query}", kind == chosen)

    return (choice(_("All"), ""), *(choice(kinds_words(kind), kind) for kind in EDITED))


@dataclass(frozen=True)
class TextShown:
    """A text of a rule beside what it means."""

    title: str
    text: str
    meaning: Meaning | None
    unverified: bool = False


@dataclass(frozen=True)
class VersionShown:
    """A version of a rule: when it counts, its source, its texts."""

    title: str
    source: str
    tags: tuple[Tag, ...]
    note: str
    texts: tuple[TextShown, ...]
    open: bool


@admit(Permission.SEE_FIGURES)
def rule(request: GateRequest, rule: RuleKey) -> HttpResponse:
    """One rule: its texts in words, versions, source, who uses it, what was proposed."""
    parameters, scheme = current(), current_instance().scheme
    found = rule_or_404(parameters, scheme, rule)
    of_file = scoped(ParameterOverlay.objects.filter(path=file_of(parameters, rule)), request.scope)
    rows = [row for row in _newest(of_file) if key_of(row) == rule]
    waiting = any(row.state is ProposalState.WAITING for row in rows)
    tags = [Tag(State.SOON, _("Waiting for review"))] if waiting else []
    if unverified(rule.kind, found):
        tags.append(Tag(State.UNKNOWN, _("Unverified")))
    may_edit = request.whole_scope.may(Permission.EDIT_RULES)
    page = {
        "section": "analysis",
        "title": words(found.title),
        "title_tags": tags,
        "facts": f"{kind_words(rule.kind)} · {rule.name}",
        "key": rule,
        "versions": _versions(parameters, scheme, rule, found),
        "pairs": _pairs(rule.kind, found),
        "values": _values(found) if rule.kind == "lines" else None,
        "users": [
            Link(words(user.title), RuleKey(user.kind, user.name).href)
            for user in users_of(parameters, scheme, rule.kind, rule.name)
        ],
        "proposals": [listed(row, parameters, scheme) for row in rows],
        "edit_href": reverse("rule_edit", args=[rule]) if may_edit else "",
        "out_href": reverse("rule_out", args=[rule]) if may_edit and rule.kind in OUT else "",
        "figure_href": reverse("figure", args=[rule.name]) if rule.kind == "indicators" else "",
    }
    return render(request, "pages/rule.html", page)


def _versions(parameters: Parameters, scheme: str, key: RuleKey, found: Any) -> list[VersionShown]:
    def shown(title: str, text: str | None, table: str, purpose: str, mark: bool = False) -> TextShown:
        if text is None:
            return TextShown(title, _("People decide this: the register keeps no fact of it."), None, mark)
        checked = check_one(parameters, scheme, text, table=table, purpose=purpose)
        return TextShown(title, text, meaning_of(checked), mark)

    if key.kind == "terms":
        meant = shown(_("Text"), found.text, found.table, "term")
        return [VersionShown(_("Text and meaning"), "", (), "", (meant,), True)]
    if key.kind == "indicators":
        sides = ((_("Numerator"), found.numerator), (_("Denominator"), found.denominator))
        texts = tuple(shown(title, text, str(found.grain), "figure") for title, text in sides if text)
        return [VersionShown(_("Formula and meaning"), "", (), "", texts, True)] if texts else []
    if key.kind == "lines":
        return []
    table = table_of_level(found.level)
    today = timezone.localdate()
    versions = sorted(found.versions, key=lambda each: each.valid_from or today.min, reverse=True)
    return [
        VersionShown(
            period(version.valid_from, version.valid_until),
            words(version.source),
            _version_tags(version),
            words(version.note) if version.note else "",
            tuple(
                shown(words(each.title), each.text, table, "criterion", each.unverified) for each in version.criteria
            ),
            position == 0,
        )
        for position, version in enumerate(versions)
    ]


def _version_tags(version: StandardVersion) -> tuple[Tag, ...]:
    return (Tag(State.UNKNOWN, _("Unverified")),) if version.unverified else ()


def _pairs(kind: str, found: Any) -> list[tuple[str, str]]:
    if kind == "standards":
        region = found.place_prefix or _("Everywhere")
        return [
            (_("What it decides"), str(STANDARD_KINDS[found.kind])),
            (_("Level that is judged"), level_word(found.level)),
            (_("Code of the region"), region),
        ]
    if kind == "terms":
        return [(_("Said of"), str(GRAINS[found.table]))]
    if kind == "lines":
        return [(_("Unit"), words(UNIT_WORDS[found.unit]))]
    pairs = [
        (_("Definition"), words(found.definition)),
        (_("Table"), str(GRAINS[found.grain])),
        (_("Unit"), words(UNIT_WORDS[found.unit])),
        (_("Version"), found.version),
        (_("Counts from"), day_words(found.since) if found.since else ""),
        (_("What changed"), words(found.changed) if found.changed else ""),
        (_("By group"), found.group or ""),
        (_("Base"), found.denominator_named or ""),
        (_("Source"), words(found.source)),
        (_("Responsible office"), words(found.owner)),
    ]
    return [pair for pair in pairs if pair[1]]


def _values(found: Any) -> DrillTable:
    columns = tuple(
        DrillColumn(heading, numeric=False) for heading in (_("Value"), _("Region"), _("Source"), _("State"))
    )
    rows = tuple(
        DrillRow(
            period(each.valid_from, each.valid_until),
            tuple(
                map(
                    DrillCell,
                    (
                        numbers.exact(each.value),
                        each.place_prefix or _("Everywhere"),
                        words(each.reference),
                        _("Unverified") if each.unverified else _("Read"),
                    ),
                )
            ),
        )
        for each in reversed(found.values)
    )
    return DrillTable(_("Values"), _("Counts"), columns, rows)
