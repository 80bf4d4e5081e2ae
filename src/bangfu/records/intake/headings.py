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

from bangfu.analytics.workbooks.values import TEMPLATE_HEADING, MergedCells, answer_headings
from bangfu.parameters.mappings import Layout, Mapping, MappingColumn, RowKind
from bangfu.parameters.text import Text
from bangfu.records.intake.heading_rows import Headings, Row, parts, readings, shown
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
TEMPLATE_HEADINGS = (TEMPLATE_HEADING.zh, TEMPLATE_HEADING.en, f"{TEMPLATE_HEADING.zh} / {TEMPLATE_HEADING.en}")
#: A heading stands in one of the first rows; above it there may be a title and a note.
SEARCHED_ROWS = 10
_BRACKETS = re.compile(r"[(]([^()]*)[)]$")
_NOISE = re.compile(r"[\s*＊:]+")
#: What stands between the two languages of a heading in a template.
_BOTH = " / "


@dataclass(frozen=True, slots=True)
class Bound:
    """One column of a sheet bound to one target. ``factor`` turns a cell into the target's unit.

    Where the column splits, ``answer`` is which of a cell's answers goes here, out of at most ``answers``.
    """

    index: int
    heading: str
    target: Target
    column: MappingColumn
    factor: float = 1
    answer: int = 0
    answers: int = 1


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read; ``top`` is the row of the headings.

    ``unknown`` are headings that nothing takes, ``repeated`` those for which another column counts.
    """

    layout: Layout
    top: int
    bound: tuple[Bound, ...]
    unknown: tuple[str, ...]
    person_rows: bool
    repeated: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether a column goes to this target."""
        return any(bound.target.path == path for bound in self.bound)


@dataclass(frozen=True, slots=True)
class SheetMisfit:
    """Why a sheet fits no layout: the headings it lacks, and those it has."""

    layout: str
    missing: tuple[Text, ...]
    found: tuple[str, ...]


def folded(heading: str) -> str:
    """A heading as it is compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def plan_sheet(
    sheet: str,
    rows: Sequence[Row],
    mapping: Mapping,
    targets: Dictionary[str, Target],
    merged: Sequence[MergedCells] = (),
) -> SheetPlan | SheetMisfit:
    """The plan of a sheet from its first rows (number, cells), or why it fits no layout of the mapping.

    A layout that names the sheet goes first; among several that fit, the one that takes most columns.
    """
    named = [layout for layout in mapping.layouts if sheet in layout.sheets]
    plans: list[SheetPlan] = []
    misfits: list[SheetMisfit] = []
    for layout in named or mapping.layouts:
        found = _plan_layout(rows, merged, layout, _Known(layout, mapping.groups, targets))
        (plans if isinstance(found, SheetPlan) else misfits).append(found)  # type: ignore[arg-type]
    if plans:
        return max(plans, key=lambda plan: (len(plan.bound), plan.person_rows))
    return min(misfits, key=lambda misfit: len(misfit.missing))


def _plan_layout(
    rows: Sequence[Row], merged: Sequence[MergedCells], layout: Layout, known: _Known
) -> SheetPlan | SheetMisfit:
    targets = known.targets
    read = _chosen(list(readings(rows, merged, known.is_plain)), known, _wanted(layout))
    top, cells = read.last, read.cells
    # An answer workbook that was mended comes back with the columns that the answer added.
    ignored = {folded(heading) for heading in (*layout.ignored, *answer_headings(), *TEMPLATE_HEADINGS)}
    bound, unknown, repeated = _bind(cells, known, ignored)
    missing = [column for column in _wanted(layout) if not any(each.column == column for each in bound)]
    person_rows = layout.row is not RowKind.HOUSEHOLD
    identity = [each for each in bound if each.target.path in {"person.person_no", "person.name", "person.id_no"}]
    headings = tuple(shown(cell) for cell in cells if cell)
    if missing:
        return SheetMisfit(layout.name, tuple(_shown(column, targets) for column in missing), headings)
    if person_rows and not identity:
        return SheetMisfit(layout.name, (targets["person.name"].title,), headings)
    if not bound:
        return SheetMisfit(layout.name, tuple(_shown(column, targets) for column in layout.columns[:1]), headings)
    return SheetPlan(layout, top, tuple(bound), tuple(unknown), person_rows, tuple(repeated))


def _chosen(read: Sequence[Headings], known: _Known, wanted: Sequence[MappingColumn]) -> Headings:
    """The reading that knows most columns, a single row before joined ones; with the group heads above it, if any.

    Heads are taken along even though fewer columns are known under them: a name under 帮扶责任人 is no member's. They
    are left aside only where a needed column would be missing.
    """
    best = max(read, key=known.count, default=Headings(1, (), 1))
    under = [each for each in read if each.grouped and each.last == best.last and each.depth > best.depth]
    whole = (each for each in reversed(under) if {id(column) for column in wanted} <= known.columns(each))
    return next(whole, best)


def _wanted(layout: Layout) -> list[MappingColumn]:
    return [column for column in layout.columns if column.required]


def _shown(column: MappingColumn, targets: Dictionary[str, Target]) -> Text:
    """What a column is called: a heading of the form as it is spelled there, else the target's name."""
    return Text(column.headings[0], column.headings[0]) if column.headings else targets[column.to[0]].title


class _Known:
    """The headings that a layout knows, and the group heads under which a heading is known by itself."""

    def __init__(self, layout: Layout, groups: Sequence[str], targets: Dictionary[str, Target]) -> None:
        self.accepted = _accepted(layout, targets)
        self.groups = frozenset(map(folded, groups))
        self.targets = targets

    def count(self, read: Headings) -> int:
        """How many headings of a reading are known."""
        return sum(1 for cell in read.cells if cell and self.find(cell)[0] is not None)

    def columns(self, read: Headings) -> set[int]:
        """The identities of the columns that a reading knows."""
        return {id(column) for cell in read.cells if cell and (column := self.find(cell)[0]) is not None}

    def find(self, cell: str) -> tuple[MappingColumn | None, str | None]:
        """The column of a heading, alone or under its groups, and the unit in its brackets."""
        found = (_find_part(part, self.accepted) for part in parts(cell, self.is_plain))
        return next((each for each in found if each[0] is not None), (None, None))

    def is_plain(self, group: str) -> bool:
        """Whether a group head adds nothing to the headings below it."""
        return folded(group) in self.groups


def _find_part(cell: str, accepted: Dictionary[str, MappingColumn]) -> tuple[MappingColumn | None, str | None]:
    """The column of a heading, and the unit in its brackets where the whole heading is not known by itself."""
    heading = folded(cell)
    if heading in accepted:
        return accepted[heading], None
    chinese, both, english = cell.partition(_BOTH)
    if both and (column := accepted.get(folded(chinese))) is not None and accepted.get(folded(english)) == column:
        return column, None
    brackets = _BRACKETS.search(heading)
    if brackets and brackets[1] in UNIT_FACTORS:
        return accepted.get(heading[: brackets.start()]), brackets[1]
    return None, None


def _bind(cells: Sequence[str | None], known: _Known, ignored: set[str]) -> tuple[list[Bound], list[str], list[str]]:
    """The columns that go somewhere, the headings that are not known, and those that come after their like."""
    bound: list[Bound] = []
    unknown: list[str] = []
    repeated: list[str] = []
    taken: set[str] = set()
    found = [(index, shown(cell), *known.find(cell)) for index, cell in enumerate(cells) if cell]
    own = {path for _, _, column, _ in found if column and not column.splits for path in column.to}
    for index, cell, column, unit in found:
        paths = _open_paths(column, own, taken)
        if column is None:
            unknown += [cell] if folded(cell) not in ignored else []
            continue
        repeated += [] if paths else [cell]
        taken.update(paths)
        bound += _bound_to(paths, index, cell, column, unit, known.targets)
    return bound, unknown, repeated


def _open_paths(column: MappingColumn | None, own: set[str], taken: set[str]) -> tuple[str, ...]:
    """Where a column's cells can go: a column that splits leaves to other columns what they bring themselves."""
    if column is None:
        return ()
    if column.splits:
        return tuple(path for path in column.to if path not in own | taken)
    return () if taken.intersection(column.to) else column.to


def _bound_to(
    paths: Sequence[str],
    index: int,
    heading: str,
    column: MappingColumn,
    unit: str | None,
    targets: Dictionary[str, Target],
) -> list[Bound]:
    factors = [_factor(targets[path], unit or column.unit) for path in paths]
    answers = [(place, len(paths)) if column.splits else (0, 1) for place in range(len(paths))]
    return [
        Bound(index, heading, targets[path], column, factor, *which)
        for path, factor, which in zip(paths, factors, answers, strict=True)
    ]


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
    # The title of one target of a column that splits is a column of its own: 其他致贫原因1 holds one answer.
    listed = {path: column for column in columns if not column.splits for path in column.to}
    for path, target in targets.items():
        if target.table in layout.derived or (layout.derived and target.table == "row"):
            column = listed.get(path) or MappingColumn((path,), (target.title.zh, target.title.en))
            accepted.setdefault(folded(target.title.zh), column)
            accepted.setdefault(folded(target.title.en), column)
    return accepted
