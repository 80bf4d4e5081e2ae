"""Days on which something holds. ``valid_until`` is the first day on which it no longer holds; open where None."""

from __future__ import annotations

from datetime import date


def holds(valid_from: date | None, valid_until: date | None, day: date | None) -> bool:
    """Whether a day lies inside; without a day everything does."""
    if day is None:
        return True
    return (valid_from is None or valid_from <= day) and (valid_until is None or day < valid_until)


def overlaps(
    first_from: date | None, first_until: date | None, second_from: date | None, second_until: date | None
) -> bool:
    """Whether two spans share a day."""
    starts_before_end = first_from is None or second_until is None or first_from < second_until
    ends_after_start = second_from is None or first_until is None or second_from < first_until
    return starts_before_end and ends_after_start
