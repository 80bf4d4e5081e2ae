"""Figures of a snapshot on the places of then, or on those of today: mergers, new codes and moves between parents.

Figures are stored under the codes of their time. On today's places a place has what was counted where it lies now:
its own figure, with what came to it since and without what left it. Only the outermost of what moved is added or taken
away, so that a township that moved with its villages counts once, and what did not move keeps its stored digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope, successor_of
from bangfu.records.figures.models import Figure, FigureState, Snapshot
from bangfu.records.figures.moves import Move, crosses, moved, under_names_of_then
from bangfu.records.figures.queries import figures
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme

#: Indicator, place code, year and group.
Key = tuple[str, str, int, str]
Found = Mapping[Key, Figure]
#: What adds up of a figure; its value follows from them.
QUANTITIES = ("numerator", "denominator", "unknown_rows", "missing_places")


@dataclass(frozen=True)
class OnPlaces:
    """Figures of a place and of those right under it, on the places of then or of now, and whether the two differ.

    ``combined`` are the keys whose figure is stored nowhere, so that no rows open behind it.
    """

    below: tuple[Place, ...]
    figures: Found
    differs: bool = False
    combined: frozenset[Key] = field(default=frozenset())


def carries_over(indicator: Indicator) -> bool:
    """Whether a figure can be told of other places than those it was computed for: sums, and quotients of sums."""
    ratio = indicator.denominator is not None or indicator.denominator_named is not None
    return indicator.measure is None and (indicator.additive or ratio)


def figures_of(
    snapshot: Snapshot,
    scope: Scope,
    place: Place,
    below: Sequence[Place],
    indicators: Sequence[Indicator],
    *,
    as_now: bool = False,
    of_place_alone: Collection[str] = (),
) -> OnPlaces:
    """The figures of a place and of the places right under it; at most seven queries, however many places moved.

    A place in the scope has what was counted where it lies, under whatever code and parent that was. Indicators of
    ``of_place_alone`` are not wanted of the places under it.
    """
    codes = [one.code for one in indicators]
    moves = _touching(moved(snapshot, codes), place)
    if not moves or not scope.places.allows_place(successor_of(place).code):
        rows = figures(snapshot, scope).filter(
            indicator__in=codes, place_code__in=[place.code, *(each.code for each in below)]
        )
        rows = rows.exclude(~Q(place_code=place.code), indicator__in=of_place_alone) if of_place_alone else rows
        rows = rows.select_related(None).defer(None).order_by()
        return OnPlaces(tuple(below), {key_of(row): row for row in rows})
    crossing = crosses(moves, place.code, _length_below(place))
    if as_now and crossing:
        return _as_now(snapshot, place, below, indicators, moves)
    return _as_then(snapshot, place, below, codes, moves, differs=crossing)


def _touching(moves: Iterable[Move], place: Place) -> tuple[Move, ...]:
    """The moves, where any of them lies or lay under a place and at another address among the places right under it."""
    length, own = _length_below(place), len(place.code)
    listed = tuple(moves)
    near = (m for m in listed if place.code in (m.old[:own], m.new[:own]) and m.old[:length] != m.new[:length])
    return listed if any(near) else ()


def _length_below(place: Place) -> int:
    levels = current_scheme().levels
    return levels[min(place.level + 1, len(levels) - 1)].length


def key_of(row: Figure) -> Key:
    """The key of a stored figure."""
    return row.indicator, row.place_code, row.year, row.group


# --- As then --------------------------------------------------------------------------------------------------------


def _as_then(
    snapshot: Snapshot,
    place: Place,
    below: Sequence[Place],
    codes: Collection[str],
    moves: Sequence[Move],
    *,
    differs: bool,
) -> OnPlaces:
    """What is stored under the code that the place had, with the places that lay right under it."""
    then = next((move.old for move in moves if move.place_id == place.pk), place.code)
    found = Figure.objects.filter(snapshot=snapshot, indicator__in=codes)
    under = Q(level=place.level + 1, place_code__startswith=then) if place.level + 1 < len(_levels()) else Q(pk=None)
    rows = list(found.filter(Q(place_code=then) | under).select_related("place"))
    today = {each.pk: each for each in below}
    arrived = {move.new for move in moves}
    stood = {row.place_id for row in rows}
    listed = {each.code: each for each in below if each.pk in stood or each.code not in arrived}
    keyed: dict[Key, Figure] = {}
    for row in rows:
        if row.place_code == then:
            code = place.code
        elif row.place_id in today:
            code = today[row.place_id].code
        else:
            code = row.place_code
            listed.setdefault(code, _of_then(row))
        keyed[row.indicator, code, row.year, row.group] = row
    under_names_of_then([each for each in listed.values() if each.pk not in today])
    return OnPlaces(tuple(listed[code] for code in sorted(listed)), keyed, differs)


def _levels() -> Sequence[Any]:
    return current_scheme().levels


def _of_then(row: Figure) -> Place:
    """A place under the code of then, never to be saved; its address leads to the place of today."""
    place = copy(row.place)
    place.code = row.place_code
    return place


# --- As now ---------------------------------------------------------------------------------------------------------


def _as_now(
    snapshot: Snapshot,
    place: Place,
    below: Sequence[Place],
    indicators: Sequence[Indicator],
    moves: Sequence[Move],
) -> OnPlaces:
    shown = {each.code: each for each in (place, *below)}
    codes = [one.code for one in indicators]
    wanted = {*shown, *(move.old for move in moves)}
    rows = Figure.objects.filter(snapshot=snapshot, indicator__in=codes, place_code__in=wanted)
    stored: dict[tuple[str, int, str], dict[str, Figure]] = defaultdict(dict)
    for row in rows:
        stored[row.indicator, row.year, row.group][row.place_code] = row
    signs = {code: _signs(code, moves) for code in shown}
    carried = {one.code: carries_over(one) for one in indicators}
    result: dict[Key, Figure] = {}
    combined: set[Key] = set()
    for (indicator, year, group), held in stored.items():
        for code, each in shown.items():
            parts = [(sign, held[old]) for old, sign in signs[code].items() if old in held]
            key = (indicator, code, year, group)
            if parts:
                result[key] = _combined(held.get(code), parts, each, known=carried[indicator])
                combined.add(key)
            elif code in held:
                result[key] = held[code]
    return OnPlaces(tuple(below), result, differs=True, combined=frozenset(combined))


def _signs(code: str, moves: Sequence[Move]) -> dict[str, int]:
    """By old code: 1 for what came under a place since, -1 for what left it, the outermost of each alone."""
    came = {m.old for m in moves if m.new.startswith(code) and not m.old.startswith(code)}
    left = {m.old for m in moves if m.old.startswith(code) and not m.new.startswith(code)}
    parent_of = current_scheme().parent_of
    signs: dict[str, int] = defaultdict(int)
    for crossing, sign in ((came, 1), (left, -1)):
        for old in {m.old for m in moves}:
            signs[old] += sign * ((old in crossing) - ((parent_of(old) or "") in crossing))
    return {old: sign for old, sign in signs.items() if sign}


def _combined(own: Figure | None, parts: Sequence[tuple[int, Figure]], place: Place, *, known: bool) -> Figure:
    """A figure of a place made of stored ones, as the roll-up would: what is unknown is counted and not added.

    What does not add up (``known`` is False) does not apply to a place that it was not computed for.
    """
    terms = [*([(1, own)] if own is not None else []), *parts]
    first = terms[0][1]
    sums: dict[str, Any] = {}
    for name in QUANTITIES:
        added = [sign * value for sign, row in terms if (value := getattr(row, name)) is not None]
        sums[name] = sum(added) if added else None
    ratio = any(row.denominator is not None for _sign, row in terms)
    value = (sums["numerator"] / sums["denominator"] if sums["denominator"] else None) if ratio else sums["numerator"]
    value = None if sums["numerator"] is None or (not ratio and not value and sums["unknown_rows"]) else value
    state = FigureState.KNOWN if value is not None else FigureState.MISSING_FACTS
    if any(row.state == FigureState.WITHHELD for _sign, row in terms):
        state, value, sums = FigureState.WITHHELD, None, dict.fromkeys(QUANTITIES)
    if not known:
        state, value, sums = FigureState.NOT_APPLICABLE, None, dict.fromkeys(QUANTITIES)
    return Figure(
        snapshot_id=first.snapshot_id,
        formula_id=first.formula_id,
        indicator=first.indicator,
        version=first.version,
        place_id=place.pk,
        place_code=place.code,
        level=place.level,
        year=first.year,
        group=first.group,
        state=state,
        value=value,
        **sums,
    )
