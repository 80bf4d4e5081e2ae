"""What every page needs around its content: instance, bar, languages, theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest

from bangfu.web import navigation
from bangfu.web.middleware import LANGUAGE_PARAMETER, TAGS, active_language
from bangfu.web.numbers import in_chinese

INSTANCE_KEY = "bangfu.web.instance"
INSTANCE_SECONDS = 30
LANGUAGE_LABELS = {"zh-hans": "中文", "en": "EN"}
THEMES = ("light", "dark")
LETTERS = ("big",)
KEYS = ("off",)


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """The name of the instance and whether its people are invented."""

    title_zh: str = "帮扶平台"
    title_en: str = "bangfu"
    synthetic: bool = False

    @property
    def title(self) -> str:
        """The name in the active language."""
        return self.title_zh if in_chinese() else self.title_en


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same address in another language, named in its own."""

    label: str
    href: str
    tag: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor of every page.

    The gate may leave on the request ``nav_keys`` (the items of the bar that the role has) and ``nav_counts``; the page
    says with ``section`` which item it belongs to.
    """
    entries = navigation.items(getattr(request, "nav_keys", None), getattr(request, "nav_counts", {}))
    theme, letters, keys = (request.COOKIES.get(name, "") for name in ("theme", "letters", "keys"))
    return {
        "instance": instance_facts(),
        "lang_tag": TAGS[active_language()],
        "language_links": language_links(request),
        "nav": entries,
        "nav_phone": entries[: navigation.PHONE_ITEMS] if len(entries) > navigation.PHONE_ITEMS + 1 else entries,
        "nav_more": entries[navigation.PHONE_ITEMS :] if len(entries) > navigation.PHONE_ITEMS + 1 else (),
        "search_href": navigation.address("search"),
        "sign_in_href": settings.LOGIN_URL,
        "sign_out_href": navigation.address("sign_out") or navigation.address("account_logout"),
        "me_href": navigation.address("me"),
        "display_href": navigation.address("display"),
        "keys_href": navigation.address("keys"),
        "theme": theme if theme in THEMES else "",
        "letters": letters if letters in LETTERS else "",
        "single_keys": keys if keys in KEYS else "",
    }


def language_links(request: HttpRequest) -> tuple[LanguageLink, ...]:
    """Links to the same address in the other languages; whatever else the address says stays."""
    others = [language for language in LANGUAGE_LABELS if language != active_language()]
    return tuple(LanguageLink(LANGUAGE_LABELS[code], _address_in(request, code), TAGS[code]) for code in others)


def _address_in(request: HttpRequest, language: str) -> str:
    query = request.GET.copy()
    query[LANGUAGE_PARAMETER] = language
    return f"{request.path}?{query.urlencode()}"


def instance_facts() -> InstanceFacts:
    """Name and kind of the instance, asked at most once in half a minute; the defaults before there is a database."""
    facts = cache.get(INSTANCE_KEY)
    if isinstance(facts, InstanceFacts):
        return facts
    facts = _stored_facts()
    if facts is None:
        return InstanceFacts()
    cache.set(INSTANCE_KEY, facts, INSTANCE_SECONDS)
    return facts


def _stored_facts() -> InstanceFacts | None:
    from bangfu.records.instance.models import Instance

    try:
        row = Instance.objects.values_list("title_zh", "title_en", "synthetic").first()
    except DatabaseError:  # before the first migration the error pages must still have a frame
        return None
    return InstanceFacts(*row) if row else None
