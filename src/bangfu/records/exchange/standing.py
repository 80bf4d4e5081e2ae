"""The differences that stand, brought up to what an export says: written as new, as seen again, or as closed by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from bangfu.records.bulk import insert_rows, update_rows
from bangfu.records.exchange import fields, sql
from bangfu.records.exchange.comparing import STANDING, Compared
from bangfu.records.exchange.models import Comparison, Difference, DifferenceState, Kind, Side
from bangfu.records.exchange.queries import lying_under
from bangfu.records.households.models import Household
from bangfu.records.instance.actions import draw_ids
from bangfu.records.personal import Keyring

Each = TypeVar("Each")
TABLE = Difference._meta.db_table
SEALED = "theirs_enc"
SHOWN = 300
#: Ids and keys that one query names: far below what any database takes.
NAMED_AT_ONCE = 5_000
_COLUMNS = [
    "id",
    "key",
    "year",
    "place_id",
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
_CHANGING = [
    "household_id",
    "person_id",
    "name",
    "place_id",
    "place_code",
    "kind",
    "ours",
    "theirs",
    "theirs_enc",
    "state",
    "side",
    "reopened",
    "last_seen_id",
    "closed_by_id",
]


def hold_year(year: int) -> None:
    """Let one comparison of a year be written at a time. SQLite's IMMEDIATE transactions do so by themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql.HOLD_YEAR, [year])


def held(ids: Iterable[int]) -> Iterator[int]:
    """The ids of differences, held until the transaction ends; in order, so that nobody waits in a ring."""
    for part in _parts(sorted(ids)):
        rows = Difference.objects.select_for_update().filter(pk__in=part).order_by("pk")
        yield from rows.values_list("pk", flat=True)


def bring_up(comparison: Comparison, result: Compared, ring: Keyring, places: Mapping[str, int]) -> dict[str, int]:
    """Write what is new, found again and gone, inside the caller's transaction; returns how many of each.

    ``places`` are the ids of places by code.
    """
    new, again, gone = result.beside(_standing(comparison, result.keys(), ring))
    writing = _Writing(comparison, result, ring, places)
    added, reopened = writing.insert(new), writing.update(again)
    writing.close(gone)
    return {"new": added, "again": again.num_rows, "closed": len(gone), "reopened": reopened}


def _standing(comparison: Comparison, keys: Sequence[str], ring: Keyring) -> pa.Table:
    """The differences of the area and year, and those found that lay elsewhere: a household may have moved.

    They are held until the transaction ends. Sealed values are open while they are compared.
    """
    year = Difference.objects.filter(year=comparison.year)
    ids = set(year.filter(lying_under(comparison.place_code)).values_list("pk", flat=True))
    for part in _parts(keys):
        ids.update(year.filter(key__in=part).values_list("pk", flat=True))
    batches = (_batch(part, ring) for part in _parts(list(held(ids))))
    return pa.Table.from_batches(batches, STANDING)


def _batch(ids: Sequence[int], ring: Keyring) -> pa.RecordBatch:
    # A moved household takes its differences along (the gate judges them by it), so they lie where it is now.
    home = Household.objects.filter(pk=OuterRef("household_id")).values("place_code")[:1]
    found = Difference.objects.filter(pk__in=ids).annotate(now_in=Coalesce(Subquery(home), "place_code"))
    names = [name for name in STANDING.names if name != "now_in"]
    rows = [_opened(row, ring) for row in found.values(*names, "now_in", SEALED)]
    return pa.RecordBatch.from_pylist(rows, STANDING)


def _opened(row: dict[str, Any], ring: Keyring) -> dict[str, Any]:
    sealed = row.pop(SEALED)
    return {**row, "theirs": ring.open(TABLE, SEALED, row["id"], bytes(sealed))} if sealed else row


def _parts(listed: Sequence[Each]) -> Iterator[list[Each]]:
    rest = iter(listed)
    return iter(lambda: list(islice(rest, NAMED_AT_ONCE)), [])


class _Writing:
    """The writing of one comparison."""

    def __init__(self, comparison: Comparison, result: Compared, ring: Keyring, places: Mapping[str, int]) -> None:
        self.comparison = comparison
        self.result = result
        self.ring = ring
        self.places = places

    def insert(self, new: pa.Table) -> int:
        """Write what was never found before; returns how many."""
        rows = new.to_pylist()
        ids = draw_ids(len(rows)) if rows else range(0)
        classes = {path: str(fields.class_of(path)) for path in {row["path"] for row in rows}}
        seen = self.comparison.pk
        written = (
            (
                *(row_id, row["key"], self.comparison.year, *self._place(row), row["household_id"], row["person_id"]),
                *(row["no"][:40], row["name"][:60], row["path"], classes[row["path"]], row["kind"]),
                *(*self._values(row, row_id), DifferenceState.OPEN.value, "", 0, seen, seen),
            )
            for row_id, row in zip(ids, rows, strict=True)
        )
        return insert_rows(Difference, _COLUMNS, written)

    def update(self, again: pa.Table) -> int:
        """Write the values of what is found again; returns how many decisions this export contradicts."""
        changed: list[tuple[Any, ...]] = []
        same: list[tuple[int, int]] = []
        reopened = 0
        for row in again.to_pylist():
            if _unseen(row):
                continue
            opens = _contradicts(row)
            if row["state"] != DifferenceState.CLOSED and not opens and _unchanged(row):
                same.append((self.comparison.pk, row["id"]))
                continue
            reopened += opens
            changed.append(self._changed(row, opens=opens))
        if changed:
            update_rows(Difference, _CHANGING, changed)
        if same:
            update_rows(Difference, ["last_seen_id"], same)
        return reopened

    def close(self, gone: Sequence[int]) -> None:
        """Let what stands no longer be closed by this export."""
        if gone:
            closed = [(DifferenceState.CLOSED.value, self.comparison.pk, row_id) for row_id in gone]
            update_rows(Difference, ["state", "closed_by_id"], closed)

    def _changed(self, row: dict[str, Any], *, opens: bool) -> tuple[Any, ...]:
        state, side = (DifferenceState.OPEN.value, "") if opens else (row["state"], row["side"])
        return (
            *(row["household_id"], row["person_id"], row["name"][:60], *self._place(row), row["kind"]),
            *(*self._values(row, row["id"]), state, side, row["reopened"] + opens, self.comparison.pk, None, row["id"]),
        )

    def _place(self, row: dict[str, Any]) -> tuple[int, str]:
        code = row["place_code"] or ""
        known = self.places.get(code)
        return (self.comparison.place_id, self.comparison.place_code) if known is None else (known, code)

    def _values(self, row: dict[str, Any], row_id: int) -> tuple[Any, Any, Any]:
        """Both values as they are kept: that of a personal field sealed."""
        ours, theirs = row["ours"], row["theirs"]
        target = self.result.targets.get(row["path"])
        if row["path"] in fields.WHOLE or (target is not None and target.sealed):
            return None, None, None if theirs is None else self.ring.seal(TABLE, SEALED, row_id, theirs)
        return _cut(ours), _cut(theirs), None


def _cut(value: str | None) -> str | None:
    return None if value is None else value[:SHOWN]


def _unseen(row: dict[str, Any]) -> bool:
    """Whether the cell cannot be read this time: what stood before still stands, but was not seen."""
    unread, before = row["kind"] == Kind.UNREADABLE, row["kind_then"] == Kind.UNREADABLE
    return unread and not before and row["state"] != DifferenceState.CLOSED


def _unchanged(row: dict[str, Any]) -> bool:
    whose = all(row[name] == row[f"{name}_then"] for name in ("kind", "household_id", "person_id", "place_code"))
    values = all(_cut(row[name]) == row[f"{name}_then"] for name in ("ours", "theirs"))
    return whose and values and row["name"][:60] == row["name_then"]


def _contradicts(row: dict[str, Any]) -> bool:
    """Whether a later export reopens a difference: it was closed, or other values stand beside each other now.

    Where the register was right, a change of its own value only changes what is to be entered.
    """
    if row["state"] == DifferenceState.CLOSED:
        return True
    if row["state"] == DifferenceState.OPEN:
        return False
    if row["path"] in fields.WHOLE:
        # Its numbers only say who is meant.
        return bool(row["kind"] != row["kind_then"])
    theirs = (row["kind"], _cut(row["theirs"])) != (row["kind_then"], row["theirs_then"])
    ours = _cut(row["ours"]) != row["ours_then"]
    return theirs or (ours and row["side"] != Side.OURS)
