"""SQL of the access app: locks, leaf numbers, and the columns that a key rotation rewrites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

#: Conflicts with itself and with writers of seals, not with readers. Nobody else writes seals.
LOCK_SEALER = "LOCK TABLE access_auditseal IN SHARE ROW EXCLUSIVE MODE"
SET_LEAF = "UPDATE access_auditevent SET leaf = %s, leaf_hash = %s WHERE id = %s AND leaf IS NULL"
#: Writers of sealed values share the instance row; a rotation that starts or ends takes it alone.
SHARE_KEYS = "SELECT id FROM instance_instance FOR SHARE"
TAKE_KEYS = "SELECT id FROM instance_instance FOR UPDATE"


def lock_sealer() -> None:
    """Make a second sealer wait. SQLite's IMMEDIATE transactions do so by themselves."""
    _on_postgresql(LOCK_SEALER)


def share_keys() -> None:
    """Hold off the start and the end of a key rotation until this transaction ends."""
    _on_postgresql(SHARE_KEYS)


def take_keys() -> None:
    """Wait for every transaction that holds the keys, and hold new ones off."""
    _on_postgresql(TAKE_KEYS)


def _on_postgresql(statement: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)


def set_leaves(rows: Iterable[tuple[int, bytes, int]]) -> None:
    """Give events their leaf number and hash: (leaf, hash, id)."""
    with connection.cursor() as cursor:
        cursor.executemany(SET_LEAF, list(rows))


def sealed_rows(
    table: str, key: str, row_id: str, columns: Sequence[str], *, active: bytes, after: int, limit: int
) -> list[tuple[Any, ...]]:
    """The next rows with a ciphertext under another key than the active one: key, row id, then each ciphertext.

    The rows stay locked until the transaction ends, so that an edit between reading and writing is not lost.
    """
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, (key, row_id, *columns)))
    old = " OR ".join(f"({quote(column)} IS NOT NULL AND {_first_byte(column)} <> %s)" for column in columns)
    statement = (
        f"SELECT {names} FROM {quote(table)} WHERE {quote(key)} > %s AND ({old}) ORDER BY {quote(key)} LIMIT %s {lock}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [after, *[active] * len(columns), limit])
        return list(cursor.fetchall())


def write_sealed(table: str, key: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the columns of many rows: each row is its values in order, then its key."""
    quote = connection.ops.quote_name
    places = ", ".join(f"{quote(column)} = %s" for column in columns)
    statement = f"UPDATE {quote(table)} SET {places} WHERE {quote(key)} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))


def _first_byte(column: str) -> str:
    return f"substr({connection.ops.quote_name(column)}, 1, 1)"


def count_sealed(table: str, columns: Sequence[str]) -> int:
    """How many rows of a table hold a ciphertext."""
    quote = connection.ops.quote_name
    some = " OR ".join(f"{quote(column)} IS NOT NULL" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {quote(table)} WHERE {some}")
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])
