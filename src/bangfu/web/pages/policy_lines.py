"""The line that a figure must reach for a place to exit, read from the standards that are in force."""

from __future__ import annotations

import re
from datetime import date

from bangfu.parameters.indicators import Indicator
from bangfu.parameters.schemes import Level
from bangfu.parameters.standards import Criterion, Standard
from bangfu.records.instance.parameters import current
from bangfu.records.places.queries import current_scheme
from bangfu.web.charts import Line
from bangfu.web.pages.readings import words

#: A criterion that holds one figure against one share.
LIMIT = re.compile(r"^(?P<indicator>\w+) < (?P<percent>\d+(?:\.\d+)?) percent$")


def policy_line(spec: Indicator, level: Level | None, place_code: str, year: int | None) -> Line | None:
    """The limit of an exit standard for places of a level under a place, of the nearest area that has one.

    Of the version that holds at the end of the year.
    """
    if level is None or year is None:
        return None
    codes = {spec.code, *(other.indicator for other in spec.beside)}
    scheme = current_scheme().name
    standards = [
        each
        for each in current().standards.values()
        if each.level == level.code and each.scheme == scheme and place_code.startswith(each.place_prefix)
    ]
    for standard in sorted(standards, key=lambda each: -len(each.place_prefix)):
        for criterion in _criteria(standard, date(year, 12, 31)):
            found = LIMIT.match((criterion.text or "").strip())
            if found and found["indicator"] in codes:
                return Line(float(found["percent"]) / 100, words(criterion.title))
    return None


def _criteria(standard: Standard, day: date) -> tuple[Criterion, ...]:
    """The criteria of the version that holds on a day."""
    for version in standard.versions:
        if (version.valid_from or day) <= day < (version.valid_until or date.max):
            return version.criteria
    return ()
