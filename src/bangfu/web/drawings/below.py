"""What stands right under a chart: the words of its dashed line beside a piece of that line, and its note."""

from __future__ import annotations

from bangfu.web.drawings.paper import INSIDE, LINE, Element, element, text, wrapped

SIZE = 13
#: The piece of a dashed line beside its words.
PIECE, GAP = 26, 6
LINE_STYLE = {"stroke": "c2", "stroke_width": 2, "stroke_dasharray": "6 4"}


def below(line_words: str, note: str, top: float) -> tuple[list[Element], float]:
    """The two, broken into lines that fit, and where what is under them may start."""
    made: list[Element] = []
    y = top
    if line_words:
        middle = y + SIZE - 4.5
        made.append(element("line", "", x1=0, x2=PIECE, y1=middle, y2=middle, **LINE_STYLE))
    for words, indent in ((line_words, PIECE + GAP), (note, 0)):
        for line in wrapped(words, SIZE, INSIDE - indent):
            made.append(text(line, indent, y + SIZE, SIZE, fill="ink2"))
            y += LINE * SIZE
    return made, y
