"""The story of households that are new to the register, told before they are written.

DuckDB runs the register's own statements (``households/sql.py``) over the rows of one batch, as if they were the whole
register: what a household new to it was, and when, is only ever said by its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.records.households import sql as register
from bangfu.records.instance.actions import Drawn
from bangfu.records.intake.staging import sql

#: The most events that one household's row and one yearly row make.
MOST_EVENTS = len(register.YEAR_EVENTS) + len(register.TRANSITIONS)
HOUSEHOLD, YEAR = "households_household", "households_householdyear"
Arrays = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """Of each household, in order, its status and since when; and the events, a column each."""

    status: Arrays
    events: Arrays


def is_whole(households: Arrays, years: Arrays) -> bool:
    """Whether every yearly row belongs to a household of the same batch."""
    return not pc.any(pc.invert(pc.is_in(years["household_id"], households["id"]))).as_py()


def tell(
    con: duckdb.DuckDBPyConnection, households: Arrays, years: Arrays, numbers: Drawn, known_at: str, by_id: int | None
) -> Story:
    """The story of new households out of their rows and their yearly rows."""
    _table(con, sql.STORY_HOUSEHOLDS, households)
    _table(con, sql.STORY_YEARS, years)
    con.execute(sql.STORY_EVENTS)
    batch = 0
    spans = [batch] * (len(register.YEAR_EVENTS) + len(register.YEAR_STATES))
    first = numbers.take(MOST_EVENTS * (len(households["id"]) + len(years["id"]))).start
    _run(con, register.status_events(HOUSEHOLD, YEAR, "duckdb"), [*spans, first, known_at, batch, by_id])
    _run(con, register.project_status(HOUSEHOLD), [known_at, batch, batch])
    told = con.execute(sql.STORY_STATUS).to_arrow_table()
    events = con.execute(sql.STORY_TOLD).to_arrow_table()
    return Story({name: told.column(name) for name in told.column_names},
                 {name: events.column(name) for name in events.column_names})  # fmt: skip


def _table(con: duckdb.DuckDBPyConnection, table: sql.StoryTable, arrays: Arrays) -> None:
    """Make a temporary table of the columns that the statements name; those that were not staged are empty."""
    size = len(arrays["id"])
    given = {name: arrays[name] if name in arrays else pa.nulls(size) for name in table.columns}
    con.register("given", pa.table({**given, "line": pa.array(range(size), pa.int64())}))
    con.execute(table.make)
    con.unregister("given")


def _run(con: duckdb.DuckDBPyConnection, statement: str, values: list[Any]) -> None:
    """Run a statement of the register; DuckDB may read its places in another order, so they are numbered."""
    first, *parts = statement.split("%s")
    con.execute(first + "".join(f"${number}{part}" for number, part in enumerate(parts, 1)), values)
