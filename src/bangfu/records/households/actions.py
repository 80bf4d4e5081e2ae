"""What is done to the register: staged rows are merged, with history, status and audit event, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.bulk import copy_pieces
from bangfu.records.households import sql
from bangfu.records.households.digest import joined_digest, span_digest
from bangfu.records.households.models import HISTORY, TARGETS, Household, HouseholdYear, PersonYear
from bangfu.records.instance.actions import draw_ids
from bangfu.records.rows import Placed
from bangfu.records.scratch import locked_file

#: Bookkeeping that is written with every version and never compared.
STAMPS = ("happened_on", "known_at", "batch_id", "by_id")
#: The file whose lock says that an upload is being merged, where the database has no such lock.
LOCK = "merging.lock"
#: Written once, when the row is new.
FIXED = frozenset({"id", "ref"})


@dataclass(frozen=True)
class StagedTarget:
    """What was staged for one target.

    ``staging`` is the staging table as SQL names it, ``columns`` what it carries, ``erased`` those that empty cells
    empty. Lines are numbered from 1. ``stamps`` are columns that hold one value in the whole batch. ``digest`` is that
    of the rows, should all of them be new, and counts only where none is ``known`` to the register.
    """

    staging: str
    columns: tuple[str, ...]
    count: int
    erased: frozenset[str] = frozenset()
    #: Whether any of the rows may stand in the register already.
    known: bool = True
    digest: bytes = b""
    stamps: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Merged:
    """What a merge did: rows by target and change, events, and the digest of the history rows."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    events: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Load:
    """Rows of one table in order of their ids, as pieces of COPY text; ``columns`` are database column names.

    ``ids`` are the first and the last one, ``seq`` the numbers of their versions in the history; of events there is
    none.
    """

    model: type[Any]
    columns: tuple[str, ...]
    pieces: tuple[memoryview, ...]
    ids: tuple[int, int] = (0, 0)
    seq: range = range(0)


@dataclass(frozen=True)
class NewRows:
    """A batch that holds nothing the register knows: targets with their status, and events.

    ``counts`` are its rows by target; ``events`` and ``digest`` are what :class:`Merged` says of it.
    """

    loads: tuple[Load, ...]
    counts: Mapping[str, int]
    events: int
    digest: str


class RegisterLost(Exception):
    """The session that held the register ended before its upload was through; nothing more of it is committed."""


#: Raises ``RegisterLost`` where the register is not held any more; may be called from any connection.
StillHeld = Callable[[], None]


@contextmanager
def register_to_oneself(waiting: Callable[[], None]) -> Iterator[StillHeld]:
    """Wait until no other upload is being merged, and keep others waiting until this one is through.

    What was matched with the register holds only as long as nobody else adds to it. ``waiting`` is called every second
    of the wait; what it raises ends it.
    """
    if connection.vendor != "postgresql":
        with locked_file(Path(settings.HOME) / LOCK, waiting):
            yield lambda: None
        return
    if connection.in_atomic_block:
        _run(sql.HOLD_IN_TRANSACTION, [])
        yield lambda: None
        return
    while not _answer(sql.TRY_HOLD):
        waiting()
        time.sleep(1)
    holder = _answer(sql.HOLDER)
    try:
        yield lambda: _check_held(holder)
    finally:
        # A session that is gone has let go already; what went wrong before is what is to be told.
        with suppress(DatabaseError):
            _answer(sql.RELEASE)


def _check_held(holder: Any) -> None:
    if not _answer(sql.IS_HELD, [holder]):
        raise RegisterLost("The database session that held the register has ended.")


def _answer(statement: str, values: Sequence[Any] = ()) -> Any:
    """The one value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None


def merge_staged(
    *,
    batch: Any,
    staged: Mapping[type[Placed], StagedTarget],
    by: User | None,
    known_at: datetime,
    place_code: str = "",
) -> Merged:
    """Merge a batch's staged rows: targets, status events, history, audit event. Inside the caller's transaction.

    Parents go first. Rows that say nothing new leave no trace. **Errors** ``RuntimeError`` outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A merge runs inside a transaction.")
    merged = Merged()
    present = [model for model in TARGETS if model in staged and staged[model].count]
    for model in present:
        if staged[model].known:
            _mark(model, staged[model], batch.id)
    for model in present:
        _upsert(model, staged[model], batch.id)
    lines = {model: staged[model].count for model in present}
    if Household in lines or HouseholdYear in lines:
        merged.events, restated = _project(staged, batch, by, known_at)
        if restated:
            lines[Household] = staged[Household].count + restated
    digests = []
    for model in (model for model in TARGETS if model in lines):
        name = str(model._meta.model_name)
        merged.counts[name] = _counts(staged[model].staging, batch.id)
        digests.append((model, _remember(model, staged[model], batch.id, merged.counts[name], lines[model])))
        _run(sql.empty(staged[model].staging), [batch.id])
    merged.digest = joined_digest((model, digest) for model, digest in digests if digest)
    _record(batch, merged, by, place_code)
    return merged


def merge_new(*, batch: Any, rows: NewRows, by: User | None, place_code: str = "", turn: Callable[[], None]) -> Merged:
    """Write a batch of new rows (PostgreSQL), inside the caller's transaction.

    Its rows go in beside those of other batches; ``turn`` waits until the batches before it are committed, so that
    whatever happens the merged ones are the first ones.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A merge runs inside a transaction.")
    # While this batch waits for its turn the database cannot see that it holds up another one: no wait is endless.
    _run(sql.WAIT_AT_MOST, [])
    for load in rows.loads:
        copy_pieces(load.model, load.columns, load.pieces)
        if load.seq:
            _remember_written(load, batch.id)
    turn()
    counts = {name: {"new": count, "changed": 0, "same": 0} for name, count in rows.counts.items()}
    merged = Merged(counts, rows.events, rows.digest)
    _record(batch, merged, by, place_code)
    return merged


def _remember_written(load: Load, batch_id: int) -> None:
    """Append rows as they were just written to the history. **Errors** ``RuntimeError`` where their number differs."""
    columns = [str(item.column) for item in load.model._meta.concrete_fields]
    statement = sql.remember_written(load.model._meta.db_table, HISTORY[load.model]._meta.db_table, columns)
    if _run(statement, [load.seq.start - 1, *load.ids, batch_id]) != len(load.seq):
        raise RuntimeError(f"{load.model.__name__}: other rows were written than were prepared.")


def _record(batch: Any, merged: Merged, by: User | None, place_code: str) -> None:
    """The audit event of a merge."""
    facts = {
        "rows": merged.counts,
        "events": merged.events,
        "history_digest": merged.digest,
        "batch_number": batch.number,
    }
    audit.record(action="intake.merge", by=by, subject="batch", subject_id=batch.id, place_code=place_code, facts=facts)


def _run(statement: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _carried(model: type[Placed], staged: StagedTarget) -> list[str]:
    """The columns that are compared: neither key nor stamp, and of a personal field the hash."""
    left_out = {*FIXED, *STAMPS, "x"}
    return [column for column in staged.columns if column not in left_out and not column.endswith("_enc")]


def _json(staged: StagedTarget) -> str | None:
    return "x" if "x" in staged.columns else None


def _mark(model: type[Placed], staged: StagedTarget, batch_id: int) -> None:
    keep_later = model not in (HouseholdYear, PersonYear)
    statement = sql.mark_same(
        staged.staging,
        model._meta.db_table,
        _carried(model, staged),
        staged.erased,
        _json(staged),
        keep_later=keep_later,
        vendor=connection.vendor,
    )
    _run(statement, [batch_id])


def _upsert(model: type[Placed], staged: StagedTarget, batch_id: int) -> None:
    statement = sql.upsert(
        staged.staging,
        model._meta.db_table,
        staged.columns,
        list(staged.stamps),
        FIXED | ({"x"} & staged.stamps.keys()),
        staged.erased,
        _json(staged),
        known=staged.known,
        vendor=connection.vendor,
    )
    _run(statement, [*staged.stamps.values(), batch_id])


def _project(
    staged: Mapping[type[Placed], StagedTarget], batch: Any, by: User | None, known_at: datetime
) -> tuple[int, int]:
    """Make the events that staged rows speak of and set the status of their households.

    Returns how many events there are, and how many households were staged for them that the batch does not carry.
    """
    households = staged[Household].staging
    years = staged[HouseholdYear].staging if HouseholdYear in staged else households
    if connection.vendor == "postgresql":
        for staging in {households, years}:
            _run(sql.statistics(staging), [])
    most = len(sql.YEAR_EVENTS) * staged[Household].count + len(sql.TRANSITIONS) * _years_staged(staged) + 1
    statement = sql.status_events(households, years, connection.vendor)
    spans = [batch.id] * (len(sql.YEAR_EVENTS) + len(sql.YEAR_STATES))
    stamp = connection.ops.adapt_datetimefield_value(known_at)
    events = _run(statement, [*spans, draw_ids(most)[0], stamp, batch.id, by.pk if by else None])
    if not events:
        return 0, 0
    _run(sql.mark_status_changed(households), [batch.id])
    restated = 0
    if HouseholdYear in staged:
        # A household whose years fall into several batches is carried by the first of them only.
        values = [batch.id, staged[Household].count, batch.id, batch.id]
        restated = _run(sql.stage_status_changed(households, years), values)
    _run(sql.project_status(households), [stamp, batch.id, batch.id])
    return events, restated


def _years_staged(staged: Mapping[type[Placed], StagedTarget]) -> int:
    return staged[HouseholdYear].count if HouseholdYear in staged else 0


def _counts(staging: str, batch_id: int) -> dict[str, int]:
    """Rows by change; ``known`` rows that are not the same have changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql.count_changes(staging), [batch_id])
        found = {str(change): int(count) for change, count in cursor.fetchall()}
    changed = found.get("changed", 0) + found.get("known", 0)
    return {"new": found.get("new", 0), "changed": changed, "same": found.get("same", 0)}


def _remember(
    model: type[Placed], staged: StagedTarget, batch_id: int, counts: Mapping[str, int], lines: int
) -> bytes | None:
    """Append new and changed rows to the history; returns the digest of what was appended, None where nothing was."""
    if not counts["new"] + counts["changed"]:
        return None
    history, table = str(HISTORY[model]._meta.db_table), str(model._meta.db_table)
    columns = [str(item.column) for item in model._meta.concrete_fields]
    span = draw_ids(lines)
    # A new household already carries the status of its events, which was not staged.
    as_stored = model is Household
    if counts["new"] and not as_stored:
        statement = sql.remember_new(staged.staging, history, staged.columns, list(staged.stamps))
        _run(statement, [span[0], *staged.stamps.values(), batch_id])
    if counts["changed"] or as_stored:
        _run(sql.remember_as_stored(staged.staging, table, history, columns, new=as_stored), [span[0], batch_id])
    return span_digest(model, span) if staged.known or counts["changed"] else staged.digest
