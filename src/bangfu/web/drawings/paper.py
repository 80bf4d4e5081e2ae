"""A picture on its own paper: title, drawing, legend, and under it the lines that say what it is and from where.

Letters are measured as the maps measure them (Han square, Latin narrow), so that no line leaves the paper whatever
font draws it. Every colour is written out; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from bangfu.web.drawings.tokens import tokens
from bangfu.web.lettering import pixels, text_width

FONTS = {
    "zh": "PingFang SC, HarmonyOS Sans SC, MiSans, Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, sans-serif",
    "en": "Helvetica Neue, Segoe UI, Noto Sans, DejaVu Sans, Noto Sans CJK SC, sans-serif",
}
WIDTH, MARGIN = 720, 24
INSIDE = WIDTH - 2 * MARGIN
TITLE, SUBTITLE, LETTER, SMALL = 20, 14, 14, 12
LINE = 1.45
#: What XML has no way to write; an address may bring it.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Element = ElementTree.Element


@dataclass(frozen=True)
class Caption:
    """What stands around a drawing: title, a line under it, the lines below, and the mark of invented data."""

    title: str
    subtitle: str
    lines: Sequence[str]
    synthetic: str = ""
    language: str = "zh"


@dataclass(frozen=True)
class Drawing:
    """Something drawn: its elements in pixels from its own corner, and how high it is; its width is ``INSIDE``."""

    elements: Sequence[Element]
    height: float


def element(name: str, /, text: str = "", **attributes: object) -> Element:
    """An SVG element; underscores in attribute names are hyphens, ``fill`` and ``stroke`` may be names of tokens.

    Control characters are left out: one of them would make the whole file unreadable.
    """
    found = tokens()
    made = ElementTree.Element(name)
    for key, value in attributes.items():
        plain = pixels(value) if isinstance(value, float) else str(value)
        plain = found.get(plain, plain) if key in {"fill", "stroke"} else plain
        made.set(key.rstrip("_").replace("_", "-"), UNWRITABLE.sub("", plain))
    made.text = UNWRITABLE.sub("", text) or None
    return made


def on_paper(drawing: Drawing, caption: Caption) -> str:
    """The whole picture as SVG text."""
    head = _lines([(caption.title, TITLE, "ink", 600), (caption.subtitle, SUBTITLE, "ink2", 400)])
    below = [(line, SMALL, "ink2", 400) for line in caption.lines]
    if caption.synthetic:
        below.append((caption.synthetic, SMALL, "unknown", 600))
    top = MARGIN + 6
    placed, y = _placed(head, top)
    middle = element("g", transform=f"translate({MARGIN} {pixels(y + 10)})")
    middle.extend(drawing.elements)
    foot, end = _placed(_lines(below), y + 10 + drawing.height + 14)
    height = end + MARGIN - 6
    svg = element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=pixels(height),
        viewBox=f"0 0 {WIDTH} {pixels(height)}",
        font_family=FONTS[caption.language],
        role="img",
    )
    svg.set("xml:lang", "zh-Hans" if caption.language == "zh" else "en")
    svg.append(element("title", caption.title))
    svg.append(element("desc", "\n".join([caption.subtitle, *caption.lines, caption.synthetic]).strip()))
    svg.append(element("rect", width=WIDTH, height=pixels(height), fill="surface"))
    if caption.synthetic:
        svg.append(element("rect", width=WIDTH, height=6, fill="unknown"))
    svg.extend([*placed, middle, *foot])
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(svg, encoding="unicode")


def text(words: str, x: float, y: float, size: float = LETTER, **attributes: object) -> Element:
    """Words at a place, in the ink of the page unless another is given."""
    return element("text", words, x=float(x), y=float(y), font_size=float(size), **{"fill": "ink", **attributes})


def wrapped(words: str, size: float, width: float) -> list[str]:
    """Words in lines that fit a width: broken at spaces, between Han anywhere, never before a closing mark."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line and text_width(line + piece.rstrip()) * size > width and piece not in "，。；：、）」”%":
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(words: str) -> list[str]:
    pieces: list[str] = []
    for letter in words:
        joins = pieces and letter < "\u2e80" and letter != " " and pieces[-1][-1] < "\u2e80" and pieces[-1][-1] != " "
        if joins or (letter == " " and pieces):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


Styled = tuple[str, int, str, int]


def _lines(given: Sequence[Styled]) -> list[Styled]:
    """The same, each broken into lines that fit the paper."""
    return [(line, size, ink, weight) for words, size, ink, weight in given for line in wrapped(words, size, INSIDE)]


def _placed(lines: Sequence[Styled], top: float) -> tuple[list[Element], float]:
    """Lines under one another, and where the next one would start."""
    made, y = [], top
    for words, size, ink, weight in lines:
        made.append(text(words, MARGIN, y + size, size, fill=ink, font_weight=weight))
        y += LINE * size
    return made, y
