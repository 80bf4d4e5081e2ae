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
#: ``told``: what is said, numbered by kind and column. Notes on rows that come back are left out, as "the row was
#: taken" would contradict what holds them back.
TOLD = (
    "CREATE OR REPLACE TABLE told AS "
    "SELECT *, row_number() OVER (PARTITION BY code, path ORDER BY sheet, row) AS place "
    "FROM (SELECT DISTINCT * FROM findings f WHERE verdict <> 'notice' OR NOT EXISTS "
    "(FROM findings b WHERE b.sheet = f.sheet AND b.row = f.row AND b.verdict <> 'notice'))"
)
#: The columns whose cells are shown. Bound: how many notices of a kind are listed.
SHOWN_COLUMNS = (
    "SELECT DISTINCT sheet, raw FROM told WHERE raw >= 0 AND value IS NULL AND (verdict <> 'notice' OR place <= ?)"
)


def show_as_sent(sheet: int, raw: int) -> str:
    """Give what is told of a column the cell as its sender sees it.

    Bound: path of the rows' Parquet file, how many notices of a kind are listed.
    """
    mine = f"told.sheet = {int(sheet)} AND told.raw = {int(raw)} AND told.value IS NULL"
    return (
        f"UPDATE told SET value = left(trim(r.c{int(raw)}), 80) FROM read_parquet(?) r "
        f"WHERE told.row = r.row AND {mine} AND (told.verdict <> 'notice' OR told.place <= ?)"
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


def _with_column(table: str, path: str, kind: str, expression: str) -> str:
    """Give a table a column, or the empty cells of the one it has a value made of the table's own columns."""
    name, target = quote(path), quote(table)
    return (
        f"ALTER TABLE {target} ADD COLUMN IF NOT EXISTS {name} {kind}; "
        f"UPDATE {target} SET {name} = {expression} WHERE {name} IS NULL"
    )


def number_by_row(table: str, before: str, between: str) -> str:
    """Give every row of a typed table a household number out of its year and row number."""
    number = f"{literal(before)} || year || {literal(between)} || row"
    return _with_column(table, "household.household_no", "VARCHAR", number)


def _sum(parts: Sequence[str], less: Sequence[str]) -> str:
    return " + ".join(map(quote, parts)) + "".join(f" - {quote(part)}" for part in less)


def fill_sum(table: str, path: str, parts: Sequence[str], less: Sequence[str]) -> str:
    """Fill a sum where it is not stated and all its parts are known."""
    return _with_column(table, path, "BIGINT", _sum(parts, less))


def fill_quotient(table: str, path: str, above: str, below: str) -> str:
    """Fill an amount per head, in whole fen, where it is not stated."""
    share = f"CASE WHEN {quote(below)} > 0 THEN CAST(round({quote(above)} / {quote(below)}) AS BIGINT) END"
    return _with_column(table, path, "BIGINT", share)


def note_per_head(sheet: int, table: str, path: str, above: str, below: str, raw: int, tolerance: int) -> str:
    """Note stated amounts per head that differ from the household's by more than ``tolerance`` fen."""
    difference = f"abs(t.{quote(path)} - t.{quote(above)} / t.{quote(below)})"
    detail = f"CAST(CAST(round({difference} / 100.0, 2) AS DECIMAL(18, 2)) AS VARCHAR)"
    condition = f"t.{quote(below)} > 0 AND {difference} > {int(tolerance)}"
    return note_rows(sheet, table, path, raw, "per_head_differs", condition, detail)


def note_sum(
    sheet: int, table: str, path: str, parts: Sequence[str], less: Sequence[str], raw: int, tolerance: int
) -> str:
    """Note stated sums that differ from their parts by more than ``tolerance`` fen."""
    difference = f"abs(t.{quote(path)} - ({_sum(parts, less)}))"
    detail = f"CAST(CAST(round({difference} / 100.0, 2) AS DECIMAL(18, 2)) AS VARCHAR)"
    return note_rows(sheet, table, path, raw, "net_income_differs", f"{difference} > {int(tolerance)}", detail)
