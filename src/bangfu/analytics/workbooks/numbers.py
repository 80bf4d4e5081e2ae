"""Stored numbers as the text a person sees: no float noise, dates as ISO text, lost digits named."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache

#: Excel keeps 15 significant digits; whole numbers from here on have lost some.
FIRST_LOSSY = 1e15
_SECONDS = 86_400
_LAST_SERIAL = 2_958_466  # 10000-01-01
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
_BUILT_IN_DECIMALS = {1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, 37: 0, 38: 0, 39: 2, 40: 2, 41: 0, 42: 0, 43: 2, 44: 2}
_BUILT_IN_PERCENTS = frozenset({9, 10})
_BUILT_IN_TIMES = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
#: The digits of a format as far as its decimals: ``#,##0.00``.
_DIGITS = re.compile(r"[0#?](?:[0#?,]*[0#?])?(?:\.([0#?]*))?")


class Look(IntEnum):
    """How a number format shows a number."""

    NUMBER = 0
    DATE = 1
    TIME = 2


def look_of(format_id: int, formats: dict[int, str]) -> Look:
    """Whether a number format shows numbers, dates (with or without time) or only times of day."""
    if format_id not in formats:
        if format_id in _BUILT_IN_TIMES:
            return Look.TIME
        return Look.DATE if format_id in _BUILT_IN_DATES else Look.NUMBER
    code = _QUOTED.sub("", formats[format_id]).lower()
    if "general" in code or "g/通用格式" in code:
        return Look.NUMBER
    if set(code) & {"y", "d", "年", "日"} or ("m" in code and not set(code) & {"h", "s"}):
        return Look.DATE
    return Look.TIME if set(code) & {"h", "s"} else Look.NUMBER


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How many decimals a number format shows, None where as many as there are, and whether as percent."""

    decimals: int | None = None
    percent: bool = False


def number_format_of(format_id: int, formats: Mapping[int, str]) -> NumberFormat:
    """What a number format does to a number, by what it does to a positive one."""
    if format_id not in formats:
        return NumberFormat(_BUILT_IN_DECIMALS.get(format_id), format_id in _BUILT_IN_PERCENTS)
    code = _QUOTED.sub("", formats[format_id]).partition(";")[0]
    digits = _DIGITS.search(code)
    return NumberFormat(len(digits[1] or "") if digits else None, "%" in code)


def number_text(stored: str) -> tuple[str, str | None]:
    """A stored number as text with at most 15 significant digits, as Excel shows it, and its fault's code or None."""
    try:
        value = float(stored)
    except ValueError:
        return stored, None
    if not math.isfinite(value):
        return stored, "number_precision_lost"
    text = f"{value:.15g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    lost = abs(value) >= FIRST_LOSSY
    return ("0" if text == "-0" else text), ("number_precision_lost" if lost else None)


@lru_cache(maxsize=1 << 16)  # a register holds the same few thousand days over and over
def date_text(stored: str, look: Look, *, date1904: bool) -> tuple[str, str | None]:
    """A stored date as ISO text (``2015-06-01``, ``2015-06-01 08:30:00``, ``08:30:00``), and its fault's code or None.

    Day 0, which Excel shows as 1900-01-00, and day 1 are what an empty cell becomes on its way through other programs.
    """
    try:
        serial = float(stored)
    except ValueError:
        return stored, None
    if not 0 <= serial < _LAST_SERIAL - (1462 if date1904 else 0):
        return number_text(stored)[0], "date_out_of_range"
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    if look is Look.TIME and days == 0:
        return _clock(seconds), None
    day = _day(days, date1904=date1904)
    code = "date_empty_1900" if days <= (0 if date1904 else 1) else None
    if code is None and day == "1900-02-29":
        code = "date_out_of_range"
    return (f"{day} {_clock(seconds)}" if seconds else day), code


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _day(days: int, *, date1904: bool) -> str:
    if date1904:
        return (dt.date(1904, 1, 1) + dt.timedelta(days)).isoformat()
    if days == 0:
        return "1900-01-00"
    if days == 60:
        return "1900-02-29"  # a day that only Excel has
    return (dt.date(1899, 12, 31) + dt.timedelta(days - (days > 60))).isoformat()
