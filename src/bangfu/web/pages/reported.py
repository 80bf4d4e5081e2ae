"""Whether a figure is a whole area's: which places right under it have reported, said in words at the number.

A total of one prefecture out of sixteen reads as the province's unless the number itself says so. What has reported is
what has a figure; places further down that lack their sheets ride on the figure (``missing_places``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.parameters.indicators import Indicator
from bangfu.records.figures.models import Figure
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme
from bangfu.web import numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import name_of, replaced
from bangfu.web.pages.readings import is_answered_at, words
from bangfu.web.values import DrillRow, Link

#: ``?show=unreported`` leaves in the table only the places that have not reported, wholly or in part.
UNREPORTED = "unreported"
#: So many places a sentence names; more are counted.
NAMED = 2


@dataclass(frozen=True)
class Reported:
    """What a figure of an area holds: of the places right under it, those that have figures by year and code."""

    indicator: Indicator
    below: Sequence[Place]
    parts: Mapping[int, Mapping[str, Figure]]
    #: The figure of the area itself, by year.
    own: Mapping[int, Figure]
    #: Whose figures the parts are, where the indicator itself has none for places of their level.
    told_by: Indicator | None = None

    def present(self, year: int | None) -> list[Place]:
        """The places right under the area that have a figure of the year."""
        have = self.parts.get(year, {}) if year is not None else {}
        return [place for place in self.below if place.code in have]

    def absent(self, year: int | None) -> list[Place]:
        """Those that have none; nobody is absent where the indicator is not computed for places of their level."""
        if not self.below or not is_answered_at(self.told_by or self.indicator, self.below[0]):
            return []
        have = {place.code for place in self.present(year)}
        return [place for place in self.below if place.code not in have]

    def lacking(self, place: Place, year: int | None) -> bool:
        """Whether a place right under the area has not reported, wholly or in part."""
        found = self.parts.get(year, {}).get(place.code) if year is not None else None
        return found is None or bool(found.missing_places)

    def sentence(self, year: int | None) -> str:
        """What the figure of the year is made of, where it is not made of the whole area; empty where it is."""
        own = self.own.get(year) if year is not None else None
        if own is None or own.value is None:
            return ""
        absent = self.absent(year)
        return self._of_parts(self.present(year), absent) if absent else further_down(own.missing_places)

    def _of_parts(self, present: list[Place], absent: list[Place]) -> str:
        level = current_scheme().levels[self.below[0].level]
        few = present if 0 < len(present) <= NAMED and len(present) < len(absent) else absent
        facts = {
            "places": _(", ").join(name_of(place) for place in few),
            "missing": numbers.whole(len(absent)),
            "total": numbers.whole(len(self.below)),
            "level": words(level.one if len(self.below) == 1 else level.many),
        }
        if few is present:
            return self._only(len(absent)) % facts
        return (self._without() if len(absent) <= NAMED else self._counted(len(absent))) % facts

    def _only(self, count: int) -> str:
        if self.indicator.measure:
            return ngettext(
                "Only the sample of %(places)s; %(missing)s of %(total)s %(level)s has none",
                "Only the sample of %(places)s; %(missing)s of %(total)s %(level)s have none",
                count,
            )
        return ngettext(
            "Only %(places)s; %(missing)s of %(total)s %(level)s has not reported",
            "Only %(places)s; %(missing)s of %(total)s %(level)s have not reported",
            count,
        )

    def _without(self) -> str:
        if self.indicator.measure:
            return _("Without %(places)s, of which there is no sample")
        return _("Without %(places)s: not reported")

    def _counted(self, count: int) -> str:
        if self.indicator.measure:
            return ngettext(
                "%(missing)s of %(total)s %(level)s has no sample; the figure is without it",
                "%(missing)s of %(total)s %(level)s have no sample; the figure is without them",
                count,
            )
        return ngettext(
            "%(missing)s of %(total)s %(level)s has not reported; the figure is without it",
            "%(missing)s of %(total)s %(level)s have not reported; the figure is without them",
            count,
        )

    def comparable(self, year: int | None, before: int | None) -> bool:
        """Whether two years hold the same places."""
        codes = [{place.code for place in self.present(one)} for one in (year, before)]
        return codes[0] == codes[1] or not (self.absent(year) or self.absent(before))

    def change(self, told: str, year: int | None, before: int | None) -> str:
        """A sentence on the change since another year, or that there is none between different sets of places."""
        if not told or before is None or self.comparable(year, before):
            return told
        return _("Cannot be compared with %(period)s: other places had reported") % {"period": year_end(before)}

    def over_time(self) -> str:
        """What a trend says under its title: the one sentence of all its years, or how many places each year holds."""
        years = [year for year in sorted(self.own) if self.own[year].value is not None]
        partial = [year for year in years if self.absent(year)]
        if not partial:
            return ""
        if all(self.comparable(year, years[0]) for year in years):
            return self.sentence(years[0])
        total = numbers.whole(len(self.below))
        told = [
            _("%(year)s: %(count)s of %(total)s")
            % {"year": year, "count": numbers.whole(len(self.present(year))), "total": total}
            for year in years
        ]
        sentence = _("The years hold different places and cannot be compared: %(years)s.")
        return sentence % {"years": _(", ").join(told)}


def further_down(missing: int | None) -> str:
    """How many places under those of the table lack their sheets."""
    if not missing:
        return ""
    return ngettext(
        "%(count)s place has not reported; the total is without it.",
        "%(count)s places have not reported; the total is without them.",
        missing,
    ) % {"count": numbers.whole(missing)}


def missing_href(request: HttpRequest) -> str:
    """The page's table with only those that have not reported."""
    return f"{replaced(request, show=UNREPORTED)}#table"


def missing_only(request: HttpRequest) -> bool:
    """Whether the address asks for those only."""
    return request.GET.get("show") == UNREPORTED


def all_link(request: HttpRequest) -> Link:
    """Back to every place."""
    return Link(_("All places"), f"{replaced(request, show='')}#table")


def with_missing_below(row: DrillRow, figure: Figure | None) -> DrillRow:
    """A row of the places that have not reported; of one that reported in part, how much of it is missing."""
    missing = figure.missing_places if figure is not None else None
    if not missing:
        return row
    told = ngettext("%(count)s place in it not reported", "%(count)s places in it not reported", missing)
    more: dict[str, Any] = {"note": told % {"count": numbers.whole(missing)}}
    return DrillRow(row.name, row.cells, href=row.href, chosen=row.chosen, **more)
