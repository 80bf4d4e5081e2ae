"""How people sign in: accounts are made by an administrator; a name that fails too often is locked for a while.

The lock stands in the database, so that every process of a server knows it, under a hash of the name: whether an
account of that name exists cannot be told from it.
"""

from __future__ import annotations

import base64
import hmac
import os
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.records.access.audit import record
from bangfu.records.access.models import SignInGuard, User

#: So many wrong passwords within the window lock the name for as long again.
FAILURES = 5
WINDOW = timedelta(minutes=15)

#: allauth announces by template name; these are our words for those worth saying.
SAID = {
    "account/messages/password_changed.txt": gettext_noop("The password is changed. Other devices are signed out."),
    "mfa/messages/totp_activated.txt": gettext_noop("From now on signing in asks for a code too."),
    "mfa/messages/totp_deactivated.txt": gettext_noop("Signing in no longer asks for a code."),
    "mfa/messages/recovery_codes_generated.txt": gettext_noop("New spare codes are made; the old ones are void."),
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up, our words, the lock, and the audit events of coming and going."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("The sign-in name or the password is wrong."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "enter_current_password": gettext_lazy("The present password is wrong."),
        "too_many_login_attempts": gettext_lazy("Too many attempts from this office. Wait a minute."),
        "rate_limited": gettext_lazy("Too many attempts. Wait five minutes."),
        "account_inactive": gettext_lazy("This account is closed. Ask your administrator."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up by himself."""
        return False

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Refuse a locked name before its password is looked at."""
        until = locked_until(credentials.get("username", ""), now=timezone.now())
        if until is not None:
            raise forms.ValidationError(lock_sentence(until), code="locked")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """Count the failure; the one that locks the name says so."""
        until = count_failure(credentials.get("username", ""), now=timezone.now())
        if until is not None:
            raise forms.ValidationError(lock_sentence(until), code="locked")

    def login(self, request: Any, user: Any) -> None:
        """Sign in under a new session key and note it."""
        with transaction.atomic():
            SignInGuard.objects.filter(name_hash=_name_hash(user.username)).delete()
            super().login(request, user)
            record(action="user.sign_in", by=user, subject="user", subject_id=user.pk)

    def logout(self, request: Any) -> None:
        """Sign out and note it."""
        user = request.user
        with transaction.atomic():
            super().logout(request)
            record(action="user.sign_out", by=user, subject="user", subject_id=user.pk)

    def set_password(self, user: Any, password: str) -> None:
        """A password that its owner changed."""
        with transaction.atomic():
            super().set_password(user, password)
            record(action="user.change_password", by=user, subject="user", subject_id=user.pk)

    def add_message(
        self, request: Any, level: int, message_template: str | None = None, *_more: Any, **_m: Any
    ) -> None:
        """Only what is worth saying, in our words."""
        words = SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, _(words))


def _name_hash(username: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), username.strip().lower().encode(), sha256).hexdigest()


def locked_until(username: str, *, now: datetime) -> datetime | None:
    """Until when a name is locked, or None."""
    guard = SignInGuard.objects.filter(name_hash=_name_hash(username), locked_until__gt=now).first()
    return None if guard is None else guard.locked_until


@transaction.atomic
def count_failure(username: str, *, now: datetime) -> datetime | None:
    """Count a failed sign-in; until when the name is locked, if this one locked it."""
    SignInGuard.objects.get_or_create(name_hash=_name_hash(username), defaults={"last_failed_at": now})
    guard = SignInGuard.objects.select_for_update().get(name_hash=_name_hash(username))
    guard.failures = guard.failures + 1 if now - guard.last_failed_at < WINDOW else 1
    guard.last_failed_at = now
    if guard.failures >= FAILURES:
        guard.failures, guard.locked_until = 0, now + WINDOW
        owner = User.objects.filter(username=username).first()
        record(action="user.locked", by=None, subject="user", subject_id=owner.pk if owner else None)
    guard.save()
    return guard.locked_until if guard.locked_until and guard.locked_until > now else None


def lock_sentence(until: datetime) -> str:
    """Until when, and whom to call."""
    clock = date_format(timezone.localtime(until), "H:i")
    contact = getattr(settings, "CONTACT", "")
    if contact:
        return _("Locked until %(clock)s after %(count)s wrong passwords. Call %(contact)s.") % {
            "clock": clock,
            "count": FAILURES,
            "contact": contact,
        }
    return _("Locked until %(clock)s after %(count)s wrong passwords. Call your administrator.") % {
        "clock": clock,
        "count": FAILURES,
    }


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Codes from a phone. Their secrets are sealed under a key derived from the web secret."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is wrong or has passed. Take the next one."),
    }

    def get_totp_label(self, user: Any) -> str:
        """The name under which the phone lists the account."""
        return str(user.username)

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        nonce = os.urandom(12)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, text.encode(), b"mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it was."""
        stored = base64.b64decode(encrypted_text)
        return self._cipher().decrypt(stored[:12], stored[12:], b"mfa").decode()

    @staticmethod
    def _cipher() -> AESGCM:
        return AESGCM(hmac.new(settings.SECRET_KEY.encode(), b"mfa secrets", sha256).digest())
