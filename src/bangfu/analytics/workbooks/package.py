"""The parts of a workbook file: which sheets it has and where, its styles, its shared strings, its date system."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from bangfu.analytics.workbooks.guard import UNREADABLE
from bangfu.analytics.workbooks.limits import MB, Limits
from bangfu.analytics.workbooks.numbers import Look, look_of
from bangfu.analytics.workbooks.refusals import FileRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: the local names on the way to it, its own last, and its attributes by local name."""

    path: tuple[str, ...]
    attributes: dict[str, str]

    @property
    def name(self) -> str:
        """The element's local name."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it. ``part`` is None for charts and dialogs, which hold no cells."""

    name: str
    part: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Package:
    """What a workbook says of itself."""

    sheets: tuple[SheetPart, ...]
    date1904: bool
    strings_part: str | None
    styles_part: str | None

    @property
    def worksheets(self) -> tuple[SheetPart, ...]:
        """The sheets that can hold cells."""
        return tuple(sheet for sheet in self.sheets if sheet.part is not None)


def elements(data: bytes, part: str) -> Iterator[Element]:
    """The start tags of a small XML part in order, namespaces left off. A document type makes the part refused."""
    found: list[Element] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(_local(name))
        found.append(Element(tuple(path), {_local(key): value for key, value in attributes.items()}))

    def end(_: str) -> None:
        path.pop()

    def refuse(*_: object) -> None:
        raise FileRefused("xml_entities", part=part)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = start, end, refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FileRefused("damaged", part=part) from error
    yield from found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@contextmanager
def open_part(archive: zipfile.ZipFile, part: str) -> Iterator[IO[bytes]]:
    """A part as a stream; whatever is wrong with its bytes while it is read becomes a refusal that names it."""
    try:
        stream = archive.open(part)
    except (KeyError, *UNREADABLE) as error:
        raise FileRefused("damaged", part=part) from error
    with stream:
        yield io.BufferedReader(_Checked(stream, part), buffer_size=MB)


class _Checked(io.RawIOBase):
    """Reads a part; only errors of reading are the file's fault, those of whoever uses the bytes are not."""

    def __init__(self, stream: IO[bytes], part: str) -> None:
        self._stream = stream
        self._part = part

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as the part goes."""
        with memoryview(buffer).cast("B") as view:
            try:
                piece = self._stream.read(len(view))
            except UNREADABLE as error:
                raise FileRefused("damaged", part=self._part) from error
            view[: len(piece)] = piece
            return len(piece)


def small_part(archive: zipfile.ZipFile, part: str, limits: Limits) -> bytes:
    """A part that is read as a whole: everything but sheets and shared strings."""
    with open_part(archive, part) as stream:
        data = stream.read(limits.small_part_bytes + 1)
    if len(data) > limits.small_part_bytes:
        raise FileRefused("zip_too_large", size_mb=len(data) >> 20, limit_mb=limits.small_part_bytes >> 20)
    return data


def relations(archive: zipfile.ZipFile, part: str, limits: Limits) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to: id → (kind, part name). Empty where it refers to none."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive.NameToInfo:
        return {}
    found = {}
    for element in elements(small_part(archive, rels, limits), rels):
        if element.name == "Relationship" and element.attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, element.attributes.get("Target", "")))
            kind = element.attributes.get("Type", "").rpartition("/")[2]
            found[element.attributes.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def read_package(archive: zipfile.ZipFile, limits: Limits) -> Package:
    """The sheets and shared parts of a workbook."""
    book = next(
        (part for kind, part in relations(archive, "", limits).values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    links = relations(archive, book, limits)
    date1904 = False
    sheets = []
    for element in elements(small_part(archive, book, limits), book):
        if element.name == "workbookPr":
            date1904 = element.attributes.get("date1904", "0").lower() in _TRUE
        elif element.path[-2:] == ("sheets", "sheet"):
            kind, part = links.get(element.attributes.get("id", ""), ("", ""))
            hidden = element.attributes.get("state", "visible") != "visible"
            sheets.append(SheetPart(element.attributes.get("name", ""), part if kind == "worksheet" else None, hidden))
    return Package(tuple(sheets), date1904, _linked(links, "sharedStrings"), _linked(links, "styles"))


def _linked(links: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for found, part in links.values() if found == kind), None)


def read_looks(archive: zipfile.ZipFile, package: Package, limits: Limits) -> tuple[Look, ...]:
    """How each cell style shows numbers, by style number."""
    if package.styles_part is None:
        return ()
    formats: dict[int, str] = {}
    ids: list[int] = []
    for element in elements(small_part(archive, package.styles_part, limits), package.styles_part):
        if element.path[-2:] == ("numFmts", "numFmt"):
            formats[_int(element.attributes.get("numFmtId"))] = element.attributes.get("formatCode", "")
        elif element.path[-2:] == ("cellXfs", "xf"):
            ids.append(_int(element.attributes.get("numFmtId")))
    looks = {format_id: look_of(format_id, formats) for format_id in set(ids)}
    return tuple(looks[format_id] for format_id in ids)


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def open_workbook(path: Path) -> zipfile.ZipFile:
    """The archive of a workbook that passed the guard."""
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise FileRefused("damaged", part="zip") from error
