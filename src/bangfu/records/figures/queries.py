"""Figures as readers ask for them: by place, level, year and group, within the scope; and the rows behind one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.analytics.geometry import Ring, cells
from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import NOTHING, RowFilter
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.figures import sql
from bangfu.records.figures.explaining import classes_behind
from bangfu.records.figures.models import Figure, Formula, Snapshot, SnapshotState
from bangfu.records.figures.moves import moved
from bangfu.records.figures.snapshots import open_snapshot
from bangfu.records.places.cells import map_cells, points_below
from bangfu.records.places.models import Boundary, Place, PointState
from bangfu.records.places.queries import children

#: A point that lies far from its siblings would stretch a map to where nothing is.
DOUBTFUL = frozenset({PointState.OUTSIDE_NEIGHBOURHOOD, PointState.OTHER_COUNTY})


#: An indicator that is computed for places of every level, so that its figures tell all their codes.
OF_EVERY_PLACE = "households_registered"
#: The length of :attr:`Snapshot.short`.
MARK_LENGTH = 4


@dataclass(frozen=True)
class BehindFigure:
    """The rows behind a figure: how many, how many of them unknown, their sum, and one page of them.

    ``rows`` are dicts with ``household_id, year, place_code``, the values of the formula and the group's code.
    ``withheld`` are the classes that the formula reads and the reader does not see on every row: rows without them are
    neither listed nor counted, since being listed would already tell what was read.
    """

    count: int
    unknown: int
    total: float | None
    rows: Sequence[dict[str, Any]]
    withheld: frozenset[FieldClass] = frozenset()


def current_snapshot(place_code: str, happened: date | None = None) -> Snapshot | None:
    """The current snapshot that covers a place: the latest day, or the latest up to a day."""
    prefixes = [place_code[:length] for length in range(len(place_code) + 1)]
    found = Snapshot.objects.filter(current=True, state=SnapshotState.READY, place_prefix__in=prefixes)
    if happened is not None:
        found = found.filter(happened__lte=happened)
    return found.order_by("-happened", "-created_at").first()


def first_snapshot(place_code: str) -> Snapshot | None:
    """The current snapshot of the earliest day that covers a place."""
    prefixes = [place_code[:length] for length in range(len(place_code) + 1)]
    found = Snapshot.objects.filter(current=True, state=SnapshotState.READY, place_prefix__in=prefixes)
    return found.order_by("happened", "-created_at").first()


def snapshot_named(mark: str, place_code: str) -> Snapshot | None:
    """The snapshot of a ref, or of the short mark that pages print, if it covers a place and is still kept.

    A mark that several snapshots of the place bear names none of them, except the current one.
    """
    prefixes = [place_code[:length] for length in range(len(place_code) + 1)]
    kept = Snapshot.objects.filter(state=SnapshotState.READY, place_prefix__in=prefixes)
    exact = kept.filter(ref=mark).first()
    if exact is not None or len(mark) != MARK_LENGTH:
        return exact
    alike = list(kept.filter(content_digest__startswith=mark).order_by("-current", "-created_at")[:2])
    return alike[0] if len(alike) == 1 or (alike and alike[0].current and not alike[1].current) else None


def parts_computed_since(snapshot: Snapshot, place_code: str) -> list[Place]:
    """The places under one whose figures of the same day were computed by themselves after a snapshot, in order.

    That they were is told to whoever may see the place above; nothing of what they hold is.
    """
    since = Snapshot.objects.filter(
        current=True, state=SnapshotState.READY, happened=snapshot.happened, place_prefix__startswith=place_code
    )
    later = since.filter(created_at__gt=snapshot.created_at).exclude(id=snapshot.id)
    return list(Place.objects.filter(code__in=later.values("place_prefix")).order_by("code"))


def years_of(snapshot: Snapshot) -> list[int]:
    """The years that a snapshot has figures for, in order."""
    files: list[dict[str, Any]] = snapshot.manifest["files"]
    return sorted({int(file["year"]) for file in files if file["table"] == "households" and file["year"]})


def figures(
    snapshot: Snapshot, scope: Scope, *, indicator: str | None = None, year: int | None = None
) -> QuerySet[Figure]:
    """The figures of a snapshot within a scope, in order of place code and group."""
    found = scoped(Figure.objects.filter(snapshot=snapshot), scope)
    if indicator is not None:
        found = found.filter(indicator=indicator)
    if year is not None:
        found = found.filter(year=year)
    return found.select_related("place").defer("place__point_facts").order_by("place_code", "group")


def counts_place(snapshot: Snapshot, place: Place, indicator: str) -> bool:
    """Whether a snapshot has figures of an indicator for a place, under whatever code."""
    return Figure.objects.filter(snapshot=snapshot, indicator=indicator, place=place).exists()


def under(found: QuerySet[Figure], place_code: str, level: int) -> QuerySet[Figure]:
    """Those of the figures that belong to places of one level under a place."""
    return found.filter(level=level, place_code__startswith=place_code)


def cells_to_draw(parent_code: str) -> Mapping[str, list[Ring]]:
    """The shapes that the figures of the places right under one are drawn on, by code; the table names the others.

    Where no boundary is loaded, neither of the place nor below it, cells fill the neighbourhood of their own points.
    The frame that ``map_cells`` takes is then what lies nearest to the parent's point among its siblings. It often
    misses half of the villages, which it would draw at its edge as slivers without room for a name.
    """
    within = Q(place__code=parent_code) | Q(place__parent__code=parent_code)
    if Boundary.objects.filter(within, valid_until__isnull=True).exists():
        return map_cells(parent_code)
    sound = [place for place in children(parent_code) if place.point_state not in DOUBTFUL]
    return cells(points_below(parent_code, sound))


def formula_of(figure: Figure) -> Formula:
    """The formula that gave a figure."""
    return Formula.objects.get(id=figure.formula_id)


def rows_behind(figure: Figure, scope: Scope, *, limit: int = 50, offset: int = 0) -> BehindFigure:
    """The rows behind a figure that a scope may see, run from the stored formula with the scope bound.

    **Errors** FileNotFoundError where a file of the snapshot is lost.
    """
    formula = formula_of(figure)
    read = classes_behind(formula)
    reading, withheld = _reading(scope, read), read - scope.classes
    if reading.rows == NOTHING:
        return BehindFigure(0, 0, None, (), withheld)
    reading = replace(reading, rows=_where_it_lay(figure, reading.rows))
    group = formula.body.get("group")
    bound: list[object] = [figure.year, figure.place_code, *([figure.group] if group else [])]
    with open_snapshot(figure.snapshot_id, reading, for_formula=True) as opened:
        counted = opened.connection.execute(sql.count_of_figure(formula.rows_sql, group), bound).fetchall()[0]
        result = opened.connection.execute(sql.rows_of_figure(formula.rows_sql, group), [*bound, limit, offset])
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return BehindFigure(int(counted[0]), int(counted[1]), counted[2], rows, withheld)


def _where_it_lay(figure: Figure, rows: RowFilter) -> RowFilter:
    """The same area in the codes of the snapshot: with what lies in it today and had another code then."""
    moves = moved(figure.snapshot, {figure.indicator, OF_EVERY_PLACE})
    former = sorted({move.old for move in moves if rows.allows_place(move.new) and not rows.allows_place(move.old)})
    outermost: list[str] = []
    for code in former:
        if not outermost or not code.startswith(outermost[-1]):
            outermost.append(code)
    return replace(rows, prefixes=(*rows.prefixes, *outermost)) if outermost else rows


def _reading(scope: Scope, read: frozenset[FieldClass]) -> Scope:
    """The scope of those grants only that see every class that is read."""
    return scope if read <= scope.classes else scope.only(lambda part: read <= part.classes)
