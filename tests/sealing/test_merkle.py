"""The log tree against the known vectors of Certificate Transparency, and what its proofs promise."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bangfu.analytics.sealing import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# A busy machine is no fault of the code: examples carry no time limit.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The eight entries and the roots over the first 1 … 8 of them, as used by the implementations of RFC 6962.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
LOGS = st.integers(1, 80).map(lambda size: [leaf_hash(bytes([number])) for number in range(size)])


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**power for power in range(10) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def test_the_empty_log_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == CompactRange().root()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_are_reached(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_a_known_inclusion_path_is_reached() -> None:
    assert [part.hex() for part in inclusion_proof(LEAVES, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_known_consistency_proof_is_reached() -> None:
    assert [part.hex() for part in consistency_proof(LEAVES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@UNTIMED
@given(LOGS)
def test_the_root_equals_the_definition(leaves: list[bytes]) -> None:
    assert root(leaves) == slow_root(leaves)


@UNTIMED
@given(LOGS, st.integers(0, 80))
def test_a_stored_state_continues_as_if_never_stopped(leaves: list[bytes], stop: int) -> None:
    stored = CompactRange().extend(leaves[:stop]).to_bytes()
    assert CompactRange.from_bytes(stored).extend(leaves[stop:]) == CompactRange().extend(leaves)


@UNTIMED
@given(LOGS, st.integers(0, 79))
def test_every_entry_is_proven(leaves: list[bytes], index: int) -> None:
    assume(index < len(leaves))
    proof = inclusion_proof(leaves, index)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, root(leaves))


@UNTIMED
@given(LOGS, st.integers(0, 79), st.integers(0, 79))
def test_an_entry_is_proven_at_no_other_place(leaves: list[bytes], index: int, other: int) -> None:
    assume(index < len(leaves) and other != index)
    proof = inclusion_proof(leaves, index)
    assert not verify_inclusion(leaves[index], other, len(leaves), proof, root(leaves))


@UNTIMED
@given(LOGS, st.integers(0, 79))
def test_a_changed_entry_is_not_proven(leaves: list[bytes], index: int) -> None:
    assume(index < len(leaves))
    proof = inclusion_proof(leaves, index)
    assert not verify_inclusion(leaf_hash(b"changed"), index, len(leaves), proof, root(leaves))


@UNTIMED
@given(LOGS, st.integers(0, 79), st.integers(0, 6))
def test_a_shortened_or_lengthened_path_is_refused(leaves: list[bytes], index: int, cut: int) -> None:
    proof = inclusion_proof(leaves, index % len(leaves))
    wrong = proof[:cut] if cut < len(proof) else (*proof, leaf_hash(b"more"))
    assert not verify_inclusion(leaves[index % len(leaves)], index % len(leaves), len(leaves), wrong, root(leaves))


@UNTIMED
@given(LOGS, st.integers(0, 80))
def test_growth_is_proven_from_every_earlier_size(leaves: list[bytes], old: int) -> None:
    assume(old <= len(leaves))
    proof = consistency_proof(leaves, old)
    assert verify_consistency(old, len(leaves), root(leaves[:old]), root(leaves), proof)


@UNTIMED
@given(LOGS, st.integers(1, 80), st.integers(0, 79))
def test_a_rewritten_past_is_not_proven(leaves: list[bytes], old: int, changed: int) -> None:
    assume(changed < old <= len(leaves))
    forged = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    assert not verify_consistency(old, len(forged), root(leaves[:old]), root(forged), consistency_proof(forged, old))


@UNTIMED
@given(LOGS, st.integers(1, 79))
def test_a_growth_proof_with_a_piece_more_is_refused(leaves: list[bytes], old: int) -> None:
    assume(old < len(leaves))
    proof = (*consistency_proof(leaves, old), leaf_hash(b"more"))
    assert not verify_consistency(old, len(leaves), root(leaves[:old]), root(leaves), proof)


def test_a_leaf_never_passes_for_a_node() -> None:
    left, right = LEAVES[0], LEAVES[1]
    assert leaf_hash(left + right) != root([left, right])


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: CompactRange(3, ()), "needs 2 peaks, got 0"),
        (lambda: CompactRange(1, (b"short",)), "32 bytes, got 5"),
        (lambda: CompactRange.from_bytes(b"123"), "Not a stored log state: 3 bytes"),
        (lambda: inclusion_proof(LEAVES, 8), "Leaf 8 is not in a log of 8 leaves"),
        (lambda: inclusion_proof(LEAVES, 0, 9), "has 8 leaves, 9 were asked for"),
        (lambda: consistency_proof(LEAVES, 7, 6), "cannot grow from one of 7"),
    ],
)
def test_impossible_requests_are_refused(act, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=said):
        act()
