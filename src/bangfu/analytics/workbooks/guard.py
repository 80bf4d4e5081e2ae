"""What a file really is, by its content, and whether its packing is safe to open: asked before any parser sees it."""

from __future__ import annotations

import zipfile
import zlib
from enum import StrEnum
from pathlib import Path
from xml.parsers import expat

from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, MB, Limits
from bangfu.analytics.workbooks.refusals import FileRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_HEAD_BYTES = 65_536
#: A zero byte in so many is a fault of a text, whose line the reader of texts names; more of them are no text.
BYTES_A_STRAY_ZERO = 1_000
#: What the standard library raises on a damaged archive or document.
UNREADABLE = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
    RuntimeError,
)


class FileKind(StrEnum):
    """What is in a file. Those of :data:`TAKEN` are read; the others are refusal codes."""

    CSV = "csv"
    XLSX = "xlsx"
    XLSM = "xlsm"
    XLS = "xls"
    HTML = "html"
    XML_SPREADSHEET = "xml"
    EMPTY = "empty_file"
    UTF16 = "utf16"
    WEB_ARCHIVE = "web_archive"
    MACROS = "macros"
    XLSB = "xlsb"
    ODS = "ods"
    WORD = "word_file"
    ZIP = "zip_other"
    INCOMPLETE = "incomplete"
    ENCRYPTED = "encrypted"
    BINARY = "binary_file"


#: ``XLSM`` is known by its macros, so it is refused with them named.
TAKEN = frozenset({FileKind.CSV, FileKind.XLSX, FileKind.XLS, FileKind.HTML, FileKind.XML_SPREADSHEET})


def inspect_file(path: Path) -> FileKind:
    """The kind of a file by its first bytes and, for archives, its table of contents; the name is not asked."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        return FileKind.EMPTY
    if head.startswith(b"PK"):
        return _archive_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(_BARE_BIFF):
        return FileKind.XLS
    return _text_kind(head)


def check_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """The kind of a file that may be read; raises :class:`FileRefused` for every other, packing included."""
    kind = inspect_file(path)
    if kind in (FileKind.XLSM, FileKind.MACROS):
        raise FileRefused("macros", part=_macros_in(path))
    if kind not in TAKEN:
        raise FileRefused(kind.value)
    if kind is not FileKind.CSV:
        _check_size(path.stat().st_size, limits.workbook_bytes, "file_too_large")
    if kind is FileKind.XLSX:
        check_archive(path, limits)
    return kind


def check_archive(path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise :class:`FileRefused` for an archive that is no honest workbook. Unpacks nothing but the prologs of its XML.

    Sizes are those the table of contents declares: Python's ``zipfile`` never hands out more than that, so a part that
    lies about its size is cut and fails its checksum later.
    """
    with _open_archive(path) as archive:
        parts = archive.infolist()
        _check_totals(parts, limits)
        _check_names(parts)
        _check_overlap(parts, archive.start_dir)
        _check_reaching_out(parts)
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                _check_prolog(archive, part)


def _open_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise FileRefused("damaged", part="zip") from error


def _check_size(size: int, limit: int, code: str) -> None:
    if size > limit:
        raise FileRefused(code, size_mb=size // MB, limit_mb=limit // MB)


def _check_totals(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise FileRefused("zip_entries", count=len(parts), limit=limits.parts)
    for part in parts:
        ratio = part.file_size // max(part.compress_size, 1)
        if part.file_size > limits.ratio_from_bytes and ratio > limits.ratio:
            raise FileRefused("zip_ratio", part=part.filename, ratio=ratio, size_mb=part.file_size // MB)
        _check_size(part.file_size, limits.part_bytes, "zip_too_large")
    _check_size(sum(part.file_size for part in parts), limits.unpacked_bytes, "zip_too_large")


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.orig_filename
        steps = name.split("/")
        if name.startswith("/") or ".." in steps or "\\" in name or "\0" in name or ":" in steps[0]:
            raise FileRefused("zip_path", part=name.replace("\0", "�"))
        if name.lower() in seen:
            raise FileRefused("zip_overlap", part=name)
        seen.add(name.lower())
        if part.flag_bits & 0x1:
            raise FileRefused("encrypted")


def _macros_in(path: Path) -> str:
    """The part that holds the macros; an old .xls keeps them in no file of a name."""
    if not zipfile.is_zipfile(path):
        return "VBA"
    with zipfile.ZipFile(path) as archive:
        return next((name for name in archive.namelist() if "vbaproject" in name.lower()), "VBA")


def _check_reaching_out(parts: list[zipfile.ZipInfo]) -> None:
    """Values that stand in other workbooks are as old as the last time somebody opened both: nobody can check them."""
    names = [part.filename for part in parts]
    for name in names:
        if name.lower().startswith(("xl/macrosheets/", "xl/vbaproject")):
            raise FileRefused("macros", part=name)
    links = [name for name in names if name.lower().startswith("xl/externallinks/externallink")]
    if links:
        raise FileRefused("external_links", count=len(links), part=links[0])


def _check_overlap(parts: list[zipfile.ZipInfo], end: int) -> None:
    """Parts that share bytes are how a small archive holds more than it could (Fifield, WOOT 2019)."""
    ordered = sorted(parts, key=lambda part: part.header_offset)
    for part, following in zip(ordered, [*(other.header_offset for other in ordered[1:]), end], strict=True):
        # 30 bytes of local header; its extra field may be longer than the table's, so this is the least it takes.
        if part.header_offset + 30 + len(part.filename.encode()) + part.compress_size > following:
            raise FileRefused("zip_overlap", part=part.filename)


class _RootSeen(Exception):
    """Ends the parse of a prolog; no error."""


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a document type declaration: it stands before the root element, and with it every entity trick."""

    def refuse(*_: object) -> None:
        raise FileRefused("xml_entities", part=part.filename)

    def stop(*_: object) -> None:
        raise _RootSeen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        with archive.open(part) as stream:
            while piece := stream.read(4096):
                parser.Parse(piece, False)
        # Newer parsers put off what they cannot read at once: only the end makes them look at the last of it.
        if part.file_size:
            parser.Parse(b"", True)
    except _RootSeen:
        return
    except UNREADABLE as error:
        raise FileRefused("damaged", part=part.filename) from error


def _archive_kind(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
            if "xl/workbook.bin" in names:
                return FileKind.XLSB
            if any(name.startswith("word/") for name in names):
                return FileKind.WORD
            if "content.xml" in names and "mimetype" in names:
                return FileKind.ODS
            if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
                return FileKind.XLSM if "xl/vbaproject.bin" in names else FileKind.XLSX
    except UNREADABLE:
        return FileKind.INCOMPLETE  # the table of contents stands at the end: it is missing where a file was cut
    return FileKind.ZIP


def _ole_kind(path: Path) -> FileKind:
    """An OLE container names its streams in UTF-16; they stand anywhere in the file, so it is read in pieces."""
    streams = {
        FileKind.ENCRYPTED: "EncryptedPackage".encode("utf-16-le"),
        FileKind.WORD: "WordDocument".encode("utf-16-le"),
        FileKind.MACROS: "_VBA_PROJECT".encode("utf-16-le"),
        FileKind.XLS: "Workbook\0".encode("utf-16-le"),
    }
    found: set[FileKind] = set()
    book = False
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(MB):
            window = rest + piece
            found |= {kind for kind, name in streams.items() if name in window}
            book = book or "Book\0".encode("utf-16-le") in window
            rest = window[-64:]
    for kind in streams:
        if kind in found:
            return kind
    return FileKind.XLS if book else FileKind.BINARY


def _text_kind(head: bytes) -> FileKind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or _is_bare_utf16(head):
        return FileKind.UTF16
    packed = head.startswith((b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff"))
    if packed or head.count(0) > max(len(head) // BYTES_A_STRAY_ZERO, 1):
        return FileKind.BINARY
    marked = _marked_kind(head)
    if marked is not None:
        return marked
    control = sum(
        head.count(byte) for byte in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x07", b"\x0e", b"\x10")
    )
    return FileKind.BINARY if control * 100 > len(head) else FileKind.CSV


def _marked_kind(head: bytes) -> FileKind | None:
    """The kind of a text with tags in it; None for one without."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and start.startswith(b"<?xml"):
        return FileKind.XML_SPREADSHEET
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<body", b"<div")):
        return FileKind.HTML
    if start.startswith(b"mime-version:") and (b"<table" in start or b"<html" in start):
        return FileKind.WEB_ARCHIVE
    if start.startswith(b"<") and (b"<table" in start or b"<html" in start):
        return FileKind.HTML
    return None


def _is_bare_utf16(head: bytes) -> bool:
    """Commas, digits and line ends of a table in UTF-16 leave every other byte zero, even between Han characters."""
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return max(even, odd) * 20 > len(sample) and min(even, odd) * 10 < max(even, odd)
