"""What is asked of places: by code or name, above and below, for maps and lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from bangfu.parameters.schemes import Level, PlaceScheme
from bangfu.parameters.scope import RowFilter
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.index import PlaceIndex, PlaceRef, peoples_of, place_index
from bangfu.records.places.kept import kept
from bangfu.records.places.models import Place, PointState
from bangfu.records.places.naming import folded

MOST_FOUND = 20
__all__ = ["PlaceIndex", "PlaceRef", "peoples_of", "place_index"]


def current_scheme() -> PlaceScheme:
    """The place scheme of this instance."""
    return current().schemes[current_instance().scheme]


def places_now() -> QuerySet[Place]:
    """The places that stand: not merged into another, not ended."""
    return Place.objects.filter(merged_into__isnull=True, ended_on__isnull=True)


def root() -> Place:
    """The top place of the instance."""
    return Place.objects.get(code=current_instance().root_code)


def places_named(codes: Iterable[str]) -> dict[str, Place]:
    """Places by the code of today."""
    return {place.code: place for place in Place.objects.filter(code__in=set(codes))}


def children(code: str) -> QuerySet[Place]:
    """The places right under a code, in order of code."""
    return places_now().filter(parent__code=code).order_by("code")


def places_below(code: str) -> list[Place]:
    """The places right under a code, in order of code; shared, so not to be changed."""
    return list(kept(("below", code), lambda: tuple(children(code))))


def levels_below(code: str) -> list[Level]:
    """The levels, from the top down, at which places stand under a code; its own level is not among them."""
    found = places_now().filter(under(code)).exclude(code=code).values_list("level", flat=True).distinct()
    numbers = kept(("levels", code), lambda: frozenset(found))
    return [each for each in current_scheme().levels if each.number in numbers]


def under(code: str, field: str = "code") -> Q:
    """The condition of lying under a code, itself included, as a range that an index serves on both databases."""
    condition = Q(**{f"{field}__gte": code})
    if code.isascii() and code.isdigit() and set(code) != {"9"}:
        return condition & Q(**{f"{field}__lt": str(int(code) + 1).zfill(len(code))})
    return Q(**{f"{field}__startswith": code})


def breadcrumb(place: Place) -> list[Place]:
    """The places from the root down to this one, itself last; shared, so not to be changed; one query at most."""
    line = current_scheme().line_of(place.code)
    root_code = current_instance().root_code
    codes = tuple(code for code in line if len(code) >= len(root_code))
    return list(kept(("line", codes), lambda: tuple(Place.objects.filter(code__in=codes).order_by("level"))))


def ancestors(place: Place) -> list[Place]:
    """The places above this one, from the root down."""
    return breadcrumb(place)[:-1]


def level_of(place: Place) -> Level:
    """The level of a place, with its name in both languages."""
    return current_scheme().levels[place.level]


def search(text: str, *, prefix: str = "", limit: int = MOST_FOUND) -> list[Place]:
    """Places by code, name, short name, pinyin or initials, the highest levels first."""
    typed = text.strip()
    if not typed:
        return []
    latin = folded(typed) if typed.isascii() else ""
    condition = Q(name__startswith=typed) | Q(short_name__startswith=typed)
    if latin:
        condition |= Q(pinyin__startswith=latin) | Q(initials__startswith=latin) | Q(code__startswith=latin)
        condition |= Q(name_en__istartswith=typed)
    found = places_now().filter(condition)
    return list((found.filter(under(prefix)) if prefix else found).order_by("level", "code")[:limit])


def counts_by_level(prefix: str = "") -> list[tuple[str, int]]:
    """How many places stand at each level that has any, from the top down, by the level's English code."""
    found = places_now().filter(under(prefix)) if prefix else places_now()
    rows = dict(found.values_list("level").annotate(Count("id")).order_by("level"))
    return [(level.code, rows[level.number]) for level in current_scheme().levels if level.number in rows]


def as_csv(heading: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV text with a heading; lines end with a line feed."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(list(heading))
    writer.writerows(list(row) for row in rows)
    return written.getvalue()


def resolve(code: str, *, on: date | None = None, name: str = "") -> PlaceRef | None:
    """The place that a code means, or meant on a day, followed through changes and mergers to the place of today.

    ``name`` helps under a changed county: a village of that name there wins over the same ending. Zero padding is
    stripped. None where nobody ever had the code. For many codes take ``place_index`` once.
    """
    return place_index(on=on).by_code(code, name)


def doubtful_points(prefix: str, level: str) -> list[Place]:
    """The places of a level under a code that have no point, or a flagged one, in order of code."""
    number = current_scheme().by_code[level].number
    listed = places_now().filter(under(prefix), level=number).exclude(point_state=PointState.SOUND)
    return list(listed.order_by("code"))


# --- For the area switcher ------------------------------------------------------------------------------------------


def search_within(text: str, bounds: RowFilter, limit: int = MOST_FOUND) -> list[Place]:
    """What ``search`` finds inside a reader's places, the highest levels first."""
    if bounds.everything:
        return search(text, limit=limit)
    found = [place for prefix in bounds.prefixes for place in search(text, prefix=prefix, limit=limit)]
    return sorted(found, key=lambda place: (place.level, place.code))[:limit]


def own_places(bounds: RowFilter) -> list[Place]:
    """The topmost places of a reader's places: those that the prefixes name, or the root."""
    return [root()] if bounds.everything else list(places_now().filter(code__in=bounds.prefixes).order_by("code"))


def with_children(places: Iterable[Place]) -> list[Place]:
    """The same places, each with its parent, and with ``below``: how many places lie right under it; two queries."""
    listed = list(places)
    counted = places_now().filter(parent__in=[place.pk for place in listed]).values_list("parent").annotate(Count("id"))
    counts = dict(counted.order_by())
    parents = Place.objects.in_bulk({place.parent_id for place in listed if place.parent_id is not None})
    for place in listed:
        place.below = counts.get(place.pk, 0)  # type: ignore[attr-defined]
        if place.parent_id is not None:
            place.parent = parents[place.parent_id]
    return listed
