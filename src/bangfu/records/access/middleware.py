"""The gate at the door: every address asks who comes. A view that does not say whom it admits is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from bangfu.records.access.gate import NO_SCOPE, Scope, scope_of
from bangfu.records.access.models import Role
from bangfu.records.access.permissions import Admission, Door, Permission, admission_of

#: Items of the bar (``bangfu.web.navigation``) → the permission without which the item is absent.
BAR = {
    "area": Permission.SEE_AREA,
    "households": Permission.SEE_HOUSEHOLDS,
    "data": Permission.IMPORT_FILES,
    "analysis": Permission.SEE_FIGURES,
}
#: Roles that have households of their own to help.
AT_THE_DOOR = frozenset({Role.TEAM_MEMBER, Role.HELPER})
#: Items that every signed-in person has, as soon as their page exists.
BAR_FOR_ALL = frozenset({"inbox", "cases", "help"})


class Gate:
    """Puts ``scope`` (for this view), ``whole_scope`` and ``nav_keys`` on the request, or answers for the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        """The answer; until a view is found the request carries an empty scope."""
        request.scope = request.whole_scope = NO_SCOPE
        request.nav_keys = frozenset()
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, *_arguments: Any) -> HttpResponseBase | None:
        """Let the view run with its scope, or send the visitor to sign in, or refuse."""
        admission = admission_of(view)
        if admission is None:
            name = getattr(view, "__qualname__", repr(view))
            raise ImproperlyConfigured(f"The view {view.__module__}.{name} does not declare whom it admits (@admit…).")
        if not request.user.is_authenticated:
            return None if admission.door is Door.ANYONE else to_sign_in(request)
        request.whole_scope = scope_of(request.user, timezone.localdate())
        request.nav_keys = bar_of(request.whole_scope)
        request.scope = _scope_for(admission, request.whole_scope)
        return None


def _scope_for(admission: Admission, whole: Scope) -> Scope:
    if admission.permission is None:
        return whole
    if not whole.may(admission.permission):
        raise PermissionDenied(f"User {whole.user_id} does not hold {admission.permission}.")
    return whole.narrowed(admission.permission)


def bar_of(scope: Scope) -> frozenset[str]:
    """The items of the bar that a scope's roles have."""
    found = BAR_FOR_ALL | {key for key, permission in BAR.items() if scope.may(permission)}
    return found | {"mine"} if scope.roles & AT_THE_DOOR else found


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; htmx is told to load it whole instead of swapping it in."""
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    address = f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request") == "true":
        way = f"{settings.LOGIN_URL}?{urlencode({'next': _page_shown(request)})}"
        return HttpResponse(status=401, headers={"HX-Redirect": way})
    return HttpResponseRedirect(address)


def _page_shown(request: HttpRequest) -> str:
    """The page from which htmx asks, where it is one of ours; else the home."""
    shown = request.headers.get("HX-Current-URL", "")
    own = url_has_allowed_host_and_scheme(shown, {request.get_host()}, require_https=request.is_secure())
    if not own:
        return "/"
    parts = urlsplit(shown)
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    return path if url_has_allowed_host_and_scheme(path, None) else "/"
