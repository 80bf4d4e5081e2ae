"""Which years of yearly rows are open, and where a year's rows come from.

The database holds the open year and the one before it; older years are sealed files plus correction rows (DESIGN.md
§4.5). This module is the interface: whoever writes a yearly row asks :func:`check_open`, whoever reads a year asks
:meth:`Years.source_of`. Sealing itself comes with the full roster; until then no year is sealed, so years that a new
instance imports from before stay in the database and can be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Max

from bangfu.parameters.text import Text
from bangfu.records.households.models import HouseholdYear

SEALED = Text(
    "{years}年的数据已经封存，不能再改。请把更正写进{open}年，或报一条更正。",
    "The data of {years} are sealed and cannot be changed. Write the correction into {open}, or report a correction.",
)


class YearSource(StrEnum):
    """Where a year's rows lie."""

    DATABASE = "database"
    SEALED_FILE = "sealed_file"


class YearSealed(Exception):
    """Rows of a sealed year were to be written; ``text`` is the sentence for people."""

    def __init__(self, years: Sequence[int], open_year: int) -> None:
        self.years = tuple(map(str, years))
        self.open_year = open_year
        self.text = Text(
            SEALED.zh.format(years="、".join(self.years), open=open_year),
            SEALED.en.format(years=", ".join(self.years), open=open_year),
        )
        super().__init__(self.text.en)


@dataclass(frozen=True)
class Years:
    """The years of a register: its open year, and those that are sealed.

    **Errors** ValueError for a year that is open and sealed.
    """

    open_year: int
    sealed: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        wrong = self.sealed & set(self.open_years)
        if wrong:
            raise ValueError(f"The years {sorted(wrong)} cannot be open and sealed.")

    @property
    def open_years(self) -> tuple[int, int]:
        """The open year and the one before it, which still takes corrections."""
        return self.open_year, self.open_year - 1

    def source_of(self, year: int) -> YearSource:
        """Where the rows of a year come from."""
        return YearSource.SEALED_FILE if year in self.sealed else YearSource.DATABASE

    def due(self, present: Iterable[int]) -> tuple[int, ...]:
        """Of the years present in the database those that sealing will take, oldest first."""
        return tuple(sorted(year for year in set(present) if year < self.open_years[1] and year not in self.sealed))

    def check_open(self, *years: int) -> None:
        """Pass where rows of all these years may be written. **Errors** ``YearSealed`` names those that are sealed."""
        closed = sorted(self.sealed.intersection(years))
        if closed:
            raise YearSealed(closed, self.open_year)


def years_on(day: date) -> Years:
    """The years as they stand on a day: the newest year with rows is open, and never one that has not begun.

    An empty register's open year is that of the day. One small query.
    """
    newest = HouseholdYear.objects.filter(year__lte=day.year).aggregate(newest=Max("year"))["newest"]
    # With sealing (the register issue) the sealed years are read here; no caller changes.
    return Years(newest if newest is not None else day.year)


def check_open(*years: int, on: date) -> None:
    """Pass where rows of all these years may be written on a day. **Errors** ``YearSealed``."""
    years_on(on).check_open(*years)
