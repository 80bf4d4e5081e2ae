"""Changing the key of personal fields: everything sealed is opened, sealed and hashed anew, in slices.

A rotation is a row. While it is unfinished, hashes of two keys stand side by side and equal values need not meet, so
whoever matches by hash waits (``hold_keys``). It may be killed at any point: the slices done stay done (a ciphertext's
first byte is its key's id), and the next start goes on. Old keys are dropped once nothing is sealed under them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from bangfu.parameters.text import Text
from bangfu.records import personal
from bangfu.records.access import sql
from bangfu.records.access.audit import record
from bangfu.records.access.models import KeyRotation
from bangfu.records.exchange.models import Difference
from bangfu.records.households.models import HISTORY, TARGETS
from bangfu.records.intake import vault
from bangfu.records.intake.models import STAGING, StagingRow
from bangfu.records.schema import personal_columns

SLICE = 5_000
LAST_KEY = 255


class KeysRotating(Exception):
    """The keys are being changed; what matches by hash has to wait."""

    sentence = Text(
        "正在更换个人信息的密钥，导入暂停。请稍后再试；若更换中断了，请管理员再运行 bangfu keys rotate。",
        "The keys of personal data are being changed, so imports wait. Try later; if the change broke off, the "
        "administrator runs `bangfu keys rotate` again.",
    )

    def __init__(self) -> None:
        super().__init__(self.sentence.en)


class KeysUsedUp(Exception):
    """The keyring has no free key id."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns: its key, the column whose value a ciphertext is bound to, and the bound table name.

    ``fields`` are personal fields stored as ``<name>_enc`` and ``<name>_hash``; ``blobs`` are sealed columns without a
    hash.
    """

    table: str
    key: str
    row_id: str
    bound_to: str
    fields: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()

    @property
    def sealed_columns(self) -> tuple[str, ...]:
        """The columns that hold ciphertext."""
        return (*(f"{name}_enc" for name in self.fields), *self.blobs)


def sealed_tables() -> list[SealedTable]:
    """Every table with sealed columns: current, history and staging of each target, and the rows that waited."""
    found = []
    for model in TARGETS:
        fields = personal_columns(model)
        if fields:
            bound = model._meta.db_table
            keys = ((bound, "id"), (HISTORY[model]._meta.db_table, "seq"), (STAGING[model]._meta.db_table, "line"))
            found += [SealedTable(table, key, "id", bound, fields) for table, key in keys]
    raw, exported = StagingRow._meta.db_table, Difference._meta.db_table
    found.append(SealedTable(exported, "id", "id", exported, blobs=Difference.SEALED))
    return [*found, SealedTable(raw, "id", "row", raw, blobs=("raw",))]


def hold_keys(*, since: int | None = None) -> personal.Keyring:
    """The keyring, held unchanged until the caller's transaction ends.

    Whoever seals and hashes many values calls this first, inside the transaction that writes them; ``since`` is the id
    of the key that was active when hashing began. **Errors** ``KeysRotating`` while a change runs, or if one ran since.
    """
    sql.share_keys()
    ring = personal.keyring()
    if KeyRotation.objects.filter(finished_at__isnull=True).exists() or since not in (None, ring.active):
        raise KeysRotating
    return ring


def rotate(*, at: datetime, slice_size: int = SLICE, after_slice: Callable[[int], None] | None = None) -> KeyRotation:
    """Change the key, or go on with a change that broke off. Returns the finished rotation."""
    rotation = _begin(at)
    ring = _ring_with(rotation.to_key)
    while not _finish(rotation, at, ring):
        for table in sealed_tables():
            _rotate_table(rotation, table, ring, slice_size, after_slice)
    drop_unused_keys()
    rotation.refresh_from_db()
    return rotation


@transaction.atomic
def _begin(at: datetime) -> KeyRotation:
    sql.take_keys()
    unfinished = KeyRotation.objects.filter(finished_at__isnull=True).first()
    if unfinished is not None:
        return unfinished
    active = personal.keyring().active
    if active == LAST_KEY:
        raise KeysUsedUp(f"The keyring has used all {LAST_KEY} key ids.")
    rotation = KeyRotation(from_key=active, to_key=active + 1, started_at=at)
    rotation.save()
    record(action="keys.rotate_begin", by=None, subject="keys", facts={"from_key": active, "to_key": active + 1})
    return rotation


def _ring_with(key_id: int) -> personal.Keyring:
    """The keyring whose active key is the new one. A kill before this line is made up for here."""
    ring = personal.keyring()
    if key_id not in ring.keys:
        ring = ring.with_new_key()
        personal.save_keyring(personal.keyring_path(), ring)
    return ring


def _rotate_table(
    rotation: KeyRotation, table: SealedTable, ring: personal.Keyring, slice_size: int,
    after_slice: Callable[[int], None] | None,
) -> None:  # fmt: skip
    after = 0
    while True:
        with transaction.atomic():
            rows = _next_rows(table, ring, after, slice_size)
            if not rows:
                return
            columns, values = _sealed_anew(table, ring, rows)
            sql.write_sealed(table.table, table.key, columns, values)
            KeyRotation.objects.filter(pk=rotation.pk).update(values_done=F("values_done") + len(rows))
        after = rows[-1][0]
        if after_slice is not None:
            after_slice(len(rows))


def _next_rows(table: SealedTable, ring: personal.Keyring, after: int, limit: int) -> list[tuple[Any, ...]]:
    active = bytes([ring.active])
    return sql.sealed_rows(
        table.table, table.key, table.row_id, table.sealed_columns, active=active, after=after, limit=limit
    )


def _sealed_anew(
    table: SealedTable, ring: personal.Keyring, rows: Sequence[tuple[Any, ...]]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns to write, and each row's values followed by its key."""
    keys, row_ids = [row[0] for row in rows], [row[1] for row in rows]
    columns: list[str] = []
    written: list[Sequence[Any]] = []
    for place, name in enumerate((*table.fields, *table.blobs), 2):
        opened = [_opened(table, name, ring, row[1], row[place]) for row in rows]
        columns.append(f"{name}_enc" if name in table.fields else name)
        written.append(ring.seal_many(table.bound_to, name, row_ids, opened))
        if name in table.fields:
            columns.append(f"{name}_hash")
            written.append(ring.hash_many(table.bound_to, name, opened))
    return columns, list(zip(*written, keys, strict=True))


def _opened(table: SealedTable, name: str, ring: personal.Keyring, row_id: int, sealed: Any) -> str | None:
    return None if sealed is None else ring.open(table.bound_to, name, row_id, bytes(sealed))


@transaction.atomic
def _finish(rotation: KeyRotation, at: datetime, ring: personal.Keyring) -> bool:
    """Close the rotation if nothing is sealed under another key; whoever wrote with the old one has ended by now."""
    sql.take_keys()
    if any(_next_rows(table, ring, 0, 1) for table in sealed_tables()):
        return False
    KeyRotation.objects.filter(pk=rotation.pk).update(finished_at=at)
    record(action="keys.rotate_end", by=None, subject="keys", facts={"to_key": rotation.to_key})
    return True


def drop_unused_keys() -> int:
    """Forget old keys that nothing needs any more; returns how many.

    Files that came in earlier stay sealed under the key of their day: their first byte names it, until they expire.
    """
    ring = personal.keyring()
    if len(ring.keys) == 1 or KeyRotation.objects.filter(finished_at__isnull=True).exists():
        return 0
    needed = _keys_of_files() | {ring.active}
    kept = {key_id: key for key_id, key in ring.keys.items() if key_id in needed}
    if len(kept) < len(ring.keys):
        personal.save_keyring(personal.keyring_path(), personal.Keyring(kept))
    return len(ring.keys) - len(kept)


def _keys_of_files() -> set[int]:
    """Ids of the keys under which stored files are sealed."""
    return {first[0] for path in vault.folder().iterdir() if path.is_file() and (first := _first_byte(path))}


def _first_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1)


def rows_to_rotate() -> int:
    """How many rows hold sealed values, as an upper bound for a progress bar."""
    return sum(sql.count_sealed(table.table, table.sealed_columns) for table in sealed_tables())
