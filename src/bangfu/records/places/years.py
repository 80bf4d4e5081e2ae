"""Which years a sheet or a file can speak of."""

from __future__ import annotations

from datetime import date

from bangfu.parameters.text import Text

#: No sheet is older than the statistics it belongs to.
FIRST_YEAR = 1949
YEAR_CANNOT_BE = Text(
    "年份“{year}”不对，应在{first}和{last}之间。", "The year “{year}” cannot be; name one from {first} to {last}."
)


def possible_years(today: date) -> range:
    """The years that can be named on a day: from ``FIRST_YEAR`` to the next one, for which plans are made."""
    return range(FIRST_YEAR, today.year + 2)


def why_not_year(year: int, today: date) -> Text | None:
    """What is wrong with a year that was named; None where it can be."""
    years = possible_years(today)
    return None if year in years else YEAR_CANNOT_BE.format(year=year, first=years[0], last=years[-1])
