"""What is done to the register: staged rows are merged, with history, status and audit event, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.households import sql
from bangfu.records.households.models import HISTORY, TARGETS, Household, HouseholdYear, PersonYear
from bangfu.records.instance.actions import draw_ids
from bangfu.records.instance.models import Instance
from bangfu.records.rows import Placed

#: Bookkeeping that is written with every version and never compared.
STAMPS = ("happened_on", "known_at", "batch_id", "by_id")
#: Written once, when the row is new.
FIXED = frozenset({"id", "ref"})


@dataclass(frozen=True)
class StagedTarget:
    """What was staged for one target: its staging table, the columns carried, and those that empty cells erase."""

    staging: str
    columns: tuple[str, ...]
    count: int
    erased: frozenset[str] = frozenset()
    #: Whether any of the rows may stand in the register already.
    known: bool = True


@dataclass
class Merged:
    """What a merge did: rows by target and change, events, and the digest of the history rows."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    events: int = 0
    digest: str = ""


def lock_register() -> None:
    """Wait until no other merge runs; merges of an instance go one after the other."""
    # SQLite's transaction is IMMEDIATE: it already holds the one writer's place.
    Instance.objects.select_for_update().get(id=1)


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
    if Household in present:
        merged.events = _project(staged, batch, by, known_at)
    spans = []
    for model in present:
        merged.counts[str(model._meta.model_name)] = _counts(staged[model].staging, batch.id)
        spans.append((model, _remember(model, staged[model], batch.id, merged.counts[str(model._meta.model_name)])))
    merged.digest = _digest(spans)
    for model in present:
        _run(sql.empty(staged[model].staging), [batch.id])
    facts = {
        "rows": merged.counts,
        "events": merged.events,
        "history_digest": merged.digest,
        "batch_number": batch.number,
    }
    audit.record(action="intake.merge", by=by, subject="batch", subject_id=batch.id, place_code=place_code, facts=facts)
    return merged


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
        FIXED,
        staged.erased,
        _json(staged),
        vendor=connection.vendor,
    )
    _run(statement, [batch_id])


def _project(staged: Mapping[type[Placed], StagedTarget], batch: Any, by: User | None, known_at: datetime) -> int:
    households = staged[Household].staging
    years = staged[HouseholdYear].staging if HouseholdYear in staged else households
    most = len(sql.YEAR_EVENTS) * staged[Household].count + 1
    statement = sql.status_events(households, years, connection.vendor)
    spans = [batch.id] * (len(sql.YEAR_EVENTS) + len(sql.STATUS_EVENTS))
    stamp = connection.ops.adapt_datetimefield_value(known_at)
    events = _run(statement, [draw_ids(most)[0], stamp, batch.id, by.pk if by else None, *spans])
    if events:
        _run(sql.mark_status_changed(households), [batch.id])
        _run(sql.project_status(households), [stamp, batch.id, batch.id])
    return events


def _counts(staging: str, batch_id: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql.count_changes(staging), [batch_id])
        found = {
            ("changed" if change == "known" else change): int(count) for change, count in _merged(cursor.fetchall())
        }
    return {"new": found.get("new", 0), "changed": found.get("changed", 0), "same": found.get("same", 0)}


def _merged(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Counts with ``known`` (matched and different) told as ``changed``."""
    sums: dict[str, int] = {}
    for change, count in rows:
        name = "changed" if change == "known" else change
        sums[name] = sums.get(name, 0) + count
    return list(sums.items())


def _remember(model: type[Placed], staged: StagedTarget, batch_id: int, counts: Mapping[str, int]) -> range:
    """Append new and changed rows to the history; what projections set on a new household is in its events."""
    history = str(HISTORY[model]._meta.db_table)
    span = draw_ids(max(counts["new"] + counts["changed"], 1))
    first = span[0]
    if counts["new"]:
        first += _run(sql.remember_new(staged.staging, history, staged.columns), [first, batch_id])
    if counts["changed"]:
        columns = [str(item.column) for item in model._meta.concrete_fields]
        table = str(model._meta.db_table)
        _run(sql.remember_changed(staged.staging, table, history, columns), [first, batch_id])
    return span


def _digest(spans: Iterable[tuple[type[Placed], range]]) -> str:
    """SHA-256 over the history rows written, table by table in order of ``seq``."""
    digest = hashlib.sha256()
    for model, span in spans:
        table = HISTORY[model]._meta.db_table
        digest.update(table.encode())
        columns = ["seq", *(str(item.column) for item in model._meta.concrete_fields)]
        with connection.cursor() as cursor:
            cursor.execute(sql.history_rows(table, columns, connection.vendor), [span[0], span[-1] + 1])
            while rows := cursor.fetchmany(5000):
                digest.update("\n".join(row[0] for row in rows).encode())
    return digest.hexdigest()
