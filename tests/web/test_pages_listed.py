"""Every named URL has a sample in tools/pages/listed.py, or a reason why there is no picture of it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver

from tools.pages.listed import SAMPLES, WITHOUT_PICTURE


def names(resolver: URLResolver) -> set[str]:
    """The names of all URL patterns below a resolver."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        found |= (
            names(entry)
            if isinstance(entry, URLResolver)
            else {str(entry.name)}
            if isinstance(entry, URLPattern)
            else set()
        )
    return found


def test_every_named_address_has_a_sample_or_a_reason() -> None:
    assert names(get_resolver()) - {sample.name for sample in SAMPLES} - WITHOUT_PICTURE.keys() == set()


def test_no_sample_and_no_reason_is_left_over() -> None:
    assert {sample.name for sample in SAMPLES} | WITHOUT_PICTURE.keys() <= names(get_resolver())


def test_pictures_of_two_samples_have_two_names() -> None:
    titles = [sample.title for sample in SAMPLES]
    assert len(titles) == len(set(titles))
