"""Standards applied: each criterion reached, failed or unknown, with the tree that says why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bangfu.analytics.language import Explanation, ParameterValue, TypedExpr, explain
from bangfu.parameters.indicators import Indicator
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schema import Column, FieldClass, Kind, Table
from bangfu.parameters.standards import HOUSEHOLD, Criterion, Standard, StandardKind, StandardVersion
from bangfu.records.figures.explaining import household_rows, line_titles
from bangfu.records.figures.formulas import applies, classes_read, survey_of
from bangfu.records.figures.language import language_of
from bangfu.records.households.past import Register
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.schema import places_table


@dataclass(frozen=True)
class Judged:
    """A criterion judged: true, false or None (unknown); ``explanation`` is None where people decide it.

    ``withheld`` are the classes that it reads and the reader does not see; nothing else is told then.
    """

    criterion: Criterion
    verdict: bool | None
    explanation: Explanation | None = None
    withheld: frozenset[FieldClass] = frozenset()

    def facts(self) -> list[Explanation]:
        """The facts of the household that it rests on; what members make up together is one fact."""
        return [] if self.explanation is None else [*_facts(self.explanation)]


def _facts(node: Explanation) -> Iterator[Explanation]:
    if node.quantified or not node.children:
        yield node
        return
    for child in node.children:
        yield from _facts(child)


@dataclass(frozen=True)
class Judgement:
    """A household judged by one version of a standard."""

    standard: Standard
    version: StandardVersion
    criteria: tuple[Judged, ...]


def standards_for(level: str, place_code: str, day: date, kinds: Container[StandardKind]) -> list[Standard]:
    """The standards of a level that hold at a place on a day, those of the longest place prefix first."""
    scheme = current_instance().scheme
    found = [
        each
        for each in current().standards.values()
        if each.level == level
        and each.kind in kinds
        and each.scheme == scheme
        and place_code.startswith(each.place_prefix)
        and each.on(day) is not None
    ]
    return sorted(found, key=lambda each: (-len(each.place_prefix), each.name))


def judge_household(
    standard: Standard, register: Register, year: int, classes: frozenset[FieldClass]
) -> Judgement | None:
    """A household judged by what the register says of a year.

    **missing** None where no version holds at the year's end, or the year has no sheet.
    """
    version = standard.on(date(year, 12, 31))
    if version is None or year not in register.years:
        return None
    row, members = household_rows(language_of(current(), standard.scheme).households, register, year)
    parameters = [ParameterValue(*line) for line in current().line_rows(standard.scheme)]
    titles = {name: entries.titles for name, entries in current().codes.items()}
    judged = tuple(_judged(each, standard, row, members, parameters, titles, classes) for each in version.criteria)
    return Judgement(standard, version, judged)


def _judged(
    criterion: Criterion,
    standard: Standard,
    row: Mapping[str, Any],
    members: Mapping[str, Sequence[Mapping[str, Any]]],
    parameters: Sequence[ParameterValue],
    titles: Mapping[str, Any],
    classes: frozenset[FieldClass],
) -> Judged:
    if criterion.text is None:
        return Judged(criterion, None)
    expression = _checked(criterion.text, HOUSEHOLD, standard.scheme, current().content_hash)
    hidden = classes_read(expression) - classes
    if hidden:
        return Judged(criterion, None, withheld=hidden)
    tree = explain(expression, row, members, parameters, titles, line_titles(), classes)
    return Judged(criterion, None if tree.value is None else bool(tree.value), tree)


@lru_cache(maxsize=500)
def _checked(text: str, level: str, scheme: str, _parameters_hash: str) -> TypedExpr:
    return check_criterion(current(), scheme, level, text)


def check_criterion(parameters: Parameters, scheme: str, level: str, text: str) -> TypedExpr:
    """A criterion's text checked against the table of its level. **Errors** ``LanguageError``."""
    language = language_of(parameters, scheme)
    if level == HOUSEHOLD:
        return language.check(text, "households")
    return language.check_over(text, table_of_places(parameters, scheme))


def table_of_places(parameters: Parameters, scheme: str) -> Table:
    """The table that texts about places are checked against: sheets, and every figure that is one number a place."""
    survey = survey_of(parameters, scheme)
    figures = [each for each in parameters.indicators.values() if applies(each, scheme, survey) and not each.group]
    return places_table(map(_column, figures))


def _column(indicator: Indicator) -> Column:
    return Column(indicator.code, Kind.NUMBER, indicator.title, indicator.unit)
