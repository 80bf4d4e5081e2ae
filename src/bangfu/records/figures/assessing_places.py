"""Places judged by the standard of their level, set by set: verdict by criterion and place, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from bangfu.analytics.engines.scope import DEFERRED
from bangfu.analytics.language import ParameterValue, TypedExpr, explain
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schema import Table
from bangfu.records.access.gate import Scope
from bangfu.records.figures import queries, sql
from bangfu.records.figures.assessing import Asked, Fact, MissingFact, lacks
from bangfu.records.figures.explaining import line_titles
from bangfu.records.figures.formulas import compiled
from bangfu.records.figures.models import FigureState, Snapshot
from bangfu.records.figures.snapshots import open_snapshot
from bangfu.records.figures.standards import Judged, Judgement, check_criterion
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place, PlaceYear
from bangfu.records.schema import columns_of

PREFIX = "figure_"


@dataclass(frozen=True)
class PlacesJudged:
    """Verdicts by place code and criterion (None is unknown), and the facts for lack of which criteria are undecided.

    ``lacking`` names for each undecided place and criterion what is missing.
    """

    verdicts: Mapping[str, Mapping[str, bool | None]]
    lacking: Mapping[tuple[str, str], tuple[Fact, ...]]

    def counted(self, code: str) -> tuple[int, int, int]:
        """How many places reach a criterion, fail it, and cannot be judged."""
        found = [each.get(code) for each in self.verdicts.values()]
        return found.count(True), found.count(False), found.count(None)

    def missing(self, asked: Asked) -> list[MissingFact]:
        """The missing facts with the number of places that lack each, the most frequent first."""
        counts: dict[tuple[str, Fact], int] = {}
        for (_place, code), facts in self.lacking.items():
            for fact in facts:
                counts[code, fact] = counts.get((code, fact), 0) + 1
        criteria = {each.code: each for each in asked.version.criteria}
        found = [MissingFact(criteria[code], fact, rows) for (code, fact), rows in counts.items()]
        return sorted(found, key=lambda each: -each.rows)


def judge_places(asked: Asked, places: Sequence[Place], parameters: Parameters | None = None) -> PlacesJudged:
    """Places of one level judged by a standard of that level, by their sheet of the year and their figures.

    **Shape** a verdict for each place and each criterion that the machine judges. **Missing** a place without a sheet
    is unknown, never failed. **Cost** one pass over the sheets; four queries. ``parameters`` are those that the texts
    are read with, the present ones where none are given.
    """
    checked = _checked(asked, parameters or current())
    if not checked or not places:
        return PlacesJudged({}, {})
    facts = {code: lacks(expression) for code, expression in checked.items()}
    pairs = [(code, fact) for code, found in facts.items() for fact in found]
    values = {f"criterion_{at}": text for at, text in enumerate(checked.values())}
    values |= {f"fact_{at}": facts[code][fact] for at, (code, fact) in enumerate(pairs)}
    with _laid_out(asked.snapshot, asked.scope, places, asked.year, checked) as opened:
        text = compiled(values, _table(checked), DEFERRED, ["place_code"])
        rows = opened.execute(sql.place_verdicts(text)).fetchall()
    verdicts: dict[str, dict[str, bool | None]] = {}
    lacking: dict[tuple[str, str], tuple[Fact, ...]] = {}
    for place, *found in rows:
        verdicts[place] = dict(zip(checked, found[: len(checked)], strict=True))
        missing = [pair for pair, flag in zip(pairs, found[len(checked) :], strict=True) if flag]
        for code in (code for code, verdict in verdicts[place].items() if verdict is None):
            lacking[place, code] = tuple(fact for owner, fact in missing if owner == code)
    return PlacesJudged(verdicts, lacking)


def judge_place(asked: Asked, place: Place) -> Judgement:
    """One place judged by the standard of its level, with the reason of each verdict."""
    checked = _checked(asked, current())
    row: dict[str, Any] = {}
    if checked:
        with _laid_out(asked.snapshot, asked.scope, [place], asked.year, checked) as opened:
            found = opened.execute(sql.PLACE_ROW, [place.code])
            names = [column[0] for column in found.description or ()]
            row = dict(zip(names, found.fetchone() or (), strict=True))
    lines = [ParameterValue(*line) for line in current().line_rows(current_instance().scheme)]
    titles = {name: entries.titles for name, entries in current().codes.items()}
    judged = []
    for criterion in asked.version.criteria:
        if criterion.code not in checked:
            judged.append(Judged(criterion, None))
            continue
        tree = explain(checked[criterion.code], row, {}, lines, titles, line_titles())
        judged.append(Judged(criterion, None if tree.value is None else bool(tree.value), tree))
    return Judgement(asked.standard, asked.version, tuple(judged))


def _checked(asked: Asked, parameters: Parameters) -> dict[str, TypedExpr]:
    scheme, level = current_instance().scheme, asked.standard.level
    texts = {each.code: each.text for each in asked.version.criteria if each.text}
    return {code: check_criterion(parameters, scheme, level, text) for code, text in texts.items()}


def _table(checked: Mapping[str, TypedExpr]) -> Table:
    return next(iter(checked.values())).table


@contextmanager
def _laid_out(
    snapshot: Snapshot, scope: Scope, places: Sequence[Place], year: int, checked: Mapping[str, TypedExpr]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot with the view ``places``: the places given, their sheets, and the figures that the texts read."""
    figures = _figures(snapshot, scope, places, year, checked)
    given = pa.table({"place_id": [each.pk for each in places], "place_code": [each.code for each in places]})
    with open_snapshot(snapshot.id, scope, for_formula=True) as opened:
        opened.connection.register("places_given", given)
        opened.connection.register("figures_given", figures)
        opened.connection.execute(sql.places_judged(year))
        yield opened.connection


def _figures(
    snapshot: Snapshot, scope: Scope, places: Sequence[Place], year: int, checked: Mapping[str, TypedExpr]
) -> pa.Table:
    """One row a place, one column a figure that a text reads; a figure that is not known is NULL."""
    table = _table(checked)
    read = {name for expression in checked.values() for name in expression.columns.get(table.name, ())}
    codes = {name: _indicator(name) for name in read}
    columns = {name: code for name, code in codes.items() if code is not None}
    level = places[0].level
    rows = queries.figures(snapshot, scope, year=year).filter(
        indicator__in=set(columns.values()), level=level, group="", state=FigureState.KNOWN
    )
    wanted = [each.code for each in places]
    if len(wanted) == 1:
        rows = rows.filter(place_code=wanted[0])
    values = {
        (code, indicator): value for code, indicator, value in rows.values_list("place_code", "indicator", "value")
    }
    found = {name: pa.array([values.get((p, code)) for p in wanted], pa.float64()) for name, code in columns.items()}
    return pa.table({"place_code": pa.array(wanted, pa.string()), **found})


def _indicator(column: str) -> str | None:
    """The indicator that a column of the places' table is the figure of; None for a fact of the sheet."""
    known = current().indicators
    if column.startswith(PREFIX) and column.removeprefix(PREFIX) in known:
        return column.removeprefix(PREFIX)
    return column if column in known and column not in _sheet_facts() else None


def _sheet_facts() -> frozenset[str]:
    return frozenset(column.name for column in columns_of(PlaceYear))
