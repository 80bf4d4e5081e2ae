"""Seals: a Merkle log (RFC 6962) for audit events, and order-independent digests for sets of rows."""

from bangfu.analytics.sealing.canonical import canonical_json
from bangfu.analytics.sealing.digests import ContentDigest, content_digest, row_hash
from bangfu.analytics.sealing.merkle import EMPTY_ROOT, CompactRange, leaf_hash, node_hash, root
from bangfu.analytics.sealing.proofs import (
    Proof,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "CompactRange",
    "ContentDigest",
    "Proof",
    "canonical_json",
    "consistency_proof",
    "content_digest",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root",
    "row_hash",
    "verify_consistency",
    "verify_inclusion",
]
