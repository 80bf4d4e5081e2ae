"""Batches that hold nothing the register knows, on PostgreSQL: made into COPY text for its tables, without staging.

Such rows have nothing to be compared with, and their households' story is told ahead; so they can be written as they
are, beside another batch that is being written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from bangfu.records.households.actions import Load, NewRows
from bangfu.records.households.digest import joined_digest
from bangfu.records.households.models import Household, HouseholdYear, StatusEvent
from bangfu.records.instance.actions import Drawn
from bangfu.records.intake.staging import story
from bangfu.records.intake.staging.fill import Prepared, Stamp, copy_text, csv_pieces
from bangfu.records.intake.targets import TABLES

#: Where a row stood in its batch and how it compares with the register: of use to staging only.
LEFT_OUT = ("change", "line")


def ids_wanted(rows: Mapping[str, int]) -> int:
    """How many ids the batches of an upload may take, given its rows by target: versions, and events."""
    homes = rows["household"] + rows["household_year"]
    return sum(rows.values()) + story.MOST_EVENTS * homes


def new_rows(
    con: duckdb.DuckDBPyConnection, targets: Sequence[Prepared], numbers: Drawn, stamp: Stamp
) -> NewRows | None:
    """What goes into which table; None where a row is known, or tells of a household of another batch."""
    by_model = {TABLES[each.table]: each for each in targets}
    homes, years = by_model[Household].arrays, by_model[HouseholdYear].arrays
    if any(each.known for each in targets) or not story.is_whole(homes, years):
        return None
    known_at = stamp.known_at.isoformat()
    told = story.tell(con, homes, years, numbers, known_at, stamp.by_id)
    loads: list[Load] = []
    for model, each in by_model.items():
        stamps = {**each.stamps, "known_at": known_at}
        columns = {name: array for name, array in each.arrays.items() if name not in LEFT_OUT}
        columns |= {name: _constant(stamps[name], each.count) for name in stamps if _is_told(name, stamps[name])}
        columns |= told.status if model is Household else {}
        ids = each.arrays["id"]
        if each.count:
            first_and_last = (ids[0].as_py(), ids[-1].as_py())
            loads.append(replace(_load(model, copy_text(columns)), ids=first_and_last, seq=numbers.take(each.count)))
    loads.append(_load(StatusEvent, _events(told.events, stamp, known_at)))
    present = [(model, each) for model, each in by_model.items() if each.count]
    return NewRows(
        tuple(load for load in loads if load.pieces),
        {str(model._meta.model_name): each.count for model, each in present},
        len(told.events["id"]),
        joined_digest((model, each.digest) for model, each in present),
    )


def _is_told(name: str, value: Any) -> bool:
    """Whether a stamp has to be written out: extension fields that no sheet carries are empty by themselves."""
    return value is not None and name != "x"


def _constant(value: Any, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(str(value), pa.string()), size)


def _load(model: Any, table: pa.Table) -> Load:
    return Load(model, tuple(table.column_names), tuple(csv_pieces(table)))


def _events(events: Mapping[str, Any], stamp: Stamp, known_at: str) -> pa.Table:
    stamps = {"known_at": known_at, "batch_id": stamp.batch_id, "by_id": stamp.by_id}
    size = len(events["id"])
    return pa.table({**events, **{name: _constant(value, size) for name, value in stamps.items() if value is not None}})
