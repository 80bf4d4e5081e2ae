"""The sign-in forms with our words; what they check is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.form_words import WordedForm

CODE = _("Code from the phone")


def _worded(form: Any, labels: dict[str, Any]) -> None:
    """Set labels and drop placeholders: a placeholder is no label and vanishes when one types."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"login": _("Sign-in name"), "password": _("Password")})
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password": _("Password")})


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": _("Present password"), "password1": _("New password")}
        _worded(self, {**labels, "password2": _("New password again")})
        self.fields["password1"].help_text = _("At least 10 characters.")


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": CODE})
        self.fields["code"].help_text = _("Six digits, or one of your spare codes.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CodeAgainForm(ReauthenticateByCodeForm):  # type: ignore[misc]
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": CODE})


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code, which shows that the phone has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": CODE})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class TokenForm(WordedForm):
    """For which place a token is, and until when."""

    place = forms.ChoiceField(label=_("Place"))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["place"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = places
