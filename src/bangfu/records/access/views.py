"""Signing in and out, one's own password and second factor: allauth's views, our templates, each with its door."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare
from allauth.mfa.totp import views as totp
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.models import Role
from bangfu.records.access.permissions import admit_anyone, admit_signed_in

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
