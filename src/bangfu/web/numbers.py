"""How a number is written for people: once, on the server, for page, map, chart, screen and paper.

Every function answers in the language that is active. A missing value is a state with its own word (``Missing``), a
real zero is ``0``; a number that is not finite is refused, since nothing upstream may turn a missing value into one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
WAN = Decimal(10_000)
WAN_FROM = 10 * WAN
YI = Decimal(100_000_000)
MILLION = Decimal(1_000_000)
BILLION = Decimal(1_000_000_000)
LEAST_PERCENT = Decimal("0.1")
NEARLY_ALL = Decimal("99.95")


#: Nouns that English counts, and their form beside one or more.
COUNTED: Mapping[str, Callable[[int], str]] = {
    "households": lambda number: ngettext("household", "households", number),
    "people": lambda number: ngettext("person", "people", number),
    "months": lambda number: ngettext("month", "months", number),
    "years": lambda number: ngettext("year", "years", number),
    "degrees": lambda number: ngettext("degree", "degrees", number),
}


class Missing(Enum):
    """Why there is no number; each state has its own word and never looks like zero."""

    NOT_APPLICABLE = "not_applicable"
    NOT_REPORTED = "not_reported"
    NO_DATA = "no_data"
    WITHHELD = "withheld"


Value = int | float | Decimal | Fraction | Missing | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as people read it: digits, what follows them, its error, and the full digits where they were rounded.

    ``unit`` and ``spread`` bring their own space or brackets, so ``str()`` is the whole reading: ``17.6%（±1.9）``.
    """

    text: str
    unit: str = ""
    spread: str = ""
    exact: str = ""
    missing: Missing | None = None

    def __str__(self) -> str:
        return f"{self.text}{self.unit}{self.spread}"


def in_chinese() -> bool:
    """Whether the active language is Chinese (also when none is active: Chinese comes first)."""
    return (get_language() or "zh-hans").startswith("zh")


def missing_word(state: Missing) -> str:
    """The word of a missing state: —, 未报, 缺资料, 不公布."""
    words = {
        Missing.NOT_APPLICABLE: "—",
        Missing.NOT_REPORTED: _("Not reported"),
        Missing.NO_DATA: _("Data missing"),
        Missing.WITHHELD: _("Withheld"),
    }
    return words[state]


def missing(state: Missing) -> Shown:
    """A missing state in the place of a number."""
    return Shown(missing_word(state), missing=state)


def counted(noun: str, count: Decimal) -> str:
    """What is counted as it stands behind a number: 1 household, 2 households; other words stand as they are.

    English wants the singular at one alone; the nouns of the parameters and units are plural.
    """
    if noun not in COUNTED or in_chinese():
        return noun
    return COUNTED[noun](1 if count == 1 else 2)


def with_unit(digits: str, unit: str) -> str:
    """Digits with their unit behind them: 3.94个百分点, in English set off by a no-break space."""
    return f"{digits}{_unit('', unit)}"


def withheld(fewer_than: int, unit: str) -> Shown:
    """A figure that is not published because it would rest on too few: 不公布（<30户）."""
    sentence = _("Withheld (<%(count)s %(unit)s)") % {"count": whole(fewer_than), "unit": unit}
    return Shown(sentence, missing=Missing.WITHHELD)


def whole(value: Value) -> str:
    """Full digits with thousands commas for a table: 4,713,000."""
    return decimal(value, 0)


def decimal(value: Value, places: int) -> str:
    """A number with a fixed count of decimals, so that a column keeps its places: 2,610.5."""
    state = _state(value)
    return missing_word(state) if state else _digits(_exact(value), places)


def exact(value: Value) -> str:
    """A number with all its decimals, such as the value of a line: 2,855 or 1.25."""
    state = _state(value)
    return missing_word(state) if state else _plain(_exact(value))


def percent(share: Value) -> str:
    """A share (0 to 1) as percent with its sign: 18.3%, <0.1%, 0%."""
    return str(percent_figure(share))


def percent_digits(share: Value) -> str:
    """A share (0 to 1) as percent without the sign, for a column whose heading has it: 18.3, <0.1, 0."""
    return percent_figure(share).text


def percent_figure(share: Value) -> Shown:
    """A share (0 to 1) as percent for a card."""
    state = _state(share)
    return missing(state) if state else Shown(_percent_digits(100 * _exact(share)), "%")


def points(change: Value) -> str:
    """A change between two shares (0 to 1) in signed percentage points, for a column: −4.1, +0.3, 0."""
    state = _state(change)
    return missing_word(state) if state else _signed(100 * _exact(change), 1)


def signed(change: Value, places: int = 0) -> str:
    """A change of a count or an amount with its sign, for a column: −412, +3, 0."""
    state = _state(change)
    return missing_word(state) if state else _signed(_exact(change), places)


def points_since(change: Value, period: str) -> str:
    """A change between two shares (0 to 1) as a sentence: 比2014年末降4.1个百分点."""
    state = _state(change)
    if state:
        return _not_comparable(state, period)
    amount = 100 * _exact(change)
    values = {"points": _digits(abs(amount), 1), "period": period}
    if amount == 0:
        return _("Same as %(period)s") % values
    if abs(amount) < LEAST_PERCENT:
        less = (
            _("Down less than 0.1 points on %(period)s") if amount < 0 else _("Up less than 0.1 points on %(period)s")
        )
        return less % values
    text = _("Down %(points)s points on %(period)s") if amount < 0 else _("Up %(points)s points on %(period)s")
    return text % values


def count_since(change: Value, unit: str, period: str, places: int = 0) -> str:
    """A change of a count as a sentence: 比2014年末少412户."""
    state = _state(change)
    if state:
        return _not_comparable(state, period)
    amount = _exact(change)
    values = {"amount": str(figure(abs(amount), places=places)), "unit": counted(unit, abs(amount)), "period": period}
    if amount == 0:
        return _("Same as %(period)s") % values
    text = _("Down %(amount)s %(unit)s on %(period)s") if amount < 0 else _("Up %(amount)s %(unit)s on %(period)s")
    return text % values


def figure(value: Value, unit: str = "", places: int = 0) -> Shown:
    """A count for a card or a sentence: 2,810户, 471.3万人, 1.26亿元; in English 4.71 million people.

    ``places`` are the decimals of a number too small for 万 or million.
    """
    state = _state(value)
    if state:
        return missing(state)
    exact = _exact(value)
    full, unit = _digits(exact, places), counted(unit, exact)
    digits, scale = _scaled(exact, places)
    return Shown(digits, _unit(scale, unit), exact=f"{full}{_unit('', unit)}" if scale else "")


def out_of(part: Value, total: Value, unit: str) -> Shown:
    """How many of how many: 31/42个, in English 31 of 42 villages."""
    state = _state(part) or _state(total)
    if state:
        return missing(state)
    values = {"total": whole(total), "unit": unit}
    return Shown(
        whole(part), NO_BREAK + _("of %(total)s %(unit)s") % values if not in_chinese() else f"/{whole(total)}{unit}"
    )


def money(fen: int | Missing | None) -> Shown:
    """An amount in a row: 1,500.00元, from whole fen."""
    state = _state(fen)
    return missing(state) if state else Shown(_digits(_yuan(fen), 2), _unit("", _("yuan")))


def money_summary(fen: int | Missing | None) -> Shown:
    """An amount in a summary: 1,236.50万元, 3.20亿元; in English 12.37 million yuan. Full digits ride along."""
    state = _state(fen)
    if state:
        return missing(state)
    yuan = _yuan(fen)
    full = f"{_digits(yuan, 2)}{_unit('', _('yuan'))}"
    if in_chinese() and _digits(yuan / WAN, 2) != "0.00" and _rounded(yuan / WAN, 2).copy_abs() < WAN:
        return Shown(_digits(yuan / WAN, 2), "万元", exact=full)
    digits, scale = _scaled(yuan, 2)
    return Shown(digits, _unit(scale, _("yuan")), exact=full if scale else "")


def estimate(value: Value, half_width: Value, unit: str = "") -> Shown:
    """An estimate with the half-width of its interval: 2,610元（±47）; half-width to two significant digits."""
    state = _state(value)
    return missing(state) if state else _estimate(_exact(value), half_width, 1, unit=_unit("", unit), default_places=0)


def percent_estimate(share: Value, half_width: Value) -> Shown:
    """A share (0 to 1) with the half-width of its interval: 17.6%（±1.9）."""
    state = _state(share)
    return missing(state) if state else _estimate(100 * _exact(share), half_width, 100, unit="%", default_places=1)


def break_labels(breaks: tuple[float, ...], *, percents: bool) -> tuple[str, ...]:
    """The class limits of a map legend with no more decimals than they have: 1%, 3%, 7.5%."""
    factor = 100 if percents else 1
    return tuple(_plain(factor * _exact(limit)) + ("%" if percents else "") for limit in breaks)


def _estimate(value: Decimal, half_width: Value, factor: int, *, unit: str, default_places: int) -> Shown:
    half = None if _state(half_width) else factor * _exact(half_width)
    if half is None:
        return Shown(_digits(value, default_places), unit, _bracket(_("error: not computed")))
    if half == 0:
        return Shown(_digits(value, default_places), unit, _bracket("±0"))
    places = _places_of_two_digits(half)
    return Shown(_digits(value, places), unit, _bracket(f"±{_digits(abs(half), places)}"))


def _places_of_two_digits(half: Decimal) -> int:
    """Decimals that leave two significant digits of ``half`` (negative: tens), also after rounding 9.96 to 10."""
    places = 1 - half.adjusted()
    return 1 - _rounded(half, places).adjusted()


def _state(value: object) -> Missing | None:
    if value is None:
        return Missing.NO_DATA
    return value if isinstance(value, Missing) else None


def _exact(value: Value) -> Decimal:
    """The value as people would type it: a float means its shortest decimal, so 0.1835 rounds up, as in a text book."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if value is None or isinstance(value, Missing):
        raise TypeError("A missing value has no digits; show its word.")
    exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a number to show; a missing value is None or a Missing state.")
    return exact


def _yuan(fen: Value) -> Decimal:
    if not isinstance(fen, int):
        raise TypeError(f"Money is whole fen, got {type(fen).__name__}.")
    return Decimal(fen) / 100


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _digits(value: Decimal, places: int) -> str:
    rounded = _rounded(value, places)
    text = f"{rounded.copy_abs():,.{max(places, 0)}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}".replace("-", MINUS)


def _percent_digits(value: Decimal) -> str:
    if value == 0:
        return "0"
    if value.copy_abs() < LEAST_PERCENT:
        return f"{MINUS if value < 0 else ''}<{LEAST_PERCENT}"
    # 99.97 % of villages is not all of them: a rounded 100.0 % would hide the last ones.
    return ">99.9" if NEARLY_ALL <= value < 100 else _digits(value, 1)


def _signed(value: Decimal, places: int) -> str:
    if value == 0:
        return "0"
    sign = MINUS if value < 0 else "+"
    least = Decimal(1).scaleb(-places)
    small = _rounded(value, places) == 0
    return f"{sign}<{least}" if small else f"{sign}{_digits(value.copy_abs(), places)}"


def _scaled(value: Decimal, places: int) -> tuple[str, str]:
    """Digits and scale word; what it rounds to decides the scale: 99,999,999 is 1.00亿 and not 10,000.0万."""
    size = _rounded(value, places).copy_abs()
    if in_chinese():
        if _rounded(size / WAN, 1) >= WAN:
            return _digits(value / YI, 2), "亿"
        return (_digits(value / WAN, 1), "万") if size >= WAN_FROM else (_digits(value, places), "")
    if _rounded(size / MILLION, 2) >= 1000:
        return _digits(value / BILLION, 2), "billion"
    return (_digits(value / MILLION, 2), "million") if size >= MILLION else (_digits(value, places), "")


def _unit(scale: str, unit: str) -> str:
    """What follows the digits: 万人 in Chinese, words set off by a no-break space in English."""
    if in_chinese():
        return f"{scale}{unit}"
    words = " ".join(word for word in (scale, unit) if word)
    return f"{NO_BREAK}{words}" if words else ""


def _bracket(text: str) -> str:
    return f"（{text}）" if in_chinese() else f" ({text})"


def _not_comparable(state: Missing, period: str) -> str:
    return _("Cannot be compared with %(period)s: %(reason)s") % {"period": period, "reason": missing_word(state)}
