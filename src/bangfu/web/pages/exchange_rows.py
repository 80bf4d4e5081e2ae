"""The differences themselves: a list that is filtered and paged, and one of them with the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.parameters.schema import Kind as ColumnKind
from bangfu.records.access.audit import FactRefused
from bangfu.records.access.gate import object_in_scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.exchange import actions, queries
from bangfu.records.exchange.models import (
    Comparison,
    Difference,
    DifferenceDecision,
    DifferenceState,
    Kind,
    Side,
)
from bangfu.records.exchange.queries import Wanted
from bangfu.records.places.queries import places_named
from bangfu.web import numbers
from bangfu.web.dates import day
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.described import written
from bangfu.web.pages.exchange import facts_of, window_strips
from bangfu.web.pages.import_rows import pages_of, part_of
from bangfu.web.pages.readings import words
from bangfu.web.values import Choice, DrillCell, DrillColumn, DrillRow, DrillTable, State, Tag

ROWS_A_PAGE = 50
EXAMPLES = 10
SHORTEST_REASON = 4
KINDS = {
    Kind.DIFFERS: gettext_lazy("Two different values"),
    Kind.SPELLING: gettext_lazy("Spelled differently"),
    Kind.EMPTY_THEIRS: gettext_lazy("Empty in the export"),
    Kind.EMPTY_OURS: gettext_lazy("Empty in the register"),
    Kind.ONLY_OURS: gettext_lazy("Only in the register"),
    Kind.ONLY_THEIRS: gettext_lazy("Only in the export"),
    Kind.UNREADABLE: gettext_lazy("Cannot be compared"),
}
STATES = {
    DifferenceState.OPEN: (State.UNKNOWN, gettext_lazy("To decide")),
    DifferenceState.DECIDED: (State.PLAIN, gettext_lazy("Decided")),
    DifferenceState.LISTED: (State.SOON, gettext_lazy("On the entry list")),
    DifferenceState.CLOSED: (State.REACHED, gettext_lazy("Closed")),
}
SIDES = {
    Side.OURS: gettext_lazy("The register is right: enter it into the national system"),
    Side.THEIRS: gettext_lazy("The national system is right: take its value over"),
    Side.BOTH_WRONG: gettext_lazy("Both are wrong: find out what is right"),
    Side.LEAVE: gettext_lazy("Leave it as it is"),
}


@dataclass(frozen=True)
class Shown:
    """A difference as its row shows it."""

    who: str
    field: str
    kind: str
    ours: str
    theirs: str
    tag: Tag
    side: str
    since: str


@admit(Permission.IMPORT_FILES)
def exchange_rows(request: Any, ref: str) -> HttpResponse:
    """The differences of a comparison's area and year."""
    comparison = object_in_scope(Comparison.objects.all(), request.scope, ref=ref)
    wanted = _wanted(request, comparison)
    found = queries.chosen(wanted, request.scope)
    part = part_of(request, found.count(), ROWS_A_PAGE)
    listed = list(found.select_related("household", "person", "first_seen")[part.start : part.end])
    page = {
        "section": "data",
        "title": _("Differences"),
        "facts": facts_of(comparison),
        "strips": window_strips(request.scope, comparison.place_code),
        "comparison": comparison,
        "wanted": wanted,
        "place": request.GET.get("place", ""),
        "fields": _fields(comparison, request.scope, wanted),
        "kinds": [Choice(str(word), kind, kind == wanted.kind) for kind, word in KINDS.items()],
        "states": [Choice(str(word), state, state == wanted.state) for state, (_tag, word) in STATES.items()],
        "table": _table(listed),
        "pages": pages_of(request, part, _("Differences %(first)s–%(last)s of %(count)s")),
    }
    return render(request, "pages/exchange_rows.html", page)


def _wanted(request: Any, comparison: Comparison) -> Wanted:
    place = request.GET.get("place", "")
    inside = place.isalnum() and place.startswith(comparison.place_code)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    return Wanted(
        comparison.year,
        place if inside else comparison.place_code,
        request.GET.get("field", "")[:80],
        kind if kind in Kind.values else "",
        state if state in DifferenceState.values else "",
    )


def _fields(comparison: Comparison, scope: Any, wanted: Wanted) -> list[Choice]:
    paths = queries.counted(Wanted(comparison.year, comparison.place_code), scope).by_field
    return [Choice(words(queries.title_of(path)), path, path == wanted.field) for path in paths]


def _table(listed: list[Difference]) -> DrillTable:
    heads = (_("Column"), _("Kind"), _("Register"), _("National system"), _("State"), _("Since"))
    names = place_names(listed)
    rows = tuple(
        DrillRow(
            shown.who,
            (
                DrillCell(shown.field),
                DrillCell(shown.kind),
                DrillCell(shown.ours),
                DrillCell(shown.theirs),
                DrillCell(tag=shown.tag),
                DrillCell(shown.since),
            ),
            href=reverse("exchange_difference", args=[each.pk]),
        )
        for each in listed
        for shown in (shown_of(each, names),)
    )
    columns = tuple(DrillColumn(head, numeric=False) for head in heads)
    return DrillTable(
        _("Differences"), _("Household · person"), columns, rows, empty=_("No difference fits all of these.")
    )


def place_names(listed: list[Difference]) -> dict[str, str]:
    """The names of the places between which these differences stand, by code."""
    codes = {code for each in listed if each.path == "row.place" for code in (each.ours, each.theirs) if code}
    return {code: name_of(place) for code, place in places_named(codes).items()} if codes else {}


def shown_of(each: Difference, places: dict[str, str]) -> Shown:
    """A difference in the reader's language; personal numbers masked."""
    state, word = STATES[DifferenceState(each.state)]
    ours, theirs = queries.both_values(each)
    return Shown(
        " · ".join(part for part in (each.household_no, each.name) if part),
        words(queries.title_of(each.path)),
        str(KINDS[Kind(each.kind)]),
        _said(each, ours, places, missing=each.kind != Kind.ONLY_OURS),
        _said(each, theirs, places, missing=each.kind != Kind.ONLY_THEIRS),
        Tag(state, str(word)),
        str(SIDES[Side(each.side)]) if each.side else "",
        day(timezone.localtime(each.first_seen.created_at).date()),
    )


def _said(each: Difference, value: str | None, places: dict[str, str], *, missing: bool) -> str:
    if value is None:
        if each.path in ("household", "person"):
            return "—" if missing else _("there")
        return _("cannot be read") if each.kind == Kind.UNREADABLE else _("empty")
    if each.path == "row.place":
        return places.get(value, value)
    column = queries.column_at(each.path)
    if column is None:
        return value
    return written(_typed(value, column.kind), column)


def _typed(value: str, kind: ColumnKind) -> Any:
    if kind is ColumnKind.BOOLEAN:
        return value in ("true", "True", "1")
    if kind is ColumnKind.INTEGER:
        return int(value)
    return float(value) if kind is ColumnKind.NUMBER else value


@admit(Permission.IMPORT_FILES)
def exchange_difference(request: Any, number: int) -> HttpResponse:
    """One difference with both values, what became of it, and who is right."""
    rows = queries.seen(request.scope).select_related("household", "person", "first_seen", "last_seen", "closed_by")
    each = object_in_scope(rows, request.scope, pk=number)
    alike = queries.alike(each, request.scope)
    count = alike.count()
    fault = ""
    if request.method == "POST":
        fault = _decide(request, each, alike)
        if not fault:
            return HttpResponseRedirect(reverse("exchange_difference", args=[number]))
    names = place_names([each])
    examples = list(alike.select_related("household", "person", "first_seen")[:EXAMPLES])
    page = {
        "section": "data",
        "title": words(queries.title_of(each.path)),
        "facts": " · ".join(part for part in (each.household_no, each.name, str(each.year)) if part),
        "difference": each,
        "shown": shown_of(each, names),
        "sides": [] if each.state == DifferenceState.CLOSED else _sides(each, request.POST.get("side", each.side)),
        "reason": request.POST.get("reason", "") if fault else "",
        "fault": fault,
        "alike": count,
        "alike_words": numbers.whole(count),
        "examples": [shown_of(one, place_names(examples)).who for one in examples],
        "decisions": _history(each, request.scope),
        "last_seen": day(timezone.localtime(each.last_seen.created_at).date()),
    }
    return render(request, "pages/exchange_difference.html", page, status=422 if fault else 200)


def _sides(each: Difference, chosen: str) -> list[Choice]:
    return [Choice(str(SIDES[side]), side, side == chosen) for side in actions.SIDES[Kind(each.kind)]]


def _decide(request: Any, each: Difference, alike: Any) -> str:
    """Keep a decision about one or all alike; what is wrong with it otherwise."""
    everyone = request.POST.get("which") == "alike"
    rows = alike if everyone else queries.seen(request.scope).filter(pk=each.pk)
    reason = request.POST.get("reason", "").strip()
    try:
        MinLengthValidator(SHORTEST_REASON)(reason)
        actions.decide(
            rows,
            kind=each.kind,
            side=request.POST.get("side", ""),
            reason=reason,
            by=request.user,
            place_code=each.lies_in,
        )
    except ValidationError:
        return _("Give the reason in a few words: on what the decision rests.")
    except FactRefused:
        return _("Leave ID, phone and account numbers out of the reason.")
    except actions.CannotDecide:
        return _("Choose who is right.")
    return ""


def _history(each: Difference, scope: Any) -> list[dict[str, str]]:
    decisions = scoped(DifferenceDecision.objects.filter(difference=each), scope)
    return [
        {
            "at": f"{timezone.localtime(made.at):%Y-%m-%d %H:%M}",
            "who": made.by.get_username(),
            "side": str(SIDES[Side(made.side)]),
            "reason": made.reason,
        }
        for made in decisions.select_related("by").order_by("-at", "-id")
    ]
