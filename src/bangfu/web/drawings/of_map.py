"""A map as a picture: the same cells, classes and labels as on the page, its legend and the words of a sketch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bangfu.web.drawings.paper import INSIDE, LINE, SMALL, Drawing, Element, element, text
from bangfu.web.maps import Area, LabelGroup, MapDrawing, text_width

HATCH = "hatch"
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
    cells.extend(_cell(area) for area in drawn.areas)
    labels = element("g", transform=moved, text_anchor="middle")
    for group in drawn.groups:
        if group.screen == "wide":
            labels.extend(_labels(group))
    legend, height = _legend(drawn, high * scale + 22)
    said = drawn.approval or _("Sketch map, not an authority on boundaries")
    note = text(said, 0, height + SMALL * LINE, SMALL, fill="ink2")
    return Drawing([_pattern(), cells, labels, *legend, note], height + SMALL * LINE + 4)


def _pattern() -> Element:
    """The hatch of what is missing."""
    holder = element("defs")
    pattern = element("pattern", id=HATCH, width=8, height=8, patternUnits="userSpaceOnUse")
    pattern.set("patternTransform", "rotate(45)")
    pattern.append(element("rect", width=8, height=8, fill="unknown-soft"))
    pattern.append(element("rect", width=2, height=8, fill="hatch"))
    holder.append(pattern)
    return holder


def _cell(area: Area) -> Element:
    path = element("path", d=area.path, fill=_fill(area.kind), fill_rule="evenodd")
    path.append(element("title", area.name))
    return path


def _fill(kind: str) -> str:
    return f"url(#{HATCH})" if kind == "missing" else "surface" if kind == "withheld" else kind


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
    return made, y
