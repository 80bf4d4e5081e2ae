"""The reference of the language is what its specification says."""

from __future__ import annotations

from .document import REFERENCE, rendered


def test_the_reference_of_the_language_is_rendered_from_these_cases() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == rendered(), "Run: python -m tests.spec.document"
