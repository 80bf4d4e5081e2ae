"""The differences themselves: a list that is filtered and paged, and one of them with the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, Max, Min, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.parameters.schema import Kind as ColumnKind
from bangfu.records.access.audit import SHORTEST_REASON, FactRefused, check_reason
from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.gate import object_in_scope, scoped
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.exchange import actions, queries
from bangfu.records.exchange.models import (
    Comparison,
    Difference,
    DifferenceDecision,
    DifferenceState,
    Kind,
)
from bangfu.records.exchange.queries import Wanted
from bangfu.records.places.queries import current_scheme, places_named
from bangfu.web import numbers
from bangfu.web.dates import day, minute
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.described import written
from bangfu.web.pages.exchange import facts_of, window_strips
from bangfu.web.pages.exchange_sides import offered, side_word, why_not
from bangfu.web.pages.paging import pages_of, part_of
from bangfu.web.pages.readings import words
from bangfu.web.values import Choice, DrillCell, DrillColumn, DrillRow, DrillTable, State, Tag

ROWS_A_PAGE = 50
EXAMPLES = 10
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

ONE, ALIKE = "one", "alike"


class DecisionForm(WordedForm):
    """Who is right of a difference, for which ones, and why."""

    side = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        error_messages={key: gettext_lazy("Choose who is right.") for key in ("required", "invalid_choice")},
    )
    which = forms.ChoiceField(label=gettext_lazy("For which"), widget=forms.RadioSelect, initial=ONE)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={
            key: gettext_lazy("Give the reason in at least two characters: on what the decision rests.")
            for key in ("required", "min_length")
        },
    )

    def __init__(self, *args: Any, difference: Difference, alike: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = offered(difference)  # type: ignore[attr-defined]
        self.fields["side"].help_text = why_not(difference)
        if alike < 2:
            del self.fields["which"]
            return
        every = _("All %(count)s open ones with the same pair of values") % {"count": numbers.whole(alike)}
        self.fields["which"].choices = [(ONE, _("Only this one")), (ALIKE, every)]  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        """A reason that names nobody by a number."""
        reason: str = self.cleaned_data["reason"]
        try:
            check_reason(reason)
        except FactRefused as refusal:
            told = _("Leave ID, phone and account numbers out of the reason.")
            raise forms.ValidationError(told) from refusal
        return reason


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
def exchange_rows(request: GateRequest, ref: str) -> HttpResponse:
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
        "pages": pages_of(request, part, _("Differences %(first)s–%(last)s of %(count)s"), "#rows"),
    }
    return render(request, "pages/exchange_rows.html", page)


def _wanted(request: GateRequest, comparison: Comparison) -> Wanted:
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


def who_of(each: Difference) -> str:
    """The household and person of a difference."""
    return " · ".join(part for part in (each.household_no, each.name) if part)


def shown_of(each: Difference, places: dict[str, str]) -> Shown:
    """A difference in the reader's language; personal numbers masked."""
    state, word = STATES[DifferenceState(each.state)]
    ours, theirs = queries.both_values(each)
    return Shown(
        who_of(each),
        words(queries.title_of(each.path)),
        str(KINDS[Kind(each.kind)]),
        _said(each, ours, places, missing=each.kind != Kind.ONLY_OURS),
        _said(each, theirs, places, missing=each.kind != Kind.ONLY_THEIRS),
        Tag(state, str(word)),
        side_word(each, each.side) if each.side else "",
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
def exchange_difference(request: GateRequest, number: int) -> HttpResponse:
    """One difference with both values, what became of it, and who is right."""
    rows = queries.seen(request.scope).select_related("household", "person", "first_seen", "last_seen", "closed_by")
    each = object_in_scope(rows, request.scope, pk=number)
    alike = queries.alike(each, request.scope)
    count = alike.count()
    form = DecisionForm(request.POST or None, difference=each, alike=count, initial={"side": each.side})
    if request.method == "POST" and form.is_valid() and _decided(request, each, alike, form):
        return HttpResponseRedirect(reverse("exchange_difference", args=[number]))
    page = {
        "section": "data",
        "title": words(queries.title_of(each.path)),
        "facts": " · ".join(part for part in (each.household_no, each.name, str(each.year)) if part),
        "difference": each,
        "shown": shown_of(each, place_names([each])),
        "form": form,
        "open": each.state != DifferenceState.CLOSED and bool(actions.sides_of(each.path, each.kind)),
        "examples": [who_of(one) for one in alike.order_by("place_code", "household_no", "id")[:EXAMPLES]],
        "decisions": _history(each, request.scope),
        "last_seen": day(timezone.localtime(each.last_seen.created_at).date()),
    }
    return render(request, "pages/exchange_difference.html", page, status=422 if form.errors else 200)


def _decided(request: GateRequest, each: Difference, alike: QuerySet[Difference], form: DecisionForm) -> bool:
    """Keep a decision about one or all alike; False with the fault in the form where nothing can be decided."""
    given = form.cleaned_data
    everyone = given.get("which") == ALIKE
    rows = alike if everyone else queries.seen(request.scope).filter(pk=each.pk)
    try:
        actions.decide(
            rows, kind=each.kind, side=given["side"], reason=given["reason"], by=request.user, place_code=area_of(rows)
        )
    except actions.CannotDecide:
        form.add_error("side", _("It has been closed meanwhile; nothing was decided."))
        return False
    return True


def area_of(rows: QuerySet[Difference]) -> str:
    """The smallest place that holds all of some differences; for the audit log, which is read by area."""
    lies_in = Coalesce(F("household__place_code"), F("place_code"))
    ends = rows.aggregate(first=Min(lies_in), last=Max(lies_in))
    first, last = ends["first"] or "", ends["last"] or ""
    # What the first and the last have in common, all have.
    lengths = [level.length for level in current_scheme().levels]
    return first[: max((each for each in lengths if len(first) >= each and last[:each] == first[:each]), default=0)]


def _history(each: Difference, scope: Any) -> list[dict[str, str]]:
    decisions = scoped(DifferenceDecision.objects.filter(difference=each), scope)
    return [
        {
            "at": minute(made.at),
            "who": made.by.get_username(),
            "side": side_word(each, made.side),
            "reason": made.reason,
        }
        for made in decisions.select_related("by").order_by("-at", "-id")
    ]
