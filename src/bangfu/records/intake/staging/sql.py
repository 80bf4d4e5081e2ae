"""DuckDB statements that give matched rows their ids and cut them into batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangfu.records.intake.cells.sql import quote

NO = '"household.household_no"'

NEW_HOUSEHOLDS = f"SELECT count(DISTINCT {NO}) FROM good_homes WHERE known_id IS NULL"
NEW_PERSONS = "SELECT count(DISTINCT key) FROM persons WHERE known_id IS NULL"
#: Every household and year with the household's id, the row where the household comes first, and whether it is new.
#: Bound: first new id.
FINAL_HOMES = f"""CREATE OR REPLACE TABLE final_homes AS
    WITH fresh AS (SELECT {NO} AS no, ? + row_number() OVER (ORDER BY min(sheet), min(row)) - 1 AS id
        FROM good_homes WHERE known_id IS NULL GROUP BY {NO})
    SELECT g.*, coalesce(g.known_id, f.id) AS household_id, g.known_id IS NULL AS is_new,
        first_value(g.sheet) OVER w AS first_sheet, first_value(g.row) OVER w AS first_row,
        row_number() OVER (PARTITION BY g.{NO} ORDER BY g.year DESC, g.sheet, g.row) = 1 AS is_latest
    FROM good_homes g LEFT JOIN fresh f ON f.no = g.{NO}
    WINDOW w AS (PARTITION BY g.{NO} ORDER BY g.sheet, g.row)"""
_PERSONS = f"""CREATE OR REPLACE TABLE final_persons AS
    WITH fresh AS (SELECT key, ? + row_number() OVER (ORDER BY min(sheet), min(row)) - 1 AS id
        FROM persons WHERE known_id IS NULL GROUP BY key),
    homes AS (SELECT {NO} AS no, any_value(household_id) AS household_id, arg_max(place_id, year) AS place_id,
        arg_max(place_code, year) AS place_code FROM final_homes GROUP BY ALL)
    SELECT p.sheet, p.row, p.year, p.id_hash, h.household_id, h.place_id, h.place_code,
        coalesce(p.known_id, f.id) AS person_id, p.known_id IS NULL AS is_new, {{order}}
    FROM persons p JOIN homes h ON h.no = p.{NO} LEFT JOIN fresh f ON f.key = p.key {{window}}"""
_ONE = "PARTITION BY coalesce(p.known_id, f.id) ORDER BY"
#: The same of persons. Bound: first new id. In a file of one year each person has one row, so nothing need be ordered.
PERSONS_OF_ONE_YEAR = _PERSONS.format(order="p.sheet AS first_sheet, p.row AS first_row, true AS is_latest", window="")
PERSONS_OF_YEARS = _PERSONS.format(
    order=f"first_value(p.sheet) OVER w AS first_sheet, first_value(p.row) OVER w AS first_row, "
    f"row_number() OVER ({_ONE} p.year DESC, p.sheet, p.row) = 1 AS is_latest",
    window=f"WINDOW w AS ({_ONE} p.sheet, p.row)",
)
KNOWN_HOUSEHOLDS = "SELECT DISTINCT household_id FROM final_homes WHERE NOT is_new ORDER BY 1"
KNOWN_PERSONS = "SELECT DISTINCT person_id FROM final_persons WHERE NOT is_new ORDER BY 1"
YEARS = "SELECT DISTINCT year FROM good_homes ORDER BY 1"


def year_ids(table: str, source: str, owner: str) -> str:
    """Make the yearly rows' ids: those of the register (``given``) or, for new rows, from the bound first id on."""
    return f"""CREATE OR REPLACE TABLE {quote(table)} AS SELECT s.sheet, s.row, coalesce(g.id,
        ? + row_number() OVER (PARTITION BY g.id IS NULL ORDER BY s.sheet, s.row) - 1) AS id, g.id IS NULL AS is_new
        FROM {quote(source)} s LEFT JOIN given g ON g.owner = s.{quote(owner)} AND g.year = s.year"""


#: The table that holds a yearly target's values, and that of its ids.
_YEARLY = {"person_year": ("people", "person_year_ids"), "household_year": ("final_homes", "home_year_ids")}


def silent_rows(table: str, first: str) -> str:
    """Ids of the register's yearly rows whose cell of several answers is empty in the file."""
    values, ids = _YEARLY[table]
    return (
        f"SELECT y.id FROM {values} v JOIN {ids} y USING (sheet, row) WHERE NOT y.is_new AND v.{quote(first)} IS NULL"
    )


def keep_stored(table: str, path: str, first: str) -> str:
    """Give those rows the stored values in ``given`` (id, value)."""
    values, ids = _YEARLY[table]
    return (
        f"UPDATE {values} SET {quote(path)} = g.value FROM {ids} y JOIN given g ON g.id = y.id "
        f"WHERE y.sheet = {values}.sheet AND y.row = {values}.row AND {values}.{quote(first)} IS NULL"
    )


#: Different names, for their pinyin.
NAMES = 'SELECT DISTINCT "person.name" FROM people WHERE "person.name" IS NOT NULL'
#: Where batches end. Bound: rows of a batch.
SPANS = (
    "SELECT min(row), max(row) FROM (SELECT row, (row_number() OVER (ORDER BY row) - 1) // ? AS part FROM {table}) "
    "GROUP BY part ORDER BY 1"
)


def spans(table: str) -> str:
    """First and last row of each batch of a sheet. Bound: rows of a batch."""
    return SPANS.format(table=quote(table))


_DAY = "least(make_date(t.year, 12, 31), (SELECT today FROM facts))"


def batch_rows(target: str, columns: Sequence[tuple[str, str]]) -> str:
    """The rows of a target in a span of a sheet, by their first column, the id.

    ``columns`` are (name, expression). Bound: sheet, first, last.
    """
    listed = ", ".join(f"{expression} AS {quote(name)}" for name, expression in columns)
    source, where = _SOURCES[target]
    return f"SELECT {listed}, {_DAY} AS happened_on FROM {source} WHERE {where} ORDER BY 1"


_OWN = "t.is_latest AND t.first_sheet = ? AND t.first_row BETWEEN ? AND ?"
_ROW = "t.sheet = ? AND t.row BETWEEN ? AND ?"
_PEOPLE = "final_persons t JOIN people v USING (sheet, row)"
_SOURCES = {
    "household": ("final_homes t", _OWN),
    "household_year": ("final_homes t JOIN home_year_ids y USING (sheet, row)", _ROW),
    "person": (f'{_PEOPLE} LEFT JOIN pinyin n ON n.name = v."person.name"', _OWN),
    "person_year": (f"{_PEOPLE} JOIN person_year_ids y USING (sheet, row)", _ROW),
}
#: The table (by its alias) that holds a target's values.
VALUES = {"household": "t", "household_year": "t", "person": "v", "person_year": "v"}
#: The columns that every row of a target has, besides the facts of its cells.
KEYS = {
    "household": (("id", "t.household_id"), ("change", "CASE WHEN t.is_new THEN 'new' ELSE 'known' END")),
    "household_year": (
        ("id", "y.id"),
        ("change", "CASE WHEN y.is_new THEN 'new' ELSE 'known' END"),
        ("household_id", "t.household_id"),
        ("year", "t.year"),
    ),
    "person": (
        ("id", "t.person_id"),
        ("change", "CASE WHEN t.is_new THEN 'new' ELSE 'known' END"),
        ("household_id", "t.household_id"),
    ),
    "person_year": (
        ("id", "y.id"),
        ("change", "CASE WHEN y.is_new THEN 'new' ELSE 'known' END"),
        ("person_id", "t.person_id"),
        ("household_id", "t.household_id"),
        ("year", "t.year"),
    ),
}
PLACED = (("place_id", "t.place_id"), ("place_code", "t.place_code"))
PINYIN = (("name_pinyin", "n.pinyin"), ("name_initials", "n.initials"))


def keep(name: str) -> str:
    """Keep the registered value ``given`` as a table."""
    return f"CREATE OR REPLACE TABLE {quote(name)} AS SELECT * FROM given"


def count(table: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) FROM {quote(table)}"


def twin(schema: str, staging: str, columns: Sequence[str]) -> str:
    """SQLite only: a staging table in memory (schema ``temp``) or in a file of its own (``main`` of that file).

    Its columns carry no type: values are stored as they are bound, which is what the typed table holds as well.
    """
    others = ", ".join(quote(column) for column in columns if column != "line")
    return f"CREATE TABLE IF NOT EXISTS {schema}.{quote(staging)} (line INTEGER PRIMARY KEY, {others})"


def fill(staging: str, columns: Sequence[str]) -> str:
    """SQLite only: insert one staged row. Bound: its values."""
    return f"INSERT INTO {quote(staging)} ({', '.join(map(quote, columns))}) VALUES ({', '.join('?' * len(columns))})"


#: SQLite's own staging file beside the live database: no other engine opens either of them.
ATTACH = "ATTACH DATABASE %s AS staged"
DETACH = "DETACH DATABASE staged"
#: What is staged is thrown away after a crash, so nothing need be safe.
CARELESS = ("PRAGMA {schema}.journal_mode = OFF", "PRAGMA {schema}.synchronous = OFF")
#: Random keys touch most index pages of a big table; those that do not fit are written and read again. In KiB.
ROOMY = "PRAGMA cache_size = -262144"


# --- the story of new households ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoryTable:
    """A temporary table of DuckDB under the name of one of the register's; ``more`` are further columns."""

    name: str
    columns: Mapping[str, str]
    more: str

    @property
    def make(self) -> str:
        """Make it of the registered value ``given``; it serves as its own staging table, of batch 0."""
        cast = ", ".join(f"CAST({quote(name)} AS {kind}) AS {quote(name)}" for name, kind in self.columns.items())
        return f"CREATE OR REPLACE TEMP TABLE {self.name} AS SELECT {cast}, line, {self.more} FROM given"


_OF_BATCH = "CAST(0 AS BIGINT) AS batch_id, 'new' AS change"
STORY_HOUSEHOLDS = StoryTable(
    "households_household",
    {"id": "BIGINT", "place_code": "VARCHAR", "identified_year": "SMALLINT", "exited_year": "SMALLINT",
     "relapse_year": "SMALLINT", "happened_on": "DATE"},
    f"{_OF_BATCH}, CAST(NULL AS VARCHAR) AS status, CAST(NULL AS DATE) AS status_since, "
    "CAST(NULL AS VARCHAR) AS known_at",
)  # fmt: skip
STORY_YEARS = StoryTable(
    "households_householdyear",
    {"id": "BIGINT", "household_id": "BIGINT", "place_code": "VARCHAR", "year": "SMALLINT",
     "poverty_status": "VARCHAR", "monitoring_category": "VARCHAR", "happened_on": "DATE"},
    _OF_BATCH,
)  # fmt: skip
STORY_EVENTS = (
    "CREATE OR REPLACE TEMP TABLE households_statusevent (id BIGINT, household_id BIGINT, place_code VARCHAR, "
    "kind VARCHAR, happened_on DATE, known_at VARCHAR, batch_id BIGINT, by_id BIGINT)"
)
STORY_STATUS = "SELECT status, status_since FROM households_household ORDER BY line"
STORY_TOLD = "SELECT id, household_id, place_code, kind, happened_on FROM households_statusevent ORDER BY id"
