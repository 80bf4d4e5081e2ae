"""Charts in a notebook: the drawings of the pages, each a picture that stands alone, with a table twin."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from bangfu.notebook import refusals
from bangfu.notebook.refusals import NotebookRefused
from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import Scope
from bangfu.records.figures import queries
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, places_below, places_now, under
from bangfu.web.charts import RowChart, Trend
from bangfu.web.drawings.paper import on_paper
from bangfu.web.drawings.picture import Picture
from bangfu.web.drawings.picture import draw as draw_picture
from bangfu.web.lettering import joined
from bangfu.web.maps import MapDrawing
from bangfu.web.pages.area_map import of_area
from bangfu.web.pages.asked import REGISTER, SURVEY, Asked, name_of
from bangfu.web.pages.export_facts import caption_of
from bangfu.web.pages.figure_charts import Found, by_groups, by_places, over_time
from bangfu.web.pages.opened import title_of
from bangfu.web.pages.readings import AreaFigures, shown, unit_of
from bangfu.web.pages.reported import Reported
from bangfu.web.pages.then_or_now import on_places

#: A picture with more rows says nothing that a table does not say better.
MOST_PLACES = 200
Twin = tuple[tuple[str, str], tuple[tuple[str, str], ...]]
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Chart:
    """A drawn figure. A notebook shows it by itself; ``save`` writes it; ``rows`` are its table twin."""

    svg: str = field(repr=False)
    title: str
    columns: tuple[str, str] = field(repr=False)
    rows: tuple[tuple[str, str], ...] = field(repr=False)
    #: What opens the table under the picture.
    as_table: str = field(repr=False)

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
            f"<details><summary>{escape(self.as_table)}</summary><table><thead><tr>{heads}</tr></thead>"
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
    if wish.kind not in DRAWN:
        raise NotebookRefused(refusals.NO_KIND.format(kind=wish.kind, known=", ".join(DRAWN)))
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
    """One chart at work: the context of a page, the places right under it, and their figures."""

    def __init__(self, context: Asked, snapshot: Snapshot, scope: Scope, wish: Wish) -> None:
        self.context, self.snapshot, self.scope, self.wish = context, snapshot, scope, wish
        self.on = on_places(scope, context, [wish.spec], places_below(context.place.code))
        self.below = self.on.below
        self.found: Found = {(code, year, group): row for (_, code, year, group), row in self.on.figures.items()}

    def drawn(self) -> Chart:
        """The chart, or a refusal that names what there is."""
        spec, kind = self.wish.spec, self.wish.kind
        made = DRAWN[kind](self)
        if made is None:
            raise NotebookRefused(refusals.NO_DRAWING.format(code=spec.code, kind=kind))
        caption = caption_of(title_of(spec, self.wish.group), self.context, spec, self.on)
        title = joined([caption.title, name_of(self.context.place)])
        return Chart(on_paper(draw_picture(made), caption), title, *self._twin(made), _("As a table"))

    def line(self) -> Picture | None:
        """The years of the place itself."""
        return over_time(self.found, self.context, self.wish.spec, self.wish.group, self._reported().over_time())

    def bars(self) -> Picture | None:
        """The groups of the place itself."""
        made = by_groups(self.found, self.context, self.wish.spec)
        return made if self.wish.spec.group and made.rows else None

    def places(self) -> Picture | None:
        """The places right below, or those of the level asked for."""
        year, level = self.context.year, self.wish.level
        places = self.below if level is None else _of_level(self.context.place, level)
        found = self.found if level is None else self._figures_of(places)
        return by_places(found, places, year, self.wish.spec, self.wish.group) if places and year else None

    def map(self) -> MapDrawing | None:
        """The places right below on their cells."""
        spec, wanted = self.wish.spec, self.wish.group
        own = {(spec.code, code, year, ""): row for (code, year, group), row in self.found.items() if group == wanted}
        return of_area(self.context, self.below, AreaFigures(own), spec)

    def _figures_of(self, places: Sequence[Place]) -> Found:
        rows = queries.figures(self.snapshot, self.scope, indicator=self.wish.spec.code, year=self.context.year)
        rows = rows.filter(place_code__in=[place.code for place in places])
        return {(row.place_code, row.year, row.group): row for row in rows}

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

    def _twin(self, made: Picture) -> Twin:
        """The headings and rows of the table beside the picture, in the order of the picture."""
        heading = unit_of(self.wish.spec) or _("Value")
        match made:
            case Trend():
                return (_("Period"), heading), tuple((point.period, str(point.shown)) for point in made.points)
            case RowChart():
                return (made.first, heading), tuple((row.name, str(row.shown)) for row in made.rows)
            case MapDrawing():
                return (_("Place"), heading), tuple((name_of(place), self._reading(place)) for place in self.below)

    def _reading(self, place: Place) -> str:
        year = self.context.year
        figure = None if year is None else self.found.get((place.code, year, self.wish.group))
        return str(shown(figure, self.wish.spec, place))


#: What each kind of chart is drawn by.
DRAWN: Mapping[str, Callable[[_Canvas], Picture | None]] = {
    "line": _Canvas.line,
    "bars": _Canvas.bars,
    "places": _Canvas.places,
    "map": _Canvas.map,
}


def _of_level(place: Place, level: int) -> Sequence[Place]:
    """The standing places of a level under a place, in the order of their codes. **Errors** for too many to draw."""
    found = places_now().filter(under(place.code), level=level).order_by("code")
    listed = list(found[: MOST_PLACES + 1])
    if len(listed) > MOST_PLACES:
        level_code = current_scheme().levels[level].code
        raise NotebookRefused(refusals.TOO_MANY.format(count=found.count(), level=level_code, most=MOST_PLACES))
    return listed
