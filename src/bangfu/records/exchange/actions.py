"""What is done about an export: receive it, compare it, decide who is right, take values over, tell the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.analytics.workbooks import FileRefused
from bangfu.records.access import audit
from bangfu.records.access.keys import KeysRotating, hold_keys
from bangfu.records.access.models import User
from bangfu.records.bulk import insert_rows, update_rows
from bangfu.records.exchange import fields
from bangfu.records.exchange.comparing import STANDING, Asked, Compared, NothingToCompare, compared
from bangfu.records.exchange.models import (
    Comparison,
    ComparisonState,
    Difference,
    DifferenceDecision,
    DifferenceState,
    EntryWindow,
    Kind,
    Side,
)
from bangfu.records.instance.actions import draw_ids
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import KEPT_FOR
from bangfu.records.intake.checking import IntakeRefused, Question
from bangfu.records.intake.wording import storable
from bangfu.records.personal import Keyring
from bangfu.records.places.index import place_index
from bangfu.records.places.queries import current_scheme, under

Progress = Callable[[str], None]
TABLE = Difference._meta.db_table
SEALED = "theirs_enc"
#: The same file for the same area and year, sent so soon again, is the second of two clicks.
SAME_CLICK = timedelta(minutes=1)
#: Which sides can be right of a kind of difference. An empty cell erases nothing here, so it is never taken over.
SIDES = {
    Kind.DIFFERS: (Side.OURS, Side.THEIRS, Side.BOTH_WRONG, Side.LEAVE),
    Kind.SPELLING: (Side.OURS, Side.THEIRS, Side.BOTH_WRONG, Side.LEAVE),
    Kind.EMPTY_OURS: (Side.THEIRS, Side.BOTH_WRONG, Side.LEAVE),
    Kind.EMPTY_THEIRS: (Side.OURS, Side.BOTH_WRONG, Side.LEAVE),
    Kind.ONLY_OURS: (Side.OURS, Side.THEIRS, Side.LEAVE),
    Kind.ONLY_THEIRS: (Side.OURS, Side.THEIRS, Side.LEAVE),
    Kind.UNREADABLE: (),
}
_COLUMNS = [
    "id",
    "key",
    "year",
    "place_code",
    "household_id",
    "person_id",
    "household_no",
    "name",
    "path",
    "field_class",
    "kind",
    "ours",
    "theirs",
    "theirs_enc",
    "state",
    "side",
    "reopened",
    "first_seen_id",
    "last_seen_id",
]
_DECISION_COLUMNS = ["id", "difference_id", "side", "ours", "theirs", "reason", "by_id", "at"]
SHOWN = 300


class CannotDecide(Exception):
    """The side cannot be right of this kind of difference, or the difference is closed."""


def receive(path: Path, *, file_name: str, mapping: str, year: int, place_code: str, by: User) -> Comparison:
    """Keep an export encrypted until it expires, and what it is to be compared with; a double click does once."""
    now = timezone.now()
    wanted = {
        "content_hash": vault.content_hash(path),
        "mapping": mapping,
        "year": year,
        "place_code": place_code,
        "by": by,
    }
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        recent = Comparison.objects.filter(**wanted, created_at__gt=now - SAME_CLICK)
        standing = recent.filter(state=ComparisonState.WAITING).first()
        if standing is not None:
            return standing
        comparison = Comparison(
            **wanted,
            file_name=Path(file_name).name[:200],
            stored_as=vault.store(path),
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        comparison.save()
        facts = {"year": year, "content_hash": comparison.content_hash}
        audit.record(
            action="exchange.receive",
            by=by,
            subject="comparison",
            subject_id=comparison.id,
            place_code=place_code,
            facts=facts,
        )
    return comparison


def compare(comparison: Comparison, *, progress: Progress = lambda phase: None) -> Comparison:
    """Compare an export that was received and write the differences down; what went wrong stands as its refusal."""
    try:
        with vault.workroom() as folder:
            source = folder / f"source{Path(comparison.file_name).suffix.lower()[:6]}"
            vault.fetch(comparison.stored_as, source)
            progress("check")
            _compare(comparison, source, folder, progress)
    except FileRefused as refused:
        _refuse(comparison, {"code": refused.code, "values": refused.values, "of_file": True})
    except KeysRotating:
        _refuse(comparison, {"code": "keys_rotating", "values": {}})
    except (IntakeRefused, NothingToCompare) as refused:
        _refuse(comparison, {"code": refused.code, "values": refused.values})
    return comparison


def _compare(comparison: Comparison, source: Path, folder: Path, progress: Progress) -> None:
    parameters, scheme = current(), current_scheme()
    question = Question(
        source,
        parameters.mappings[comparison.mapping],
        parameters,
        timezone.localdate(comparison.created_at),
        scheme.name,
        comparison.year,
        (comparison.place_code,),
    )
    asked = Asked(comparison.place_code, comparison.year, parameters, scheme)
    with compared(question, asked, place_index(), folder, comparison.file_name) as result:
        progress("write")
        with transaction.atomic():
            _write(comparison, result, hold_keys())


def _write(comparison: Comparison, result: Compared, ring: Keyring) -> None:
    """Bring the differences of the area and year up to what this export says."""
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    new, again, gone = result.beside(_standing(comparison, ring))
    added = _insert(comparison, new, result, ring)
    reopened = _update(comparison, again, result, ring)
    _close(comparison, gone)
    comparison.state = ComparisonState.DONE
    comparison.finished_at = timezone.now()
    comparison.paths = result.paths
    comparison.counts = {
        **result.counts,
        "new": added,
        "again": again.num_rows,
        "closed": len(gone),
        "reopened": reopened,
        "left_out": result.left_out,
    }
    comparison.save()
    facts = {name: count for name, count in comparison.counts.items() if isinstance(count, int)}
    audit.record(
        action="exchange.compare",
        by=comparison.by,
        subject="comparison",
        subject_id=comparison.id,
        place_code=comparison.place_code,
        facts={"year": comparison.year, "counts": facts},
    )


def _standing(comparison: Comparison, ring: Keyring) -> pa.Table:
    """The differences that are known of the area and year; sealed values are open while they are compared."""
    found = Difference.objects.filter(under(comparison.place_code, "place_code"), year=comparison.year)
    names = ("id", "key", "path", "kind", "ours", "theirs", "place_code", "state", "side", "reopened", SEALED)
    rows = [
        (*row[:5], ring.open(TABLE, SEALED, row[0], bytes(row[10])) if row[10] else row[5], *row[6:10])
        for row in found.values_list(*names).iterator(chunk_size=20_000)
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(STANDING)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, STANDING, strict=True)]
    return pa.Table.from_arrays(arrays, schema=STANDING)


def _insert(comparison: Comparison, new: pa.Table, result: Compared, ring: Keyring) -> int:
    rows = new.to_pylist()
    ids = draw_ids(len(rows)) if rows else range(0)
    classes = {path: fields.class_of(path) for path in {row["path"] for row in rows}}
    written = (
        (
            *(row_id, row["key"], comparison.year, row["place_code"] or "", row["household_id"], row["person_id"]),
            *(row["no"][:40], row["name"][:60], row["path"], str(classes[row["path"]]), row["kind"]),
            *_values(row, row_id, result, ring),
            *(DifferenceState.OPEN.value, "", 0, comparison.pk, comparison.pk),
        )
        for row_id, row in zip(ids, rows, strict=True)
    )
    return insert_rows(Difference, _COLUMNS, written)


def _values(row: dict[str, Any], row_id: int, result: Compared, ring: Keyring) -> tuple[Any, Any, Any]:
    """Both values as they are kept: that of a personal field sealed."""
    ours, theirs = row["ours"], row["theirs"]
    target = result.targets.get(row["path"])
    if target is not None and target.sealed:
        return None, None, None if theirs is None else ring.seal(TABLE, SEALED, row_id, theirs)
    return _cut(ours), _cut(theirs), None


def _cut(value: str | None) -> str | None:
    return None if value is None else value[:SHOWN]


def _update(comparison: Comparison, again: pa.Table, result: Compared, ring: Keyring) -> int:
    """Write the values of what is found again; returns how many decisions this export contradicts."""
    changed: list[tuple[Any, ...]] = []
    same: list[tuple[int, int]] = []
    reopened = 0
    for row in again.to_pylist():
        if row["kind"] == Kind.UNREADABLE != row["kind_then"] and row["state"] != DifferenceState.CLOSED:
            # The cell cannot be read this time: what stood before still stands, but was not seen.
            continue
        opens = _contradicts(row)
        if row["state"] != DifferenceState.CLOSED and not opens and _unchanged(row):
            same.append((comparison.pk, row["id"]))
            continue
        reopened += opens
        state, side = (DifferenceState.OPEN.value, "") if opens else (row["state"], row["side"])
        values = _values(row, row["id"], result, ring)
        keys = (row["household_id"], row["person_id"], row["name"][:60], row["place_code"] or "")
        changed.append(
            (*keys, row["kind"], *values, state, side, row["reopened"] + opens, comparison.pk, None, row["id"])
        )
    if changed:
        columns = [
            "household_id",
            "person_id",
            "name",
            "place_code",
            "kind",
            "ours",
            "theirs",
            "theirs_enc",
            "state",
            "side",
            "reopened",
        ]
        update_rows(Difference, [*columns, "last_seen_id", "closed_by_id"], changed)
    if same:
        update_rows(Difference, ["last_seen_id"], same)
    return reopened


def _unchanged(row: dict[str, Any]) -> bool:
    return (row["kind"], _cut(row["ours"]), _cut(row["theirs"])) == (
        row["kind_then"],
        row["ours_then"],
        row["theirs_then"],
    )


def _contradicts(row: dict[str, Any]) -> bool:
    """Whether a later export reopens a difference: it was closed, or other values stand beside each other now.

    Where the register was right, a change of its own value only changes what is to be entered.
    """
    if row["state"] == DifferenceState.CLOSED:
        return True
    if row["state"] == DifferenceState.OPEN:
        return False
    theirs = (row["kind"], _cut(row["theirs"])) != (row["kind_then"], row["theirs_then"])
    ours = _cut(row["ours"]) != row["ours_then"]
    return theirs or (ours and row["side"] != Side.OURS)


def _close(comparison: Comparison, gone: Sequence[int]) -> None:
    update_rows(
        Difference,
        ["state", "closed_by_id"],
        [(DifferenceState.CLOSED.value, comparison.pk, row_id) for row_id in gone],
    ) if gone else None


def _refuse(comparison: Comparison, refusal: dict[str, Any]) -> None:
    comparison.state = ComparisonState.REFUSED
    comparison.refusal = json.loads(json.dumps(refusal, default=storable))
    comparison.finished_at = timezone.now()
    comparison.save()


@transaction.atomic
def decide(rows: QuerySet[Difference], *, kind: str, side: str, reason: str, by: User, place_code: str) -> int:
    """Keep who is right of these differences of one kind, with the reason; returns how many. Audited as one event.

    **Errors** ``CannotDecide`` for a side that cannot be right of the kind or where all are closed; ``FactRefused``.
    """
    if side not in SIDES[Kind(kind)]:
        raise CannotDecide
    chosen = list(
        rows.filter(kind=kind).exclude(state=DifferenceState.CLOSED).values_list("pk", "ours", "theirs", "path")
    )
    if not chosen:
        raise CannotDecide
    # Sets of rows are written as the driver takes them.
    at, reason = connection.ops.adapt_datetimefield_value(timezone.now()), reason.strip()[:200]
    facts = {"side": side, "kind": kind, "count": len(chosen), "field": chosen[0][3]}
    one = chosen[0][0] if len(chosen) == 1 else None
    audit.record(
        action="exchange.decide",
        by=by,
        subject="difference",
        subject_id=one,
        place_code=place_code,
        reason=reason,
        facts=facts,
    )
    ids = draw_ids(len(chosen))
    made = (
        (i, pk, side, ours, theirs, reason, by.pk, at) for i, (pk, ours, theirs, _) in zip(ids, chosen, strict=True)
    )
    insert_rows(DifferenceDecision, _DECISION_COLUMNS, made)
    update_rows(Difference, ["state", "side"], [(DifferenceState.DECIDED.value, side, pk) for pk, *_ in chosen])
    return len(chosen)


@transaction.atomic
def note_listed(ids: Iterable[int], *, by: User, comparison: Comparison, revealed: bool, reason: str = "") -> None:
    """Note that an entry list was taken along: what it names is being entered. Audited with how many IDs it shows."""
    listed, now = list(ids), timezone.now()
    audit.record(
        action="exchange.download",
        by=by,
        subject="comparison",
        subject_id=comparison.pk,
        place_code=comparison.place_code,
        reason=reason,
        facts={"count": len(listed), "revealed": revealed},
    )
    decided = Difference.objects.filter(pk__in=listed, state=DifferenceState.DECIDED)
    decided.update(state=DifferenceState.LISTED, listed_at=now)


@transaction.atomic
def tell_window(*, place_code: str, opens_on: date, closes_on: date, by: User) -> EntryWindow:
    """Keep when the national system takes entries for a place; a later word replaces it."""
    window = EntryWindow(place_code=place_code, opens_on=opens_on, closes_on=closes_on, by=by, at=timezone.now())
    window.save()
    facts = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
    audit.record(
        action="exchange.window", by=by, subject="window", subject_id=window.pk, place_code=place_code, facts=facts
    )
    return window


def forget_expired(now: datetime) -> int:
    """Delete the stored exports whose time is over; the differences stay. Returns how many."""
    expired = Comparison.objects.filter(expires_at__lt=now).exclude(stored_as="")
    for comparison in expired:
        vault.forget(comparison.stored_as)
        comparison.stored_as = ""
        comparison.save(update_fields=["stored_as"])
    return len(expired)
