"""The register in a notebook: the dictionary, stored figures, and Ibis tables, within the scope of a token.

Every call asks the token again, so a token that was withdrawn or has ended opens nothing from the next call on.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral
from typing import Any

import ibis
import pandas as pd
from django.utils import timezone

from bangfu.notebook import refusals
from bangfu.notebook.computing import Task, estimates, sums
from bangfu.notebook.drawing import Chart, Wish, draw
from bangfu.notebook.refusals import NotebookRefused
from bangfu.notebook.unreported import state_of, unreported
from bangfu.parameters.indicators import Indicator
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope
from bangfu.records.access.permissions import Permission
from bangfu.records.access.tokens import check_token, use_token
from bangfu.records.figures import queries
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.figures.snapshots import open_snapshot
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme, resolve

TABLES = ("households", "persons", "villages")
DICTIONARY = ("code", "title_zh", "title_en", "unit", "family", "grain", "source_zh", "owner_zh", "version")
FIGURES = (
    *("indicator", "version", "place_code", "place_zh", "place_en", "year", "group", "state", "value", "unit"),
    *("numerator", "denominator", "standard_error", "lower", "upper", "sample_size", "line", "unknown_rows"),
    *("missing_places", "snapshot", "as_of"),
)
ORDER = ["place_code", "year", "group"]


@dataclass(repr=False)
class Register:
    """A snapshot as one token may see it. Close it, or use it in ``with``, to let go of its tables."""

    place: Place
    snapshot: Snapshot
    _token: str = field(repr=False)
    _stack: ExitStack = field(default_factory=ExitStack, repr=False)
    _closed: bool = False

    @classmethod
    def opened(cls, *, token: str, place: str, day: date | None) -> Register:
        """The register at a place, by default the first that the token reaches.

        **Errors** ``TokenRefused``, ``NotebookRefused``.
        """
        admitted = use_token(token, at=timezone.now(), use="open")
        scope = admitted.scope.narrowed(Permission.SEE_FIGURES)
        wanted = place or min(scope.places.prefixes, default=admitted.token.place.code)
        found = resolve(wanted)
        if found is None or not scope.places.allows_place(found.code):
            raise NotebookRefused(refusals.OUTSIDE.format(place=wanted))
        snapshot = queries.current_snapshot(found.code, day)
        if snapshot is None:
            raise NotebookRefused(_no_snapshot(found.code, day))
        return cls(Place.objects.get(pk=found.id), snapshot, token)

    def __repr__(self) -> str:
        return f"Register({self.place.name_en or self.place.name} {self.place.code}, {self.snapshot.happened})"

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every table that was opened; nothing is answered after that."""
        self._stack.close()
        self._closed = True

    def indicators(self, *, family: str = "", search: str = "") -> pd.DataFrame:
        """The dictionary of figures.

        **Shape** one row per indicator. **Units** ``unit`` of the stored value: ``fen`` is a hundredth of a yuan,
        ``share`` is 0 to 1. **Missing** an empty unit has none. **Errors** ``TokenRefused``. **Source** the parameters
        of the instance.
        """
        self._scope("indicators", Permission.SEE_FIGURES)
        typed = search.lower()
        rows = [
            (i.code, i.title.zh, i.title.en, i.unit, i.family, str(i.grain), i.source.zh, i.owner.zh, i.version)
            for i in current().indicators.values()
            if family in ("", i.family) and typed in f"{i.code} {i.title.zh} {i.title.en}".lower()
        ]
        return pd.DataFrame(rows, columns=list(DICTIONARY))

    def figures(
        self, indicator: str, *, level: str = "", years: Iterable[int] | int | None = None, group: str | None = None
    ) -> pd.DataFrame:
        """The stored figures of an indicator, to the digit as the pages have them.

        **Shape** one row per place, year and group: the register's own place, or with ``level`` the places of that
        level under it. **Units** as stored, named in ``unit``. **Missing** ``value`` is empty and ``state`` says why
        (not_reported, missing_facts, not_applicable, withheld). **Errors** ``TokenRefused``; ``NotebookRefused`` for an
        indicator or level that there is not. **Source** the figures computed from the snapshot named in each row.
        """
        scope = self._scope("figures", Permission.SEE_FIGURES)
        spec, wanted = _indicator(indicator), _years(years)
        number = _level(level) if level else None
        found = queries.figures(self.snapshot, scope, indicator=spec.code)
        if number is None:
            found = found.filter(place_code=self.place.code)
        else:
            found = queries.under(found, self.place.code, number)
        if wanted is not None:
            found = found.filter(year__in=wanted)
        told = set(found.order_by().values_list("place_code", "year").distinct())
        if group is not None:
            found = found.filter(group=group)
        rows = [self._row(figure) for figure in found]
        kept = [year for year in queries.years_of(self.snapshot) if wanted is None or year in wanted]
        absent = unreported(self.place, number, kept, told, scope)
        rows += [self._empty_row(spec, place, year, group or "") for place, year in absent]
        return pd.DataFrame(rows, columns=list(FIGURES)).sort_values(ORDER, kind="stable", ignore_index=True)

    def table(self, name: str) -> Any:
        """An Ibis table of the snapshot: ``households``, ``persons`` or ``villages``.

        **Shape** one row per household or person and year, or per village; only rows inside the scope, only columns of
        classes that the user sees on every one of them. No names, no personal fields: of a day of birth only the year
        (``birth_year``). **Units** money in fen. **Missing** NULL. **Errors** ``TokenRefused``; ``NotebookRefused``
        for a table that there is not, or a token that opens no rows.
        """
        if name not in TABLES:
            raise NotebookRefused(refusals.NO_TABLE.format(name=name, known=", ".join(TABLES)))
        scope = self._rows("table")
        opened = self._stack.enter_context(open_snapshot(self.snapshot.id, scope, handed_out=True))
        return ibis.duckdb.from_connection(opened.connection).table(name)

    def chart(
        self,
        indicator: str,
        *,
        kind: str = "line",
        year: int | None = None,
        level: str = "",
        group: str = "",
        language: str = "zh",
    ) -> Chart:
        """A stored figure drawn as the pages draw it, with its source and snapshot.

        **Shape** ``line`` over the years; ``bars`` by group; ``places`` for the places of ``level`` (the next one down
        where it is empty) in the order of their codes, with error bars for estimates; ``map`` of the places right
        under this one. **Units** as on the pages (yuan, %). **Missing** a gap with its word, never zero. **Errors**
        ``TokenRefused``; ``NotebookRefused`` for what there is not. **Source** the figures of ``figures``.
        """
        scope = self._scope("chart", Permission.SEE_FIGURES)
        wish = Wish(_indicator(indicator), kind, year, _level(level) if level else None, group, language)
        return draw(self.place, self.snapshot, scope, wish)

    def compute(
        self, text: str, *, by: str = "place", grain: str = "households", years: Iterable[int] | int | None = None
    ) -> pd.DataFrame:
        """The sum of a text of the language over the rows that the token opens.

        **Shape** one row per place, group and year; ``by`` is ``place`` (the register's own), a level (``township``) or
        a column of the table, and then its codes stand in ``group``. **Units** those of the text; a condition counts
        the rows for which it holds. **Missing** rows of which the text is unknown are counted in ``unknown_rows`` and
        not added; ``value`` is empty where all are. **Errors** ``TokenRefused``; ``NotebookRefused`` points into the
        text, or names the field that the token does not open. **Source** the snapshot, docs/reference/language.md.
        """
        task = Task(self.place, self.snapshot, self._rows("compute"))
        return sums(task, text, by=by, grain=grain, years=_years(years))

    def measure(
        self,
        name: str,
        income: str = "",
        line: float | str | None = None,
        *,
        by: str = "place",
        years: Iterable[int] | int | None = None,
    ) -> pd.DataFrame:
        """A measure of the survey with its design-based standard error, over the rows that the token opens.

        ``name`` is headcount, gap, severity, gini, mean or median; ``income`` a text, else the survey's own. ``line``
        is an amount in the unit of the income, a dated line, or an indicator whose line was computed for the whole
        sample. **Shape** one row per place and year. **Units** shares are 0 to 1. **Missing** below 30 rows the state
        is withheld. **Errors** ``TokenRefused``, ``NotebookRefused``. **Source** docs/explanation/poverty-measures.md;
        strata and sampling units outside the scope do not count in the error.
        """
        task = Task(self.place, self.snapshot, self._rows("measure"))
        return estimates(task, name, income=income, line=line, by=by, years=_years(years))

    def _rows(self, use: str) -> Scope:
        """The rows that the token opens under the register's place; none is a refusal."""
        scope = self._scope(use, Permission.SEE_FIGURE_ROWS).within(self.place.code)
        if not (scope.rows.prefixes or scope.rows.households):
            raise NotebookRefused(refusals.NO_ROWS)
        return scope

    def _scope(self, use: str, permission: Permission) -> Scope:
        """What the token gives now to whoever holds the permission. **Errors** ``NotebookRefused`` once closed."""
        if self._closed:
            raise NotebookRefused(refusals.CLOSED)
        return check_token(self._token, at=timezone.now(), use=use).scope.narrowed(permission)

    def _row(self, figure: Figure) -> tuple[Any, ...]:
        unit = current().indicators[figure.indicator].unit
        mark = (self.snapshot.ref, self.snapshot.happened)
        return (
            *(figure.indicator, figure.version, figure.place_code, figure.place.name, figure.place.name_en),
            *(figure.year, figure.group, figure.state, figure.value, unit, figure.numerator, figure.denominator),
            *(figure.standard_error, figure.lower, figure.upper, figure.sample_size, figure.line),
            *(figure.unknown_rows, figure.missing_places, *mark),
        )

    def _empty_row(self, spec: Indicator, place: Place, year: int, group: str) -> tuple[Any, ...]:
        """The row of a place of which nothing is stored for a year."""
        named = (spec.code, spec.version, place.code, place.name, place.name_en, year, group)
        state = str(state_of(spec, place))
        empty = [None] * (len(FIGURES) - len(named) - 5)
        return (*named, state, None, spec.unit, *empty, self.snapshot.ref, self.snapshot.happened)


def _no_snapshot(code: str, day: date | None) -> Text:
    """Why there is no snapshot: none at all, or none up to the day that was asked for."""
    first = queries.first_snapshot(code) if day is not None else None
    if first is None:
        return refusals.NO_SNAPSHOT.format(place=code)
    return refusals.NO_SNAPSHOT_YET.format(place=code, day=day, first=first.happened)


def _years(given: object) -> list[int] | None:
    """The years asked for: one, or several. **Errors** ``NotebookRefused`` for what is no year."""
    if given is None:
        return None
    listed: list[object] = list(given) if isinstance(given, Iterable) else [given]
    years = [int(year) for year in listed if isinstance(year, Integral)]
    if len(years) < len(listed):
        raise NotebookRefused(refusals.NO_YEARS.format(given=repr(given)))
    return years


def _indicator(code: str) -> Indicator:
    found = current().indicators.get(code)
    if found is None:
        raise NotebookRefused(refusals.NO_INDICATOR.format(code=code))
    return found


def _level(name: str) -> int:
    levels = current_scheme().by_code
    if name not in levels:
        raise NotebookRefused(refusals.NO_LEVEL.format(name=name, known=", ".join(levels)))
    return levels[name].number
