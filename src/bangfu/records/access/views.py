"""Signing in and out, one's own password and second factor: allauth's views, our templates, each with its door."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.records.access import tokens
from bangfu.records.access.forms import TokenForm
from bangfu.records.access.gate import name_of, scoped
from bangfu.records.access.models import Role, ScopeToken
from bangfu.records.access.permissions import Permission, admit_anyone, admit_signed_in
from bangfu.records.access.queries import place_named
from bangfu.records.places.queries import children, places_named

sign_in = admit_anyone(account.LoginView.as_view(template_name="access/sign_in.html"))
sign_in_code = admit_anyone(mfa.AuthenticateView.as_view(template_name="access/code.html"))
closed = admit_anyone(account.AccountInactiveView.as_view(template_name="access/closed.html"))
sign_out = admit_anyone(account.LogoutView.as_view(template_name="access/sign_out.html"))

password_again = admit_signed_in(account.ReauthenticateView.as_view(template_name="access/again.html"))
code_again = admit_signed_in(mfa.ReauthenticateView.as_view(template_name="access/again.html"))
password = admit_signed_in(account.PasswordChangeView.as_view(template_name="access/password.html"))
second_factor = admit_signed_in(mfa.IndexView.as_view(template_name="access/second_factor.html"))
second_factor_on = admit_signed_in(totp.ActivateTOTPView.as_view(template_name="access/second_factor_on.html"))
second_factor_off = admit_signed_in(totp.DeactivateTOTPView.as_view(template_name="access/second_factor_off.html"))
spare_codes = admit_signed_in(spare.ViewRecoveryCodesView.as_view(template_name="access/spare_codes.html"))
new_spare_codes = admit_signed_in(spare.GenerateRecoveryCodesView.as_view(template_name="access/new_spare_codes.html"))

ROLE_NAMES = {
    Role.TEAM_MEMBER: _("Village team member"),
    Role.HELPER: _("Helper"),
    Role.TOWNSHIP_OFFICER: _("Township officer"),
    Role.COUNTY_OFFICER: _("County officer"),
    Role.PREFECTURE_OFFICER: _("Prefecture officer"),
    Role.PROVINCE_OFFICER: _("Province officer"),
    Role.UNIT_MEMBER: _("Member of an assisting unit"),
    Role.ANALYST: _("Analyst"),
    Role.AUDITOR: _("Auditor"),
    Role.USER_ADMINISTRATOR: _("User administrator"),
    Role.SYSTEM_ADMINISTRATOR: _("System administrator"),
    Role.AUDIT_ADMINISTRATOR: _("Audit administrator"),
}


@admit_signed_in
def me(request: Any) -> HttpResponse:
    """Who one is here: roles with their end, password, second factor."""
    roles = [(ROLE_NAMES[Role(part.role)], part.until) for part in request.whole_scope.parts]
    return render(request, "access/me.html", {"roles": roles})


@admit_signed_in
@never_cache
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def my_tokens(request: Any) -> HttpResponse:
    """One's tokens for notebooks, and a new one, whose secret this answer alone shows."""
    places = _token_places(request.whole_scope)
    first = {"until": timezone.localdate() + tokens.USUAL_DAYS}
    form = TokenForm(request.POST or None, places=places, initial=first)
    secret = _issued(request, form) if request.method == "POST" and form.is_valid() else ""
    mine = scoped(ScopeToken.objects.filter(revoked_at=None), request.whole_scope).select_related("place")
    standing = mine.filter(valid_until__gte=timezone.localdate()).order_by("pk")
    page = {
        "secret": secret,
        "form": form,
        "places": places,
        "tokens": [(token, name_of(token.place)) for token in standing],
    }
    return render(request, "access/tokens.html", page)


# Withdrawing asks for no password: it closes a door, and must be quick when a secret is lost.
@admit_signed_in
@require_POST
def my_token_withdraw(request: Any, token: int) -> HttpResponse:
    """End one of one's tokens at once."""
    mine = scoped(ScopeToken.objects.filter(revoked_at=None), request.whole_scope).select_related("place")
    tokens.withdraw_token(token=get_object_or_404(mine, pk=token), by=request.user, at=timezone.now())
    messages.success(request, _("The token is withdrawn."))
    return redirect("my_tokens")


def _token_places(scope: Any) -> list[tuple[str, str]]:
    """The places that a token can be for: those of one's grants to see figures, and those right under them."""
    own = places_named(scope.narrowed(Permission.SEE_FIGURES).places.prefixes)
    found = {code: name_of(place) for code, place in sorted(own.items())}
    for code in list(found):
        found |= {place.code: f"{found[code]} · {name_of(place)}" for place in children(code)}
    return list(found.items())


def _issued(request: Any, form: TokenForm) -> str:
    """The secret of a new token, or nothing where the form now says why not."""
    place = place_named(form.cleaned_data["place"])
    if place is None:
        form.add_error("place", _("This place is no longer there. Choose another one."))
        return ""
    until, now = form.cleaned_data["until"], timezone.now()
    try:
        _token, secret = tokens.issue_token(user=request.user, place=place, until=until, at=now, by=request.user)
    except tokens.TokenRefused as refusal:
        form.add_error(None, refusal.sentence.in_language("en" if get_language() == "en" else "zh"))
        return ""
    return secret
