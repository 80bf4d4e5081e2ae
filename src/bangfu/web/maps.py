"""A map drawn on the server: SVG from ready paths, six fixed classes, each area a link, and labels where they fit.

No style attributes (strict CSP): colours come from classes, sizes from SVG attributes, so the map follows dark mode and
paper. The table beside it is its twin and has every name and value, so a label without room is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bangfu.web.lettering import HAN_WIDTH, pixels, text_width
from bangfu.web.numbers import Missing, Shown
from bangfu.web.values import State, Tag

CLASSES = 6
LINE_HEIGHT = 1.25
#: Letters much narrower and wider than others, and how much of bold letters plain ones take, in the widest of the usual
#: fonts (DejaVu).
NARROW_LETTERS, WIDE_LETTERS, PLAIN = frozenset("ijlI' .,-"), frozenset("mwMW%"), 0.9
# A long name breaks before or after the people it is named for (拖顶 / 傈僳族乡, 维西傈僳族 / 自治县), never inside.
PEOPLES = re.compile(
    "(?:(?:彝|白|哈尼|壮|傣|苗|傈僳|回|拉祜|佤|纳西|瑶|景颇|藏|布朗|布依|普米|阿昌|怒|基诺|蒙古|德昂|满|水|独龙|羌|土家|侗)族)+"
)


@dataclass(frozen=True, slots=True)
class Panel:
    """The room that a map gets on one kind of screen, in CSS pixels, and the letter heights that it may use there."""

    screen: str
    width: float
    height: float = 480
    letters: tuple[float, ...] = (14, 12)


#: About the room beside a table, and alone on a phone; paper and screens cap a portrait map at this height.
WIDE, NARROW = Panel("wide", 560), Panel("narrow", 320)
#: The room on the wall of a meeting room, in pixels at 1920 × 1080; nothing there is below 24 pixels.
WALL = Panel("wide", 800, 760, (28, 24))
PANELS = (WIDE, NARROW)


@dataclass(frozen=True, slots=True)
class Cell:
    """One area: its path, where its label may stand (centre and box in the units of the path), its value and address.

    A label of one line may be ``line_width`` wide where that is more than the box, whose corners it does not reach.

    ``value`` decides the class, ``shown`` is what people read; a missing value has its state in ``shown``.
    ``uncertain`` (CV over 30 %) adds dots.
    """

    code: str
    name: str
    path: str
    x: float
    y: float
    width: float
    height: float
    value: float | None
    shown: Shown
    href: str = ""
    uncertain: bool = False
    line_width: float = 0.0
    #: Where a single line has the most room: its middle, its width and the height of its letters.
    lines: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class MapView:
    """What a map shows: cells, and five class limits in the unit of the values with their words.

    ``approval`` is the printed number of an approved map; without one the map says that it is a sketch.
    """

    title: str
    description: str
    view_box: tuple[float, float, float, float]
    cells: tuple[Cell, ...]
    breaks: tuple[float, ...]
    break_labels: tuple[str, ...]
    chosen: str = ""
    key: str = "map"
    approval: str = ""
    panels: tuple[Panel, ...] = PANELS

    def __post_init__(self) -> None:
        if len(self.breaks) != CLASSES - 1 or len(self.break_labels) != CLASSES - 1:
            raise ValueError(f"A map has {CLASSES} classes and so {CLASSES - 1} limits, got {self.breaks!r}.")
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError(f"Class limits must rise, got {self.breaks!r}.")


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of a label with their baselines, centred on x; ``kind`` is the class below them and decides the ink."""

    x: str
    lines: tuple[tuple[str, str], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Area:
    """A drawn cell: its class, its accessible name and its link."""

    path: str
    kind: str
    name: str
    href: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class LabelGroup:
    """The labels for one size of screen, sorted by kind; ``size`` is the letter height in the units of the map."""

    screen: str
    size: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A swatch and its words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """A map ready for ``components/map.html``."""

    key: str
    title: str
    description: str
    view_box: str
    portrait: bool
    areas: tuple[Area, ...]
    groups: tuple[LabelGroup, ...]
    chosen_path: str
    legend: tuple[LegendEntry, ...]
    states: tuple[Tag, ...]
    approval: str
    #: The classes of dotted areas, whose dots have the ink of their labels.
    uncertain: tuple[str, ...]


def drawing(view: MapView) -> MapDrawing:
    """The map as its partial wants it."""
    areas = tuple(_area(cell, view.breaks) for cell in view.cells)
    return MapDrawing(
        key=view.key,
        title=view.title,
        description=view.description,
        view_box=" ".join(pixels(part) for part in view.view_box),
        portrait=view.view_box[3] > 1.1 * view.view_box[2],
        areas=areas,
        groups=tuple(_label_groups(view)),
        chosen_path=next((cell.path for cell in view.cells if cell.code == view.chosen), ""),
        legend=_legend(view.break_labels),
        states=_states(view.cells),
        approval=view.approval,
        uncertain=tuple(sorted({area.kind for area in areas if area.uncertain})),
    )


def map_class(value: float, breaks: tuple[float, ...]) -> int:
    """The class (1 to 6) of a value; one that lies on a limit belongs above it."""
    return bisect_right(breaks, value) + 1


def _area(cell: Cell, breaks: tuple[float, ...]) -> Area:
    name = _accessible_name(cell)
    return Area(cell.path, _kind(cell, breaks), name, cell.href, cell.uncertain and cell.value is not None)


def _accessible_name(cell: Cell) -> str:
    comma = "，" if any("\u4e00" <= letter <= "\u9fff" for letter in cell.name) else ", "
    return f"{cell.name}{comma}{cell.shown}"


def _kind(cell: Cell, breaks: tuple[float, ...]) -> str:
    if cell.shown.missing is Missing.WITHHELD:
        return "withheld"
    return "missing" if cell.value is None or cell.shown.missing else f"m{map_class(cell.value, breaks)}"


def _label_groups(view: MapView) -> Iterator[LabelGroup]:
    """Labels for a wide and for a narrow panel; only one group shows, since SVG text shrinks with its map."""
    for panel in view.panels:
        sizes = letter_sizes(view.view_box, panel)
        fitted = [found for cell in view.cells if (found := _fitted(cell, sizes, view.breaks))]
        for size in sizes:
            labels = sorted((label for chosen, label in fitted if chosen == size), key=lambda label: label.kind)
            if labels:
                yield LabelGroup(panel.screen, pixels(size), tuple(labels))


def letter_sizes(view_box: tuple[float, float, float, float], panel: Panel) -> tuple[float, ...]:
    """Letter heights in the units of the map that show at their pixel sizes in a panel of this width."""
    scale = min(panel.width / view_box[2], panel.height / view_box[3])
    return tuple(letter / scale for letter in panel.letters)


def _fitted(cell: Cell, sizes: tuple[float, ...], breaks: tuple[float, ...]) -> tuple[float, Label] | None:
    """The fullest label that fits the cell's box, in the largest letters that it allows; None without room."""
    kind = _kind(cell, breaks)
    for lines in _wordings(cell):
        for size in sizes:
            wide = size * max(_width(line, kind) for line in lines)
            x, y = _spot(len(lines), wide, size, cell)
            if y:
                return size, Label(pixels(x), _placed(lines, y, size), kind)
    return None


def _width(line: str, kind: str) -> float:
    """The width of a line in letter heights, in the widest of the fonts that may draw it; over hatches it is bold."""
    if not line.isascii():
        return text_width(line)
    narrow, wide = sum(letter in NARROW_LETTERS for letter in line), sum(letter in WIDE_LETTERS for letter in line)
    bold = 0.36 * narrow + wide + 0.68 * (len(line) - narrow - wide)
    return bold if kind in ("missing", "withheld") else PLAIN * bold


def _spot(lines: int, wide: float, size: float, cell: Cell) -> tuple[float, float]:
    """The middle of a block of so many lines in the cell, in the heart of it or where one line has room; else zeros."""
    if _fits(lines, wide, size, cell):
        return cell.x, cell.y
    if lines == 1:
        found = next((line for line in cell.lines if line[3] >= 0.99 * size and line[2] >= wide), None)
        if found is not None:
            return found[0], found[1]
    return 0.0, 0.0


def _wordings(cell: Cell) -> Iterator[tuple[str, ...]]:
    """Name over value, the name in two lines if it must, or the name alone."""
    short = cell.shown.text + (cell.shown.unit if cell.shown.unit == "%" else "")
    names = ((cell.name,), broken_name(cell.name))
    yield from ((*name, short) for name in names)
    yield from names


def _fits(lines: int, wide: float, size: float, cell: Cell) -> bool:
    height = (1 + LINE_HEIGHT * (lines - 1)) * size
    width = max(cell.width, cell.line_width) if lines == 1 else cell.width
    # Room is measured for exactly such a block: a hair of rounding must not throw it out.
    return height <= 1.01 * cell.height and wide <= width


def _placed(lines: tuple[str, ...], middle: float, size: float) -> tuple[tuple[str, str], ...]:
    """Each line with its baseline, the block centred on ``middle`` (letters rise 0.36 of their size above it)."""
    step = LINE_HEIGHT * size
    first = middle - step * (len(lines) - 1) / 2 + 0.36 * size
    return tuple((pixels(first + index * step), line) for index, line in enumerate(lines))


def broken_name(name: str) -> tuple[str, ...]:
    """A long name in two lines: at its last space, beside the people it is named for, else in the middle.

    A word of letters is one line: only Chinese breaks anywhere.
    """
    if " " in name:
        head, tail = name.rsplit(" ", 1)
        return (head, tail)
    if len(name) < 5 or text_width(name) < HAN_WIDTH * len(name):
        return (name,)
    people = PEOPLES.search(name, 1)
    cuts = people.span() if people else ((len(name) + 1) // 2,)
    cut = min((cut for cut in cuts if cut < len(name)), key=lambda cut: max(cut, len(name) - cut))
    return (name[:cut], name[cut:])


def _legend(labels: tuple[str, ...]) -> tuple[LegendEntry, ...]:
    words = (
        f"<{labels[0]}",
        *(f"{low}–{high}" for low, high in pairwise(labels)),
        f"≥{labels[-1]}",
    )
    return tuple(LegendEntry(f"m{index}", text) for index, text in enumerate(words, start=1))


def _states(cells: tuple[Cell, ...]) -> tuple[Tag, ...]:
    """The missing states that occur, each once, for the legend."""
    found = {cell.shown.missing: cell.shown.text for cell in cells if cell.shown.missing}
    return tuple(
        Tag(State.PAUSED if state is Missing.WITHHELD else State.UNKNOWN, word) for state, word in found.items()
    )
