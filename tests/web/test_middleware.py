"""Every answer is strict about what it loads, and speaks the reader's language."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from bangfu.web.middleware import POLICY, ContentSecurityPolicy, Language


def say_language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


def say_language_after(middleware: Language, request: HttpRequest) -> HttpResponse:
    middleware.process_view(request)
    return say_language(request)


def asked(path: str = "/", *, cookie: str = "", accept: str = "", own: str = "") -> HttpResponse:
    request = RequestFactory().get(path, headers={"accept-language": accept})
    request.COOKIES.update({"lang": cookie} if cookie else {})
    request.user = SimpleNamespace(is_authenticated=bool(own), language=own)  # type: ignore[assignment]
    middleware = Language(say_language)
    middleware.get_response = lambda request: say_language_after(middleware, request)
    response = middleware(request)
    assert isinstance(response, HttpResponse)
    return response


def test_nothing_is_loaded_from_elsewhere() -> None:
    response = ContentSecurityPolicy(say_language)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("forbidden", ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"])
def test_the_policy_has_no_hole(forbidden: str) -> None:
    assert forbidden not in POLICY


@pytest.mark.parametrize(
    ("response", "language"),
    [
        (lambda: asked(), "zh-hans"),
        (lambda: asked(accept="fr-FR, en;q=0.8"), "en"),
        (lambda: asked(accept="zh-TW"), "zh-hans"),
        (lambda: asked(accept="en", own="zh-hans"), "zh-hans"),
        (lambda: asked(accept="zh-CN", own="en"), "en"),
        (lambda: asked(cookie="zh-hans", own="en"), "zh-hans"),
        (lambda: asked(cookie="en", accept="zh-CN"), "en"),
        (lambda: asked("/?lang=en", cookie="zh-hans", own="zh-hans"), "en"),
        (lambda: asked("/?lang=zh-Hans", cookie="en"), "zh-hans"),
        (lambda: asked("/?lang=xx", cookie="en"), "en"),
    ],
)
def test_address_then_cookie_then_user_then_browser_choose_the_language(response, language: str) -> None:  # type: ignore[no-untyped-def]
    assert response().content.decode() == language


def test_a_language_in_the_address_is_kept_in_the_cookie() -> None:
    assert asked("/?lang=en").cookies["lang"].value == "en"


def test_a_visit_without_a_choice_gets_no_cookie() -> None:
    assert not asked(accept="en").cookies


def test_the_answer_names_its_language() -> None:
    assert asked("/?lang=zh").headers["Content-Language"] == "zh-Hans"


def test_caches_keep_the_languages_apart() -> None:
    assert asked().headers["Vary"] == "Accept-Language, Cookie"
