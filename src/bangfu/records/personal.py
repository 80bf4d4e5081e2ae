"""Personal fields at rest: AES-GCM bound to table, column and row, and a keyed hash beside it.

The keyring is a file in the instance's home that only its owner reads. A ciphertext is
``key id (1 byte) · nonce (12) · AES-GCM ciphertext with tag``; its associated data name table, column and row, so
a value copied to another row or column does not open. Hashes are HMAC-SHA-256 cut to 16 bytes under a key of
each column's own, so equal values of two columns do not meet. Rotation writes both anew (``bangfu keys rotate``).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
HASH_BYTES = 16


class CannotOpen(Exception):
    """A ciphertext does not open: another key, or it was moved from its row."""


def _hmac_states(key: bytes) -> tuple[Any, Any]:
    """Inner and outer SHA-256 of HMAC (RFC 2104) with the key taken in; going on from them saves most of the time.

    **Errors** ``ValueError`` for a key longer than a block, which HMAC would hash first.
    """
    if len(key) > sha256().block_size:
        raise ValueError("The key is longer than a block of SHA-256.")
    block = key.ljust(64, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in block)), sha256(bytes(byte ^ 0x5C for byte in block))


@dataclass(frozen=True)
class Keyring:
    """Keys by id (1 to 255); the highest id seals new values, all of them open old ones."""

    keys: dict[int, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or not all(0 < key_id < 256 and len(key) == 32 for key_id, key in self.keys.items()):
            raise ValueError("A keyring needs keys of 32 bytes with ids from 1 to 255.")

    @property
    def active(self) -> int:
        """The id of the key that seals."""
        return max(self.keys)

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.keys.items()}

    @cached_property
    def _hash_keys(self) -> dict[str, bytes]:
        return {}

    def seal(self, table: str, column: str, row_id: int, value: str) -> bytes:
        """The ciphertext of one value for one row."""
        return self.seal_many(table, column, [row_id], [value])[0] or b""

    def seal_many(
        self, table: str, column: str, row_ids: Iterable[int], values: Sequence[str | None]
    ) -> list[bytes | None]:
        """Ciphertexts in order; a missing value stays missing."""
        cipher, mark = self._ciphers[self.active], bytes([self.active])
        prefix = f"{table}.{column}.".encode()
        noise = os.urandom(NONCE_BYTES * len(values))
        sealed: list[bytes | None] = []
        for position, (row_id, value) in enumerate(zip(row_ids, values, strict=True)):
            if value is None:
                sealed.append(None)
                continue
            nonce = noise[position * NONCE_BYTES : (position + 1) * NONCE_BYTES]
            sealed.append(mark + nonce + cipher.encrypt(nonce, value.encode(), prefix + b"%d" % row_id))
        return sealed

    def open(self, table: str, column: str, row_id: int, ciphertext: bytes) -> str:
        """The value. **Errors** ``CannotOpen`` under another key, row or column; it never says the value."""
        blob = bytes(ciphertext)
        cipher = self._ciphers.get(blob[0]) if blob else None
        if cipher is None:
            raise CannotOpen(f"{table}.{column} of row {row_id}: no key with this id in the keyring.")
        nonce, body = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, f"{table}.{column}.{row_id}".encode()).decode()
        except InvalidTag:
            raise CannotOpen(f"{table}.{column} of row {row_id}: sealed for another row or key.") from None

    def hash_key(self, table: str, column: str) -> bytes:
        """The hash key of one column, derived from the active key."""
        name = f"{table}.{column}"
        if name not in self._hash_keys:
            self._hash_keys[name] = hmac.new(self.keys[self.active], b"hash:" + name.encode(), sha256).digest()
        return self._hash_keys[name]

    def hash_many(self, table: str, column: str, values: Sequence[str | None]) -> list[bytes | None]:
        """Keyed hashes in order; a missing value stays missing. Values must be normalised by the caller."""
        begun, ended = _hmac_states(self.hash_key(table, column))
        hashes: list[bytes | None] = []
        for value in values:
            if value is None:
                hashes.append(None)
                continue
            inner, outer = begun.copy(), ended.copy()
            inner.update(value.encode())
            outer.update(inner.digest())
            hashes.append(outer.digest()[:HASH_BYTES])
        return hashes

    def hash_one(self, table: str, column: str, value: str) -> bytes:
        """The keyed hash of one normalised value."""
        return self.hash_many(table, column, [value])[0] or b""

    def with_new_key(self) -> Keyring:
        """The keyring with one more key, which now seals."""
        return Keyring({**self.keys, self.active + 1: secrets.token_bytes(32)})


def load_keyring(path: Path) -> Keyring:
    """The keyring of a file; a first one is made where there is none."""
    if not path.exists():
        save_keyring(path, Keyring({1: secrets.token_bytes(32)}))
    stored = json.loads(path.read_text())
    return Keyring({int(key_id): bytes.fromhex(key) for key_id, key in stored.items()})


def save_keyring(path: Path, keyring: Keyring) -> None:
    """Write the keyring whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({str(key_id): key.hex() for key_id, key in keyring.keys.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def keyring_path() -> Path:
    """Where this instance keeps its keyring."""
    from django.conf import settings

    return Path(settings.HOME) / "keys" / "personal.json"


@lru_cache(maxsize=1)
def _loaded(path: Path, changed: int) -> Keyring:
    return load_keyring(path)


def keyring() -> Keyring:
    """This instance's keyring, read again when its file changed."""
    path = keyring_path()
    if not path.exists():
        load_keyring(path)
    return _loaded(path, path.stat().st_mtime_ns)
