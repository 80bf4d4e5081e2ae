"""Texts of rules as an editor needs them: checked one by one, said in words, the names they may use, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bangfu.analytics.language import Explanation, LanguageError, TypedExpr, explain
from bangfu.analytics.language.calls import SHAPES, SPELLINGS
from bangfu.analytics.language.units import TITLES
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schema import Kind, Table
from bangfu.parameters.standards import HOUSEHOLD
from bangfu.parameters.text import Text
from bangfu.records.figures.language import language_of
from bangfu.records.figures.soundness import NO_CONDITION, NO_NUMBER
from bangfu.records.figures.standards import check_criterion, table_of_places

#: The table of texts about places, beside those of the grains.
PLACES = "places"
#: What units are called.
UNIT_WORDS = TITLES
KINDS = {
    Kind.BOOLEAN: Text("是或否", "yes or no"),
    Kind.NUMBER: Text("数", "a number"),
    Kind.INTEGER: Text("整数", "a whole number"),
    Kind.DATE: Text("日期", "a date"),
    Kind.CODE: Text("代码", "a code"),
    Kind.STRING: Text("文字", "words"),
}
#: Kinds that a text of a purpose must come to.
WANTED = {
    "criterion": (frozenset({Kind.BOOLEAN}), NO_CONDITION),
    "figure": (frozenset({Kind.INTEGER, Kind.NUMBER}), NO_NUMBER),
}
FUNCTIONS = {
    "if": Text("如果……则……否则", "one value or another"),
    "years": Text("满几周岁、满几年", "full years from a day"),
    "months": Text("满几个月", "full months from a day"),
    "any": Text("有任一成员符合", "some member fulfils it"),
    "all": Text("所有成员都符合", "every member fulfils it"),
    "count": Text("符合的成员个数", "how many members fulfil it"),
    "count_known": Text("已知符合的成员个数", "how many are known to fulfil it"),
    "sum": Text("成员合计", "sum over members"),
    "sum_known": Text("已知成员合计", "sum over members where known"),
    "min": Text("成员最小值", "least of the members"),
    "min_known": Text("已知成员最小值", "least where known"),
    "max": Text("成员最大值", "greatest of the members"),
    "max_known": Text("已知成员最大值", "greatest where known"),
}
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TextChecked:
    """A text with its fault and where it stands, or with what it means, which kind of value it gives and its unit."""

    text: str
    fault: Text | None = None
    start: int = 0
    end: int = 0
    meaning: Explanation | None = None
    kind: Text | None = None
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class NameListed:
    """A name that a text may use: what is written, what it is called, of which sort it is."""

    name: str
    title: Text
    sort: str
    note: Text | None = None
    #: What stands above it: the member table of a column, the list of a code.
    of: Text | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """A rule that names another one."""

    kind: str
    name: str
    title: Text


def table_named(parameters: Parameters, scheme: str, table: str) -> Table:
    """The table of a grain, or of places."""
    if table == PLACES:
        return table_of_places(parameters, scheme)
    return language_of(parameters, scheme).table(table)


def table_of_level(level: str) -> str:
    """The table that criteria of a level read."""
    return "households" if level == HOUSEHOLD else PLACES


def check_one(parameters: Parameters, scheme: str, text: str, *, table: str, purpose: str) -> TextChecked:
    """A text checked for a purpose (``criterion``, ``figure``, ``term``), with its fault or its meaning."""
    try:
        if table == PLACES:
            found = check_criterion(parameters, scheme, PLACES, text)
        else:
            found = language_of(parameters, scheme).check(text, table)
    except LanguageError as error:
        return TextChecked(text, error.text, error.start, error.end)
    kinds, sentence = WANTED.get(purpose, (None, None))
    if kinds is not None and found.kind not in kinds:
        return TextChecked(text, sentence, 0, len(text))
    unit = TITLES[found.unit] if found.kind in (Kind.INTEGER, Kind.NUMBER) else None
    return TextChecked(text, meaning=in_words(found, parameters), kind=KINDS[found.kind], unit=unit)


def in_words(expression: TypedExpr, parameters: Parameters) -> Explanation:
    """What a text says, as the tree of a row of which nothing is known: only the phrases of it are of use."""
    members: dict[str, list[dict[str, Any]]] = {member.name: [{}] for member in expression.table.members}
    titles = {name: entries.titles for name, entries in parameters.codes.items()}
    lines = {line.name: line.title for line in parameters.lines.values()}
    return explain(expression, {}, members, (), titles, lines)


def names_for(parameters: Parameters, scheme: str, table: str) -> tuple[NameListed, ...]:
    """The names that a text over a table may use: its columns, its members', terms, lines, functions, codes."""
    return _names_for(_Held(parameters, parameters.content_hash), scheme, table)


@dataclass(frozen=True)
class _Held:
    """Parameters as a key of what is kept: equal where their content is."""

    parameters: Parameters = field(compare=False)
    content: str


@lru_cache(maxsize=8)
def _names_for(held: _Held, scheme: str, table: str) -> tuple[NameListed, ...]:
    parameters = held.parameters
    found = table_named(parameters, scheme, table)
    tables = [found, *(member.table for member in found.members)]
    own = [*_columns(found, None)]
    for member in found.members:
        own += [NameListed(member.name, member.table.title, "members"), *_columns(member.table, member.table.title)]
    terms = [
        NameListed(term.name, term.title, "term", Text(term.text, term.text), each.title if each is not found else None)
        for each in tables
        for term in parameters.terms.get(each.name, {}).values()
    ]
    lines = [
        NameListed(line.name, line.title, "line", TITLES[line.unit])
        for line in parameters.lines.values()
        if line.scheme == scheme
    ]
    return (*own, *terms, *lines, *_functions(), *_codes(parameters, tables))


def _columns(table: Table, of: Text | None) -> Iterator[NameListed]:
    for column in table.columns:
        numeric = column.kind in (Kind.INTEGER, Kind.NUMBER)
        note = TITLES[column.unit] if numeric and column.unit else KINDS[column.kind]
        yield NameListed(column.name, column.title, "column", note, of)


def _functions() -> Iterator[NameListed]:
    for name, title in FUNCTIONS.items():
        shape = SHAPES.get(name, f"{name}(members, number)")
        said = ", ".join(spelling for spelling, meant in SPELLINGS.items() if meant == name and spelling != name)
        yield NameListed(name, title, "function", Text(f"{shape}；{said}", f"{shape}; {said}"))


def _codes(parameters: Parameters, tables: list[Table]) -> Iterator[NameListed]:
    lists = dict.fromkeys(column.codes for table in tables for column in table.columns if column.codes)
    for name in lists:
        listed = parameters.codes.get(name)
        columns = sorted({column.name for table in tables for column in table.columns if column.codes == name})
        for code, title in listed.titles.items() if listed else ():
            yield NameListed(f'"{code}"', title, "code", of=Text("、".join(columns), ", ".join(columns)))


def users_of(parameters: Parameters, scheme: str, kind: str, name: str) -> tuple[Naming, ...]:
    """The rules whose texts name a line, term or indicator, by name or Chinese title; nothing names a standard."""
    if kind == "standards":
        return ()
    spellings = {name.rpartition(".")[2], _title_of(parameters, kind, name)}
    found: list[Naming] = []
    for standard in parameters.standards.values():
        texts = [each.text for version in standard.versions for each in version.criteria if each.text]
        if standard.scheme == scheme and _named(texts, spellings):
            found.append(Naming("standards", standard.name, standard.title))
    for indicator in parameters.indicators.values():
        texts = [text for text in (indicator.numerator, indicator.denominator) if text]
        beside = kind == "indicators" and name in {other.indicator for other in indicator.beside}
        if beside or (kind != "indicators" and _named(texts, spellings)):
            found.append(Naming("indicators", indicator.code, indicator.title))
    for table, terms in parameters.terms.items() if kind != "indicators" else ():
        for term in terms.values():
            if _named([term.text], spellings) and f"{table}.{term.name}" != name:
                found.append(Naming("terms", f"{table}.{term.name}", term.title))
    return tuple(found)


def _title_of(parameters: Parameters, kind: str, name: str) -> str:
    if kind == "terms":
        table, _, short = name.partition(".")
        term = parameters.terms.get(table, {}).get(short)
        return term.title.zh if term else name
    known: Any = parameters.lines if kind == "lines" else parameters.indicators
    return known[name].title.zh if name in known else name


def _named(texts: list[str], spellings: set[str]) -> bool:
    return any(spellings & set(WORD.findall(text)) for text in texts)
