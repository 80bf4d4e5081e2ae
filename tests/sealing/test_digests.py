"""Digests of row sets and the canonical bytes of an event."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.analytics.sealing import ContentDigest, canonical_json, content_digest, row_hash

# A busy machine is no fault of the code: examples carry no time limit.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HASHES = st.lists(st.binary(max_size=4).map(lambda b: hashlib.sha256(b).digest()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@UNTIMED
@given(HASHES, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order(hashes: list[bytes], shuffle) -> None:  # type: ignore[no-untyped-def]
    mixed = list(hashes)
    shuffle.shuffle(mixed)
    assert content_digest(mixed) == content_digest(hashes)


@UNTIMED
@given(HASHES, HASHES)
def test_the_digests_of_parts_add_up(first: list[bytes], second: list[bytes]) -> None:
    assert content_digest(first) + content_digest(second) == content_digest(first + second)


@UNTIMED
@given(HASHES, HASHES)
def test_rows_that_go_are_taken_off(stay: list[bytes], leave: list[bytes]) -> None:
    assert content_digest(stay + leave) - content_digest(leave) == content_digest(stay)


def test_two_equal_rows_do_not_cancel() -> None:
    row = row_hash({"a": 1})
    assert len({content_digest([]), content_digest([row]), content_digest([row, row])}) == 3


@UNTIMED
@given(HASHES)
def test_an_engine_may_add_the_words_of_the_hashes(hashes: list[bytes]) -> None:
    words = [[int.from_bytes(h[4 * k : 4 * k + 4], "big") for k in range(8)] for h in hashes]
    sums = [sum(word[k] for word in words) for k in range(8)]
    assert ContentDigest.from_word_sums(len(hashes), sums) == content_digest(hashes)


@UNTIMED
@given(HASHES)
def test_a_digest_survives_being_written(hashes: list[bytes]) -> None:
    assert ContentDigest.from_text(str(content_digest(hashes))) == content_digest(hashes)


def test_a_hash_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, got 3"):
        content_digest([b"abc"])


@UNTIMED
@given(JSON)
def test_canonical_bytes_read_back_as_the_value(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@UNTIMED
@given(st.dictionaries(st.text(), st.integers(-5, 5)))
def test_the_order_of_keys_changes_no_byte(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


def test_keys_follow_utf16_and_not_code_points() -> None:
    # RFC 8785 section 3.2.3: U+1F600 begins with the unit D83D and stands before U+FB33.
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2}).decode() == '{"\U0001f600":2,"\ufb33":1}'


def test_an_event_has_one_form() -> None:
    event = {
        "who": "u3k9Qd7Lm",
        "at": datetime(2026, 11, 2, 8, 30, tzinfo=timezone(timedelta(hours=8))),
        "day": date(2026, 11, 2),
        "share": Decimal("0.50"),
        "key": UUID(int=7),
        "reason": None,
        "rows": (1, True),
    }
    assert canonical_json(event).decode() == (
        '{"at":"2026-11-02T00:30:00.000000Z","day":"2026-11-02","key":"00000000-0000-0000-0000-000000000007",'
        '"reason":null,"rows":[1,true],"share":"0.50","who":"u3k9Qd7Lm"}'
    )


def test_the_same_moment_in_two_zones_has_one_form() -> None:
    here = datetime(2026, 11, 2, 8, tzinfo=timezone(timedelta(hours=8)))
    assert canonical_json(here) == canonical_json(here.astimezone(UTC))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [1, 0.5]}, r"\$\.a\[1\] is a float"),
        ({"a": 2**53}, r"\$\.a is beyond"),
        ({1: "a"}, "key that is not text"),
        ({"a": "\ud800"}, r"\$\.a is not valid Unicode"),
        (datetime(2026, 1, 1), "without time zone"),  # noqa: DTZ001
        (Decimal("NaN"), "is a Decimal"),
    ],
)
def test_what_has_no_single_form_is_refused(value: object, said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        canonical_json(value)
