"""What the components show: frozen values with their words already in the reader's language.

A view builds them from its queries; a partial of ``templates/components`` draws them. Numbers come as ``Shown``
(``bangfu.web.numbers``), so that page, map, chart and paper carry the same digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bangfu.web.numbers import Missing, Shown


class State(Enum):
    """What a tag says; each has an icon, a word and a tint, never a tint alone."""

    REACHED = "reached"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    PLAIN = "plain"


ICONS = {
    State.REACHED: "check",
    State.FAILED: "cross",
    State.UNKNOWN: "question",
    State.SOON: "clock",
    State.LATE: "alert",
    State.PAUSED: "pause",
    State.PLAIN: "",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A state with its word: ✓达到, !超期3天."""

    state: State
    word: str

    @property
    def icon(self) -> str:
        """The icon of the state, empty for a plain tag."""
        return ICONS[self.state]

    @property
    def kind(self) -> str:
        """The CSS class of the state."""
        return self.state.value


@dataclass(frozen=True, slots=True)
class Crumb:
    """A place on the way down to the current one; those above the user's own area have no address."""

    name: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several periods or ways of counting; a greyed one has no address and says why."""

    label: str
    href: str = ""
    current: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContextLine:
    """Place, period and way of counting of a page. The last crumb is the current place.

    ``source`` (snapshot, who, when) appears on paper only, where the controls vanish.
    """

    crumbs: tuple[Crumb, ...]
    areas_href: str = ""
    periods: tuple[Choice, ...] = ()
    bases: tuple[Choice, ...] = ()
    source: str = ""

    @property
    def place(self) -> Crumb:
        """The current place."""
        return self.crumbs[-1]

    @property
    def above(self) -> tuple[Crumb, ...]:
        """The places above the current one, highest first."""
        return self.crumbs[:-1]

    @property
    def period(self) -> Choice | None:
        """The chosen period."""
        return _chosen(self.periods)

    @property
    def basis(self) -> Choice | None:
        """The chosen way of counting."""
        return _chosen(self.bases)


@dataclass(frozen=True, slots=True)
class Strip:
    """One quiet line under the bar; ``kind`` is past (snapshot), closed (window), offline or done (stored)."""

    kind: str
    sentence: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class FigureCard:
    """A headline figure; its number opens the figure page. ``missing_link`` leads to who must report."""

    label: str
    figure: Shown
    href: str
    change: str = ""
    source: str = ""
    missing_link: Link | None = None


@dataclass(frozen=True, slots=True)
class DrillColumn:
    """A column of a drill table; its heading has the ``unit`` and sorts by ``sort_href``; ``sorted`` is up or down."""

    heading: str
    unit: str = ""
    numeric: bool = True
    bar: bool = False
    sort_href: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class DrillCell:
    """A cell: text, or a tag for a missing or special state; ``bar`` is the length of its in-cell bar (0 to 1)."""

    text: str = ""
    tag: Tag | None = None
    bar: float | None = None
    href: str = ""

    @property
    def bar_percent(self) -> str:
        """The bar's length as an SVG length."""
        return "" if self.bar is None else f"{100 * min(max(self.bar, 0.0), 1.0):.1f}%"


@dataclass(frozen=True, slots=True)
class DrillRow:
    """A place (or another thing one level down), one cell a column; ``chosen`` repeats the map's selection."""

    name: str
    cells: tuple[DrillCell, ...]
    href: str = ""
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrillTable:
    """A table whose names lead one level down. The total is its own row; ``note`` says why rows do not add up.

    ``tight`` is for many columns of verdicts: headings break and cells are narrow.
    """

    caption: str
    first: str
    columns: tuple[DrillColumn, ...]
    rows: tuple[DrillRow, ...]
    total: DrillRow | None = None
    note: str = ""
    note_link: Link | None = None
    empty: str = ""
    tight: bool = False

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            if len(row.cells) != len(self.columns):
                raise ValueError(f"Row {row.name!r} has {len(row.cells)} cells for {len(self.columns)} columns.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion: reached, failed or unknown, the values compared, and where to look or to fill in."""

    state: State
    word: str
    criterion: str
    values: str
    action: Link | None = None

    @property
    def tag(self) -> Tag:
        """The verdict as a tag."""
        return Tag(self.state, self.word)


VERDICT_ORDER = {State.FAILED: 0, State.UNKNOWN: 1, State.REACHED: 2}


def ordered_verdicts(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Failed first, then unknown, then reached, each in the order they came."""
    return tuple(sorted(verdicts, key=lambda verdict: VERDICT_ORDER.get(verdict.state, 3)))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a wizard or case: ``state`` is 'done', 'current' or 'next'."""

    label: str
    state: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``done`` of ``total`` (None: not known yet), where to ask again, how to stop it."""

    sentence: str
    done: int
    total: int | None
    poll_href: str = ""
    cancel_href: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a timeline: what, who in which office, the day it happened, and the day it was entered if another."""

    what: str
    day: str
    who: str = ""
    entered: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the place of content; ``kind`` is empty, partial or error; ``code`` is for support only."""

    kind: str
    sentence: str
    link: Link | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a long list; the sentence says which rows are shown."""

    sentence: str
    previous_href: str = ""
    next_href: str = ""


def cell_of(figure: Shown, *, bar: float | None = None, href: str = "") -> DrillCell:
    """A table cell of a number: its digits alone (the heading has the unit), or the tag of its missing state."""
    if figure.missing is Missing.NOT_APPLICABLE or figure.missing is None:
        return DrillCell(text=figure.text, bar=bar, href=href)
    return DrillCell(tag=Tag(State.UNKNOWN, figure.text), href=href)


def _chosen(choices: tuple[Choice, ...]) -> Choice | None:
    return next((choice for choice in choices if choice.current), None)
