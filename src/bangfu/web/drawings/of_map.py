"""A map as a picture: the same cells, classes and labels as on the page, its legend and the words of a sketch."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bangfu.web.drawings.paper import INSIDE, LINE, SMALL, Drawing, Element, element, text
from bangfu.web.lettering import text_width
from bangfu.web.maps import Area, LabelGroup, MapDrawing

HATCH, DOTS, LEGEND = "hatch", "dots", "legend"
SWATCH, GAP = 18, 16
#: A portrait map is no higher than this, so that the picture fits a page with its lines.
HIGHEST = 560.0
INKS = {f"m{number}": f"i{number}" for number in range(1, 7)}


def of_map(drawn: MapDrawing) -> Drawing:
    """The drawing of a map."""
    wide, high = (float(part) for part in drawn.view_box.split()[2:])
    scale = min(INSIDE / wide, HIGHEST / high)
    moved = f"translate({(INSIDE - wide * scale) / 2:.1f} 0) scale({scale:.4f})"
    cells = element("g", transform=moved, stroke="ink3", stroke_width=0.8 / scale)
    cells.set("stroke-linejoin", "round")
    cells.extend(path for area in drawn.areas for path in _paths(area))
    labels = element("g", transform=moved, text_anchor="middle")
    for group in drawn.groups:
        if group.screen == "wide":
            labels.extend(_labels(group))
    legend, height = _legend(drawn, high * scale + 22)
    said = drawn.approval or _("Sketch map, not an authority on boundaries")
    note = text(said, 0, height + SMALL * LINE, SMALL, fill="ink2")
    return Drawing([_patterns(drawn.uncertain), cells, labels, *legend, note], height + SMALL * LINE + 4)


def _patterns(dotted: Sequence[str]) -> Element:
    """The hatch of what is missing, and the dots of what is uncertain."""
    holder = element("defs")
    hatch = element("pattern", id=HATCH, width=8, height=8, patternUnits="userSpaceOnUse")
    hatch.set("patternTransform", "rotate(45)")
    hatch.append(element("rect", width=8, height=8, fill="unknown-soft"))
    hatch.append(element("rect", width=2, height=8, fill="hatch"))
    holder.extend([hatch, *(_dots(kind) for kind in (LEGEND, *dotted))])
    return holder


def _dots(kind: str) -> Element:
    """Dots in the ink of the labels of a class."""
    pattern = element("pattern", id=f"{DOTS}-{kind}", width=8, height=8, patternUnits="userSpaceOnUse")
    pattern.append(element("circle", cx=4, cy=4, r=1.3, fill=INKS.get(kind, "ink3"), fill_opacity=0.6))
    return pattern


def _paths(area: Area) -> list[Element]:
    """The cell, and over it dots where its value is uncertain."""
    path = element("path", d=area.path, fill=_fill(area.kind), fill_rule="evenodd")
    path.append(element("title", area.name))
    return [path, element("path", d=area.path, fill=f"url(#{DOTS}-{area.kind})")] if area.uncertain else [path]


def _fill(kind: str) -> str:
    patterns = {"missing": HATCH, LEGEND: f"{DOTS}-{LEGEND}"}
    return f"url(#{patterns[kind]})" if kind in patterns else "surface" if kind == "withheld" else kind


def _labels(group: LabelGroup) -> list[Element]:
    return [
        text(line, float(label.x), float(y), float(group.size), fill=INKS.get(label.kind, "unknown"))
        for label in group.labels
        for y, line in label.lines
    ]


def _legend(drawn: MapDrawing, top: float) -> tuple[list[Element], float]:
    """Swatches with their words in rows that fit, and where the last row stands."""
    entries = [(entry.kind, entry.words) for entry in drawn.legend]
    entries += [("withheld" if tag.kind == "paused" else "missing", tag.word) for tag in drawn.states]
    if drawn.uncertain:
        entries.append((LEGEND, _("uncertain (CV over 30%%)") % {}))  # the message of the page's template
    made: list[Element] = []
    x, y = 0.0, top
    for kind, words in entries:
        width = SWATCH + 6 + text_width(words) * SMALL + GAP
        if x + width - GAP > INSIDE:
            x, y = 0.0, y + 20
        made.append(
            element("rect", x=x, y=y - 10, width=SWATCH, height=12, fill=_fill(kind), stroke="edge", stroke_width=1)
        )
        made.append(text(words, x + SWATCH + 6, y, SMALL, fill="ink2"))
        x += width
    return made, y + 6
