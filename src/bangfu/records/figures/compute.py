"""Figures computed from a snapshot: additive sums per place rolled up by prefix, and measures of the survey.

Every figure is computed once, as the system, for all places; readers then see what their scope allows. A relative
line is computed for the root and stored, never on scoped or grouped rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bangfu.analytics.language import TypedExpr
from bangfu.parameters.schemes import PlaceScheme
from bangfu.parameters.scope import EVERYTHING
from bangfu.records.figures import sql
from bangfu.records.figures.formulas import Language, Ready, compiled
from bangfu.records.figures.models import FigureState
from bangfu.records.figures.snapshots import OpenSnapshot

#: Below so many surveyed rows an estimate is not given out (PAGES.md §4).
RELEASE_MINIMUM = 30


@dataclass(frozen=True)
class Value:
    """One computed figure before it has ids."""

    indicator: str
    version: str
    place_code: str
    level: int
    year: int
    group: str = ""
    state: str = FigureState.KNOWN
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    sample_size: int | None = None
    unknown_rows: int | None = None
    missing_places: int | None = None
    line: float | None = None


COLUMNS = tuple(field.name for field in fields(Value))


@dataclass(frozen=True)
class Ground:
    """Where figures are computed: the open snapshot, the scheme and the prefix of the area."""

    opened: OpenSnapshot
    scheme: PlaceScheme
    prefix: str
    language: Language

    @property
    def lengths(self) -> list[int]:
        """Code lengths of the levels from the area's own down."""
        return [level.length for level in self.scheme.levels if level.length >= len(self.prefix)]

    @property
    def reporting(self) -> int:
        """The code length of the places whose sheets are counted."""
        return self.scheme.sheet_level.length

    def table(self, query: str) -> Any:
        """The rows of a query as an Arrow table."""
        return self.opened.connection.execute(query).to_arrow_table()

    def rows(self, query: str, *bound: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.opened.connection.execute(query, list(bound)).fetchall()


def compute(ground: Ground, ready: Sequence[Ready]) -> Iterator[Value]:
    """The values of all indicators at all places and years of the snapshot."""
    absent = {
        (code, year): count
        for code, year, count in ground.rows(sql.missing(ground.lengths, ground.reporting), ground.prefix)
    }
    for grain in sorted({r.grain for r in ready if r.survey is None}):
        yield from _sums(ground, [r for r in ready if r.grain == grain and r.survey is None], absent)
    surveyed = [r for r in ready if r.survey is not None]
    if surveyed:
        from bangfu.records.figures.surveys import estimates

        yield from estimates(ground, surveyed)


def _sums(ground: Ground, ready: Sequence[Ready], absent: dict[tuple[str, int], int]) -> Iterator[Value]:
    """Expression indicators of one grain: one compiled pass over the rows, then a small roll-up for each."""
    expressions: dict[str, TypedExpr] = {}
    for number, one in enumerate(ready):
        expressions[f"numerator_{number}"] = one.numerator
        if one.denominator is not None:
            expressions[f"denominator_{number}"] = one.denominator
    groups = {one.indicator.group for one in ready if one.indicator.group}
    table = ground.language.table(ready[0].grain)
    query = compiled(expressions, table, EVERYTHING, ["year", "place_code", *sorted(groups)])
    ground.rows(sql.facts(query))
    for group in (None, *sorted(groups)):
        wanted = [(number, one) for number, one in enumerate(ready) if one.indicator.group == group]
        sides = [_sides(number, one) for number, one in wanted]
        ground.rows(sql.village_sums(sides, group))
        yield from _values(ground, wanted, [name for names in sides for name in names], absent)


def _sides(number: int, one: Ready) -> list[str]:
    """The columns of an indicator's numerator and, where it has one of its own, denominator."""
    return [f"numerator_{number}", *([f"denominator_{number}"] if one.denominator is not None else [])]


def _values(
    ground: Ground, wanted: Sequence[tuple[int, Ready]], names: Sequence[str], absent: dict[tuple[str, int], int]
) -> Iterator[Value]:
    bases = {
        one.indicator.denominator_named: _bases(ground, one.indicator.denominator_named)
        for _, one in wanted
        if one.indicator.denominator_named
    }
    for row in ground.rows(sql.rolled_up(names, ground.lengths)):
        code, year, group, *sums = row
        level = ground.scheme.level_of(code)
        if level is None or not code.startswith(ground.prefix):
            continue
        found = dict(zip((n for name in names for n in (name, f"{name}_unknown")), sums, strict=True))
        for number, one in wanted:
            named = one.indicator.denominator_named
            base = bases[named].get((code, year)) if named else None
            where = (code, level.number, int(year), group)
            yield _value(one, where, found, number, base, absent.get((code, year), 0))


def _bases(ground: Ground, column: str) -> dict[tuple[str, int], float | None]:
    rows = ground.rows(sql.bases(column, ground.lengths, ground.reporting), ground.prefix)
    return {(code, year): base for code, year, base, _ in rows}


def _value(
    one: Ready,
    where: tuple[str, int, int, str],
    found: dict[str, Any],
    number: int,
    base: float | None,
    absent: int,
) -> Value:
    code, level, year, group = where
    numerator = _number(found[f"numerator_{number}"])
    indicator = one.indicator
    ratio = indicator.denominator_named is not None or one.denominator is not None
    denominator = base if indicator.denominator_named else _number(found.get(f"denominator_{number}"))
    unknown = int(found[f"numerator_{number}_unknown"])
    value = quotient(numerator, denominator) if ratio else counted(numerator, unknown)
    return Value(
        indicator.code,
        indicator.version,
        code,
        level,
        year,
        group,
        state=FigureState.KNOWN if value is not None else FigureState.MISSING_FACTS,
        value=value,
        numerator=numerator,
        denominator=denominator,
        unknown_rows=unknown,
        missing_places=absent,
    )


def counted(total: float | None, unknown: int) -> float | None:
    """A count or sum; a nothing that leaves out rows whose facts are missing is not known, and never reads as zero."""
    return None if unknown and not total else total


def quotient(numerator: float | None, denominator: float | None) -> float | None:
    """A ratio; unknown where a side is, or where nothing is divided by."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _number(value: Any) -> float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(value)


def tuples(values: Iterable[Value]) -> Iterator[tuple[Any, ...]]:
    """Values as tuples in the order of ``COLUMNS``."""
    for value in values:
        yield tuple(getattr(value, name) for name in COLUMNS)
