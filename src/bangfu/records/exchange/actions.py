"""What is done about an export: receive it, compare it, decide who is right, take values over, tell the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.analytics.workbooks import FileRefused
from bangfu.records.access import audit
from bangfu.records.access.keys import KeysRotating, hold_keys
from bangfu.records.access.models import User
from bangfu.records.bulk import insert_rows, update_rows
from bangfu.records.exchange import standing
from bangfu.records.exchange.comparing import Asked, Compared, NothingToCompare, compared
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
from bangfu.records.places.index import PlaceIndex, place_index
from bangfu.records.places.models import Place
from bangfu.records.places.queries import current_scheme

Progress = Callable[[str], None]
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
_DECISION_COLUMNS = ["id", "difference_id", "side", "ours", "theirs", "reason", "by_id", "at"]


def sides_of(path: str, kind: str) -> tuple[Side, ...]:
    """Which sides can be right of a difference. No household leaves the register, so the export is not right there."""
    sides = SIDES[Kind(kind)]
    if (path, kind) == ("household", Kind.ONLY_OURS):
        return tuple(side for side in sides if side != Side.THEIRS)
    return sides


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
        waiting = recent.filter(state=ComparisonState.WAITING).first()
        if waiting is not None:
            return waiting
        comparison = Comparison(
            **wanted,
            place=Place.objects.get(code=place_code),
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
    """Compare an export that was received and write the differences down; what went wrong stands as its refusal.

    One that has been compared stays as it is.
    """
    if comparison.state != ComparisonState.WAITING:
        return comparison
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
    asked, index = Asked(comparison.place_code, comparison.year, parameters, scheme), place_index()
    with compared(question, asked, index, folder, comparison.file_name) as result:
        progress("write")
        with transaction.atomic():
            _write(comparison, result, index)


def _write(comparison: Comparison, result: Compared, index: PlaceIndex) -> None:
    """Bring the differences of the area and year up to what this export says."""
    # Areas may lie in each other and a household may move between them: one comparison of a year is written at a time.
    standing.hold_year(comparison.year)
    if not _still_waits(comparison):
        return
    comparison.counts = {**result.counts, **standing.bring_up(comparison, result, hold_keys(), index.ids)}
    comparison.counts["left_out"] = result.left_out
    comparison.state = ComparisonState.DONE
    comparison.finished_at = timezone.now()
    comparison.paths = result.paths
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


def _still_waits(comparison: Comparison) -> bool:
    """Whether nobody has compared it meanwhile (a job may run twice); the row is held and read again."""
    comparison.refresh_from_db(from_queryset=Comparison.objects.select_for_update())
    return comparison.state == ComparisonState.WAITING


@transaction.atomic
def _refuse(comparison: Comparison, refusal: dict[str, Any]) -> None:
    if not _still_waits(comparison):
        return
    comparison.state = ComparisonState.REFUSED
    comparison.refusal = json.loads(json.dumps(refusal, default=storable))
    comparison.finished_at = timezone.now()
    comparison.save()


@transaction.atomic
def decide(rows: QuerySet[Difference], *, kind: str, side: str, reason: str, by: User, place_code: str) -> int:
    """Keep who is right of these differences of one kind, with the reason; returns how many. Audited as one event.

    **Errors** ``CannotDecide`` for a side that cannot be right of the kind or where all are closed; ``FactRefused``.
    """
    open_ones = rows.filter(kind=kind).exclude(state=DifferenceState.CLOSED)
    # What a comparison closes or changes at this moment is read again once it is held.
    held = set(standing.held(open_ones.values_list("pk", flat=True)))
    chosen = [row for row in open_ones.values_list("pk", "ours", "theirs", "path") if row[0] in held]
    if not chosen or any(side not in sides_of(path, kind) for path in {row[3] for row in chosen}):
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
def note_visits(count: int, *, by: User, comparison: Comparison) -> None:
    """Note that a list of what to verify in households was taken along. Audited; nothing else changes."""
    audit.record(
        action="exchange.visits",
        by=by,
        subject="comparison",
        subject_id=comparison.pk,
        place_code=comparison.place_code,
        facts={"count": count},
    )


@transaction.atomic
def tell_window(*, place_code: str, opens_on: date, closes_on: date, by: User) -> EntryWindow:
    """Keep when the national system takes entries for a place; a later word replaces it."""
    place = Place.objects.get(code=place_code)
    window = EntryWindow(
        place=place, place_code=place.code, opens_on=opens_on, closes_on=closes_on, by=by, at=timezone.now()
    )
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
