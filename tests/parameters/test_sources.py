"""Standards and lines name their documents in both languages, and say where a document was not found."""

from __future__ import annotations

import pytest

from bangfu.parameters.loader import load_package
from bangfu.parameters.reading import read_document
from bangfu.parameters.text import Text


def sources() -> list[Text]:
    """The documents that the package's standards and lines rest on."""
    package = load_package()
    standards = [version.source for each in package.standards.values() for version in each.versions]
    return standards + [value.reference for each in package.lines.values() for value in each.values]


def test_a_document_has_a_chinese_and_an_english_name() -> None:
    assert [text for text in sources() if text.zh == text.en or text.en.lower().startswith("general")] == []


@pytest.mark.parametrize("said", ["DOMAIN", "general knowledge", "from memory"])
def test_no_source_is_a_note_of_ours(said: str) -> None:
    assert [text for text in sources() if said in f"{text.zh} {text.en}"] == []


def test_a_document_typed_as_one_text_stands_for_both_languages() -> None:
    node = read_document("lines/own", "reference: 云农办通〔2025〕1号").root

    assert node.naming("reference") == Text("云农办通〔2025〕1号", "云农办通〔2025〕1号")
