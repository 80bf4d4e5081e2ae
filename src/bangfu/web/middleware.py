"""What every answer passes through: a strict content security policy, and the language of the reader.

The gate at the door (who may see what) is ``bangfu.records.access.middleware.Gate``; it stands behind the sign-in
middleware in the settings and is not part of this module, since it needs the records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from bangfu.records.instance.held import held

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
LANGUAGE_COOKIE = "lang"
LANGUAGE_PARAMETER = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
# What the address and the cookie may say, and what it means; the tags are those of the pages' ``lang`` attribute.
LANGUAGES = {"zh-hans": "zh-hans", "zh": "zh-hans", "zh-cn": "zh-hans", "en": "en"}
TAGS = {"zh-hans": "zh-Hans", "en": "en"}

#: Kinds of answers beside texts that become smaller on the wire.
COMPRESSED = frozenset({"application/javascript", "application/json", "image/svg+xml"})

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ContentSecurityPolicy:
    """Sets the policy on every answer: nothing leaves the origin, no inline script or style, no frame around us."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with its policy; a view may have set a stricter one."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class OneState:
    """Lets a request see one state of the instance and its parameters, asked for once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, made under one state."""
        with held():
            return self.get_response(request)


class Language:
    """Chooses the language: the address (``?lang=``), the cookie, the user's own, what the browser asks for, Chinese.

    Nothing is redirected: a language in the address counts at once and is kept in the cookie.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer in the language, which it names."""
        asked = known_language(request.GET.get(LANGUAGE_PARAMETER))
        chosen = asked or known_language(request.COOKIES.get(LANGUAGE_COOKIE)) or accepted_language(request)
        _activate(request, chosen)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", TAGS[active_language()])
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if asked and isinstance(response, HttpResponse):
            _keep(response, asked)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """The user's own language, known only after the sign-in middleware, where neither address nor cookie spoke."""
        if known_language(request.GET.get(LANGUAGE_PARAMETER)) or known_language(request.COOKIES.get(LANGUAGE_COOKIE)):
            return
        user = getattr(request, "user", None)
        own = known_language(getattr(user, "language", "")) if user is not None and user.is_authenticated else ""
        if own:
            _activate(request, own)


def known_language(tag: str | None) -> str:
    """Our language for a tag of an address, cookie or user (``zh-Hans``, ``zh``, ``EN``), empty for any other."""
    return LANGUAGES.get((tag or "").strip().lower().replace("_", "-"), "")


def accepted_language(request: HttpRequest) -> str:
    """The first of the browser's languages that we speak, Chinese where none is."""
    header = request.headers.get("Accept-Language", "")
    for part in header.split(","):
        primary = part.split(";")[0].strip().lower().split("-")[0]
        if primary in LANGUAGES:
            return LANGUAGES[primary]
    return "zh-hans"


def active_language() -> str:
    """The active language as one of ours."""
    return known_language(translation.get_language()) or "zh-hans"


def _activate(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _keep(response: HttpResponse, language: str) -> None:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=secure)


class Compression(GZipMiddleware):
    """Compresses pages, scripts and styles on the wire; workbooks and pictures are compressed already.

    A page that repeats what was typed beside a secret would tell the secret by its length (BREACH). Three things stand
    against it: the form token is masked anew in every answer, Django pads each compressed answer by random bytes, and
    the session's cookie does not come with requests of other sites except when a person follows a link.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed where that makes it smaller."""
        kind = response.headers.get("Content-Type", "").split(";")[0]
        if kind not in COMPRESSED and not kind.startswith("text/"):
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed
