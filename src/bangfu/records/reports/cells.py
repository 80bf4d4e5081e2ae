"""The cells of tables of figures: each holds a stored figure of the current snapshot, or says why it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bangfu.analytics.workbooks.layout import Slot
from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope
from bangfu.records.figures.formulas import UNKNOWN_GROUP
from bangfu.records.figures.models import Figure, FigureState, Snapshot
from bangfu.records.figures.queries import figures
from bangfu.records.instance.parameters import current
from bangfu.records.reports import words
from bangfu.records.reports.answers import CONSTANT, group_of, indicator_of, unit_of
from bangfu.records.reports.ground import Ground
from bangfu.records.reports.reading import Asked
from bangfu.records.reports.told import Told

#: Places that one query names.
PLACES_A_QUERY = 500


@dataclass(frozen=True)
class Stored:
    """The figures that the cells ask for, by indicator, place and year, and by group in these; None: no snapshot."""

    snapshot: Snapshot | None
    found: dict[tuple[str, str, int], dict[str, Figure]] = field(default_factory=dict)

    def groups(self, code: str, place_code: str, year: int) -> Mapping[str, Figure]:
        """The figures of an indicator at a place in a year, by group."""
        return self.found.get((code, place_code, year), {})


def told_cells(cells: Sequence[Asked], ground: Ground) -> Iterator[Told]:
    """What becomes of each cell that waits for a figure."""
    stored = _stored(cells, ground)
    for done, asked in enumerate(cells):
        ground.progress(done, len(cells))
        yield _told(asked, ground.answer(asked.key), stored, ground.scope)


def _stored(cells: Sequence[Asked], ground: Ground) -> Stored:
    wanted = [(code, asked.read) for asked in cells if (code := indicator_of(ground.answer(asked.key)))]
    stored = Stored(ground.snapshot)
    if ground.snapshot is None or not wanted:
        return stored
    codes, years = {code for code, _ in wanted}, {read.year for _, read in wanted}
    places = sorted({read.place.code for _, read in wanted if read.place is not None})
    levels = {read.place.level for _, read in wanted if read.place is not None}
    rows = figures(ground.snapshot, ground.scope).filter(indicator__in=codes, year__in=years, level__in=levels)
    for first in range(0, len(places), PLACES_A_QUERY):
        for row in rows.filter(place_code__in=places[first : first + PLACES_A_QUERY]):
            stored.found.setdefault((row.indicator, row.place_code, row.year), {})[row.group] = row
    return stored


def _told(asked: Asked, answer: str, stored: Stored, scope: Scope) -> Told:
    """One cell; where nobody said which place is meant, it stays empty like a heading that asks nothing."""
    read, code, place = asked.read, indicator_of(answer), asked.read.place
    where = (asked.block.sheet, asked.slot.row, asked.slot.column)
    facts: dict[str, Any] = {"words": read.what}
    if code is None:
        always = answer.startswith(CONSTANT)
        return Told(*where, "constant" if always else "left_empty", answer[1:] if always else None, facts)
    if place is None or read.outside or not scope.places.allows_place(place.code):
        unsaid = place is None and not read.outside
        return Told(*where, "left_empty" if unsaid else "outside", None, facts | {"what": code})
    facts |= {"what": code, "group": group_of(answer), "place": place.code, "year": read.year}
    indicator = current().indicators.get(code)
    if indicator is None:
        return Told(*where, "removed", None, facts)
    found = _found(group_of(answer), stored, stored.groups(code, place.code, read.year))
    value = None if found.value is None else _value(found.value, indicator, unit_of(answer), asked.slot)
    return Told(*where, found.state, value, {**facts, **found.facts})


@dataclass(frozen=True, slots=True)
class _Found:
    """A stored value, or why there is none, and where it comes from."""

    state: str
    value: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def _found(group: str, stored: Stored, figures_here: Mapping[str, Figure]) -> _Found:
    """The value of one group of an indicator at a place in a year."""
    row = figures_here.get(group)
    if row is not None and row.value is not None and row.state == FigureState.KNOWN:
        missing = row.missing_places or 0
        return _Found("partial" if missing else "filled", row.value, {"figure": row.pk, "missing": missing})
    if row is None and group and _has_no_case(figures_here):
        missing = max(figure.missing_places or 0 for figure in figures_here.values())
        return _Found("partial" if missing else "no_case", 0.0, {"missing": missing})
    return _Found(_why(row, stored, figures_here))


def _has_no_case(figures_here: Mapping[str, Figure]) -> bool:
    """Whether a group that no row names is a zero: the place reported, and of no row that counts is the group unknown.

    Rows whose group is not known may be of this one, so they leave it open.
    """
    unknown = figures_here.get(UNKNOWN_GROUP)
    return bool(figures_here) and (unknown is None or (unknown.value == 0 and not unknown.unknown_rows))


def _why(row: Figure | None, stored: Stored, figures_here: Mapping[str, Figure]) -> str:
    """Why there is no value."""
    if stored.snapshot is None:
        return "no_snapshot"
    if row is not None:
        return str(row.state) if row.state != FigureState.KNOWN else "missing_facts"
    return "missing_facts" if figures_here else "not_reported"


def _value(stored: float, indicator: Indicator, unit: str, slot: Slot) -> float | int:
    """A stored value in the unit of its cell, with the decimals that people read, or more where the cell shows more."""
    plain, divisor = Decimal(str(words.UNSAID.get(indicator.unit or "", 1.0))), _divisor(indicator.unit, unit, slot)
    steps = [plain.scaleb(-indicator.decimals)]
    if slot.decimals is not None:
        steps.append((Decimal("0.01") if slot.percent else divisor).scaleb(-slot.decimals))
    step = min(steps)
    rounded = (Decimal(repr(float(stored))) / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
    return _tidy(float(rounded / divisor))


def _divisor(stored_unit: str | None, said: str, slot: Slot) -> Decimal:
    """What a stored value is divided by for a cell; a cell shown as percent takes the share as it is."""
    unit = words.UNITS.get(said)
    if stored_unit == "share" and slot.percent:
        return Decimal(1)
    if unit is not None and unit.kind == (stored_unit or "count"):
        return Decimal(str(unit.divisor))
    return Decimal(str(words.UNSAID.get(stored_unit or "", 1.0)))


def _tidy(value: float) -> float | int:
    """A whole value as a whole number."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
