"""Dated parameters as the language sees them: a type for each name, and values by place and date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bangfu.parameters.schema import UNITS, Kind


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What a parameter is: ``INTEGER`` or ``NUMBER``, and its unit."""

    kind: Kind
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.unit is not None and self.unit not in UNITS:
            raise ValueError(f"A parameter has the unknown unit {self.unit!r}; known are {sorted(UNITS)}.")


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A row of ``parameter_values``: valid for places under a prefix, from a day on, until the day before another.

    An empty prefix is everywhere; ``valid_from`` and ``valid_until`` may be open (``None``).
    """

    name: str
    place_prefix: str
    valid_from: date | None
    valid_until: date | None
    value: float | None


def resolve(values: Iterable[ParameterValue], name: str, day: date | None, place: str | None) -> float | None:
    """The value of a parameter on a day at a place, unknown (``None``) where none is given.

    The longest place prefix wins, among equals the latest start. A place that is missing lies under the empty prefix
    only; without a day nothing is known.
    """
    valid = [value for value in values if value.name == name and day is not None and _is_valid(value, day, place or "")]
    best = max(valid, key=lambda value: (len(value.place_prefix), value.valid_from or date.min), default=None)
    return best.value if best else None


def _is_valid(value: ParameterValue, day: date, place: str) -> bool:
    started = value.valid_from is None or value.valid_from <= day
    ended = value.valid_until is not None and value.valid_until <= day
    return value.value is not None and started and not ended and place.startswith(value.place_prefix)
