"""What is asked of the intake: sentences of refusals, uploads and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext

from bangfu.analytics.workbooks.refusals import REFUSALS
from bangfu.records.intake.messages import FILE_SENTENCES
from bangfu.records.intake.wording import sayable


def refusal_sentence(refusal: Mapping[str, Any]) -> str:
    """The sentence of a whole file's refusal in the language that is active."""
    values = refusal.get("values", {})
    if refusal.get("of_file"):
        return REFUSALS[refusal["code"]].format(**values).in_language(get_language() or "zh-hans")
    return _said(refusal["code"], values)


def note_sentences(notes: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What is said of whole sheets, from notes as they were found or as they are stored with the upload."""
    return [_said(code, values) for code, values in notes]


def _said(code: str, values: Mapping[str, Any]) -> str:
    said = {name: sayable(value) for name, value in values.items()}
    return gettext(FILE_SENTENCES[code]).format(**said)
