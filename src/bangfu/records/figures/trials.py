"""What a proposed rule means for an area before it counts: criteria judged, a figure computed, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bangfu.parameters.indicators import IndicatorKind
from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.standards import HOUSEHOLD, Standard, StandardVersion
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope
from bangfu.records.figures import sql
from bangfu.records.figures.compute import counted, quotient
from bangfu.records.figures.effects import Counted, Verdicts, counts_by_verdict
from bangfu.records.figures.formulas import Ready, classes_read, make_ready
from bangfu.records.figures.language import language_of
from bangfu.records.figures.models import Snapshot
from bangfu.records.figures.snapshots import OpenSnapshot, open_snapshot
from bangfu.records.figures.texts import WORD
from bangfu.records.instance.actions import current_instance
from bangfu.records.places.queries import current_scheme


@dataclass(frozen=True, slots=True)
class CriterionTried:
    """A criterion judged before and after; None where it is not there, where people decide, or where it is withheld."""

    standard: Text
    title: Text
    before: Verdicts | None
    after: Verdicts | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class FigureTried:
    """A figure of an area before and after; None where it is not known, or where it is withheld."""

    before: float | None
    after: float | None
    withheld: bool = False


def standard_tried(
    name: str, before: Parameters, after: Parameters, day: date, *, snapshot: Snapshot, prefix: str, scope: Scope
) -> tuple[CriterionTried, ...]:
    """The criteria of a standard's version of a day, as it was and as it would be."""
    new, old = after.standards[name], before.standards.get(name)
    if new.level != HOUSEHOLD:
        return ()
    # A version that begins where none held is told apart from the one that held last.
    was = (old.on(day) or old.on(day - timedelta(days=1))) if old else None
    return _compared(new, was, new.on(day), before, after, snapshot, prefix, scope)


def shared_tried(
    name: str, before: Parameters, after: Parameters, *, snapshot: Snapshot, prefix: str, scope: Scope
) -> tuple[CriterionTried, ...]:
    """The criteria of household standards that name a line or term, with it as it was and as it would be."""
    found: list[CriterionTried] = []
    scheme = current_instance().scheme
    for standard in before.standards.values():
        version = standard.on(snapshot.happened)
        if standard.scheme != scheme or standard.level != HOUSEHOLD or version is None:
            continue
        names = _words(name, before)
        naming = tuple(each for each in version.criteria if each.text and names & set(WORD.findall(each.text)))
        if naming and (standard.place_prefix.startswith(prefix) or prefix.startswith(standard.place_prefix)):
            asked = replace(version, criteria=naming)
            found += _compared(standard, asked, asked, before, after, snapshot, prefix, scope)
    return tuple(found)


def _words(name: str, parameters: Parameters) -> set[str]:
    """A line's or term's name with those of the terms over households that name it, and their titles."""
    found = {name.rpartition(".")[2]}
    terms = parameters.terms.get("households", {}).values()
    for _ in terms:
        more = {word for term in terms if found & set(WORD.findall(term.text)) for word in (term.name, term.title.zh)}
        if more <= found:
            break
        found |= more
    return found


def line_as_of(before: Parameters, path: str, place_prefix: str, value: float, snapshot: Snapshot) -> Parameters:
    """The parameters as if a value held at the end of the snapshot's year, whatever day it counts from."""
    year = snapshot.happened.year
    entry = {
        "place_prefix": place_prefix,
        "valid_from": date(year, 12, 31),
        "valid_until": date(year + 1, 1, 1),
        "value": value,
        "reference": "trial",
    }
    return before.with_overlay([OverlayItem(path, {"values": [entry]})])


def _compared(
    standard: Standard,
    was: StandardVersion | None,
    now: StandardVersion | None,
    before: Parameters,
    after: Parameters,
    snapshot: Snapshot,
    prefix: str,
    scope: Scope,
) -> tuple[CriterionTried, ...]:
    sides: list[Counted | None] = []
    for version, parameters in ((was, before), (now, after)):
        if version is None or not any(each.text for each in version.criteria):
            sides.append(None)
            continue
        sides.append(
            counts_by_verdict(
                version,
                snapshot=snapshot,
                place_prefix=prefix,
                scope=scope,
                kind=standard.kind,
                parameters=parameters,
            )
        )
    titles = {each.code: each.title for version in (was, now) if version for each in version.criteria}
    old, new = sides
    return tuple(
        CriterionTried(
            standard.title,
            title,
            old.verdicts.get(code) if old else None,
            new.verdicts.get(code) if new else None,
            any(code in side.withheld for side in sides if side),
        )
        for code, title in titles.items()
    )


def indicator_tried(
    code: str, before: Parameters, after: Parameters, *, snapshot: Snapshot, prefix: str, scope: Scope
) -> FigureTried | None:
    """An indicator of an area as it was and as it would be, over the present snapshot; None for a measure.

    Both are summed as the cycle sums: what was equals the stored figure to the digit.
    """
    specs = [parameters.indicators.get(code) for parameters in (before, after)]
    if any(spec is not None and spec.kind is not IndicatorKind.EXPRESSION for spec in specs):
        return None
    scheme = current_instance().scheme
    ready = [
        make_ready(spec, language_of(parameters, scheme), None, {}) if spec else None
        for spec, parameters in zip(specs, (before, after), strict=True)
    ]
    if not all(_is_seen(one, scope) for one in ready if one is not None):
        return FigureTried(None, None, withheld=True)
    with open_snapshot(snapshot.id, scope, for_formula=True) as opened:
        was, would_be = (_value(opened, one, prefix) if one else None for one in ready)
    return FigureTried(was, would_be)


def _is_seen(ready: Ready, scope: Scope) -> bool:
    return all(classes_read(side) <= scope.classes for side in (ready.numerator, ready.denominator) if side is not None)


def _value(opened: OpenSnapshot, ready: Ready, prefix: str) -> float | None:
    """The value of an area at the end of the snapshot's year; None where it is not known."""
    sides = ["numerator", *(["denominator"] if ready.denominator is not None else [])]
    run, year = opened.connection.execute, opened.snapshot.happened.year
    run(sql.facts(ready.rows_sql))
    run(sql.village_sums([sides], None))
    sums = {(code, each): found for code, each, _, *found in run(sql.rolled_up(sides, [len(prefix)])).fetchall()}
    row = sums.get((prefix, year), [])
    found = dict(zip(sides, row[::2], strict=False))
    if len(sides) == 2:
        return quotient(found.get("numerator"), found.get("denominator"))
    if ready.indicator.denominator_named:
        return quotient(found.get("numerator"), _base(opened, ready.indicator.denominator_named, prefix))
    return counted(row[0], row[1]) if row else None


def _base(opened: OpenSnapshot, column: str, prefix: str) -> float | None:
    """A base out of the yearly sheets of places."""
    query = sql.bases(column, [len(prefix)], current_scheme().sheet_level.length)
    bases = {(code, year): base for code, year, base, _ in opened.connection.execute(query, [prefix]).fetchall()}
    return bases.get((prefix, opened.snapshot.happened.year))


def withheld_any(tried: Iterable[CriterionTried]) -> bool:
    """Whether anything was not counted since the reader does not see what it reads."""
    return any(each.withheld for each in tried)
