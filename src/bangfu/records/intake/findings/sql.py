"""DuckDB statements about findings: noted from typed rows, counted, listed, shown as their sender wrote the cell."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.records.intake.cells.sql import literal, quote

FACTS = "CREATE OR REPLACE TABLE facts AS SELECT CAST(? AS DATE) AS today"
FINDINGS = (
    "CREATE OR REPLACE TABLE findings (sheet TINYINT, row INTEGER, path VARCHAR, raw SMALLINT, code VARCHAR, "
    "detail VARCHAR, value VARCHAR, verdict VARCHAR)"
)
#: Codes with their verdicts, from ``given``.
VERDICTS = "CREATE OR REPLACE TABLE verdicts AS SELECT * FROM given"


def note_faults(sheet: int, path: str, raw: int) -> str:
    """Append the faults in ``given`` (row, fault); behind a colon stands the detail."""
    return (
        f"INSERT INTO findings SELECT {int(sheet)}, g.row, {literal(path)}, {int(raw)}, split_part(g.fault, ':', 1), "
        "nullif(substr(g.fault, length(split_part(g.fault, ':', 1)) + 2), ''), NULL, v.verdict "
        "FROM given g JOIN verdicts v ON v.code = split_part(g.fault, ':', 1)"
    )


def note_rows(sheet: int, table: str, path: str, raw: int, code: str, condition: str, detail: str = "NULL") -> str:
    """Append a finding for every row ``t`` that meets a condition of this package."""
    return (
        f"INSERT INTO findings "
        f"SELECT {int(sheet)}, t.row, {literal(path)}, {int(raw)}, v.code, {detail}, NULL, v.verdict "
        f"FROM {quote(table)} t JOIN verdicts v ON v.code = {literal(code)} WHERE {condition}"
    )


def without_finding(sheet: int, path: str) -> str:
    """The condition that nothing has been noted of this column of a row ``t`` yet."""
    return f"NOT EXISTS (FROM findings n WHERE n.sheet = {int(sheet)} AND n.row = t.row AND n.path = {literal(path)})"


DROP_CELL_FINDINGS = "DELETE FROM findings WHERE sheet = ? AND row = ? AND raw = ?"
ADD_FINDING = (
    "INSERT INTO findings (sheet, row, path, raw, code, detail, value, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
SHOWN_COLUMNS = "SELECT DISTINCT sheet, raw FROM findings WHERE raw >= 0 AND value IS NULL"


def show_as_sent(sheet: int, raw: int) -> str:
    """Give the findings of a column the cell as its sender sees it. Bound: path of the rows' Parquet file."""
    mine = f"{{0}}.sheet = {int(sheet)} AND {{0}}.raw = {int(raw)} AND {{0}}.value IS NULL"
    return (
        f"UPDATE findings SET value = s.value FROM (SELECT r.row, left(trim(r.c{int(raw)}), 80) AS value "
        f"FROM read_parquet(?) r WHERE r.row IN (SELECT f.row FROM findings f WHERE {mine.format('f')})) s "
        f"WHERE findings.row = s.row AND {mine.format('findings')}"
    )


#: ``told``: what is said, numbered by kind and column. Notes on rows that come back are left out, as "the row was
#: taken" would contradict what holds them back.
TOLD = (
    "CREATE OR REPLACE TABLE told AS "
    "SELECT *, row_number() OVER (PARTITION BY code, path ORDER BY sheet, row) AS place "
    "FROM (SELECT DISTINCT * FROM findings f WHERE verdict <> 'notice' OR NOT EXISTS "
    "(FROM findings b WHERE b.sheet = f.sheet AND b.row = f.row AND b.verdict <> 'notice'))"
)
#: Bound: how many notices of a kind are listed.
LISTED = (
    "SELECT sheet, row, path, raw, code, detail, value FROM told WHERE verdict <> 'notice' OR place <= ? "
    "ORDER BY sheet, row, raw, code"
)
UNLISTED = "SELECT path, count(*) FROM told WHERE verdict = 'notice' AND place > ? GROUP BY code, path ORDER BY 1"
ROWS_BY_VERDICT = (
    "SELECT CASE gravest WHEN 3 THEN 'refused' WHEN 2 THEN 'ask' ELSE 'notice' END, count(*) FROM (SELECT sheet, row, "
    "max(CASE verdict WHEN 'refused' THEN 3 WHEN 'ask' THEN 2 ELSE 1 END) AS gravest "
    "FROM findings GROUP BY sheet, row) GROUP BY 1"
)


def raw_rows(columns: Sequence[int]) -> str:
    """The cells of rows as they came. Bound: path of the rows' Parquet file, row numbers."""
    listed = ", ".join(f"c{int(column)}" for column in columns)
    return f"SELECT row, {listed} FROM read_parquet(?) WHERE row IN (SELECT unnest(?::INTEGER[]))"


def count(table: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) FROM {quote(table)}"


# --- typed rows ---------------------------------------------------------------------------------------------------


def append(table: str, *, first: bool) -> str:
    """Make a table of the rows in ``given``, or append them."""
    return (
        f"CREATE OR REPLACE TABLE {quote(table)} AS SELECT * FROM given"
        if first
        else f"INSERT INTO {quote(table)} SELECT * FROM given"
    )


def _with_column(table: str, path: str, expression: str, *, has: bool) -> str:
    name = quote(path)
    kept = f"t.* REPLACE (coalesce(t.{name}, {expression}) AS {name})" if has else f"t.*, {expression} AS {name}"
    return f"CREATE OR REPLACE TABLE {quote(table)} AS SELECT {kept} FROM {quote(table)} t"


def number_by_row(table: str, before: str, between: str) -> str:
    """Give every row of a typed table a household number out of its year and row number."""
    number = f"{literal(before)} || t.year || {literal(between)} || t.row"
    return _with_column(table, "household.household_no", number, has=False)


def _sum(parts: Sequence[str], less: Sequence[str]) -> str:
    return " + ".join(f"t.{quote(part)}" for part in parts) + "".join(f" - t.{quote(part)}" for part in less)


def fill_sum(table: str, path: str, parts: Sequence[str], less: Sequence[str], *, has: bool) -> str:
    """Fill a sum where it is not stated and all its parts are known."""
    return _with_column(table, path, _sum(parts, less), has=has)


def fill_quotient(table: str, path: str, above: str, below: str, *, has: bool) -> str:
    """Fill an amount per head, in whole fen, where it is not stated."""
    share = f"CASE WHEN t.{quote(below)} > 0 THEN CAST(round(t.{quote(above)} / t.{quote(below)}) AS BIGINT) END"
    return _with_column(table, path, share, has=has)


def note_sum(
    sheet: int, table: str, path: str, parts: Sequence[str], less: Sequence[str], raw: int, tolerance: int
) -> str:
    """Note stated sums that differ from their parts by more than ``tolerance`` fen."""
    difference = f"abs(t.{quote(path)} - ({_sum(parts, less)}))"
    detail = f"CAST(CAST(round({difference} / 100.0, 2) AS DECIMAL(18, 2)) AS VARCHAR)"
    return note_rows(sheet, table, path, raw, "net_income_differs", f"{difference} > {int(tolerance)}", detail)
