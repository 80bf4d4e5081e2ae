"""Words inside a sentence that are chosen when the sentence is read: names in two languages, and lists of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from bangfu.parameters.text import Text

SEPARATOR = Text("、", ", ")


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side, said in the language that is active when they are put into a sentence."""

    listed: tuple[str | Text, ...]

    def __str__(self) -> str:
        language = get_language() or "zh-hans"
        words = (word.in_language(language) if isinstance(word, Text) else word for word in self.listed)
        return SEPARATOR.in_language(language).join(words)

    def __format__(self, form: str) -> str:
        return str(self)

    def to_json(self) -> list[Any]:
        """What is stored: each word, or both its languages."""
        return [{"zh": word.zh, "en": word.en} if isinstance(word, Text) else word for word in self.listed]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Words:
        """The words that were stored."""
        return cls(tuple(Text.from_yaml(word) if isinstance(word, dict) else str(word) for word in stored))


def storable(value: object) -> Any:
    """A value of a sentence as JSON takes it."""
    return value.to_json() if isinstance(value, Words) else str(value)


def sayable(value: Any) -> Any:
    """A stored value as it goes into a sentence."""
    return Words.from_json(value) if isinstance(value, list) else value
