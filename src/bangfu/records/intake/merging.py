"""Checked rows go in, batch by batch: while one batch is merged, the next one is already being sealed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import transaction
from django.utils import timezone

from bangfu.records.access.keys import hold_keys
from bangfu.records.access.models import User
from bangfu.records.households.actions import Merged, lock_register, merge_staged
from bangfu.records.households.models import HouseholdYear, PersonYear
from bangfu.records.households.sql import HOUSEHOLD_YEAR_KEYS, PERSON_YEAR_KEYS
from bangfu.records.instance.actions import draw_ids
from bangfu.records.intake.checking import Checked, stored_paths
from bangfu.records.intake.matching import register
from bangfu.records.intake.models import Batch, BatchState
from bangfu.records.intake.staging import ahead, fill, sql
from bangfu.records.intake.staging.ahead import Ready
from bangfu.records.intake.staging.fill import SEALED, Carried
from bangfu.records.intake.staging.pinyin import pinyin_of_all
from bangfu.records.intake.staging.unsaid import further_answers, keep_unsaid
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, PERSON_TABLES, TABLES
from bangfu.records.personal import keyring

#: The most rows that one transaction merges (DESIGN.md §4.2).
BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Span:
    """The rows of a sheet that make one batch, both ends included."""

    number: int
    sheet: int
    sheet_name: str
    first: int
    last: int


def spans_of(checked: Checked, rows: int = BATCH_ROWS) -> list[Span]:
    """The batches of a file: a fixed number of rows each, so that a killed merge finds the same ones again."""
    found: list[Span] = []
    for sheet in checked.sheets:
        for first, last in checked.con.execute(sql.spans(sheet.typed), [rows]).fetchall():
            found.append(Span(len(found), sheet.number, sheet.read.name, first, last))
    return found


def years_of(checked: Checked) -> list[int]:
    """The years whose rows go in."""
    return [row[0] for row in checked.con.execute(sql.YEARS).fetchall()]


def assign(checked: Checked) -> None:
    """Give every row that goes in the id of its target, new ones out of the instance's range."""
    con = checked.con
    households, persons = (int(con.execute(query).fetchall()[0][0]) for query in (sql.NEW_HOUSEHOLDS, sql.NEW_PERSONS))
    with transaction.atomic():
        first = draw_ids(households + persons + 1)[0]
    years = years_of(checked)
    fill.assign_ids(con, {"household": first, "person": first + households}, years=len(years))
    for table, source, owner, known, statement, model in (
        ("home_year_ids", "final_homes", "household_id", sql.KNOWN_HOUSEHOLDS, HOUSEHOLD_YEAR_KEYS, HouseholdYear),
        ("person_year_ids", "final_persons", "person_id", sql.KNOWN_PERSONS, PERSON_YEAR_KEYS, PersonYear),
    ):
        owners = [row[0] for row in con.execute(known).fetchall()]
        con.register(
            "given", register.known_years(statement, owner, owners, years, model.objects.count() if owners else 0)
        )
        with transaction.atomic():
            first = draw_ids(int(con.execute(sql.count(source)).fetchall()[0][0]) + 1)[0]
        con.execute(sql.year_ids(table, source, owner), [first])
        con.unregister("given")
    keep_unsaid(con, checked.sheets)
    _name_pinyin(con)


def _name_pinyin(con: duckdb.DuckDBPyConnection) -> None:
    names, pinyin, initials = pinyin_of_all(row[0] for row in con.execute(sql.NAMES).fetchall())
    con.register("given", fill.text_table(name=names, pinyin=pinyin, initials=initials))
    con.execute(sql.keep("pinyin"))
    con.unregister("given")


def carried_by(checked: Checked) -> dict[str, Carried]:
    """What the file carries for each target."""
    return {table: _carried(checked, table) for table in TABLES if _is_carried(checked, table)}


def _is_carried(checked: Checked, table: str) -> bool:
    return table in HOUSEHOLD_TABLES or any(sheet.plan.person_rows for sheet in checked.sheets)


def _carried(checked: Checked, table: str) -> Carried:
    sealed = SEALED.get(TABLES[table], ())
    people = table in PERSON_TABLES
    sheets = [sheet for sheet in checked.sheets if sheet.plan.person_rows or not people]
    names = [path.split(".", 1)[1] for path in stored_paths(sheets, table)]
    if table == "household" and "household_no" not in names:
        names.insert(0, "household_no")
    erased = {
        bound.target.name
        for sheet in sheets
        for bound in sheet.plan.bound
        if bound.column.erases and bound.target.table == table
    } | {further.target.name for further, _ in further_answers(sheets) if further.target.table == table}
    return Carried(
        plain=tuple(name for name in names if name != "x" and name not in sealed),
        sealed=tuple(name for name in names if name in sealed),
        extension="x" in names,
        erased=frozenset(
            erased
            | {f"{name}_hash" for name in erased & set(sealed)}
            | {f"{name}_enc" for name in erased & set(sealed)}
        ),
    )


def merge_batches(
    checked: Checked,
    batches: Sequence[tuple[Batch, Span]],
    *,
    by: User | None,
    known_at: datetime,
    folder: Path,
    place_code: str = "",
    on_batch: Callable[[Batch, Merged], None],
) -> None:
    """Merge batches in order, each in one transaction; a batch that is merged already is passed over."""
    carried = carried_by(checked)
    place = ahead.Place.of_now(folder)
    todo = [(batch, span) for batch, span in batches if batch.state != BatchState.MERGED]

    def prepare(con: duckdb.DuckDBPyConnection, batch: Batch, span: Span) -> Ready:
        stamp = fill.Stamp(batch.id, known_at, by.pk if by else None)
        where, ring = (span.sheet, span.first, span.last), keyring()
        targets = [fill.prepare(con, table, what, where, ring, stamp) for table, what in carried.items()]
        return ahead.make_ready(targets, place, batch.number)

    for batch, ready in zip((batch for batch, _ in todo), _one_ahead(checked.con, todo, prepare), strict=True):
        on_batch(batch, _merge_one(batch, ready, by, known_at, place_code, checked.key_id))


def _one_ahead(
    con: duckdb.DuckDBPyConnection,
    todo: Sequence[tuple[Batch, Span]],
    prepare: Callable[[duckdb.DuckDBPyConnection, Batch, Span], Ready],
) -> Iterator[Ready]:
    """What is prepared of each batch; the next one is in work while the caller has one in hand."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        waiting: deque[Future[Ready]] = deque()
        for batch, span in todo:
            waiting.append(thread.submit(prepare, con.cursor(), batch, span))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _merge_one(batch: Batch, ready: Ready, by: User | None, known_at: datetime, place_code: str, key_id: int) -> Merged:
    with ahead.at_hand(ready), transaction.atomic():
        lock_register()
        # What was hashed and sealed ahead is only good under the key of that moment.
        hold_keys(since=key_id)
        staged = ahead.stage(ready)
        merged = merge_staged(batch=batch, staged=staged, by=by, known_at=known_at, place_code=place_code)
        batch.state = BatchState.MERGED
        batch.counts = merged.counts
        batch.history_digest = merged.digest
        batch.merged_at = timezone.now()
        batch.save(update_fields=["state", "counts", "history_digest", "merged_at"])
    return merged
