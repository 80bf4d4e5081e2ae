"""Uploads and answer workbooks at rest: encrypted files in the instance's home that expire.

A file is cut into pieces of one megabyte; each is sealed with AES-GCM under a key derived from the personal keyring
for this purpose, bound to the file's name, its place in the file and whether it is the last, so that pieces can be
neither swapped nor cut off.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import AbstractContextManager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from bangfu.records.personal import CannotOpen, keyring
from bangfu.records.scratch import scratch

PIECE = 1 << 20
NONCE = 12
TAG = 16


def folder() -> Path:
    """Where sealed files lie."""
    path = Path(settings.HOME) / "intake"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def workroom() -> AbstractContextManager[Path]:
    """A folder in the home for a file in the clear; gone afterwards, even after a kill with the next one."""
    return scratch(folder())


def sweep_uploads(before: float) -> None:
    """Remove what killed requests left of uploads, if it is older than a time (seconds since the epoch)."""
    left = (path for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir() if path.is_file())
    for path in [path for path in left if path.stat().st_mtime < before]:
        path.unlink(missing_ok=True)


def store(source: Path) -> str:
    """Seal a file and keep it; returns the name it is kept under."""
    name = secrets.token_hex(16)
    key_id = keyring().active
    cipher = _cipher(key_id)
    draft = folder() / f"{name}.new"
    with (
        source.open("rb") as reading,
        os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing,
    ):
        writing.write(bytes([key_id]))
        piece, number = reading.read(PIECE), 0
        while True:
            following = reading.read(PIECE)
            nonce = os.urandom(NONCE)
            writing.write(nonce + cipher.encrypt(nonce, piece, _bound(name, number, last=not following)))
            if not following:
                break
            piece, number = following, number + 1
    draft.replace(folder() / name)
    return name


def fetch(name: str, target: Path) -> None:
    """Open a sealed file into ``target``. **Errors** ``CannotOpen`` where it is gone, damaged, or its key is lost."""
    path = folder() / name
    if not name or not path.exists():
        raise CannotOpen("The stored file has expired or is gone.")
    with path.open("rb") as reading, target.open("wb") as writing:
        cipher = _cipher(reading.read(1)[0])
        block, number = reading.read(NONCE + PIECE + TAG), 0
        while block:
            following = reading.read(NONCE + PIECE + TAG)
            try:
                writing.write(cipher.decrypt(block[:NONCE], block[NONCE:], _bound(name, number, last=not following)))
            except Exception as error:
                raise CannotOpen("The stored file is damaged.") from error
            block, number = following, number + 1


def size(name: str) -> int:
    """How many bytes a sealed file has, about those of what was sealed. **Errors** ``CannotOpen`` where it is gone."""
    try:
        return (folder() / name).stat().st_size
    except FileNotFoundError as error:
        raise CannotOpen("The stored file has expired or is gone.") from error


def forget(name: str) -> None:
    """Delete a sealed file."""
    if name:
        (folder() / name).unlink(missing_ok=True)


def content_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cipher(key_id: int) -> AESGCM:
    key = keyring().keys.get(key_id)
    if key is None:
        raise CannotOpen("The stored file was sealed under a key that is gone.")
    return AESGCM(hmac.new(key, b"files:intake", hashlib.sha256).digest())


def _bound(name: str, number: int, *, last: bool) -> bytes:
    return f"{name}.{number}.{int(last)}".encode()
