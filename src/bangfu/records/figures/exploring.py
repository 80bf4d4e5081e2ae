"""Figures across the places of a level: in order, by class, by group, over time, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from bangfu.records.figures.models import Figure
from bangfu.records.figures.then import Then
from bangfu.records.places.models import Place
from bangfu.records.places.queries import under

#: Names in order: places without a Latin name stand by their own.
BY_NAME = ("pinyin", "name", "code")


@dataclass(frozen=True)
class Level:
    """The places of one level under a place, as a snapshot has them; none are of a level below zero."""

    then: Then
    number: int


@dataclass(frozen=True)
class Listed:
    """A stretch of the places of a level, each with its figure where it has one, and how many there are."""

    rows: Sequence[tuple[Place, Figure | None]]
    count: int


def of_level(level: Level, indicator: str, year: int) -> QuerySet[Figure]:
    """The figures of an indicator and year at the places of a level, of every group."""
    found = level.then.figures(indicator, year)
    return found.filter(under(level.then.code, "place_code"), level=level.number)


def within(found: QuerySet[Figure], low: float | None, high: float | None) -> QuerySet[Figure]:
    """Those figures whose value is at least ``low`` and less than ``high``."""
    found = found.filter(value__isnull=False)
    found = found if low is None else found.filter(value__gte=low)
    return found if high is None else found.filter(value__lt=high)


def places_of(level: Level) -> QuerySet[Place]:
    """The places of a level as the snapshot has them."""
    return level.then.places_at(level.number)


def by_value(found: QuerySet[Figure], level: Level, first: int, most: int, *, all_places: bool = True) -> Listed:
    """A stretch of the places from the highest value down; those without a value follow in order of code.

    Those without are looked for only where the stretch reaches them: in a province that is a search of its own.
    """
    known = found.filter(value__isnull=False)
    valued = list(known.order_by(F("value").desc(), "place_code")[first : first + most])
    rows: list[tuple[Place, Figure | None]] = [(row.place, row) for row in valued]
    if not all_places:
        return _listed(level, rows, known.count())
    if len(rows) == most:
        return _listed(level, rows, max(places_of(level).count(), first + most))
    before = first + len(rows) if rows or not first else known.count()
    rest = places_of(level).exclude(id__in=known.values("place_id"))
    skipped = max(first - before, 0)
    lacking = list(rest.order_by("code")[skipped : skipped + most - len(rows)])
    states = _by_place(_at(found, level.then, lacking)) if lacking else {}
    rows += [(place, states.get(place.pk)) for place in lacking]
    whole = len(rows) < most and (lacking or not skipped)
    return _listed(level, rows, before + (skipped + len(lacking) if whole else rest.count()))


def by_name(found: QuerySet[Figure], level: Level, first: int, most: int) -> Listed:
    """A stretch of the places in order of name."""
    places = places_of(level)
    listed = list(places.order_by(*BY_NAME)[first : first + most])
    states = _by_place(_at(found, level.then, listed))
    return _listed(level, [(place, states.get(place.pk)) for place in listed], places.count())


def _listed(level: Level, rows: Sequence[tuple[Place, Figure | None]], count: int) -> Listed:
    places = level.then.shown([place for place, _row in rows])
    return Listed([(place, row) for place, (_place, row) in zip(places, rows, strict=True)], count)


def _at(found: QuerySet[Figure], then: Then, places: Sequence[Place]) -> QuerySet[Figure]:
    return found.filter(place_code__in=[then.code_of(place) for place in places])


def _by_place(found: Iterable[Figure]) -> dict[int, Figure]:
    return {row.place_id: row for row in found}


def at_places(then: Then, indicator: str, places: Sequence[Place], years: Sequence[int]) -> QuerySet[Figure]:
    """The figures of some places and years, of every group, without their places: whoever asks has them, by id."""
    found = then.figures(indicator).select_related(None)
    return _at(found, then, places).filter(year__in=years)


def group_values(
    then: Then, indicator: str, places: Sequence[Place], year: int
) -> Mapping[int, Mapping[str, float | None]]:
    """The value of each group by the id of its place; None is a group whose facts are missing."""
    values: dict[int, dict[str, float | None]] = {}
    found = at_places(then, indicator, places, [year])
    for place, group, value in found.values_list("place_id", "group", "value"):
        values.setdefault(place, {})[group] = value
    return values


def lacking(level: Level, known: QuerySet[Figure]) -> int:
    """How many places of a level have none of the figures."""
    return places_of(level).exclude(id__in=known.filter(value__isnull=False).order_by().values("place_id")).count()


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
    level: Level, across: QuerySet[Figure], up: QuerySet[Figure], most: int
) -> tuple[list[tuple[Place, Figure, Figure]], int, int]:
    """Places that have both figures, in order of code; how many have only one; and how many have both.

    Beyond ``most`` nothing is drawn: no more than one above it is read, and who has only one is not counted.
    """
    across, up = across.filter(value__isnull=False), up.filter(value__isnull=False)
    of_both = across.filter(place_code__in=up.order_by().values("place_code"))
    rows = list(of_both.order_by("place_code")[: most + 1])
    if len(rows) > most:
        return [], 0, len(rows)
    ups = _by_place(up.filter(place_code__in=[row.place_code for row in rows]).select_related(None))
    lacking = across.count() + up.count() - 2 * len(rows)
    places = level.then.shown([row.place for row in rows])
    return [(place, row, ups[row.place_id]) for place, row in zip(places, rows, strict=True)], lacking, len(rows)
