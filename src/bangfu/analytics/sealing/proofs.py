"""Proofs that an entry is in the log, and that a log only grew (RFC 6962 sections 2.1.1 and 2.1.2), and their checks.

The checks follow RFC 9162 sections 2.1.3.2 and 2.1.4.2 and need neither the log nor any state.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from bangfu.analytics.sealing.merkle import EMPTY_ROOT, node_hash, root

Proof = tuple[bytes, ...]


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int | None = None) -> Proof:
    """The sibling hashes from leaf ``index`` up to the root of the first ``size`` leaves."""
    end = _checked_size(leaves, size)
    if not 0 <= index < end:
        raise ValueError(f"Leaf {index} is not in a log of {end} leaves.")
    return _path(leaves, index, 0, end)


def consistency_proof(leaves: Sequence[bytes], old: int, size: int | None = None) -> Proof:
    """The hashes that show that the log of ``old`` leaves is the beginning of the log of ``size`` leaves."""
    end = _checked_size(leaves, size)
    if not 0 <= old <= end:
        raise ValueError(f"A log of {end} leaves cannot grow from one of {old}.")
    return () if old in (0, end) else _subproof(leaves, old, 0, end, whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether the proof leads from this leaf hash to this root."""
    if not 0 <= index < size:
        return False
    at, last, joined = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            joined = node_hash(sibling, joined)
            at, last = _past_missing_siblings(at, last)
        else:
            joined = node_hash(joined, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hmac.compare_digest(joined, tree_root)


def verify_consistency(old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the log with ``new_root`` begins with the log with ``old_root``."""
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        begins = EMPTY_ROOT if old == 0 else new_root
        return not proof and hmac.compare_digest(begins, old_root)
    # A full subtree of the old log is its own first hash; it is not sent.
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(hashes) and _grows(old, size, old_root, new_root, hashes)


def _grows(old: int, size: int, old_root: bytes, new_root: bytes, hashes: Sequence[bytes]) -> bool:
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            at, last = _past_missing_siblings(at, last)
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hmac.compare_digest(before, old_root) and hmac.compare_digest(after, new_root)


def _past_missing_siblings(at: int, last: int) -> tuple[int, int]:
    """On the right edge, climb past levels where the node has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _path(leaves: Sequence[bytes], index: int, start: int, end: int) -> Proof:
    if end - start == 1:
        return ()
    middle = start + _left_size(end - start)
    if index < middle:
        return (*_path(leaves, index, start, middle), root(leaves[middle:end]))
    return (*_path(leaves, index, middle, end), root(leaves[start:middle]))


def _subproof(leaves: Sequence[bytes], old: int, start: int, end: int, *, whole: bool) -> Proof:
    """SUBPROOF of RFC 6962 section 2.1.2; ``whole`` while the subtree is still a whole old log, known to the reader."""
    if old == end:
        return () if whole else (root(leaves[start:end]),)
    middle = start + _left_size(end - start)
    if old <= middle:
        return (*_subproof(leaves, old, start, middle, whole=whole), root(leaves[middle:end]))
    return (*_subproof(leaves, old, middle, end, whole=False), root(leaves[start:middle]))


def _left_size(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _checked_size(leaves: Sequence[bytes], size: int | None) -> int:
    end = len(leaves) if size is None else size
    if not 0 <= end <= len(leaves):
        raise ValueError(f"The log has {len(leaves)} leaves, {end} were asked for.")
    return end
