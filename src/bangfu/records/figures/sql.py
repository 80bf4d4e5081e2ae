"""SQL of the figures app: how DuckDB exports a consistent state to Parquet and reads it again.

Text is composed from schema identifiers only (``quote``); values are bound, or are literals made by ``literal``
from dates, numbers and codes of a place scheme, because a view cannot carry a bound value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.scope import RowFilter

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_PLACE_CODE = re.compile(r"[0-9A-Za-z]*")
#: The group of rows whose group is not known; an empty group is a figure of all rows.
UNKNOWN_GROUP = "?"
TYPES = {
    Kind.STRING: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
}

#: The extension is inside the wheel; it only has to be switched on before the zone is set.
LOAD_TIME_ZONES = "LOAD icu"
USE_UTC = "SET TimeZone = 'UTC'"
#: SQLite writes one consistent copy of itself, without its journal.
VACUUM_INTO = "VACUUM INTO %s"


def quote(name: str) -> str:
    """A schema identifier, quoted. **Errors** ValueError for what is no identifier."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no schema identifier.")
    return f'"{name}"'


def literal(value: str | int | date | datetime | Path) -> str:
    """A SQL literal of a value that the program made itself."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def place_code(code: str) -> str:
    """A place code as a literal. **Errors** ValueError for what no scheme allows."""
    if not _PLACE_CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no place code.")
    return literal(code)


def attach(kind: str, target: str) -> str:
    """Attach a PostgreSQL database or a copy of a SQLite file as ``src``, to read only."""
    return f"ATTACH {literal(target)} AS src (TYPE {quote(kind)}, READ_ONLY)"


def load_extension(path: Path) -> str:
    """Load an extension that came in a wheel; nothing is fetched."""
    return f"LOAD {literal(path)}"


def under(prefix: str, column: str = "place_code") -> str:
    """The condition that a row lies under a place."""
    return f"starts_with({column}, {place_code(prefix)})"


def as_of(table: str, happened: date, known: datetime) -> str:
    """Each row's latest version that had happened by one day among those known by one time, from its history."""
    return (
        f"SELECT * EXCLUDE (seq) FROM src.{quote(table + '_history')} "
        f"WHERE happened_on <= {literal(happened)} AND known_at <= {literal(known)} "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY happened_on DESC, known_at DESC, seq DESC) = 1"
    )


def current(table: str) -> str:
    """Each row as now."""
    return f"SELECT * FROM src.{quote(table)}"


def cast(source: str, column: Column) -> str:
    """A stored column as the type that the schema says."""
    return f"CAST({source}.{quote(column.name)} AS {TYPES[column.kind]}) AS {quote(column.name)}"


def cast_extension(source: str, column: Column) -> str:
    """An extension field out of the JSON column ``x``, as the type that its form says."""
    return f"CAST({_extension(source, column.name)} AS {TYPES[column.kind]}) AS {quote(column.name)}"


def has_extension(source: str, names: Sequence[str]) -> str:
    """The condition that a row bears at least one of the extension fields (``x_…``)."""
    return "(" + " OR ".join(f"{_extension(source, name)} IS NOT NULL" for name in names) + ")"


def _extension(source: str, name: str) -> str:
    """An extension field out of the JSON column ``x``, as text."""
    return f"({source}.x::JSON ->> {literal('$.' + name.removeprefix('x_'))})"


#: The status of a household at the end of each row's year: its latest event by then.
STATUS_AT = """
SELECT household_id, happened_on, arg_max(kind, (known_at, id)) AS kind
FROM src."households_statusevent" WHERE happened_on <= {happened} AND known_at <= {known}
GROUP BY ALL
"""


def status_at(happened: date, known: datetime) -> str:
    """Status events by household and day, as known at a time."""
    return STATUS_AT.format(happened=literal(happened), known=literal(known))


def households(
    own: str, yearly: str, status: str, columns: tuple[Sequence[Column], Sequence[Column], Sequence[Column]], where: str
) -> str:
    """The analytic table of households: own facts, those of the year, status at the year's end, extension fields."""
    own_columns, year_columns, extra = columns
    facts = [cast("o", column) for column in own_columns] + [cast("y", column) for column in year_columns]
    facts += [cast_extension("y", column) for column in extra]
    return (
        f"WITH o AS ({own}), y AS ({yearly}), e AS ({status}) "
        "SELECT y.household_id, CAST(y.year AS BIGINT) AS year, make_date(y.year::BIGINT, 12, 31) AS row_date, "
        f"y.place_id, y.place_code, e.kind AS status, {', '.join(facts)} "
        "FROM y JOIN o ON o.id = y.household_id ASOF LEFT JOIN e "
        "ON e.household_id = y.household_id AND e.happened_on <= make_date(y.year::BIGINT, 12, 31) "
        f"WHERE {where} ORDER BY y.place_code, y.household_id"
    )


def persons(
    own: str, yearly: str, columns: tuple[Sequence[Column], Sequence[Column], Sequence[Column]], where: str
) -> str:
    """The analytic table of persons: own facts, those of the year, extension fields."""
    own_columns, year_columns, extra = columns
    facts = [cast("o", column) for column in own_columns] + [cast("y", column) for column in year_columns]
    facts += [cast_extension("y", column) for column in extra]
    return (
        f"WITH o AS ({own}), y AS ({yearly}) "
        "SELECT y.person_id, y.household_id, CAST(y.year AS BIGINT) AS year, "
        "make_date(y.year::BIGINT, 12, 31) AS row_date, "
        f"y.place_id, y.place_code, {', '.join(facts)} "
        f"FROM y JOIN o ON o.id = y.person_id WHERE {where} ORDER BY y.place_code, y.household_id, y.person_id"
    )


def year_is(year: int) -> str:
    """The condition that a yearly row is of one year."""
    return f"y.year = {literal(year)}"


YEARS = "SELECT DISTINCT CAST(year AS BIGINT) FROM src.{table} WHERE year <= ? ORDER BY 1"


def years(table: str) -> str:
    """The years that a yearly table holds, up to a bound one."""
    return YEARS.format(table=quote(table))


LATEST = "SELECT max(happened_on) FROM src.{table}"


def latest(table: str) -> str:
    """The latest day on a table's current rows."""
    return LATEST.format(table=quote(table))


PLACES = """
SELECT id AS place_id, code AS place_code, CAST(level AS BIGINT) AS level, name, name_en, parent_id, merged_into_id
FROM src."places_place" ORDER BY code
"""
PLACE_YEARS = """
SELECT place_id, place_code, CAST(year AS BIGINT) AS year, {facts}
FROM src."places_placeyear" AS s WHERE year <= {year} ORDER BY place_code, year
"""


def place_years(year: int, columns: Iterable[Column]) -> str:
    """The yearly sheets of places up to a year."""
    return PLACE_YEARS.format(year=literal(year), facts=", ".join(cast("s", column) for column in columns))


VILLAGES = """
CREATE TEMP VIEW villages AS
SELECT *, make_date(year, 12, 31) AS row_date, CAST(NULL AS BIGINT) AS household_id FROM place_years
WHERE length(place_code) = {length} AND make_date(year, 12, 31) <= {happened} AND {where}
"""


def villages(happened: date, length: int, where: str) -> str:
    """A view over the sheets of places with codes of a length, of years that had ended, cut to a scope."""
    return VILLAGES.format(happened=literal(happened), length=literal(length), where=where)


def copy_to(query: str, target: Path) -> str:
    """Write a query to Parquet, in its own order."""
    return f"COPY ({query}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


#: Order-independent digest of a file's rows: sums of the halves of each row's MD5, so that neither order nor
#: row groups matter and two equal rows do not cancel (as XOR would let them).
CONTENT = """
SELECT count(*), sum(md5_number_upper(row_text)::HUGEINT)::VARCHAR, sum(md5_number_lower(row_text)::HUGEINT)::VARCHAR
FROM (SELECT to_json(t)::VARCHAR AS row_text FROM read_parquet({file}) AS t)
"""


def content(file: Path) -> str:
    """Count and digest sums of a Parquet file's rows."""
    return CONTENT.format(file=literal(file))


def row_filter(rows: RowFilter, household: str | None) -> str:
    """The condition that a scope puts on a base table."""
    if rows.everything:
        return "TRUE"
    parts = [under(prefix) for prefix in rows.prefixes]
    if household and rows.households:
        parts.append(f"{household} IN ({', '.join(literal(int(i)) for i in sorted(rows.households))})")
    return "(" + " OR ".join(parts) + ")" if parts else "FALSE"


def view(
    name: str, files: Iterable[Path], columns: Sequence[str] | None, where: str, years: Mapping[str, str] | None = None
) -> str:
    """A view over Parquet files, cut to a scope and, where named, to columns; ``years`` names those of which it has
    the year alone, and what that is called."""
    listed = ", ".join(literal(file) for file in files)
    named = years or {}
    of_year = {column: f"year({quote(column)}) AS {quote(called)}" for column, called in named.items()}
    chosen = ", ".join(of_year.get(column) or quote(column) for column in columns) if columns is not None else "*"
    return (
        f"CREATE TEMP VIEW {quote(name)} AS "
        f"SELECT {chosen} FROM read_parquet([{listed}], union_by_name = true) WHERE {where}"
    )


def empty_view(name: str, columns: Sequence[Column]) -> str:
    """A view with a table's columns and no rows, where a snapshot has no file of it."""
    nulls = ", ".join(f"CAST(NULL AS {TYPES[column.kind]}) AS {quote(column.name)}" for column in columns)
    return f"CREATE TEMP VIEW {quote(name)} AS SELECT {nulls} WHERE FALSE"


def facts(query: str) -> str:
    """Keep the rows of a compiled query in a temporary table ``facts``."""
    return f"CREATE OR REPLACE TEMP TABLE facts AS {query}"


def village_sums(sides: Sequence[Sequence[str]], group: str | None) -> str:
    """Sums per place and year as the rows hang, in a temporary table ``sums``; unknown rows are counted, not added.

    ``sides`` are the columns of each indicator: its numerator, or numerator and denominator, and then a row of which
    one side is unknown counts on neither. ``fsum`` compensates, so that digits repeat between runs whatever the order
    of threads.
    """
    grouped = _group(group) if group else "''"
    added = ", ".join(
        f"fsum({quote(name)}::DOUBLE) FILTER ({_all_known(names)}) AS {quote(name)}, "
        f"count(*) FILTER (NOT ({_all_known(names)})) AS {quote(name + '_unknown')}"
        for names in sides
        for name in names
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE sums AS SELECT place_code, year, {grouped} AS grp, {added} "
        "FROM facts GROUP BY ALL"
    )


def _all_known(names: Sequence[str]) -> str:
    return " AND ".join(f"{quote(name)} IS NOT NULL" for name in names)


def rolled_up(names: Sequence[str], lengths: Sequence[int], rows: str = "sums") -> str:
    """The sums of each place at each level, by prefix: ``code, year, grp`` and for each name its sum and unknowns."""
    added = ", ".join(
        f"fsum({quote(name)}) AS {quote(name)}, sum({quote(name + '_unknown')})::BIGINT AS {quote(name + '_unknown')}"
        for name in names
    )
    return (
        f"SELECT left(place_code, l.length) AS code, year, grp, {added} "
        f"FROM {rows}, (SELECT unnest([{', '.join(map(literal, lengths))}]) AS length) AS l "
        "WHERE length(place_code) >= l.length GROUP BY ALL ORDER BY code, year, grp"
    )


BASES = """
SELECT left(place_code, l.length) AS code, year, sum({column})::DOUBLE AS base, count({column}) AS sheets
FROM place_years, (SELECT unnest([{lengths}]) AS length) AS l
WHERE length(place_code) = {reporting} AND {reporting} >= l.length
  AND starts_with(place_code, ?)
GROUP BY ALL
"""


def bases(column: str, lengths: Sequence[int], reporting: int) -> str:
    """A column summed by prefix from the sheets of places with codes of length ``reporting``; the prefix is bound."""
    listed = ", ".join(map(literal, lengths))
    return BASES.format(column=quote(column), lengths=listed, reporting=literal(reporting))


#: Places of the reporting level without a sheet of the year, under each place; a merged place need not report.
MISSING = """
WITH expected AS (
    SELECT p.place_code, y.year FROM places AS p, (SELECT DISTINCT year FROM place_years) AS y
    WHERE length(p.place_code) = {reporting}
      AND p.merged_into_id IS NULL AND starts_with(p.place_code, ?)
), missing AS (
    SELECT * FROM expected AS e
    WHERE NOT EXISTS (SELECT 1 FROM place_years AS s WHERE s.place_code = e.place_code AND s.year = e.year)
)
SELECT left(place_code, l.length) AS code, year, count(*) AS missing
FROM missing, (SELECT unnest([{lengths}]) AS length) AS l GROUP BY ALL
"""


def missing(lengths: Sequence[int], reporting: int) -> str:
    """How many places with codes of length ``reporting`` have no sheet, by place and year; the prefix is bound."""
    return MISSING.format(lengths=", ".join(map(literal, lengths)), reporting=literal(reporting))


ROWS_OF_FIGURE = """
SELECT * FROM ({rows}) AS formula_rows
WHERE year = ? AND starts_with(place_code, ?) AND (numerator IS NULL OR numerator <> 0) {group}
ORDER BY place_code, household_id LIMIT ? OFFSET ?
"""
COUNT_OF_FIGURE = """
SELECT count(*), count(*) FILTER (numerator IS NULL), fsum(numerator::DOUBLE) FROM ({rows}) AS formula_rows
WHERE year = ? AND starts_with(place_code, ?) AND (numerator IS NULL OR numerator <> 0) {group}
"""


def rows_of_figure(rows_sql: str, group: str | None) -> str:
    """The rows behind a figure: year, place prefix, the group's code if any, limit and offset are bound."""
    return ROWS_OF_FIGURE.format(rows=rows_sql, group=_in_group(group))


def count_of_figure(rows_sql: str, group: str | None) -> str:
    """How many rows stand behind a figure, how many of them unknown, and their sum."""
    return COUNT_OF_FIGURE.format(rows=rows_sql, group=_in_group(group))


def _in_group(group: str | None) -> str:
    return f"AND {_group(group)} = ?" if group else ""


def _group(column: str) -> str:
    """The group of a row as text, whatever its column holds."""
    return f"coalesce(CAST({quote(column)} AS VARCHAR), '{UNKNOWN_GROUP}')"


#: Lines as a question gives them, in place of those that the snapshot was taken with.
LINES_AS_GIVEN = "CREATE OR REPLACE TEMP VIEW parameter_values AS SELECT * FROM lines_given"
VERDICTS = """
SELECT left(place_code, {length}) AS code, {counted} FROM ({rows}) AS judged
WHERE year = ? AND starts_with(place_code, ?) GROUP BY ALL ORDER BY code
"""
KEPT_VERDICTS = """
CREATE OR REPLACE TEMP TABLE {name} AS SELECT household_id, criterion_0 AS verdict FROM ({rows}) AS judged
WHERE year = ? AND starts_with(place_code, ?)
"""
MOVED = """
SELECT b.verdict, a.verdict, count(*) FROM "before" AS b JOIN "after" AS a USING (household_id)
WHERE b.verdict IS DISTINCT FROM a.verdict GROUP BY ALL ORDER BY ALL
"""


def verdicts(rows: str, criteria: int, length: int) -> str:
    """By place of a code's length: how many rows are true, false and unknown of each ``criterion_<n>``; year and place
    prefix are bound."""
    counted = ", ".join(
        f"count(*) FILTER (criterion_{int(at)} IS {state})"
        for at in range(criteria)
        for state in ("TRUE", "FALSE", "NULL")
    )
    return VERDICTS.format(length=literal(length), counted=counted, rows=rows)


def kept_verdicts(name: str, rows: str) -> str:
    """Keep the verdict of each household in a temporary table; year and place prefix are bound."""
    return KEPT_VERDICTS.format(name=quote(name), rows=rows)


LACKING = "SELECT {counted} FROM ({rows}) AS judged WHERE year = ? AND starts_with(place_code, ?)"


def lacking_counted(rows: str, criteria: Sequence[int]) -> str:
    """For each ``fact_<n>``: rows that lack it and whose criterion is unknown; year and prefix are bound."""
    counted = ", ".join(f"count(*) FILTER (criterion_{at} IS NULL AND fact_{n})" for n, at in enumerate(criteria))
    return LACKING.format(counted=counted, rows=rows)


JUDGED_ROWS = """
SELECT {columns} FROM ({rows}) AS judged WHERE year = ? AND starts_with(place_code, ?) AND criterion_0 IS {state}
"""
STATES = {"passed": "TRUE", "failed": "FALSE", "unknown": "NULL"}
PAGE_OF_JUDGED = " ORDER BY place_code, household_id LIMIT ? OFFSET ?"


def judged_counted(rows: str, verdict: str, fact: int | None) -> str:
    """How many rows have a verdict and, where asked, lack a fact; year and prefix are bound."""
    return _judged("count(*)", rows, verdict, fact)


def judged_rows(rows: str, facts: int, verdict: str, fact: int | None) -> str:
    """Household, place and missing facts of one page; year, prefix, limit and offset are bound."""
    columns = ["household_id", "place_code", *(f"fact_{at}" for at in range(facts))]
    return _judged(", ".join(columns), rows, verdict, fact) + PAGE_OF_JUDGED


def _judged(columns: str, rows: str, verdict: str, fact: int | None) -> str:
    lacking = "" if fact is None else f" AND fact_{int(fact)}"
    return JUDGED_ROWS.format(columns=columns, rows=rows, state=STATES[verdict]) + lacking


PLACES_JUDGED = """
CREATE OR REPLACE TEMP VIEW places AS
SELECT g.place_id, g.place_code, CAST({year} AS BIGINT) AS year, make_date({year}, 12, 31) AS row_date,
CAST(NULL AS BIGINT) AS household_id, s.* EXCLUDE (place_id, place_code, year), f.* EXCLUDE (place_code)
FROM places_given AS g LEFT JOIN place_years AS s ON s.place_code = g.place_code AND s.year = {year}
LEFT JOIN figures_given AS f ON f.place_code = g.place_code
"""


def places_judged(year: int) -> str:
    """A view over the places given: their sheet of the year and the figures given beside."""
    return PLACES_JUDGED.format(year=literal(year))


PLACE_VERDICTS = "SELECT * FROM ({rows}) AS judged ORDER BY place_code"
PLACE_ROW = "SELECT * FROM places WHERE place_code = ?"


def place_verdicts(rows: str) -> str:
    """The verdicts of every place given, in order of code."""
    return PLACE_VERDICTS.format(rows=rows)
