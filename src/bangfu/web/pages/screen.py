"""The meeting-room screen of a place: four figures, one map, one list, one trend, readable from three metres.

The same queries as the area home, counts only. Two boards side by side where the wall is twice as wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangfu.records.access.gate import Scope, place_in_scope
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.models import Snapshot
from bangfu.records.places.models import Place
from bangfu.records.places.queries import breadcrumb, places_below
from bangfu.web import charts, dates, maps, numbers
from bangfu.web.pages.area import CAUSES, content, figure_href, indicators
from bangfu.web.pages.asked import SURVEY, Asked, area_href, asked, mistaken_period, name_of, with_context
from bangfu.web.pages.came_from import led_to, said_of_code
from bangfu.web.pages.readings import AreaFigures
from bangfu.web.pages.then_or_now import on_places, said_in_file
from bangfu.web.values import DrillCell, DrillRow, DrillTable, FigureCard, Link, Notice, State, Tag

#: Seconds after which the screen asks anew; and after which it may go on to the next board, where the address says so.
REFRESH_SECONDS = 300
LEAST_TURN, MOST_TURN = 15, 600
LONGEST_TURN = 5
STALE = timedelta(hours=24)
MOST_ROWS = 8
PERSONS, RATE = 1, 2


@dataclass(frozen=True)
class ListRow:
    """A place of the list: its name, its persons, its rate with a bar."""

    name: str
    href: str
    persons: DrillCell
    rate: DrillCell


@dataclass(frozen=True)
class PlaceList:
    """The places in the order of the rate; ``rest`` leads to those without room."""

    title: str
    first: str
    persons: str
    rate: str
    rows: tuple[ListRow, ...]
    rest: Link | None


@dataclass(frozen=True)
class Board:
    """One board of the wall."""

    code: str
    title: str
    facts: str
    notices: tuple[Notice, ...]
    area_href: str
    figure_href: str = ""
    cards: tuple[FigureCard, ...] = ()
    #: Of which parts the figures are, said once in the head where the wall has no room at each number.
    of_parts: str = ""
    map: maps.MapDrawing | None = None
    places: PlaceList | None = None
    trend: charts.Trend | None = None
    source: str = ""
    stale: Tag | None = None


@admit(Permission.SEE_AREA)
@require_safe
def screen(request: GateRequest, code: str) -> HttpResponse:
    """The boards of a place and of the next one."""
    place = place_in_scope(request, code)
    if place.code != code:
        return HttpResponseRedirect(led_to(request, reverse("screen", args=[place.code]), code))
    now, ring = timezone.now(), ring_of(place, request.scope)
    at = [one.code for one in ring].index(place.code)
    following, preceding = ring[(at + 1) % len(ring)], ring[at - 1]
    context, turn = asked(request, place), turn_asked(request.GET.get("every", ""))
    shown = (place,) if following == place else (place, following)
    lower = _within(places_below(place.code), request.scope)
    page = {
        "theme": "dark",
        "title": _title(place),
        "boards": [board_of(request, one, now) for one in shown],
        "next": _link(following, context, turn),
        "previous": _link(preceding, context, turn),
        "lower": _link(lower[0], context, turn) if lower else None,
        "upper": _link(ring[0], context, turn),
        "shown_at": timezone.localtime(now).strftime("%H:%M"),
        "refresh_seconds": turn or REFRESH_SECONDS,
        "turn": turn,
    }
    return render(request, "pages/screen.html", page)


def ring_of(place: Place, scope: Scope) -> list[Place]:
    """The boards that follow each other: the place above and those beside, or at the top of the scope those below."""
    line = breadcrumb(place)
    above = line[-2] if len(line) > 1 and scope.places.allows_place(line[-2].code) else place
    beside = _within(places_below(above.code), scope)
    return [above, *beside] if above == place or place in beside else [place]


def _within(places: Sequence[Place], scope: Scope) -> list[Place]:
    return [one for one in places if scope.places.allows_place(one.code)]


def turn_asked(text: str) -> int | None:
    """Seconds after which the next board comes by itself; None unless the address asks for it."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_TURN or int(text) == 0:
        return None
    return min(max(int(text), LEAST_TURN), MOST_TURN)


def _link(place: Place, context: Asked, turn: int | None) -> Link:
    further = {"every": turn} if turn else {}
    return Link(name_of(place), with_context(reverse("screen", args=[place.code]), context, **further))


def _title(place: Place) -> str:
    return _("Out of poverty: %(place)s") % {"place": name_of(place)}


def board_of(request: GateRequest, place: Place, now: datetime) -> Board:
    """What one board says of a place."""
    context = asked(request, place)
    plain = Board(place.code, _title(place), _facts(context), (), area_href(place, context))
    if context.snapshot is None:
        nothing = Notice("empty", _("No figures yet for this place."), Link(_("Area home"), plain.area_href))
        return Board(plain.code, plain.title, plain.facts, (nothing,), plain.area_href)
    below = places_below(place.code)
    on = on_places(request.scope, context, indicators(), below, of_place_alone={CAUSES})
    drawn = content(request, context, list(on.below), AreaFigures(dict(on.figures)), (maps.WALL, maps.NARROW))
    told = (said_of_code(request, context), mistaken_period(context.mistaken, context.year))
    rate = "incidence_survey" if context.basis == SURVEY else "incidence_register"
    return Board(
        code=plain.code,
        title=plain.title,
        facts=f"{plain.facts} · {said_in_file(context, on)}" if on.differs else plain.facts,
        notices=tuple(one for one in told if one),
        area_href=plain.area_href,
        figure_href=figure_href(context, rate),
        cards=tuple(drawn["cards"]),
        of_parts=next((card.missing_link.label for card in drawn["cards"] if card.missing_link), ""),
        map=drawn["map"],
        places=_list_of(drawn["table"], drawn["trend"].title, plain.area_href) if drawn["table"] else None,
        trend=drawn["trend"],
        source=_source(context.snapshot),
        stale=_stale(context.snapshot, now),
    )


def _facts(context: Asked) -> str:
    basis = _("Survey") if context.basis == SURVEY else _("Register")
    return f"{dates.year_end(context.year)} · {basis}" if context.year else basis


def _list_of(table: DrillTable, title: str, href: str) -> PlaceList:
    """The rows of the area's table in the order of their rate, those without one last."""
    ordered = sorted(table.rows, key=_length, reverse=True)
    fitting = MOST_ROWS if len(ordered) <= MOST_ROWS else MOST_ROWS - 1
    more = len(ordered) - fitting
    told = _("%(count)s more in the area's table") % {"count": numbers.whole(more)}
    return PlaceList(
        title=_("%(figure)s, from high to low") % {"figure": title},
        first=table.first,
        persons=table.columns[PERSONS].heading,
        rate=table.columns[RATE].unit,
        rows=tuple(ListRow(row.name, row.href, row.cells[PERSONS], row.cells[RATE]) for row in ordered[:fitting]),
        rest=Link(told, f"{href}#table") if more > 0 else None,
    )


def _length(row: DrillRow) -> float:
    """How long the bar of a row is; below zero where there is no figure, so that these come last."""
    length = row.cells[RATE].bar
    return -1.0 if length is None else length


def _source(snapshot: Snapshot) -> str:
    facts = {
        "day": snapshot.happened.isoformat(),
        "mark": f"#{snapshot.short}",
        "computed": dates.minute(snapshot.created_at),
    }
    return _("Snapshot %(day)s %(mark)s · computed %(computed)s") % facts


def _stale(snapshot: Snapshot, now: datetime) -> Tag | None:
    """That the figures were computed more than a day ago."""
    age = now - snapshot.created_at
    if age <= STALE:
        return None
    return Tag(State.SOON, _("Computed %(days)s days ago") % {"days": numbers.whole(max(age.days, 1))})
