"""The audit log: one event per action, written in the action's own transaction, never waiting for the tree.

Events are sealed later into a Merkle log (``sealing.py``). Facts say ids, counts, codes and digests. Personal data has
no way in: a fact's name may not be that of a personal field, and its value is a number, a yes or no, or a token of
letters and digits that is too short in digits to be an ID, a phone or an account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.models import AuditEvent, User
from bangfu.records.fields import described
from bangfu.records.instance.actions import draw_ids

#: Deepest nesting of facts: a mapping of mappings or lists, and no further.
DEPTH = 3
TOKEN = re.compile(r"[A-Za-z0-9_.:/+=-]{0,128}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: Runs of digits as long as an ID, a phone or an account; longer ones stand only where a code or digest belongs.
LONG_DIGITS = re.compile(r"[0-9]{10,}")
PERSON_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|[0-9]{16,19}")
PLACE_CODE_NAME = re.compile(r"(?:[a-z_]*_)?(?:place|place_code|place_prefix|prefix|code)s?")
DIGEST_NAME = re.compile(r"(?:[a-z_]*_)?(?:digest|hash|root)")
ID_NAME = re.compile(r"(?:[a-z_]*_)?(?:id|ids|seq|fen)")
#: Lengths of place codes of ten and more digits; eleven is a phone.
CODE_LENGTHS = frozenset({10, 12, 15})
SMALL = 10**10
#: A reason has at least so many characters, spaces apart: in Chinese two say enough (迁户).
SHORTEST_REASON = 2
FORBIDDEN = frozenset({"account", "card_no", "birth", "username", "password", "file_name", "raw", "value", "values"})


class FactRefused(ValueError):
    """A fact of an audit event might be personal data. The message names the fact, never its value."""


def record(
    *,
    action: str,
    by: User | None,
    subject: str = "",
    subject_id: int | None = None,
    place_code: str = "",
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Write one event in the caller's transaction; ``by`` None is the system scope (command line, jobs without owner).

    **Errors** ``FactRefused`` for facts that might be personal; ``RuntimeError`` outside of a transaction, because an
    action without its event, or an event without its action, must not be possible.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"The audit event {action!r} must be recorded in the transaction of its action.")
    kept = dict(facts or {})
    check_facts(kept)
    check_reason(reason)
    event = AuditEvent(
        id=draw_ids(1)[0],
        at=at or timezone.now(),
        actor=by,
        actor_kind="system" if by is None else "user",
        action=action,
        subject=subject,
        subject_id=subject_id,
        place_code=place_code,
        reason=reason,
        facts=kept,
    )
    event.save(force_insert=True)
    return event


def check_reason(reason: str) -> None:
    """Refuse a reason that carries an ID, phone or account number."""
    if PERSON_NUMBER.search(reason):
        raise FactRefused("The reason carries a number that looks like an ID, a phone or an account.")


def check_facts(facts: Mapping[str, Any]) -> None:
    """Refuse facts that might be personal data."""
    for name, value in facts.items():
        _check(name, value, name, 1)


def _check(name: str, value: Any, path: str, depth: int) -> None:
    if not NAME.fullmatch(name) or name in _personal_names():
        raise FactRefused(f"The fact {path!r} is named like a personal field (or not a plain name).")
    if isinstance(value, Mapping) and depth < DEPTH:
        for inner, content in value.items():
            _check(str(inner), content, f"{path}.{inner}", depth + 1)
    elif isinstance(value, list | tuple) and depth < DEPTH:
        for content in value:
            _check(name, content, path, depth + 1)
    elif not _is_plain(name, value):
        raise FactRefused(f"The fact {path!r} is not an id, count, code, date, token or digest.")


def _is_plain(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < SMALL or bool(ID_NAME.fullmatch(name) and abs(value) < 2**53)
    return isinstance(value, str) and _is_token(name, value)


def _is_token(name: str, value: str) -> bool:
    if not TOKEN.fullmatch(value):
        return False
    if not LONG_DIGITS.search(value):
        return True
    if PLACE_CODE_NAME.fullmatch(name):
        return value.isdigit() and len(value) in CODE_LENGTHS
    return bool(DIGEST_NAME.fullmatch(name)) and len(value) >= 32


@lru_cache(maxsize=1)
def _personal_names() -> frozenset[str]:
    """Names of every personal field of every model, as declared by the models themselves."""
    names = set(FORBIDDEN)
    for model in apps.get_models():
        names |= {column.name for _, column in described(model) if column.seen_by is FieldClass.PERSONAL}
        names |= set(getattr(model, "PERSONAL_FIELDS", ()))
    return frozenset(names)
