"""A chart or map as one SVG file that stands alone: its drawing, its words, and the colours of the stylesheet inside.

The tokens are put in as values, because office programs know no ``var(…)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bangfu.web.charts import RowChart, Trend
from bangfu.web.maps import MapDrawing, text_width

STYLESHEET = Path(__file__).parent / "static" / "bangfu" / "base.css"
WIDTH, MARGIN = 720, 20
INNER = WIDTH - 2 * MARGIN
#: Below the title and its second line begins the drawing.
TOP = 74
TITLE, LETTERS, SMALL = 18, 14, 12
ROW_HEIGHT, DOT_ROW_HEIGHT = 28, 36
MOST_NAME, MOST_VALUE = 240, 200
MOST_MAP_HEIGHT = 640
LEGEND_COLUMN, LEGEND_HEIGHT = 113, 22
FOOT_LINE = 18

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USED = re.compile(r"var\((--[\w-]+)\)")
_CLASS = re.compile(r"\.([\w-]+)")
_CLASSES_DRAWN = re.compile(r'class="([^"]*)"')
_PLAIN_SELECTOR = re.compile(r"[\w\s.-]+")

Drawing = Trend | RowChart | MapDrawing


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of a drawing: what it shows, of where and when, and the lines below it (source, snapshot, notes)."""

    title: str
    subtitle: str
    foot: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at its height."""

    y: int
    words: str


def source_lines(source: str, snapshot: str, day: date) -> tuple[str, ...]:
    """Where the numbers come from, for the foot."""
    mark = {"mark": f"#{snapshot}", "day": day.isoformat()}
    return (_("Source: %(source)s") % {"source": source}, _("Snapshot %(mark)s, as of %(day)s") % mark)


def map_notes() -> tuple[str, ...]:
    """What is said under every map that has no approval number."""
    return (_("Sketch map, not an authority on boundaries"),)


def synthetic_notes() -> tuple[str, ...]:
    """What is said of an instance whose people are invented."""
    return (_("Synthetic data"),)


def standalone(drawing: Drawing, caption: Caption) -> str:
    """The SVG file of a drawing with its caption, 720 pixels wide, on the light ground."""
    body, height = _body(drawing)
    foot = [part for line in caption.foot if line for part in _wrapped(line)]
    below = TOP + height + 26
    frame = {
        "caption": caption,
        "body": body,
        "width": WIDTH,
        "height": below + FOOT_LINE * len(foot),
        "foot": [Line(below + FOOT_LINE * number, words) for number, words in enumerate(foot)],
        "margin": MARGIN,
        "style": _style(body),
        "ground": _tokens()["--surface"],
        "ink": _tokens()["--ink"],
        "quiet": _tokens()["--ink2"],
    }
    return render_to_string("standalone/frame.svg", frame).strip() + "\n"


def _body(drawing: Drawing) -> tuple[str, int]:
    """The drawing between title and foot, and its height."""
    place: dict[str, object] = {"x": MARGIN, "y": TOP, "inner": INNER, "chart": drawing}
    if isinstance(drawing, Trend):
        return render_to_string("standalone/trend.svg", place), drawing.height
    if isinstance(drawing, RowChart):
        return _rows(drawing, place)
    return _map(drawing, place)


def _rows(chart: RowChart, place: dict[str, object]) -> tuple[str, int]:
    dots = any(row.low for row in chart.rows)
    step = DOT_ROW_HEIGHT if dots else ROW_HEIGHT
    names = min(MOST_NAME, max((text_width(row.name) for row in chart.rows), default=0) * LETTERS + 12)
    values = min(MOST_VALUE, max((text_width(str(row.shown)) for row in chart.rows), default=0) * LETTERS + 12)
    facts = {
        "rows": [(number * step, row) for number, row in enumerate(chart.rows)],
        "dots": dots,
        "step": step,
        "middle": step // 2,
        "left": round(names),
        "across": round(INNER - names - values),
    }
    return render_to_string("standalone/rows.svg", place | facts), step * len(chart.rows)


def _map(drawing: MapDrawing, place: dict[str, object]) -> tuple[str, int]:
    _left, _top, width, height = (float(part) for part in drawing.view_box.split())
    tall = round(min(MOST_MAP_HEIGHT, INNER * height / width))
    entries = [(entry.kind, entry.words) for entry in drawing.legend]
    entries += [("hatch-ground", tag.word) for tag in drawing.states]
    columns = INNER // LEGEND_COLUMN
    legend = [
        (MARGIN + LEGEND_COLUMN * (n % columns), TOP + tall + 12 + LEGEND_HEIGHT * (n // columns), kind, words)
        for n, (kind, words) in enumerate(entries)
    ]
    lines = -(-len(entries) // columns)
    facts = {"tall": tall, "legend": legend}
    return render_to_string("standalone/map.svg", place | facts), tall + 12 + LEGEND_HEIGHT * lines


def _wrapped(line: str) -> Iterator[str]:
    """A line in as many as fit the width: between words, and anywhere between Chinese characters."""
    held = ""
    for piece in re.findall(r"[^\s\u2e80-\uffef]+\s*|.", line):
        if held and text_width(held + piece.rstrip()) * SMALL > INNER:
            yield held.rstrip()
            held = ""
        held += piece
    if held:
        yield held.rstrip()


def _style(body: str) -> str:
    """The rules of the stylesheet that a drawing's classes need."""
    drawn = {name for names in _CLASSES_DRAWN.findall(body) for name in names.split()}
    return "\n".join(
        f"{selector} {{{declarations}}}"
        for selector, declarations in _rules()
        if set(_CLASS.findall(selector)) <= drawn
    )


@cache
def _rules() -> tuple[tuple[str, str], ...]:
    """The plain rules on classes, in order, with the light tokens put in."""
    text = _COMMENT.sub("", STYLESHEET.read_text(encoding="utf-8"))
    tokens = _tokens()
    rules = []
    for selectors, declarations in _RULE.findall(_MEDIA.sub("", text)):
        filled = _USED.sub(lambda found: tokens.get(found[1], "inherit"), declarations)
        for selector in (each.strip() for each in selectors.split(",")):
            if _PLAIN_SELECTOR.fullmatch(selector) and _CLASS.search(selector):
                rules.append((selector, filled))
    return tuple(rules)


@cache
def _tokens() -> Mapping[str, str]:
    """The light tokens: the first block of the stylesheet."""
    return dict(_TOKEN.findall(STYLESHEET.read_text(encoding="utf-8").split("}", 1)[0]))
