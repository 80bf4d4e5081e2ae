"""The fill of marked cells, added to a workbook's styles without touching any that is there."""

from __future__ import annotations

import re

_FILL = re.compile(rb"<fill\b[^>]*?/>|<fill\b[^>]*>.*?</fill>", re.DOTALL)
_XF = re.compile(rb"<xf\b[^>]*?/>|<xf\b[^>]*>.*?</xf>", re.DOTALL)
_FILLS = re.compile(rb"<fills\b[^>]*>(.*?)</fills>", re.DOTALL)
_XFS = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_FILL_ID = re.compile(rb'\sfillId="(\d+)"')
_APPLY = re.compile(rb'\sapplyFill="\w+"')
_FOREGROUND = re.compile(rb"<fgColor\b([^>]*?)/>")
_BACKGROUND = re.compile(rb"<bgColor\b([^>]*?)/>")

#: The colours are also how marks of an earlier answer are known, so they are such as nobody picks by hand.
_FAULT = b'rgb="FFFFCFC1"'
_ATTENTION = b'rgb="FFFBF0DA"'
_NO_COLOUR = b' indexed="64"'
_ANSWER = (
    b'<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    b'<alignment vertical="top" wrapText="1"/></xf>'
)


class Styles:
    """A workbook's cell styles, growing by the marked twins of those that marked cells have.

    A solid fill shows only its foreground colour, so the colour that a cell had before is kept as the background of the
    mark: a second answer can give it back, even after Excel has renumbered everything.
    """

    def __init__(self, text: bytes) -> None:
        fills, xfs = _FILLS.search(text), _XFS.search(text)
        self._text = text
        self._fills = _FILL.findall(fills[1]) if fills else []
        self._xfs = _XF.findall(xfs[1]) if xfs else []
        self._usable = bool(self._fills and self._xfs)
        self._twins: dict[tuple[int, bytes], int] = {}
        self._unmarked: dict[int, int] = {}
        self._answer: int | None = None
        ours = {index for index, fill in enumerate(self._fills) if _FAULT in fill or _ATTENTION in fill}
        self.marks = frozenset(index for index, xf in enumerate(self._xfs) if self._fill_id(xf) in ours)

    def marked(self, style: int) -> int:
        """The style like this one with the fill of a fault. Without usable styles the style itself."""
        return self._twin(style, _FAULT)

    def noted(self, style: int) -> int:
        """The style like this one with the fill of a note, which holds no row back."""
        return self._twin(style, _ATTENTION)

    def _twin(self, style: int, mark: bytes) -> int:
        if not self._usable or style in self.marks or style >= len(self._xfs):
            return style
        if (style, mark) not in self._twins:
            xf = self._xfs[style]
            before = _FOREGROUND.search(self._fills[min(self._fill_id(xf), len(self._fills) - 1)])
            colour = before[1] if before else _NO_COLOUR
            fill = b'<fill><patternFill patternType="solid"><fgColor %b/><bgColor%b/></patternFill></fill>' % (
                mark,
                colour,
            )
            self._twins[style, mark] = self._add_xf(_filled(xf, self._add_fill(fill)))
        return self._twins[style, mark]

    def unmarked(self, style: int) -> int:
        """The style that a cell marked by an earlier answer had before."""
        if style not in self.marks:
            return style
        if style not in self._unmarked:
            xf = self._xfs[style]
            kept = _BACKGROUND.search(self._fills[self._fill_id(xf)])
            fill_id = 0
            if kept and kept[1] != _NO_COLOUR:
                fill = (
                    b'<fill><patternFill patternType="solid"><fgColor%b/><bgColor indexed="64"/></patternFill></fill>'
                )
                fill_id = self._add_fill(fill % kept[1])
            self._unmarked[style] = self._add_xf(_filled(xf, fill_id))
        return self._unmarked[style]

    def answer(self) -> int:
        """The style of the added column: text, wrapped."""
        if self._answer is None:
            self._answer = self._add_xf(_ANSWER) if self._usable else 0
        return self._answer

    def render(self) -> bytes:
        """The styles part with what was added."""
        if not self._usable:
            return self._text
        text = _FILLS.sub(lambda _: _listed(b"fills", self._fills), self._text, count=1)
        return _XFS.sub(lambda _: _listed(b"cellXfs", self._xfs), text, count=1)

    def _fill_id(self, xf: bytes) -> int:
        found = _FILL_ID.search(xf)
        return int(found[1]) if found else 0

    def _add_fill(self, fill: bytes) -> int:
        if fill not in self._fills:
            self._fills.append(fill)
        return self._fills.index(fill)

    def _add_xf(self, xf: bytes) -> int:
        self._xfs.append(xf)
        return len(self._xfs) - 1


def _filled(xf: bytes, fill_id: int) -> bytes:
    bare = _APPLY.sub(b"", _FILL_ID.sub(b"", xf, count=1), count=1)
    return bare.replace(b"<xf", b'<xf fillId="%d" applyFill="1"' % fill_id, 1)


def _listed(name: bytes, members: list[bytes]) -> bytes:
    return b'<%b count="%d">%b</%b>' % (name, len(members), b"".join(members), name)
