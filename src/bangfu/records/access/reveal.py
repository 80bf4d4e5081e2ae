"""Personal fields on pages: masked by default, revealed one at a time with a reason, each reveal in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.text import Text
from bangfu.records.access.audit import record
from bangfu.records.access.gate import Scope
from bangfu.records.access.models import User
from bangfu.records.access.permissions import Permission
from bangfu.records.personal import keyring
from bangfu.records.schema import personal_columns

STAR = "*"
#: How long a page shows a revealed value.
SHOWN_SECONDS = 60
REASONS: Mapping[str, Text] = {
    "call_household": Text("联系农户", "To call the household"),
    "check_identity": Text("核对证件", "To check an identity"),
    "pay_out": Text("核对发放账户", "To check where help is paid"),
    "correct_record": Text("更正资料", "To correct the record"),
    "review_case": Text("办理事项", "To review a case"),
}


class ReasonUnknown(ValueError):
    """The reason is not one of the list."""


def mask_id(value: str) -> str:
    """An ID number with its region and its last four: ``533422********0013``."""
    return _masked(value, 6, 4)


def mask_phone(value: str) -> str:
    """A phone number with its first three and last four digits."""
    return _masked(value, 3, 4)


def mask_account(value: str) -> str:
    """A bank account with its last four digits."""
    return _masked(value, 0, 4)


def _masked(value: str, head: int, tail: int) -> str:
    # Too short to hide anything behind its ends: hide it all.
    if len(value) < head + tail + 3:
        return STAR * len(value)
    return value[:head] + STAR * (len(value) - head - tail) + value[len(value) - tail :]


MASKS = {"id_no": mask_id, "phone": mask_phone, "bank_account": mask_account}


def masked(row: Any, field: str) -> str | None:
    """A personal field of a household or person as pages show it; None where it is missing."""
    value = _opened(row, field)
    return None if value is None else MASKS[field](value)


@transaction.atomic
def reveal(*, row: Any, field: str, reason: str, by: User, scope: Scope) -> str | None:
    """The whole value of a personal field, with an audit event that names row, field and reason.

    **Errors** ``PermissionDenied`` unless a grant with ``reveal_personal`` reaches the row and its personal class;
    ``ReasonUnknown``.
    """
    if reason not in REASONS:
        raise ReasonUnknown("Choose a reason from the list.")
    household = row if row._meta.model_name == "household" else row.household
    classes = scope.narrowed(Permission.REVEAL_PERSONAL).classes_at(household.place_code, household.pk)
    if FieldClass.PERSONAL not in classes or scope.user_id != by.pk:
        raise PermissionDenied(f"User {by.pk} may not reveal fields of household {household.pk}.")
    record(
        action="personal.reveal",
        by=by,
        subject=str(row._meta.model_name),
        subject_id=row.pk,
        place_code=household.place_code,
        reason=reason,
        facts={"field": field},
    )
    return _opened(row, field)


def _opened(row: Any, field: str) -> str | None:
    if field not in personal_columns(type(row)):
        raise ValueError(f"{type(row).__name__} has no personal field {field!r}.")
    sealed = getattr(row, f"{field}_enc")
    return None if sealed is None else keyring().open(row._meta.db_table, field, row.pk, bytes(sealed))


def in_file(row: Any, field: str, scope: Scope) -> tuple[str | None, bool]:
    """A personal field as a file may carry it, and whether it is masked: whole for whom may reveal it on this row.

    The file's own audit event counts what was given whole.
    """
    household = row if row._meta.model_name == "household" else row.household
    classes = scope.narrowed(Permission.REVEAL_PERSONAL).classes_at(household.place_code, household.pk)
    if FieldClass.PERSONAL in classes:
        return _opened(row, field), False
    return masked(row, field), True
