"""Scope tokens of the notebook face: issued, admitted, withdrawn. Each issue, use and refusal is in the audit log.

A token adds nothing to its user's grants: it gives what they give at the moment of use, cut to the token's place.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.parameters.refused import Refused
from bangfu.parameters.text import Text
from bangfu.records.access.audit import record
from bangfu.records.access.gate import Scope, scope_of, successor_of
from bangfu.records.access.models import ScopeToken, User
from bangfu.records.access.permissions import Permission
from bangfu.records.places.models import Place
from bangfu.records.places.queries import as_csv

UNKNOWN = Text(
    "没有这个令牌。请在「我的账户」或用 bangfu users token 领取新的。",
    "There is no such token. Issue a new one in “My account” or with `bangfu users token`.",
)
ENDED = Text("令牌到{until}为止，已过期。请领取新的。", "The token ended on {until}. Issue a new one.")
WITHDRAWN = Text("令牌已收回。请领取新的。", "The token was withdrawn. Issue a new one.")
CLOSED = Text("领取令牌的账户已停用。请联系管理员。", "The account of this token is closed. Ask your administrator.")
NOTHING_THERE = Text(
    "您在{place}没有查看数字的授权，令牌打不开任何数据。",
    "You hold no grant to see figures at {place}, so a token opens nothing there.",
)
ENDS_EARLY = Text(
    "令牌的最后一天{until}已经过去，请写{today}到{latest}之间的一天。",
    "The last day of the token, {until}, has passed. Give a day from {today} to {latest}.",
)
ENDS_LATE = Text(
    "令牌最多用一年，最后一天不能晚于{latest}，您写的是{until}。到期后可再领取。",
    "A token lasts a year at most: its last day is {latest} at the latest, not {until}. Issue another one then.",
)
TOO_MANY = Text(
    "这个人已有{most}个有效令牌，不能再领取。请先收回不用的：在「我的账户」，"
    "或用bangfu users tokens和bangfu users withdraw-token。",
    "This person has {most} standing tokens, as many as one may have. Withdraw those that are not used: in “My "
    "account”, or with `bangfu users tokens` and `bangfu users withdraw-token`.",
)
#: How long a token lasts unless its owner says otherwise, and at most; how many of a person stand at once.
USUAL_DAYS, MOST_DAYS = timedelta(days=90), timedelta(days=365)
MOST_STANDING = 20


class TokenRefused(Refused):
    """A token that opens nothing."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A token that stands, and the scope that it gives now."""

    token: ScopeToken
    scope: Scope


@transaction.atomic
def issue_token(*, user: User, place: Place, until: date, at: datetime, by: User | None) -> tuple[ScopeToken, str]:
    """A new token and its secret, which is shown once and kept nowhere. **Errors** ``TokenRefused``."""
    today = timezone.localdate(at)
    _check_last_day(until, today)
    # Held, so that two requests at once do not both take the last place.
    user = User.objects.select_for_update().get(pk=user.pk)
    if standing_of(user, today).count() >= MOST_STANDING:
        raise TokenRefused(TOO_MANY.format(most=MOST_STANDING))
    if not user.is_active:
        raise TokenRefused(CLOSED)
    if not _scope(user, place, today).may(Permission.SEE_FIGURES):
        raise TokenRefused(NOTHING_THERE.format(place=place.code))
    secret = secrets.token_urlsafe(32)
    token = ScopeToken(user=user, place=place, secret_hash=_hash(secret), issued_at=at, valid_until=until)
    token.save()
    facts = {"user_id": user.pk, "until_day": until.isoformat()}
    record(action="token.issue", by=by, subject="token", subject_id=token.pk, place_code=place.code, facts=facts)
    return token, secret


def reach_of(token: ScopeToken, *, on: date) -> tuple[str, ...]:
    """The codes of the places whose figures a token opens: its own, or the parts granted to its user."""
    scope = _scope(token.user, token.place, on).narrowed(Permission.SEE_FIGURES)
    return (token.place.code,) if scope.places.everything else tuple(sorted(scope.places.prefixes))


def _check_last_day(until: date, today: date) -> None:
    if until < today:
        raise TokenRefused(ENDS_EARLY.format(until=until, today=today, latest=today + MOST_DAYS))
    if until > today + MOST_DAYS:
        raise TokenRefused(ENDS_LATE.format(until=until, latest=today + MOST_DAYS))


def standing_of(user: User, today: date) -> QuerySet[ScopeToken]:
    """The tokens of a person that still open something, as far as their days say."""
    return ScopeToken.objects.filter(user=user, revoked_at__isnull=True, valid_until__gte=today)


@transaction.atomic
def withdraw_token(*, token: ScopeToken, by: User | None, at: datetime) -> None:
    """End a token at once."""
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(action="token.withdraw", by=by, subject="token", subject_id=token.pk, place_code=token.place.code)


def standing_token(token_id: int) -> ScopeToken | None:
    """A token that was not withdrawn, by its id."""
    return ScopeToken.objects.select_related("place").filter(pk=token_id, revoked_at__isnull=True).first()


def tokens_as_csv(*, on: date | None) -> str:
    """Every token, or those that stand on a day, as CSV: id, name, place, until, withdrawn. No secrets."""
    found = ScopeToken.objects.select_related("user", "place").order_by("pk")
    if on is not None:
        found = found.filter(revoked_at__isnull=True, valid_until__gte=on)
    return as_csv(("id", "name", "place", "until", "withdrawn"), (_line(token) for token in found))


def _line(token: ScopeToken) -> tuple[object, ...]:
    return token.pk, token.user.username, token.place.code, token.valid_until, "yes" if token.revoked_at else ""


def use_token(secret: str, *, at: datetime, use: str) -> Admitted:
    """The token of a secret and its scope at this moment; use or refusal is in the log before anything is answered.

    **Errors** ``TokenRefused`` for a token that is unknown, ended or withdrawn, or whose user was closed or lost every
    grant there.
    """
    admitted = check_token(secret, at=at, use=use)
    with transaction.atomic():
        _note("token.use", admitted.token, use)
    return admitted


def check_token(secret: str, *, at: datetime, use: str) -> Admitted:
    """The same for a call on what ``use_token`` opened: it is in the log with that, and by itself where refused."""
    found = ScopeToken.objects.select_related("user", "place__merged_into").filter(secret_hash=_hash(secret)).first()
    refused = UNKNOWN if found is None else _refusal(found, timezone.localdate(at))
    if found is None or refused is not None:
        with transaction.atomic():
            _note("token.refuse", found, use)
        raise TokenRefused(refused or UNKNOWN)
    return Admitted(found, _scope(found.user, found.place, timezone.localdate(at)))


def _note(action: str, token: ScopeToken | None, use: str) -> None:
    record(
        action=action,
        by=token.user if token else None,
        subject="token",
        subject_id=token.pk if token else None,
        place_code=token.place.code if token else "",
        facts={"use": use},
    )


def _refusal(token: ScopeToken, today: date) -> Text | None:
    if token.revoked_at is not None:
        return WITHDRAWN
    if token.valid_until < today:
        return ENDED.format(until=token.valid_until)
    if not token.user.is_active:
        return CLOSED
    scope = _scope(token.user, token.place, today)
    return None if scope.may(Permission.SEE_FIGURES) else NOTHING_THERE.format(place=token.place.code)


def _scope(user: User, place: Place, on: date) -> Scope:
    return scope_of(user, on).within(successor_of(place).code)


def _hash(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"scope token:" + secret.encode(), sha256).hexdigest()
