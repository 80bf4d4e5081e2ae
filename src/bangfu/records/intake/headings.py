"""Which kind of sheet this is and which column goes where, told by its headings.

Headings are compared without width, case, spaces, line breaks and marks of duty (*), and without a unit in brackets,
which is read as the unit of the cells (``人均纯收入（万元）``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.parameters.mappings import Layout, Mapping, MappingColumn, RowKind
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, PERSON_TABLES, CellForm, Target

#: Units that may stand in brackets behind a heading: what one of them is in units of the column.
UNIT_FACTORS: dict[str, tuple[str, float]] = {
    "元": ("fen", 100),
    "yuan": ("fen", 100),
    "万元": ("fen", 1_000_000),
    "分": ("fen", 1),
    "fen": ("fen", 1),
    "亩": ("mu", 1),
    "mu": ("mu", 1),
    "公顷": ("mu", 15),
    "㎡": ("m2", 1),
    "m2": ("m2", 1),
    "m²": ("m2", 1),
    "平方米": ("m2", 1),
    "公里": ("km", 1),
    "千米": ("km", 1),
    "km": ("km", 1),
    "米": ("km", 0.001),
    "月": ("months", 1),
    "个月": ("months", 1),
    "months": ("months", 1),
    "人": ("count", 1),
    "口": ("count", 1),
}
#: A heading stands in one of the first rows; above it there may be a title and a note.
SEARCHED_ROWS = 10
_BRACKETS = re.compile(r"[(]([^()]*)[)]$")
_NOISE = re.compile(r"[\s*＊:]+")


@dataclass(frozen=True, slots=True)
class Bound:
    """One column of a sheet bound to one target. ``factor`` turns a cell into the target's unit."""

    index: int
    heading: str
    target: Target
    column: MappingColumn
    factor: float = 1


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read. ``unknown`` are headings that nothing takes; ``top`` is the row of the headings."""

    layout: Layout
    top: int
    bound: tuple[Bound, ...]
    unknown: tuple[str, ...]
    person_rows: bool

    def has(self, path: str) -> bool:
        """Whether a column goes to this target."""
        return any(bound.target.path == path for bound in self.bound)


@dataclass(frozen=True, slots=True)
class SheetMisfit:
    """Why a sheet fits no layout: the headings it lacks, and those it has."""

    layout: str
    missing: tuple[str, ...]
    found: tuple[str, ...]


def folded(heading: str) -> str:
    """A heading as it is compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def plan_sheet(
    sheet: str, rows: Sequence[tuple[int, Sequence[str | None]]], mapping: Mapping, targets: Dictionary[str, Target]
) -> SheetPlan | SheetMisfit:
    """The plan of a sheet from its first rows (number, cells), or why it fits no layout of the mapping.

    A layout that names the sheet goes first; among several that fit, the one that takes most columns.
    """
    named = [layout for layout in mapping.layouts if sheet in layout.sheets]
    plans: list[SheetPlan] = []
    misfits: list[SheetMisfit] = []
    for layout in named or mapping.layouts:
        found = _plan_layout(rows, layout, targets)
        (plans if isinstance(found, SheetPlan) else misfits).append(found)  # type: ignore[arg-type]
    if plans:
        return max(plans, key=lambda plan: (len(plan.bound), plan.person_rows))
    return min(misfits, key=lambda misfit: len(misfit.missing))


def _plan_layout(
    rows: Sequence[tuple[int, Sequence[str | None]]], layout: Layout, targets: Dictionary[str, Target]
) -> SheetPlan | SheetMisfit:
    accepted = _accepted(layout, targets)
    top, cells = max(rows, key=lambda row: _known(row[1], accepted), default=(1, ()))
    bound, unknown = _bind(cells, accepted, targets, {folded(heading) for heading in layout.ignored})
    missing = [column for column in _wanted(layout) if not any(each.column == column for each in bound)]
    person_rows = layout.row is not RowKind.HOUSEHOLD
    identity = [each for each in bound if each.target.path in {"person.person_no", "person.name", "person.id_no"}]
    headings = tuple(cell for cell in cells if cell)
    if missing:
        return SheetMisfit(layout.name, tuple(_shown(column, targets) for column in missing), headings)
    if person_rows and not identity:
        return SheetMisfit(layout.name, (targets["person.name"].title.zh,), headings)
    if not bound:
        return SheetMisfit(layout.name, tuple(_shown(column, targets) for column in layout.columns[:1]), headings)
    return SheetPlan(layout, top, tuple(bound), tuple(unknown), person_rows)


def _wanted(layout: Layout) -> list[MappingColumn]:
    return [column for column in layout.columns if column.required]


def _shown(column: MappingColumn, targets: Dictionary[str, Target]) -> str:
    return column.headings[0] if column.headings else targets[column.to[0]].title.zh


def _known(cells: Sequence[str | None], accepted: Dictionary[str, MappingColumn]) -> int:
    return sum(1 for cell in cells if cell and _find(cell, accepted)[0] is not None)


def _find(cell: str, accepted: Dictionary[str, MappingColumn]) -> tuple[MappingColumn | None, str | None]:
    """The column of a heading, and the unit in its brackets where the whole heading is not known by itself."""
    heading = folded(cell)
    if heading in accepted:
        return accepted[heading], None
    brackets = _BRACKETS.search(heading)
    if brackets and brackets[1] in UNIT_FACTORS:
        return accepted.get(heading[: brackets.start()]), brackets[1]
    return None, None


def _bind(
    cells: Sequence[str | None],
    accepted: Dictionary[str, MappingColumn],
    targets: Dictionary[str, Target],
    ignored: set[str],
) -> tuple[list[Bound], list[str]]:
    bound: list[Bound] = []
    unknown: list[str] = []
    taken: set[str] = set()
    for index, cell in enumerate(cells):
        column, unit = _find(cell, accepted) if cell else (None, None)
        if column is None or any(path in taken for path in column.to):
            if cell and folded(cell) not in ignored:
                unknown.append(cell)
            continue
        taken.update(column.to)
        for path in column.to:
            target = targets[path]
            bound.append(Bound(index, str(cell), target, column, _factor(target, unit or column.unit)))
    return bound, unknown


def _factor(target: Target, unit: str | None) -> float:
    if unit is None:
        return 100 if target.form is CellForm.FEN else 1
    measured, factor = UNIT_FACTORS[unit]
    return factor if measured == target.unit else 1


def _accepted(layout: Layout, targets: Dictionary[str, Target]) -> dict[str, MappingColumn]:
    """Headings by their folded spelling: those the mapping lists, then the titles of the tables it derives from."""
    allowed = {"row", *HOUSEHOLD_TABLES, *(PERSON_TABLES if layout.row is not RowKind.HOUSEHOLD else ())}
    columns = [column for column in layout.columns if column.to[0].split(".")[0] in allowed]
    accepted: dict[str, MappingColumn] = {}
    for column in columns:
        for heading in column.headings:
            accepted.setdefault(folded(heading), column)
    listed = {path: column for column in columns for path in column.to}
    for path, target in targets.items():
        if target.table in layout.derived or (layout.derived and target.table == "row"):
            column = listed.get(path) or MappingColumn((path,), (target.title.zh, target.title.en))
            accepted.setdefault(folded(target.title.zh), column)
            accepted.setdefault(folded(target.title.en), column)
    return accepted
