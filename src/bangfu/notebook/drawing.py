"""Charts in a notebook: the drawings of the pages, each a picture that stands alone, with a table twin."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bangfu.notebook import refusals
from bangfu.notebook.refusals import NotebookRefused
from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope
from bangfu.records.figures import queries
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.instance.actions import current_instance
from bangfu.records.places.models import Place
from bangfu.records.places.queries import places_below
from bangfu.web.dates import year_end
from bangfu.web.pages.area_map import of_area
from bangfu.web.pages.asked import REGISTER, SURVEY, Asked, name_of
from bangfu.web.pages.figure_charts import Found, by_groups, by_places, group_name, over_time
from bangfu.web.pages.readings import AreaFigures, shown, unit_of, words
from bangfu.web.pages.reported import Reported
from bangfu.web.standalone import Caption, Drawing, map_notes, source_lines, standalone, synthetic_notes

KINDS = ("line", "bars", "places", "map")
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Chart:
    """A drawn figure. A notebook shows it by itself; ``save`` writes it; ``rows`` are its table twin."""

    svg: str = field(repr=False)
    title: str
    columns: tuple[str, str] = field(repr=False)
    rows: tuple[tuple[str, str], ...] = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """The path of the SVG file that was written; it needs no stylesheet beside it."""
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise NotebookRefused(refusals.NOT_SVG.format(name=target.name))
        target.write_text(self.svg, encoding="utf-8")
        return target

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """The picture with its table. As an image, its style touches nothing else in the notebook."""
        data = base64.b64encode(self.svg.encode()).decode()
        heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in self.columns)
        rows = "".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in self.rows)
        return (
            f'<figure><img alt="{escape(self.title)}" src="data:image/svg+xml;base64,{data}">'
            f"<details><summary>{escape(self.title)}</summary><table><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table></details></figure>"
        )


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: an indicator, as what, of which year, level and group, in which language."""

    spec: Indicator
    kind: str
    year: int | None
    level: int | None
    group: str
    language: str


def draw(place: Place, snapshot: Snapshot, scope: Scope, wish: Wish) -> Chart:
    """The chart of an indicator. **Errors** ``NotebookRefused`` for what cannot be drawn of it."""
    if wish.kind not in KINDS:
        raise NotebookRefused(refusals.NO_KIND.format(kind=wish.kind, known=", ".join(KINDS)))
    if wish.language not in LANGUAGES:
        raise NotebookRefused(refusals.NO_LANGUAGE.format(name=wish.language))
    years = tuple(queries.years_of(snapshot))
    year = years[-1] if wish.year is None and years else wish.year
    if year not in years:
        raise NotebookRefused(refusals.NO_YEAR.format(year=year, known=", ".join(map(str, years))))
    context = Asked(place, snapshot, years, year, SURVEY if wish.spec.measure else REGISTER)
    with translation.override(LANGUAGES[wish.language]):
        return _Canvas(context, snapshot, scope, wish).drawn()


class _Canvas:
    """One chart at work: the context of a page, the places that it is of, and their figures."""

    def __init__(self, context: Asked, snapshot: Snapshot, scope: Scope, wish: Wish) -> None:
        self.context, self.snapshot, self.wish = context, snapshot, wish
        self.below = places_below(context.place.code)
        below = None if wish.level is None else _places(context.place, wish.level)
        self.places = self.below if below is None else below
        rows = queries.figures(snapshot, scope, indicator=wish.spec.code)
        codes = [context.place.code, *(place.code for place in {*self.below, *self.places})]
        self.found: Found = {(f.place_code, f.year, f.group): f for f in rows.filter(place_code__in=codes)}

    def drawn(self) -> Chart:
        """The chart, or a refusal that names what there is."""
        made: Drawing | None = getattr(self, f"_{self.wish.kind}")()
        if made is None:
            raise NotebookRefused(refusals.NO_DRAWING.format(code=self.wish.spec.code, kind=self.wish.kind))
        caption = self._caption(getattr(made, "note", ""))
        return Chart(standalone(made, caption), f"{caption.title} · {caption.subtitle}", *self._twin())

    def _line(self) -> Drawing | None:
        return over_time(self.found, self.context, self.wish.spec, self.wish.group, self._reported().over_time())

    def _bars(self) -> Drawing | None:
        return by_groups(self.found, self.context, self.wish.spec) if self.wish.spec.group else None

    def _places(self) -> Drawing | None:
        year = self.context.year
        if year is None or not self.places:
            return None
        return by_places(self.found, self.places, year, self.wish.spec, self.wish.group)

    def _map(self) -> Drawing | None:
        spec = self.wish.spec
        figures = {
            (spec.code, code, year, ""): row for (code, year, g), row in self.found.items() if g == self.wish.group
        }
        return of_area(self.context, self.below, AreaFigures(figures), spec)

    def _reported(self) -> Reported:
        """Which places below have figures; a survey's line is of its whole sample, so nothing is said of them."""
        parts: dict[int, dict[str, Figure]] = {year: {} for year in self.context.years}
        own: dict[int, Figure] = {}
        for (code, year, group), row in self.found.items():
            if code == self.context.place.code and group == self.wish.group:
                own[year] = row
            elif code != self.context.place.code and year in parts:
                parts[year][code] = row
        below: Sequence[Place] = () if self.wish.spec.measure else self.below
        return Reported(self.wish.spec, below, parts, own)

    def _caption(self, note: str) -> Caption:
        spec, year = self.wish.spec, self.context.year
        title = words(spec.title)
        if self.wish.group:
            title = f"{title} · {group_name(spec, self.wish.group)}"
        period = year_end(year) if year is not None and self.wish.kind != "line" else ""
        made_of = source_lines(words(spec.source), self.snapshot.short, self.snapshot.happened)
        notes = map_notes() if self.wish.kind == "map" else ()
        foot = (note, *made_of, *notes, *(synthetic_notes() if current_instance().synthetic else ()))
        said = [part for part in (name_of(self.context.place), period, unit_of(spec)) if part]
        return Caption(title, " · ".join(said), foot, "en" if self.wish.language == "en" else "zh-Hans")

    def _twin(self) -> tuple[tuple[str, str], tuple[tuple[str, str], ...]]:
        """The headings and rows of the table beside the picture."""
        spec, year, own = self.wish.spec, self.context.year, self.context.place
        heading = unit_of(spec) or _("Value")
        if self.wish.kind == "line":
            at = [(str(y), shown(self._at(own, y), spec, own)) for y in self.context.years]
            return (_("Period"), heading), _plain(at)
        if self.wish.kind == "bars":
            groups = sorted(group for code, y, group in self.found if code == own.code and y == year and group)
            listed = [(group_name(spec, g), shown(self.found[own.code, year or 0, g], spec, own)) for g in groups]
            return (_("Group"), heading), _plain(listed)
        places = self.below if self.wish.kind == "map" else self.places
        return (_("Place"), heading), _plain([(name_of(p), shown(self._at(p, year), spec, p)) for p in places])

    def _at(self, place: Place, year: int | None) -> Figure | None:
        return None if year is None else self.found.get((place.code, year, self.wish.group))


def _plain(rows: Sequence[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(reading)) for name, reading in rows)


def _places(place: Place, level: int) -> list[Place]:
    """The standing places of a level under a place, in the order of their codes."""
    found = Place.objects.filter(level=level, code__startswith=place.code, merged_into__isnull=True)
    return list(found.order_by("code"))
