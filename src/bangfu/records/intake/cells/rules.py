"""What cells are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bangfu.parameters.codes import CodeList
from bangfu.records.intake.suggestions import Suggestions


@dataclass(frozen=True)
class PlaceFound:
    """What a row's naming of its place comes to: a place, or the code (and detail) of a finding.

    ``said_in`` is the name of the cell that the finding speaks of.
    """

    place_id: int | None
    place_code: str | None
    fault: str | None = None
    said_in: str = ""


@dataclass(frozen=True)
class Rules:
    """What cells are judged by: code lists, today, the year of the file, and how places are found."""

    codes: Mapping[str, CodeList]
    today: date
    year: int | None
    find_place: Callable[[Mapping[str, str | None]], PlaceFound]
    suggestions: Suggestions = field(default_factory=Suggestions)
