"""What a file of figures holds: sheets of cells that know their number and its digits on the page, and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.web.numbers import MINUS, Shown

#: Numbers that a page shows as a limit (``<0.1``): a file has the number itself, with these digits.
LIMITS = ("<", ">", f"{MINUS}<", "+<")
EXACT = "{:.4g}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as stored and as the page shows it, or a word where there is none; a ``share`` is shown in percent."""

    value: float | int | None
    text: str
    share: bool = False

    @property
    def places(self) -> int:
        """The decimals that the page shows."""
        return len(self.text.partition(".")[2]) if not self.is_limit else 0

    @property
    def is_limit(self) -> bool:
        """Whether the page shows a limit in the place of the number."""
        return self.text.startswith(LIMITS)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its words and the unit of its numbers."""

    words: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.words} ({self.unit})" if self.unit else self.words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file; text cells are plain strings. ``total`` is set apart at the end."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    total: tuple[Cell | str, ...] = ()

    @property
    def all_rows(self) -> tuple[tuple[Cell | str, ...], ...]:
        """The rows and, where there is one, the total."""
        return (*self.rows, self.total) if self.total else self.rows


@dataclass(frozen=True)
class Export:
    """A file before it is written: its title, a line under it, sheets, facts, and the mark of invented data."""

    title: str
    subtitle: str
    sheets: tuple[Sheet, ...]
    facts: Sequence[tuple[str, str]]
    facts_name: str
    synthetic: str = ""

    @property
    def rows(self) -> int:
        """How many rows of figures it holds."""
        return sum(len(sheet.all_rows) for sheet in self.sheets)


def cell(value: float | None, shown: Shown | str, *, share: bool = False) -> Cell:
    """A cell of a value with the digits of the page; a missing one has its word."""
    if isinstance(shown, str):
        return Cell(value, shown, share)
    return Cell(None if shown.missing else value, shown.text, share)


#: What a spreadsheet would take for a formula, at the beginning of a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(words: str) -> str:
    """A text that no spreadsheet runs: where it begins like a formula, an apostrophe stands before it."""
    return f"'{words}" if words.startswith(FORMULA) else words
