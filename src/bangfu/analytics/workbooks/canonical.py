"""A sheet or string table written anew in the one plain spelling that :mod:`tokens` and :mod:`mark` work on.

XML allows many spellings of the same sheet: name prefixes (``<x:c>``), single quotes, comments, CDATA, UTF-16, cells
without their reference. Few programs use them; those files take this slower way once, and all other code
knows one spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from bangfu.analytics.workbooks.limits import MB
from bangfu.analytics.workbooks.refusals import FileRefused, column_index, column_letters

_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def plain_spelling(stream: IO[bytes], part: str) -> Iterator[bytes]:
    """The document in the plain spelling, in pieces; raises :class:`FileRefused` where it is not well-formed."""
    writer = _Writer(part)
    try:
        while piece := stream.read(MB):
            writer.parser.Parse(piece, False)
            yield writer.take()
        writer.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused("damaged", part=part) from error
    yield writer.take()


class _Writer:
    """Takes parser events and keeps the text written since the last :meth:`take`."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._out = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
        self._prefix: str | None = None
        self._open = False
        self._row = 0
        self._column = -1

    def take(self) -> bytes:
        """The bytes written so far, and forget them."""
        text = "".join(self._out)
        self._out.clear()
        return text.encode()

    def _doctype(self, *_: object) -> None:
        raise FileRefused("xml_entities", part=self.part)

    def _start(self, name: str, ordered: list[str]) -> None:
        attributes = dict(zip(ordered[::2], ordered[1::2], strict=True))
        if self._prefix is None:
            self._find_prefix(name, attributes)
        name = self._local(name)
        if name == "row":
            attributes = self._numbered_row(attributes)
        elif name == "c":
            attributes = self._referenced_cell(attributes)
        written = "".join(f' {key}="{value.translate(_ATTRIBUTE)}"' for key, value in attributes.items())
        self._finish_tag()
        self._out.append(f"<{name}{written}")
        self._open = True

    def _find_prefix(self, name: str, attributes: dict[str, str]) -> None:
        """The prefix bound to the sheet language at the root is dropped, and the language becomes the default."""
        prefix, colon, _ = name.rpartition(":")
        self._prefix = prefix + colon
        if prefix and attributes.get(f"xmlns:{prefix}") in _MAIN:
            attributes["xmlns"] = attributes[f"xmlns:{prefix}"]

    def _local(self, name: str) -> str:
        return name.removeprefix(self._prefix) if self._prefix else name

    def _numbered_row(self, attributes: dict[str, str]) -> dict[str, str]:
        number = attributes.pop("r", "")
        self._row = int(number) if number.isdigit() else self._row + 1
        self._column = -1
        return {"r": str(self._row), **attributes}

    def _referenced_cell(self, attributes: dict[str, str]) -> dict[str, str]:
        letters = attributes.pop("r", "").rstrip("0123456789")
        known = letters.isascii() and letters.isalpha() and letters.isupper()
        self._column = column_index(letters) if known else self._column + 1
        return {"r": f"{column_letters(self._column)}{self._row}", **attributes}

    def _end(self, name: str) -> None:
        if self._open:
            self._out.append("/>")
            self._open = False
        else:
            self._out.append(f"</{self._local(name)}>")

    def _text(self, text: str) -> None:
        self._finish_tag()
        self._out.append(text.translate(_TEXT))

    def _finish_tag(self) -> None:
        if self._open:
            self._out.append(">")
            self._open = False
