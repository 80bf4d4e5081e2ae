"""What an empty cell leaves alone where a cell of several answers says all there is (``大病,残疾``).

One answer in such a cell means that there is no second one, so the columns of further answers are emptied by what is
missing; a cell that is empty says nothing, so its row takes what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
from django.db import models

from bangfu.records.intake.cells.clean import Sheet
from bangfu.records.intake.headings import Bound
from bangfu.records.intake.staging import sql
from bangfu.records.intake.targets import TABLES

IDS_AT_ONCE = 5_000


def further_answers(sheets: Sequence[Sheet]) -> list[tuple[Bound, Bound]]:
    """The columns of second and later answers, each with the column of the first one."""
    bound = [each for sheet in sheets for each in sheet.plan.bound if each.column.splits]
    firsts = {each.column: each for each in bound if each.answer == 0}
    found = {each.target.path: (each, firsts[each.column]) for each in bound if each.answer > 0}
    return list(found.values())


def keep_unsaid(con: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet]) -> None:
    """Give rows with an empty cell the further answers that are stored. Ids of yearly rows must be known."""
    for further, first in further_answers(sheets):
        table, path = further.target.table, further.target.path
        ids = [row[0] for row in con.execute(sql.silent_rows(table, first.target.path)).fetchall()]
        stored = dict(_stored(TABLES[table], further.target.name, ids))
        if stored:
            con.register("given", pa.table({"id": list(stored), "value": list(stored.values())}))
            con.execute(sql.keep_stored(table, path, first.target.path))
            con.unregister("given")


def _stored(model: type[models.Model], name: str, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        rows = model._default_manager.filter(pk__in=ids[start : start + IDS_AT_ONCE], **{f"{name}__isnull": False})
        yield from rows.values_list("pk", name)
