"""Checked rows go in, batch by batch: while one batch is merged, the next one is already being sealed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Semaphore

import duckdb
from django.db import connection, transaction
from django.utils import timezone

from bangfu.records.access.keys import hold_keys
from bangfu.records.access.models import User
from bangfu.records.households.actions import Merged, StillHeld, merge_new, merge_staged
from bangfu.records.households.models import HouseholdYear, PersonYear
from bangfu.records.households.sql import HOUSEHOLD_YEAR_KEYS, PERSON_YEAR_KEYS
from bangfu.records.instance.actions import Drawn, draw_ids
from bangfu.records.intake.checking import Checked, stored_paths
from bangfu.records.intake.matching import register
from bangfu.records.intake.models import Batch, BatchState
from bangfu.records.intake.staging import ahead, fill, sql
from bangfu.records.intake.staging.ahead import Ready
from bangfu.records.intake.staging.fill import SEALED, Carried
from bangfu.records.intake.staging.new_rows import ids_wanted, new_rows
from bangfu.records.intake.staging.pinyin import pinyin_of_all
from bangfu.records.intake.staging.unsaid import further_answers, keep_unsaid
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, PERSON_TABLES, TABLES
from bangfu.records.personal import keyring
from bangfu.records.threads import in_order

#: The most rows that one transaction merges (DESIGN.md §4.2).
BATCH_ROWS = 100_000
#: How many batches are merged at once where the database takes several writers.
AT_ONCE = 2


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


@dataclass(frozen=True)
class Merge:
    """One upload while it is merged: what it carries, on whose word, as of when, where its rows are staged."""

    checked: Checked
    carried: Mapping[str, Carried]
    by: User | None
    known_at: datetime
    place: ahead.Place
    numbers: Drawn
    place_code: str
    held: StillHeld

    def prepare(self, con: duckdb.DuckDBPyConnection, batch: Batch, span: Span) -> Ready:
        """What can be done for a batch before its transaction begins; may run in another thread."""
        stamp = fill.Stamp(batch.id, self.known_at, self.by.pk if self.by else None)
        where, ring = (span.sheet, span.first, span.last), keyring()
        targets = [fill.prepare(con, table, what, where, ring, stamp) for table, what in self.carried.items()]
        if self.place.vendor == "postgresql":
            new = new_rows(con, targets, self.numbers, stamp)
            if new is not None:
                return Ready(tuple(targets), new=new)
        return ahead.make_ready(targets, self.place, batch.number)

    def merge(self, batch: Batch, ready: Ready, turn: Callable[[], None]) -> Merged:
        """Merge a batch in one transaction that is committed after ``turn``; a staged one only begins then.

        **Errors** ``RegisterLost``; ``KeysRotating``.
        """
        if ready.new is None:
            turn()
        with ahead.at_hand(ready), transaction.atomic():
            # What was hashed and sealed ahead is only good under the key of that moment.
            hold_keys(since=self.checked.key_id)
            merged = self._write(batch, ready, turn)
            batch.state = BatchState.MERGED
            batch.counts = merged.counts
            batch.history_digest = merged.digest
            batch.merged_at = timezone.now()
            batch.save(update_fields=["state", "counts", "history_digest", "merged_at"])
            self.held()
        return merged

    def _write(self, batch: Batch, ready: Ready, turn: Callable[[], None]) -> Merged:
        if ready.new is not None:
            return merge_new(batch=batch, rows=ready.new, by=self.by, place_code=self.place_code, turn=turn)
        staged = ahead.stage(ready)
        return merge_staged(batch=batch, staged=staged, by=self.by, known_at=self.known_at, place_code=self.place_code)


def merge_batches(
    checked: Checked,
    batches: Sequence[tuple[Batch, Span]],
    *,
    by: User | None,
    known_at: datetime,
    folder: Path,
    place_code: str = "",
    on_batch: Callable[[Batch, Merged], None],
    held: StillHeld,
) -> None:
    """Merge batches, each in one transaction, committed in order; one that is merged already is passed over."""
    place = ahead.Place.of_now(folder)
    merge = Merge(checked, carried_by(checked), by, known_at, place, _numbers(checked, place), place_code, held)
    todo = [(batch, span) for batch, span in batches if batch.state != BatchState.MERGED]
    way = _side_by_side if place.vendor == "postgresql" and place.folder is not None else _one_after_the_other
    with closing(way(merge, todo)) as merging:
        for batch, merged in merging:
            on_batch(batch, merged)


def _numbers(checked: Checked, place: ahead.Place) -> Drawn:
    """The ids that batches of new rows take while they are prepared; only PostgreSQL has such batches."""
    if place.vendor != "postgresql":
        return Drawn(range(0))
    with transaction.atomic():
        return Drawn(draw_ids(ids_wanted(_rows_by_target(checked.con))))


def _rows_by_target(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows of each target the file holds at most."""
    homes, persons = (int(con.execute(sql.count(table)).fetchall()[0][0]) for table in ("final_homes", "final_persons"))
    return {"household": homes, "household_year": homes, "person": persons, "person_year": persons}


def _one_after_the_other(merge: Merge, todo: Sequence[tuple[Batch, Span]]) -> Generator[tuple[Batch, Merged]]:
    """Merge one batch after the other; the next one is prepared meanwhile."""

    def prepare(pair: tuple[Batch, Span]) -> tuple[Batch, Ready]:
        return pair[0], merge.prepare(merge.checked.con.cursor(), *pair)

    with ThreadPoolExecutor(max_workers=1) as thread:
        for batch, ready in in_order(thread, prepare, todo, ahead=1):
            yield batch, merge.merge(batch, ready, lambda: None)


def _side_by_side(merge: Merge, todo: Sequence[tuple[Batch, Span]]) -> Generator[tuple[Batch, Merged]]:
    """Prepare one batch at a time and merge ``AT_ONCE``, each on a connection of its own; committed in order."""
    room = Semaphore(AT_ONCE + 1)

    def prepare(batch: Batch, span: Span) -> Ready:
        room.acquire()
        return merge.prepare(merge.checked.con.cursor(), batch, span)

    def write(batch: Batch, ready: Future[Ready], earlier: Future[Merged] | None) -> Merged:
        def turn() -> None:
            if earlier is not None:
                earlier.result()

        try:
            return merge.merge(batch, ready.result(), turn)
        finally:
            room.release()
            connection.close()

    first, writers = ThreadPoolExecutor(max_workers=1), ThreadPoolExecutor(max_workers=AT_ONCE)
    asked: list[tuple[Batch, Future[Merged]]] = []
    try:
        for batch, span in todo:
            ready = first.submit(prepare, batch, span)
            asked.append((batch, writers.submit(write, batch, ready, asked[-1][1] if asked else None)))
        for batch, merged in asked:
            yield batch, merged.result()
    finally:
        # Where one batch fails, or the caller stops, those after it have nothing to wait for.
        for pool in (first, writers):
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in (first, writers):
            pool.shutdown()
