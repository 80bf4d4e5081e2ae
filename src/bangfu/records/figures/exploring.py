"""Figures across the places of a level: in order, by class, by group, over time, and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from bangfu.records.access.gate import Scope
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.figures.queries import figures
from bangfu.records.places.models import Place
from bangfu.records.places.queries import places_now, under

#: Names in order: places without a Latin name stand by their own.
BY_NAME = ("pinyin", "name", "code")


@dataclass(frozen=True)
class Level:
    """The places of one level under one place."""

    under: str
    number: int


@dataclass(frozen=True)
class Listed:
    """A stretch of the places of a level, each with its figure where it has one, and how many there are."""

    rows: Sequence[tuple[Place, Figure | None]]
    count: int


def of_level(snapshot: Snapshot, scope: Scope, indicator: str, year: int, level: Level) -> QuerySet[Figure]:
    """The figures of an indicator and year at the places of a level, of every group."""
    found = figures(snapshot, scope, indicator=indicator, year=year).order_by()
    return found.filter(under(level.under, "place_code"), level=level.number)


def within(found: QuerySet[Figure], low: float | None, high: float | None) -> QuerySet[Figure]:
    """Those figures whose value is at least ``low`` and less than ``high``."""
    found = found.filter(value__isnull=False)
    found = found if low is None else found.filter(value__gte=low)
    return found if high is None else found.filter(value__lt=high)


def places_of(level: Level) -> QuerySet[Place]:
    """The places of a level that stand today."""
    return places_now().filter(under(level.under), level=level.number)


def by_value(found: QuerySet[Figure], level: Level, first: int, most: int, *, all_places: bool = True) -> Listed:
    """A stretch of the places from the highest value down; those without a value follow in order of code.

    Those without are looked for only where the stretch reaches them: in a province that is a search of its own.
    """
    known = found.filter(value__isnull=False)
    valued = known.order_by(F("value").desc(), "place_code")[first : first + most]
    rows: list[tuple[Place, Figure | None]] = [(row.place, row) for row in valued]
    if not all_places:
        return Listed(rows, known.count())
    if len(rows) == most:
        return Listed(rows, max(places_of(level).count(), first + most))
    before = first + len(rows) if rows or not first else known.count()
    rest = places_of(level).exclude(id__in=known.values("place_id"))
    skipped = max(first - before, 0)
    lacking = list(rest.order_by("code")[skipped : skipped + most - len(rows)])
    states = {row.place_code: row for row in _at(found, lacking)} if lacking else {}
    rows += [(place, states.get(place.code)) for place in lacking]
    whole = len(rows) < most and (lacking or not skipped)
    return Listed(rows, before + (skipped + len(lacking) if whole else rest.count()))


def by_name(found: QuerySet[Figure], level: Level, first: int, most: int) -> Listed:
    """A stretch of the places in order of name."""
    places = places_of(level)
    listed = list(places.order_by(*BY_NAME)[first : first + most])
    states = {row.place_code: row for row in _at(found, listed)}
    return Listed([(place, states.get(place.code)) for place in listed], places.count())


def _at(found: QuerySet[Figure], places: Sequence[Place]) -> QuerySet[Figure]:
    return found.filter(place_code__in=[place.code for place in places])


def at_places(
    snapshot: Snapshot, scope: Scope, indicator: str, codes: Sequence[str], years: Sequence[int]
) -> QuerySet[Figure]:
    """The figures of some places and years, of every group, without their places: whoever asks has them."""
    found = figures(snapshot, scope, indicator=indicator).select_related(None)
    return found.filter(place_code__in=codes, year__in=years).order_by()


def group_values(
    snapshot: Snapshot, scope: Scope, indicator: str, codes: Sequence[str], year: int
) -> Mapping[str, Mapping[str, float | None]]:
    """The value of each group by place code; None is a group whose facts are missing."""
    values: dict[str, dict[str, float | None]] = {}
    found = at_places(snapshot, scope, indicator, codes, [year])
    for code, group, value in found.values_list("place_code", "group", "value"):
        values.setdefault(code, {})[group] = value
    return values


def counts_by_class(found: QuerySet[Figure], breaks: Sequence[float]) -> tuple[int, ...]:
    """How many of the figures lie in each class between fixed limits; one that lies on a limit belongs above it."""
    limits = [None, *breaks, None]
    conditions = {
        f"class_{index}": Count("id", filter=_between(limits[index], limits[index + 1]))
        for index in range(len(breaks) + 1)
    }
    row = found.order_by().aggregate(**conditions)
    return tuple(row[f"class_{index}"] for index in range(len(breaks) + 1))


def _between(low: float | None, high: float | None) -> Q:
    condition = Q(value__isnull=False)
    condition &= Q() if low is None else Q(value__gte=low)
    return condition if high is None else condition & Q(value__lt=high)


def pairs(
    across: QuerySet[Figure], up: QuerySet[Figure], most: int
) -> tuple[list[tuple[Place, Figure, Figure]], int, int]:
    """Places that have both figures, in order of code; how many have only one; and how many have both.

    Beyond ``most`` nothing is drawn: no more than one above it is read, and who has only one is not counted.
    """
    across, up = across.filter(value__isnull=False), up.filter(value__isnull=False)
    of_both = across.filter(place_code__in=up.order_by().values("place_code"))
    rows = list(of_both.order_by("place_code")[: most + 1])
    if len(rows) > most:
        return [], 0, len(rows)
    ups = {row.place_code: row for row in _at(up, [row.place for row in rows]).select_related(None)}
    lacking = across.count() + up.count() - 2 * len(rows)
    return [(row.place, row, ups[row.place_code]) for row in rows], lacking, len(rows)
