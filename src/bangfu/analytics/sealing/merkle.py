"""The hash tree of an append-only log (RFC 6962 section 2.1): no leaf passes for a node, no node for a leaf."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two child hashes (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class CompactRange:
    """All that must be kept to append to a log of ``size`` leaves and to give its root.

    ``peaks`` are the roots of the full subtrees, largest first: one for each binary digit 1 of the size. 32 bytes a
    peak, at most 64 of them.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"A log of {self.size} leaves needs {self.size.bit_count()} peaks, got {len(self.peaks)}.")
        if wrong := [len(peak) for peak in self.peaks if len(peak) != HASH_BYTES]:
            raise ValueError(f"A peak has {HASH_BYTES} bytes, got {wrong[0]}.")

    def append(self, leaf: bytes) -> CompactRange:
        """The state after one more leaf hash."""
        return self.extend([leaf])

    def extend(self, leaves: Iterable[bytes]) -> CompactRange:
        """The state after these leaf hashes."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peaks.append(leaf)
            size += 1
            # Each trailing binary zero of the new size is one pair of equal subtrees that has become full.
            for _ in range((size & -size).bit_length() - 1):
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
        return CompactRange(size, tuple(peaks))

    def root(self) -> bytes:
        """The tree's root: the peaks joined from the smallest up."""
        if not self.peaks:
            return EMPTY_ROOT
        joined = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            joined = node_hash(peak, joined)
        return joined

    def to_bytes(self) -> bytes:
        """Eight bytes of size, then the peaks; to be stored."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> CompactRange:
        """The state from what ``to_bytes`` gave."""
        body = stored[8:]
        if len(stored) < 8 or len(body) % HASH_BYTES:
            raise ValueError(f"Not a stored log state: {len(stored)} bytes.")
        peaks = tuple(body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES))
        return cls(int.from_bytes(stored[:8], "big"), peaks)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; that of no leaves is the hash of nothing."""
    return CompactRange().extend(leaves).root()
