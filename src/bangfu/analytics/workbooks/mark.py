"""The answer workbook: the sender's own file with faulty cells filled and one column that says what to mend.

Only the XML of the marked sheets and of the styles is written anew, in pieces, so memory stays flat and formats, column
widths, validations, formulas and tables stay the sender's. A file that is already an answer loses its old marks first.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.workbooks.canonical import plain_spelling
from bangfu.analytics.workbooks.cells import plain_texts
from bangfu.analytics.workbooks.guard import check_archive
from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, MB, Limits
from bangfu.analytics.workbooks.mark_sheet import RowMarks, Shape, SheetMarker, SheetPlan, shape_of
from bangfu.analytics.workbooks.mark_styles import Styles
from bangfu.analytics.workbooks.package import Package, SheetPart, open_part, open_workbook, read_package, small_part
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.tokens import NotPlain, split, strings_of
from bangfu.analytics.workbooks.values import ANSWER_HEADING, ROW_HEADING, answer_headings
from bangfu.parameters.text import Text

_CHAIN = re.compile(rb"<(?:Override|Relationship)\b[^>]*calcChain[^>]*/>")
_FORCE_ZIP64 = 1 << 30


@dataclass(frozen=True, slots=True)
class Mark:
    """One sentence about a row (as a person counts), and the column (from 0) to fill, None for the whole row.

    ``is_note``: it holds nothing back, so its cell is filled in amber, not in red.
    """

    sheet: str
    row: int
    column: int | None
    sentence: Text
    is_note: bool = False


def mark_workbook(
    source: Path,
    target: Path,
    marks: Iterable[Mark],
    *,
    language: str = "zh-hans",
    heading: Text = ANSWER_HEADING,
    header_rows: Mapping[str, int] | None = None,
    only_faulty: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Write the sender's .xlsx or .xlsm with its marks to ``target``.

    ``header_rows`` gives the row of the headings per sheet (1 where it is not named). ``only_faulty`` leaves the sound
    rows out: rows move up, formulas become their values, and a further column gives each row's number in the file sent.
    Sheets without a mark are copied as they are, old answers included. Marks on a sheet that is not there raise
    ``KeyError``.
    """
    check_archive(source, limits)
    grouped = _grouped(marks, language)
    with open_workbook(source) as archive:
        package = read_package(archive, limits)
        by_name = {sheet.name: sheet for sheet in package.worksheets}
        if missing := set(grouped) - set(by_name):
            raise KeyError(f"The workbook has no sheet for {len(missing)} of the marked sheets.")
        strings = _heading_strings(archive, package, heading, limits)
        headings = answer_headings() | {heading.zh, heading.en}
        rows = header_rows or {}
        row_heading = ROW_HEADING.in_language(language) if only_faulty else None
        plans = {
            by_name[name]: SheetPlan(
                found, heading.in_language(language), row_heading, rows.get(name, 1), headings, strings
            )
            for name, found in grouped.items()
        }
        _write(archive, package, plans, target, limits)


def _grouped(marks: Iterable[Mark], language: str) -> dict[str, dict[int, RowMarks]]:
    grouped: dict[str, dict[int, RowMarks]] = {}
    for mark in marks:
        row = grouped.setdefault(mark.sheet, {}).setdefault(mark.row, RowMarks())
        row.sentences.append(mark.sentence.in_language(language))
        if mark.column is not None:
            (row.noted if mark.is_note else row.columns).add(mark.column)
    return grouped


def _write(
    archive: zipfile.ZipFile, package: Package, plans: dict[SheetPart, SheetPlan], target: Path, limits: Limits
) -> None:
    styles = Styles(_plain_part(archive, package.styles_part, limits))
    rewritten = {sheet.part for sheet in plans} | {package.styles_part}
    only_faulty = any(plan.only_faulty for plan in plans.values())
    # Level 1 takes a third of the time of the default for a tenth more bytes.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for info in archive.infolist():
            if info.filename in rewritten or info.is_dir() or (only_faulty and info.filename.endswith("calcChain.xml")):
                continue
            _copy(archive, info, out, without_chain=only_faulty, limits=limits)
        for sheet, plan in plans.items():
            _write_sheet(archive, sheet, plan, styles, out, limits)
        if package.styles_part is not None:
            with out.open(new_info(package.styles_part), "w") as stream:
                stream.write(styles.render())


def new_info(name: str) -> zipfile.ZipInfo:
    """The entry of a part that is written anew."""
    info = zipfile.ZipInfo(name)  # dated 1980 as Excel does: the same answer is the same bytes
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _copy(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, out: zipfile.ZipFile, *, without_chain: bool, limits: Limits
) -> None:
    """A part as it is. The chain of formulas goes where formulas became values: Excel calls a stale one damage."""
    lists_parts = info.filename == "[Content_Types].xml" or info.filename.endswith("workbook.xml.rels")
    with out.open(new_info(info.filename), "w", force_zip64=info.file_size > _FORCE_ZIP64) as writing:
        if without_chain and lists_parts:
            writing.write(_CHAIN.sub(b"", small_part(archive, info.filename, limits)))
            return
        with open_part(archive, info.filename) as reading:
            shutil.copyfileobj(reading, writing, MB)


def _write_sheet(
    archive: zipfile.ZipFile, sheet: SheetPart, plan: SheetPlan, styles: Styles, out: zipfile.ZipFile, limits: Limits
) -> None:
    part = str(sheet.part)
    with ExitStack() as stack:
        copy = None
        try:
            shape = shape_of(_parts(archive, part, copy, limits, stack), plan)
        except NotPlain:
            copy = stack.enter_context(tempfile.TemporaryFile())
            with open_part(archive, part) as reading:
                copy.writelines(plain_spelling(reading, part))
            shape = _shape_again(archive, part, copy, plan, limits, stack)
        marker = SheetMarker(plan, shape, styles)
        force = archive.getinfo(part).file_size > _FORCE_ZIP64
        with out.open(new_info(part), "w", force_zip64=force) as writing:
            _write_beside(writing, marker.parts(_parts(archive, part, copy, limits, stack)))


def _write_beside(writing: IO[bytes], pieces: Iterator[bytes]) -> None:
    """Compress one piece in a thread while the next is made: half of the time is deflate, outside the interpreter."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(writing.write, b"")
        for piece in pieces:
            waiting.result()
            waiting = pool.submit(writing.write, piece)
        waiting.result()


def _shape_again(
    archive: zipfile.ZipFile, part: str, copy: IO[bytes], plan: SheetPlan, limits: Limits, stack: ExitStack
) -> Shape:
    try:
        return shape_of(_parts(archive, part, copy, limits, stack), plan)
    except NotPlain as error:
        raise FileRefused("damaged", part=part) from error


def _parts(
    archive: zipfile.ZipFile, part: str, copy: IO[bytes] | None, limits: Limits, stack: ExitStack
) -> Iterator[tuple[str, bytes]]:
    if copy is not None:
        copy.seek(0)
        return split(copy, b"<sheetData", b"<row", part, limits)
    return split(stack.enter_context(open_part(archive, part)), b"<sheetData", b"<row", part, limits)


def _plain_part(archive: zipfile.ZipFile, part: str | None, limits: Limits) -> bytes:
    """A small part in the plain spelling; empty where the workbook has none."""
    if part is None or part not in archive.NameToInfo:
        return b""
    data = small_part(archive, part, limits)
    if b"<!" not in data and b"<cellXfs" in data:
        return data
    with open_part(archive, part) as stream:
        return b"".join(plain_spelling(stream, part))


def _heading_strings(archive: zipfile.ZipFile, package: Package, heading: Text, limits: Limits) -> frozenset[int]:
    """The numbers of the shared strings that are headings of an earlier answer: Excel shares them when it saves one."""
    part = package.strings_part
    if part is None or part not in archive.NameToInfo:
        return frozenset()
    texts = sorted(answer_headings() | {heading.zh, heading.en})
    try:
        with ExitStack() as stack:
            return _numbers_of(
                split(stack.enter_context(open_part(archive, part)), b"<sst", b"<si", part, limits), texts
            )
    except NotPlain:
        with tempfile.TemporaryFile() as copy, open_part(archive, part) as reading:
            copy.writelines(plain_spelling(reading, part))
            copy.seek(0)
            return _numbers_of(split(copy, b"<sst", b"<si", part, limits), texts)


def _numbers_of(parts: Iterable[tuple[str, bytes]], texts: list[str]) -> frozenset[int]:
    found: set[int] = set()
    count = 0
    wanted = [text.encode() for text in texts]
    for kind, piece in parts:
        if kind != "piece":
            continue
        if any(text in piece for text in wanted):
            ours = pc.is_in(plain_texts(strings_of(piece), "sharedStrings"), pa.array(texts))
            found.update(count + index for index in pc.indices_nonzero(ours).to_pylist())
        count += piece.count(b"<si>") + piece.count(b"<si/>") + piece.count(b"<si ")
    return frozenset(found)
