"""Stored figures as people read them: digits with unit and error, or the word of a missing state."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.parameters.indicators import Indicator
from bangfu.parameters.text import Text
from bangfu.records.figures.models import Figure, FigureState
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import numbers
from bangfu.web.numbers import Missing, Shown

MISSING = {
    FigureState.NOT_REPORTED: Missing.NOT_REPORTED,
    FigureState.MISSING_FACTS: Missing.NO_DATA,
    FigureState.NOT_APPLICABLE: Missing.NOT_APPLICABLE,
    FigureState.WITHHELD: Missing.WITHHELD,
}
#: Measures of the survey that are amounts of income, in the money of the place scheme.
AMOUNTS = frozenset({"threshold", "mean"})
CURRENCIES = {"CNY": Text("元", "yuan")}
#: Rows below which an estimate is withheld, as ``records.figures.compute`` says.
SMALL_SAMPLE = 30


@dataclass(frozen=True)
class AreaFigures:
    """The figures of an area page by indicator, place code, year and group; one query brought them."""

    found: dict[tuple[str, str, int, str], Figure]

    def at(self, indicator: str, code: str, year: int | None, group: str = "") -> Figure | None:
        """One figure, or None where nothing was reported."""
        return None if year is None else self.found.get((indicator, code, year, group))


#: Units of measure as they stand behind a value.
UNITS_SAID = {
    "mu": Text("亩", "mu"),
    "m2": Text("平方米", "m²"),
    "km": Text("公里", "km"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
}


def words(text: Text) -> str:
    """A text of the parameters in the active language."""
    return text.zh if numbers.in_chinese() else text.en


def unit_of(indicator: Indicator) -> str:
    """What stands behind a value of this indicator: 户, people, %, 元."""
    if indicator.unit == "share":
        return "%"
    if indicator.noun is not None:
        return words(indicator.noun)
    if indicator.unit == "fen":
        return words(CURRENCIES["CNY"])
    if indicator.unit in UNITS_SAID:
        return words(UNITS_SAID[indicator.unit])
    if indicator.measure is None or indicator.measure.name not in AMOUNTS:
        return ""
    currency = current_scheme().currency
    return words(CURRENCIES.get(currency, Text(currency, currency)))


def scale_of(indicator: Indicator) -> float:
    """What a stored value is multiplied by to be read in the unit of :func:`unit_of`, shares apart: fen become yuan."""
    return 0.01 if indicator.unit == "fen" else 1


def places_of(indicator: Indicator) -> int:
    """The decimals of a value, shares apart, whose percent has its own: see ``Indicator.decimals``."""
    return 0 if indicator.unit == "share" else indicator.decimals


def is_answered_at(indicator: Indicator, place: Place) -> bool:
    """Whether an indicator has figures at a place's level: a sample answers for the whole and for the levels named."""
    measure = indicator.measure
    return measure is None or place.level == 0 or current_scheme().levels[place.level].code in measure.levels


def shown(figure: Figure | None, indicator: Indicator, place: Place) -> Shown:
    """A figure of a place for a card; where there could be one and is none, nothing was reported."""
    if figure is None:
        return numbers.missing(Missing.NOT_REPORTED if is_answered_at(indicator, place) else Missing.NOT_APPLICABLE)
    if figure.value is None:
        return _absent(figure)
    if figure.sample_size is not None:
        return _estimate(figure, indicator)
    if indicator.unit == "share":
        return numbers.percent_figure(figure.value)
    return numbers.figure(figure.value * scale_of(indicator), unit_of(indicator), places_of(indicator))


def in_table(figure: Figure | None, indicator: Indicator, place: Place) -> Shown:
    """A figure of a place for a column whose heading has the unit."""
    if figure is None or figure.value is None:
        return shown(figure, indicator, place)
    if figure.sample_size is None and indicator.unit != "share":
        return Shown(numbers.decimal(figure.value * scale_of(indicator), places_of(indicator)))
    whole = shown(figure, indicator, place)
    return Shown(whole.text, spread=whole.spread)


def change_since(now: Figure | None, before: Figure | None, indicator: Indicator, period: str) -> str:
    """The change against another period as a sentence, empty where there is none to compare with."""
    if now is None or before is None or now.value is None or before.value is None:
        return ""
    if indicator.unit == "share":
        return numbers.points_since(now.value - before.value, period)
    change = (now.value - before.value) * scale_of(indicator)
    return numbers.count_since(change, unit_of(indicator), period, places_of(indicator))


def change_in_table(now: Figure | None, before: Figure | None, indicator: Indicator) -> str:
    """The change against another period for a column: −4.1, +3, or a dash."""
    if now is None or before is None or now.value is None or before.value is None:
        return numbers.missing_word(Missing.NOT_APPLICABLE)
    change = now.value - before.value
    if indicator.unit == "share":
        return numbers.points(change)
    return numbers.signed(change * scale_of(indicator), places_of(indicator))


def _absent(figure: Figure) -> Shown:
    if figure.state == FigureState.WITHHELD:
        return numbers.withheld(SMALL_SAMPLE, words(Text("户", "households")))
    return numbers.missing(MISSING.get(FigureState(figure.state), Missing.NO_DATA))


def _estimate(figure: Figure, indicator: Indicator) -> Shown:
    half = None if figure.upper is None or figure.value is None else figure.upper - figure.value
    if indicator.unit == "share":
        return numbers.percent_estimate(figure.value, half)
    return numbers.estimate(figure.value, half, unit_of(indicator))
