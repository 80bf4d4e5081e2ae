"""What is done to people's access: make users, grant and revoke roles. Each with its audit event."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from bangfu.parameters.text import Text
from bangfu.records.access.audit import record
from bangfu.records.access.gate import scope_of
from bangfu.records.access.models import Grant, Role, User
from bangfu.records.access.permissions import Permission

#: Roles that only the command line appoints, so that no administrator makes another one, or himself.
APPOINTED = frozenset({Role.USER_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})


class GrantRefused(Exception):
    """A grant that may not stand; ``sentence`` says why to people."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def generated_password() -> str:
    """A random password, printed once and kept nowhere."""
    return secrets.token_urlsafe(15)


@transaction.atomic
def add_user(*, username: str, password: str, by: User | None, display_name: str = "", language: str = "") -> User:
    """A new user without any grant. **Errors** ``ValidationError`` for a weak password."""
    user = User(username=username, display_name=display_name, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    record(action="user.add", by=by, subject="user", subject_id=user.pk)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: User | None) -> None:
    """Give a user another password; every session of the user ends with it."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(action="user.set_password", by=by, subject="user", subject_id=user.pk)


ENDS_EARLY = Text(
    "授权到{until}为止，早于开始的{first}。请给今天或以后的日期。",
    "The grant would end on {until}, before it begins on {first}. Name a day from today on.",
)


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    by: User | None,
    valid_from: date,
    place: Any = None,
    household: Any = None,
    unit: str = "",
    valid_until: date | None = None,
    reason: str = "",
) -> Grant:
    """Grant a role over a place or a household. **Errors** ``GrantRefused`` with a sentence."""
    kind = Role(role)
    _check_shape(kind, place, household, unit)
    if valid_until is not None and valid_until < valid_from:
        raise GrantRefused(ENDS_EARLY.format(until=valid_until, first=valid_from))
    code = household.place_code if household is not None else place.code
    _check_giver(by, user, kind, code, valid_from)
    grant = Grant(
        user=user, role=kind, place=place, household=household, unit=unit, valid_from=valid_from,
        valid_until=valid_until, granted_by=by, reason=reason,
    )  # fmt: skip
    grant.save()
    facts = {
        "user_id": user.pk, "role": str(kind), "from_day": valid_from.isoformat(),
        "until_day": valid_until.isoformat() if valid_until else None,
        "household_id": household.pk if household is not None else None,
    }  # fmt: skip
    record(
        action="grant.give", by=by, subject="grant", subject_id=grant.pk, place_code=code, reason=reason, facts=facts
    )
    return grant


@transaction.atomic
def revoke_grant(*, grant: Grant, by: User | None, at: datetime, reason: str = "") -> None:
    """End a grant at once. What it gave while it stood stays in the log."""
    code = grant.household.place_code if grant.household is not None else grant.place.code  # type: ignore[union-attr]
    _check_giver(by, grant.user, Role(grant.role), code, at.date())
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    facts = {"user_id": grant.user_id, "role": grant.role}
    record(
        action="grant.revoke", by=by, subject="grant", subject_id=grant.pk, place_code=code, reason=reason, facts=facts
    )


def _check_shape(role: Role, place: Any, household: Any, unit: str) -> None:
    if place is None and household is None:
        raise GrantRefused(
            Text(
                "没有给出授权的地方。用 --place 写地方代码；帮扶责任人用 --household 写户编号。",
                "No place was named for this role. Give its code with --place, or for a helper a household with "
                "--household.",
            )
        )
    if place is not None and household is not None:
        raise GrantRefused(Text("请给出一个地方或一户，只给一个。", "Name one place or one household, not both."))
    if role is Role.HELPER and household is None:
        raise GrantRefused(Text("帮扶责任人的授权要落到户。", "A helper is granted households, not places."))
    if household is not None and role not in {Role.HELPER, Role.TEAM_MEMBER}:
        raise GrantRefused(Text("这个角色的授权要落到地方。", "This role is granted over a place."))
    if (role is Role.UNIT_MEMBER) != bool(unit):
        raise GrantRefused(
            Text("帮扶单位成员要写明单位，别的角色不写。", "A unit member names the unit; other roles do not.")
        )


def _check_giver(by: User | None, user: User, role: Role, code: str, on: date) -> None:
    """The command line may everything; a user administrator only inside his area, for others, and no administrators."""
    if by is None:
        return
    if by.pk == user.pk:
        raise GrantRefused(Text("不能给自己授权或撤销。", "Nobody changes his own grants."))
    if role in APPOINTED:
        raise GrantRefused(Text("管理员只能在命令行任免。", "Administrators are appointed on the command line only."))
    if not scope_of(by, on).narrowed(Permission.MANAGE_USERS).area.allows_place(code):
        raise GrantRefused(Text("这个地方不归您管理。", "You do not manage this place."))
