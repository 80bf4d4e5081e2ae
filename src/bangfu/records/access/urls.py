"""Addresses of signing in and of one's own account. The names are those that allauth asks for.

Only what is used is routed: no sign-up, no e-mail, no reset by e-mail.
"""

from django.urls import path

from bangfu.records.access import views

urlpatterns = [
    path("in/", views.sign_in, name="account_login"),
    path("in/code/", views.sign_in_code, name="mfa_authenticate"),
    path("in/closed/", views.closed, name="account_inactive"),
    path("in/again/", views.password_again, name="account_reauthenticate"),
    path("in/code/again/", views.code_again, name="mfa_reauthenticate"),
    path("out/", views.sign_out, name="account_logout"),
    path("me/", views.me, name="me"),
    path("me/tokens/", views.my_tokens, name="my_tokens"),
    path("me/tokens/<int:token>/withdraw/", views.my_token_withdraw, name="my_token_withdraw"),
    path("me/password/", views.password, name="account_change_password"),
    path("me/code/", views.second_factor, name="mfa_index"),
    path("me/code/on/", views.second_factor_on, name="mfa_activate_totp"),
    path("me/code/off/", views.second_factor_off, name="mfa_deactivate_totp"),
    path("me/code/spare/", views.spare_codes, name="mfa_view_recovery_codes"),
    path("me/code/spare/new/", views.new_spare_codes, name="mfa_generate_recovery_codes"),
]
