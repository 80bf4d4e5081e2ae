"""How pages look and listen to one reader: letters, brightness and keys, kept in cookies; and the list of keys."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.permissions import admit_anyone, admit_signed_in
from bangfu.web.middleware import COOKIE_SECONDS
from bangfu.web.navigation import with_keys

#: The choices; an empty one is what the device asks for.
LETTERS = (("", pgettext_lazy("letters", "Normal")), ("big", pgettext_lazy("letters", "Large")))
THEMES = (
    ("", gettext_lazy("As the device says")),
    ("light", pgettext_lazy("theme", "Light")),
    ("dark", pgettext_lazy("theme", "Dark")),
)
#: Whether single letters lead somewhere; whoever dictates or types by another program turns them off (WCAG 2.1.4).
KEYS = (("", pgettext_lazy("keys", "On")), ("off", pgettext_lazy("keys", "Off")))


class DisplayForm(WordedForm):
    """Letters, brightness and keys."""

    letters = forms.ChoiceField(
        label=gettext_lazy("Letters"), choices=LETTERS, required=False, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Brightness"), choices=THEMES, required=False, widget=forms.RadioSelect
    )
    keys = forms.ChoiceField(
        label=gettext_lazy("Keys of one letter or sign"),
        help_text=gettext_lazy("Turn them off where you dictate, or where a program types for you."),
        choices=KEYS,
        required=False,
        widget=forms.RadioSelect,
    )


@admit_anyone
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """The choice of letters, brightness and keys; once chosen, the page on which one was."""
    if request.method == "POST":
        form = DisplayForm(request.POST)
        if form.is_valid():
            return _kept(request, form)
    else:
        form = DisplayForm(initial={name: request.COOKIES.get(name, "") for name in DisplayForm.base_fields})
    page = {
        "form": form,
        "title": _("Letters, brightness, keys"),
        "button": _("Show it so"),
        "action": request.get_full_path(),
    }
    return render(request, "pages/display.html", page)


def _kept(request: HttpRequest, form: DisplayForm) -> HttpResponse:
    """Back to where one was, with the choices in cookies that no script reads."""
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    for name, value in form.cleaned_data.items():
        if value:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            answer.set_cookie(name, value, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=secure)
        else:
            answer.delete_cookie(name, samesite="Lax")
    return answer


@admit_signed_in
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that pages listen to: those that this reader's bar has."""
    return render(
        request, "pages/keys.html", {"title": _("Keys"), "goes": with_keys(getattr(request, "nav_keys", None))}
    )
