"""A name or sentence in the two languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One whole phrase in Chinese and English, with named places for values (``{value}``)."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"A text needs both languages, got zh={self.zh!r}, en={self.en!r}.")

    def format(self, **values: object) -> Text:
        """The same phrase with its named places filled, in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def in_language(self, language: str) -> str:
        """The phrase for a language tag such as ``zh-hans`` or ``en``; Chinese comes first where neither fits."""
        return self.en if language.startswith("en") else self.zh

    @classmethod
    def from_yaml(cls, value: Any) -> Text:
        """A ``{zh: …, en: …}`` mapping of a parameter file."""
        if not isinstance(value, dict) or set(value) != {"zh", "en"}:
            raise ValueError(f"Expected a mapping with zh and en, got {value!r}.")
        return cls(str(value["zh"]), str(value["en"]))
