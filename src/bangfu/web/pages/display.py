"""How pages look to one reader: letters and brightness, kept in cookies; and the keys that pages listen to."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

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


class DisplayForm(forms.Form):
    """Letters and brightness."""

    letters = forms.ChoiceField(
        label=gettext_lazy("Letters"), choices=LETTERS, required=False, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Brightness"), choices=THEMES, required=False, widget=forms.RadioSelect
    )


@admit_anyone
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """The choice of letters and brightness; once chosen, the page on which one was."""
    if request.method == "POST":
        form = DisplayForm(request.POST)
        if form.is_valid():
            return _kept(request, form)
    else:
        form = DisplayForm(initial={name: request.COOKIES.get(name, "") for name in ("letters", "theme")})
    page = {
        "form": form,
        "title": _("Letters and brightness"),
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
