"""One byte string for one value, so that whoever hashes an audit event later gets the same hash.

JSON in the canonical form of RFC 8785, without numbers that it could round: whole numbers within ±(2**53 - 1) only.
Money is whole fen; a decimal, a date, a moment and a UUID are written as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

LARGEST_WHOLE = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """The value as canonical JSON in UTF-8.

    **Missing** None is ``null``, never left out. **Errors** ``TypeError`` or ``ValueError`` naming the place in the
    value, never its content.

    >>> canonical_json({"b": [1, None], "a": "帮"}).decode()
    '{"a":"帮","b":[1,null]}'
    """
    plain = _plain(value, "$")
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _plain(value: Any, path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _whole(value, path)
    if isinstance(value, Mapping):
        return _object(value, path)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}[{place}]") for place, item in enumerate(value)]
    return _written_as_text(value, path)


def _text(value: str, path: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        # The original error would carry the text itself.
        raise ValueError(f"{path} is not valid Unicode text.") from None
    return value


def _whole(value: int, path: str) -> int:
    if abs(value) > LARGEST_WHOLE:
        raise ValueError(f"{path} is beyond ±(2**53 - 1), which JSON readers round; write it as text.")
    return int(value)


def _object(value: Mapping[Any, Any], path: str) -> dict[str, Any]:
    if any(not isinstance(key, str) for key in value):
        raise TypeError(f"{path} has a key that is not text.")
    # RFC 8785, section 3.2.3: keys in the order of their UTF-16 code units.
    keys = sorted((_text(key, path) for key in value), key=lambda key: key.encode("utf-16-be"))
    return {key: _plain(value[key], f"{path}.{key}") for key in keys}


def _written_as_text(value: Any, path: str) -> str:
    if isinstance(value, datetime):
        return _moment(value, path)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    raise TypeError(f"{path} is a {type(value).__name__}; use text, whole numbers, dates, true, false or None.")


def _moment(value: datetime, path: str) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{path} is a moment without time zone.")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
