"""What is asked of the intake: sentences of refusals, uploads and their rows."""

from __future__ import annotations

from collections.abc import Mapping
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
    said = {name: sayable(value) for name, value in values.items()}
    return gettext(FILE_SENTENCES[refusal["code"]]).format(**said)
