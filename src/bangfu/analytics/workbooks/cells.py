"""The text of each cell out of its stored form: shared strings, numbers, dates, booleans, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.workbooks.numbers import Look, date_text, number_text
from bangfu.analytics.workbooks.refusals import CellFault, FileRefused
from bangfu.analytics.workbooks.tokens import Cells

_STYLE = re.compile(rb'\ss="(\d+)"')
_TYPE = re.compile(rb'\st="(\w+)"')
_PLAIN_NUMBER = r"^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,7})\.\d{0,6}[1-9])$"
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_HEX = re.compile("_x([0-9A-Fa-f]{4})_")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

_ERRORS = r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)"
_SCIENTIFIC = r"-?\d(?:\.\d+)?[Ee]\+?(?:1[5-9]|2\d)"
_EMPTY_DATE = r"1900[-/.年]0?1[-/.月]0?[01]日?(?: 0?0:00(?::00)?)?|1899[-/.]12[-/.]3[01](?: 0?0:00(?::00)?)?"
_DATE = r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)(?:[ T]\d{1,2}:\d{2}.*)?"
_ODD = f"^(?:{_ERRORS}|{_SCIENTIFIC}|{_DATE})$"
_FAULTY = f"^(?:{_ERRORS}|{_SCIENTIFIC}|{_EMPTY_DATE})$"
_CODES = (
    ("error_value", re.compile(f"(?:{_ERRORS})")),
    ("number_precision_lost", re.compile(_SCIENTIFIC)),
    ("date_empty_1900", re.compile(_EMPTY_DATE)),
)


class Stored(IntEnum):
    """The stored form of a cell."""

    SHARED = 0
    TEXT = 1
    NUMBER = 2
    DATE = 3
    TIME = 4
    BOOLEAN = 5
    ERROR = 6
    ISO_DATE = 7


_TYPES = {
    b"s": Stored.SHARED,
    b"str": Stored.TEXT,
    b"inlineStr": Stored.TEXT,
    b"b": Stored.BOOLEAN,
    b"e": Stored.ERROR,
    b"d": Stored.ISO_DATE,
}
_LOOKS = {Look.NUMBER: Stored.NUMBER, Look.DATE: Stored.DATE, Look.TIME: Stored.TIME}


@dataclass(frozen=True, slots=True)
class Book:
    """What cells refer to: shared strings with what is odd about each, the look of each style, the date system."""

    strings: pa.StringArray
    odd_strings: npt.NDArray[np.int8]
    looks: tuple[Look, ...]
    date1904: bool


@dataclass(frozen=True, slots=True)
class Values:
    """Cells with content: row, column (from 0), text, stored form, and which texts look like a date."""

    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.int32]
    text: pa.StringArray
    stored: npt.NDArray[np.int8]
    text_date: npt.NDArray[np.bool_]


#: What :func:`odd_texts` answers: 0 nothing odd, 1 + n for the n-th of the fault codes, and this for a date as text.
TEXT_DATE = 1 + len(_CODES)


def odd_texts(texts: pa.StringArray) -> npt.NDArray[np.int8]:
    """What is odd about each text: an error's name, an ID turned into 5.33E+17, an empty date, a date kept as text."""
    odd = np.zeros(len(texts), np.int8)
    at = np.flatnonzero(pc.match_substring_regex(texts, _ODD).fill_null(False).to_numpy(zero_copy_only=False))
    if not len(at):
        return odd
    odd[at] = TEXT_DATE
    found = texts.take(pa.array(at))
    faulty = pc.match_substring_regex(found, _FAULTY).to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(faulty).tolist():
        text = found[place].as_py()
        odd[at[place]] = next(number for number, (_, pattern) in enumerate(_CODES, start=1) if pattern.fullmatch(text))
    return odd


def odd_code(number: int) -> str | None:
    """The fault code of an :func:`odd_texts` answer, None for a date kept as text."""
    return None if number in (0, TEXT_DATE) else _CODES[number - 1][0]


def plain_texts(escaped: pa.BinaryArray, part: str) -> pa.StringArray:
    """XML texts as the characters they stand for; a text that is no UTF-8 makes the part damaged."""
    try:
        texts = escaped.cast(pa.string())
        marked = pc.match_substring_regex(escaped, r"&|\r|_x[0-9A-Fa-f]{4}_")
        if pc.any(marked).as_py():
            replaced = [_unescaped(text) for text in texts.filter(marked).to_pylist()]
            texts = pc.replace_with_mask(texts, marked, pa.array(replaced, pa.string()))
    except (pa.ArrowInvalid, ValueError, UnicodeError) as error:
        raise FileRefused("damaged", part=part) from error
    return texts


def _unescaped(text: str) -> str:
    text = _ENTITY.sub(_entity, text.replace("\r\n", "\n").replace("\r", "\n"))
    return _HEX.sub(
        lambda match: chr(int(match[1], 16)) if match[1].upper() not in ("0000", "FFFE", "FFFF") else "", text
    )


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    number = int(match[1]) if match[1] else int(match[2], 16)
    if number == 0 or 0xD800 <= number <= 0xDFFF:
        raise ValueError("a character reference outside Unicode")
    return chr(number)


def resolve(cells: Cells, book: Book, part: str, report: Callable[[CellFault], None]) -> Values:
    """The cells with content as text, reporting each exceptional one."""
    stored_of, type_is_text = _stored_forms(cells.attribute_texts, book.looks)
    stored = stored_of[cells.attributes]
    uncached = np.flatnonzero(cells.formula & ~cells.filled & ~type_is_text[cells.attributes])
    for at in uncached.tolist():
        formula = "=" + plain_texts(cells.formulas.slice(at, 1), part)[0].as_py()
        report(CellFault(int(cells.row[at]), int(cells.column[at]), "formula_without_value", formula))
    keep = np.flatnonzero(cells.filled)
    values = cells.value.take(pa.array(keep))
    row, column, stored = cells.row[keep], cells.column[keep], stored[keep]
    text, odd = _texts(values, stored, book, part)
    for at, code in _coded(odd):
        report(CellFault(int(row[at]), int(column[at]), code, text[at].as_py()))
    return Values(row, column, text, stored, odd == TEXT_DATE)


def _stored_forms(
    attributes: tuple[bytes, ...], looks: tuple[Look, ...]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    forms, texts = [], []
    for attribute in attributes:
        kind = _TYPE.search(attribute)
        style = _STYLE.search(attribute)
        index = int(style[1]) if style else 0
        look = looks[index] if index < len(looks) else Look.NUMBER
        form = _TYPES.get(kind[1]) if kind else None
        forms.append(_LOOKS[look] if form is None else form)
        texts.append(form is Stored.TEXT)
    return np.array(forms, np.int8), np.array(texts, np.bool_)


#: Codes that only stored numbers and dates can have, numbered after those of texts.
_NUMBER_CODES = ("number_precision_lost", "date_empty_1900", "date_out_of_range", "error_value")


def _coded(odd: npt.NDArray[np.int8]) -> Iterator[tuple[int, str]]:
    for at in np.flatnonzero(odd).tolist():
        number = int(odd[at])
        code = _NUMBER_CODES[number - TEXT_DATE - 1] if number > TEXT_DATE else odd_code(number)
        if code is not None:
            yield at, code


def _texts(
    values: pa.BinaryArray, stored: npt.NDArray[np.int8], book: Book, part: str
) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    odd = np.zeros(len(values), np.int8)
    order, arrays = [], []
    for form in Stored:
        at = np.flatnonzero(stored == form)
        if len(at):
            texts, odd[at] = _texts_of(form, values.take(pa.array(at)), book, part)
            order.append(at)
            arrays.append(texts)
    if not order:
        return pa.array([], pa.string()), odd
    inverse = np.empty(len(values), np.int64)
    inverse[np.concatenate(order)] = np.arange(len(values))
    return pa.concat_arrays(arrays).take(pa.array(inverse)), odd


def _texts_of(
    form: Stored, values: pa.BinaryArray, book: Book, part: str
) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    if form is Stored.SHARED:
        return _shared(values, book, part)
    texts = plain_texts(values, part)
    if form is Stored.TEXT:
        return texts, odd_texts(texts)
    if form is Stored.NUMBER:
        return _numbers(texts)
    if form in (Stored.DATE, Stored.TIME):
        look = Look.DATE if form is Stored.DATE else Look.TIME
        return _each_distinct(texts, lambda text: date_text(text, look, date1904=book.date1904))
    return _spelled(form, texts)


def _spelled(form: Stored, texts: pa.StringArray) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    """Booleans, errors and ISO dates, which stand in the file nearly as they are read."""
    none = np.zeros(len(texts), np.int8)
    if form is Stored.BOOLEAN:
        return pc.if_else(pc.is_in(texts, pa.array(["1", "true"])), "TRUE", "FALSE"), none
    if form is Stored.ERROR:
        return texts, none + np.int8(TEXT_DATE + 1 + _NUMBER_CODES.index("error_value"))
    return pc.replace_substring_regex(texts, r"T00:00:00(?:\.0+)?Z?$", ""), none


def _shared(values: pa.BinaryArray, book: Book, part: str) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    try:
        index = values.cast(pa.string()).cast(pa.int32())
        return book.strings.take(index), book.odd_strings[index.to_numpy()]
    except (pa.ArrowInvalid, IndexError) as error:
        raise FileRefused("damaged", part=part) from error


def _numbers(texts: pa.StringArray) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    odd = np.zeros(len(texts), np.int8)
    strange = pc.invert(pc.match_substring_regex(texts, _PLAIN_NUMBER))
    if not pc.any(strange).as_py():
        return texts, odd
    mended, codes = _each_distinct(texts.filter(strange), number_text)
    odd[strange.to_numpy(zero_copy_only=False)] = codes
    return pc.replace_with_mask(texts, strange, mended), odd


def _each_distinct(
    texts: pa.StringArray, answer: Callable[[str], tuple[str, str | None]]
) -> tuple[pa.StringArray, npt.NDArray[np.int8]]:
    encoded = texts.dictionary_encode()
    answers = [answer(text) for text in encoded.dictionary.to_pylist()]
    codes = [0 if code is None else TEXT_DATE + 1 + _NUMBER_CODES.index(code) for _, code in answers]
    mended = pa.array([text for text, _ in answers], pa.string()).take(encoded.indices)
    return mended, np.array(codes, np.int8)[encoded.indices.to_numpy()]
