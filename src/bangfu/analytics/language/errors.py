"""What the language answers to a text it refuses: one sentence in two languages and the place in the text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from bangfu.parameters.text import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in the text: characters from ``start`` up to, without, ``end``."""

    start: int
    end: int


class LanguageError(ValueError):
    """A refused text: ``text`` says why in both languages, ``start`` and ``end`` where, ``source`` is the text."""

    def __init__(self, text: Text, span: Span, source: str = "") -> None:
        super().__init__(text.en)
        self.text = text
        self.span = span
        self.source = source

    @property
    def start(self) -> int:
        """The first character that is meant."""
        return self.span.start

    @property
    def end(self) -> int:
        """The character after the last that is meant."""
        return self.span.end

    def within(self, source: str) -> LanguageError:
        """The same refusal, knowing the text it is about."""
        return LanguageError(self.text, self.span, source)

    def pointed(self, language: str) -> str:
        """The sentence, the line of the text it is about, and a line of carets below the place that is meant."""
        begin = self.source.rfind("\n", 0, self.start) + 1
        finish = self.source.find("\n", begin)
        line = self.source[begin : finish if finish >= 0 else len(self.source)]
        before = line[: self.start - begin]
        meant = line[self.start - begin : self.end - begin]
        carets = " " * _columns(before) + "^" * max(1, _columns(meant))
        return f"{self.text.in_language(language)}\n{line}\n{carets}"


def _columns(text: str) -> int:
    """How many columns a text takes in a fixed-width font, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def fill(template: Text, **values: object) -> Text:
    """A phrase with its places filled; a value that is a ``Text`` is filled in each language with its own side."""
    filled = {language: template.in_language(language).format(**_in(language, values)) for language in LANGUAGES}
    return Text(zh=filled["zh"], en=filled["en"])


def _in(language: str, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
