"""A digest of a set of rows that does not depend on their order.

The SHA-256 hashes of the rows are added modulo 2**256. Not XOR: there two equal rows cancel, and from a few hundred
rows a set with any wanted digest is picked by solving linear equations. A sum counts repeated rows, can be kept up to
date as rows come and go, and can be taken in parts by any engine. It guards against rows lost, doubled or changed on
the way; against somebody who may invent millions of rows to hit a digest, the hash of the file itself stands beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.analytics.sealing.canonical import canonical_json

MODULUS = 1 << 256
WORDS = 8


@dataclass(frozen=True, slots=True)
class ContentDigest:
    """How many rows, and the sum of their hashes modulo 2**256."""

    count: int = 0
    total: int = 0

    def __add__(self, other: ContentDigest) -> ContentDigest:
        """The digest of both sets together."""
        return ContentDigest(self.count + other.count, (self.total + other.total) % MODULUS)

    def __sub__(self, other: ContentDigest) -> ContentDigest:
        """The digest after these rows have gone."""
        return ContentDigest(self.count - other.count, (self.total - other.total) % MODULUS)

    def __str__(self) -> str:
        """``count:hex``, to be stored and compared."""
        return f"{self.count}:{self.total:064x}"

    @classmethod
    def from_text(cls, text: str) -> ContentDigest:
        """The digest from its ``count:hex`` form."""
        count, _, total = text.partition(":")
        return cls(int(count), int(total, 16))

    @classmethod
    def from_word_sums(cls, count: int, sums: Sequence[int]) -> ContentDigest:
        """The digest from the sums of the eight 32-bit words of each hash, first word first.

        An engine without 256-bit numbers adds the words (each sum fits 64 bits up to 2**32 rows) and hands them over.
        """
        if len(sums) != WORDS:
            raise ValueError(f"A SHA-256 hash has {WORDS} words of 32 bits, got {len(sums)} sums.")
        total = sum(int(part) << (32 * (WORDS - 1 - place)) for place, part in enumerate(sums))
        return cls(count, total % MODULUS)


def row_hash(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of the row's canonical JSON."""
    return hashlib.sha256(canonical_json(row)).digest()


def content_digest(row_hashes: Iterable[bytes]) -> ContentDigest:
    """The digest of the rows with these SHA-256 hashes, in any order."""
    count = total = 0
    for found in row_hashes:
        if len(found) != 32:
            raise ValueError(f"A row hash has 32 bytes, got {len(found)}.")
        count += 1
        total += int.from_bytes(found, "big")
    return ContentDigest(count, total % MODULUS)
