"""Template words of the rules' forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template

from bangfu.web.pages.rule_words import Meaning

register = template.Library()


@dataclass(frozen=True, slots=True)
class Formula:
    """What a text field is for, empty where the field holds no text of the language; and what was said of it."""

    purpose: str
    meaning: Meaning | None


@register.simple_tag
def formula_of(draft: Any, field: Any, texts: Mapping[str, str]) -> Formula:
    """``{% formula_of draft field texts as formula %}``: whether the field is a text, and its meaning."""
    purpose = "criterion" if field.form is not draft.form and field.name == "text" else ""
    if field.form is draft.form:
        purpose = texts.get(field.name, "")
    meaning: Meaning | None = draft.meanings.get(field.html_name)
    return Formula(purpose, meaning)
