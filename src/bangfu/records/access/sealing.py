"""Sealing the audit log into a Merkle tree (RFC 6962), and checking it.

A committed event gets its leaf number, in order of id, from the sealer and from nobody else; an event that commits
later than a higher id simply gets a later leaf. Writers insert and go on: the sealer alone touches ``leaf``. Each slice
ends with a seal: the size of the tree, its root, and the state to go on from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bangfu.analytics.sealing import CompactRange, canonical_json, leaf_hash
from bangfu.records.access import sql
from bangfu.records.access.models import AuditEvent, AuditSeal

SLICE = 5_000


def entry_of(event: AuditEvent) -> bytes:
    """The bytes of an event that are sealed: everything but its place in the tree."""
    return canonical_json(
        {
            "id": event.pk,
            "at": event.at,
            "actor": event.actor_id,
            "actor_kind": event.actor_kind,
            "action": event.action,
            "subject": event.subject,
            "subject_id": event.subject_id,
            "place_code": event.place_code,
            "reason": event.reason,
            "facts": event.facts,
        }
    )


def seal_events(*, at: datetime, slice_size: int = SLICE) -> int:
    """Seal every committed event that has no leaf yet; returns how many. Two sealers take turns."""
    sealed = 0
    while count := _seal_slice(at, slice_size):
        sealed += count
    return sealed


@transaction.atomic
def _seal_slice(at: datetime, slice_size: int) -> int:
    # The lock keeps a second sealer waiting on PostgreSQL; on SQLite the transaction itself does.
    sql.lock_sealer()
    tree = last_state()
    events = list(AuditEvent.objects.filter(leaf__isnull=True).order_by("id")[:slice_size])
    if not events:
        return 0
    leaves = [leaf_hash(entry_of(event)) for event in events]
    ids = [event.pk for event in events]
    sql.set_leaves(zip(range(tree.size, tree.size + len(ids)), leaves, ids, strict=True))
    grown = tree.extend(leaves)
    AuditSeal.objects.create(
        size=grown.size, root_hash=grown.root(), state={"range": grown.to_bytes().hex()}, sealed_at=at
    )
    return len(events)


def last_state() -> CompactRange:
    """The tree's state at the last seal; empty before the first."""
    last = AuditSeal.objects.order_by("-size").first()
    return CompactRange() if last is None else CompactRange.from_bytes(bytes.fromhex(last.state["range"]))


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found. ``fault`` is None when every event and seal agrees."""

    events: int
    seals: int
    unsealed: int
    root: str
    fault: str | None = None
    leaf: int | None = None
    event_id: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the log is what was sealed."""
        return self.fault is None


class _Fault(Exception):
    """The first difference: what kind, at which leaf, which event."""

    def __init__(self, kind: str, leaf: int | None = None, event_id: int | None = None) -> None:
        super().__init__(kind)
        self.kind, self.leaf, self.event_id = kind, leaf, event_id


def verify_log() -> Verification:
    """Recompute every leaf and every seal; the first event that differs is named by leaf and id.

    ``fault`` is ``event_changed``, ``event_missing``, ``seal_differs`` (events since the seal before were rewritten
    together with their stored hashes), or ``event_beyond_seal``.
    """
    unsealed = AuditEvent.objects.filter(leaf__isnull=True).count()
    tree, seals = CompactRange(), 0
    events = AuditEvent.objects.filter(leaf__isnull=False).order_by("leaf").iterator(SLICE)
    try:
        for seal in AuditSeal.objects.order_by("size").iterator(SLICE):
            tree = _grown_to(seal, tree, events)
            seals += 1
        _check_nothing_left(events)
    except _Fault as fault:
        return Verification(tree.size, seals, unsealed, tree.root().hex(), fault.kind, fault.leaf, fault.event_id)
    return Verification(tree.size, seals, unsealed, tree.root().hex())


def _grown_to(seal: AuditSeal, tree: CompactRange, events: Iterator[AuditEvent]) -> CompactRange:
    """The tree of a seal, from the one of the seal before and the events between. Raises the first fault."""
    first = tree.size
    grown = tree.extend(_checked_leaf(number, next(events, None)) for number in range(first, seal.size))
    stored = CompactRange.from_bytes(bytes.fromhex(seal.state["range"]))
    if grown != stored or grown.root() != bytes(seal.root_hash):
        raise _Fault("seal_differs", first)
    return grown


def _checked_leaf(number: int, event: AuditEvent | None) -> bytes:
    if event is None or event.leaf != number:
        raise _Fault("event_missing", number)
    found = leaf_hash(entry_of(event))
    if found != bytes(event.leaf_hash or b""):
        raise _Fault("event_changed", number, event.pk)
    return found


def _check_nothing_left(events: Iterator[Any]) -> None:
    beyond = next(events, None)
    if beyond is not None:
        raise _Fault("event_beyond_seal", beyond.leaf, beyond.pk)
