"""Households judged by a standard, set by set: which they are, and which facts are missing where nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bangfu.analytics.language import TypedExpr, nodes
from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.standards import Criterion, Standard, StandardVersion
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope
from bangfu.records.figures import sql
from bangfu.records.figures.effects import read_within
from bangfu.records.figures.models import Snapshot
from bangfu.records.instance.parameters import current


class Verdict(StrEnum):
    """What came of a criterion."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a criterion reads: its name as the address carries it, and its title."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class MissingFact:
    """In how many rows a criterion is undecided and this fact of it is missing."""

    criterion: Criterion
    fact: Fact
    rows: int


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A household with a verdict, and the facts of the criterion that it lacks."""

    household_id: int
    place_code: str
    lacking: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: a standard's version, the snapshot and year, the area, and whose rows."""

    standard: Standard
    version: StandardVersion
    snapshot: Snapshot
    year: int
    place_prefix: str
    scope: Scope

    def criterion(self, code: str) -> Criterion | None:
        """The criterion of a code, if the machine judges it."""
        return next((each for each in self.version.criteria if each.code == code and each.text), None)


def missing_facts(asked: Asked) -> list[MissingFact]:
    """The facts for lack of which criteria are undecided, the most frequent first.

    One row may lack several facts and counts for each of them. A member's fact counts where the criterion asks it of
    that member, or cannot tell whether it does. Criteria that read what the reader does not see are left out.
    **Cost** one pass over the year's rows.
    """
    texts = {each.code: each.text for each in asked.version.criteria if each.text}
    with read_within(texts, snapshot=asked.snapshot, scope=asked.scope, kind=asked.standard.kind) as reading:
        lacking = {code: lacks(expression) for code, expression in reading.checked.items()}
        pairs = [(code, fact) for code, facts in lacking.items() for fact in facts]
        if not pairs:
            return []
        names = {f"criterion_{at}": text for at, text in enumerate(reading.checked.values())}
        named = names | {f"fact_{at}": lacking[code][fact] for at, (code, fact) in enumerate(pairs)}
        order = {code: at for at, code in enumerate(reading.checked)}
        query = sql.lacking_counted(reading.rows_sql(named), [order[code] for code, _ in pairs])
        (counted,) = reading.rows(query, asked.year, asked.place_prefix)
    criteria = {each.code: each for each in asked.version.criteria}
    found = [MissingFact(criteria[code], fact, rows) for (code, fact), rows in zip(pairs, counted, strict=True) if rows]
    return sorted(found, key=lambda each: -each.rows)


def households_judged(
    asked: Asked, criterion: Criterion, verdict: Verdict, *, fact: str = "", limit: int, offset: int
) -> tuple[int, list[JudgedRow]]:
    """How many households have a verdict (and lack a fact), and one page of them in order of place.

    Nothing where the criterion reads what the reader does not see.
    """
    texts = {criterion.code: criterion.text or ""}
    with read_within(texts, snapshot=asked.snapshot, scope=asked.scope, kind=asked.standard.kind) as reading:
        if not reading.checked:
            return 0, []
        expression = reading.checked[criterion.code]
        facts = lacks(expression)
        named = {"criterion_0": expression} | {f"fact_{at}": text for at, text in enumerate(facts.values())}
        at = next((at for at, each in enumerate(facts) if each.name == fact), None)
        if fact and at is None:
            return 0, []
        rows_sql, bound = reading.rows_sql(named), [asked.year, asked.place_prefix]
        ((count,),) = reading.rows(sql.judged_counted(rows_sql, verdict, at), *bound)
        query = sql.judged_rows(rows_sql, len(facts), verdict, at)
        listed = reading.rows(query, *bound, limit, offset)
    return count, [_row(row, [*facts]) for row in listed]


def _row(row: Sequence[object], facts: Sequence[Fact]) -> JudgedRow:
    household, place, *flags = row
    lacking = tuple(fact for fact, flag in zip(facts, flags, strict=True) if flag)
    return JudgedRow(int(str(household)), str(place), lacking)


def lacks(expression: TypedExpr) -> dict[Fact, TypedExpr]:
    """For each fact that an expression reads, the condition that it is missing; a member's, that it is of one asked."""
    found: dict[Fact, nodes.Node] = {}
    for fact, node in _lacking(expression.node, expression.table):
        found[fact] = nodes.Or(kind=Kind.BOOLEAN, operands=(found[fact], node)) if fact in found else node
    return {fact: TypedExpr(f"{fact.name} is missing", expression.table, node) for fact, node in found.items()}


def _lacking(node: nodes.Node, table: Table) -> Iterator[tuple[Fact, nodes.Node]]:
    if isinstance(node, nodes.Quantified):
        yield from _of_members(node, next(each.table for each in table.members if each.name == node.member))
    elif isinstance(node, nodes.Column | nodes.Parameter):
        if fact := _fact(node, table):
            yield fact, _is_missing(node)
    else:
        for child in nodes.children(node):
            yield from _lacking(child, table)


def _of_members(node: nodes.Quantified, table: Table) -> Iterator[tuple[Fact, nodes.Node]]:
    may_be_asked = nodes.Or(kind=Kind.BOOLEAN, operands=(node.where, _is_missing(node.where)))
    for part, where in ((node.body, may_be_asked), (node.where, _is_missing(node.where))):
        for fact, missing in _lacking(part, table):
            yield fact, nodes.Quantified(kind=Kind.BOOLEAN, verb="any", member=node.member, body=missing, where=where)


def _is_missing(node: nodes.Node) -> nodes.Node:
    return nodes.Presence(kind=Kind.BOOLEAN, operand=node, known=False)


def _fact(node: nodes.Column | nodes.Parameter, table: Table) -> Fact | None:
    """The fact of a node; the day and place of a row are never missing."""
    if isinstance(node, nodes.Parameter):
        return Fact(node.name, current().lines[node.name].title)
    column = table.by_name.get(node.name)
    if column is None or node.name in (nodes.DATE_COLUMN, nodes.PLACE_COLUMN):
        return None
    return Fact(node.name, column.title)


def lines_read(version: StandardVersion, checked: Mapping[str, TypedExpr]) -> list[str]:
    """The dated lines that a version's criteria read, in the order of the criteria."""
    expressions = (checked[each.code] for each in version.criteria if each.code in checked)
    return list(dict.fromkeys(name for each in expressions for name in sorted(each.parameters)))


def with_line(parameters: Parameters, name: str, value: float, place_prefix: str, year: int) -> Parameters:
    """Parameters in which a line has another value at a place for one year. Nothing is stored."""
    held = parameters.lines[name].on(date(year, 12, 31), place_prefix)
    own = held is not None and held.place_prefix == place_prefix
    since = held.valid_from if held is not None and own else date(year, 1, 1)
    until = held.valid_until if held is not None and own else date(year + 1, 1, 1)
    days = {"valid_from": since, "valid_until": until}
    entry = {"place_prefix": place_prefix, "value": value, "reference": "?", **{k: d for k, d in days.items() if d}}
    return parameters.with_overlay([OverlayItem(f"lines/{name}", {"values": [entry]})])
