"""What is asked of the intake: sentences of refusals, uploads and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext

from bangfu.analytics.workbooks.refusals import REFUSALS
from bangfu.records.access.policies import can_now
from bangfu.records.intake.messages import ASK, CHOICE_SENTENCES, CHOICES, FILE_SENTENCES, VERDICTS
from bangfu.records.intake.models import StagingRow, Upload
from bangfu.records.intake.wording import sayable
from bangfu.records.jobs.queries import ENDED, work_is_done


def refusal_sentence(refusal: Mapping[str, Any]) -> str:
    """The sentence of a whole file's refusal in the language that is active."""
    values = refusal.get("values", {})
    if refusal.get("of_file"):
        return REFUSALS[refusal["code"]].format(**values).in_language(get_language() or "zh-hans")
    return _said(refusal["code"], values)


def note_sentences(notes: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What is said of whole sheets, from notes as they were found or as they are stored with the upload."""
    return [_said(code, values) for code, values in notes]


def doubts_of(staged: StagingRow) -> list[str]:
    """The codes of what makes a row doubtful."""
    return list(dict.fromkeys(found["code"] for found in staged.findings if VERDICTS.get(found["code"]) == ASK))


def choices_of(staged: StagingRow) -> dict[str, list[str]]:
    """What can be decided about a row, with what it means in the active language; empty where it has to be corrected.

    Where a row is doubtful for several reasons, only what answers all of them can be chosen. That it is the member of
    that name can be chosen where there is one whom it could be.
    """
    doubts = doubts_of(staged)
    if staged.verdict != ASK or not doubts:
        return {}
    candidates = {found.get("detail") for found in staged.findings if found["code"] == "perhaps_same"}
    left_out = set() if candidates <= {"1"} else {"same"}
    common = [
        choice
        for choice in CHOICES.get(doubts[0], ())
        if choice not in left_out and all(choice in CHOICES.get(code, ()) for code in doubts)
    ]
    return {
        choice: list(dict.fromkeys(gettext(CHOICE_SENTENCES[code, choice]) for code in doubts)) for choice in common
    }


def work_goes_on(upload: Upload) -> bool:
    """Whether a check or a merge of an upload waits or runs."""
    return upload.job is not None and upload.job.state not in ENDED


def may_be_decided(upload: Upload) -> bool:
    """Whether decisions about rows of an upload can still count."""
    return can_now("intake.decide", upload.state) and not work_goes_on(upload)


def figures_stand(upload: Upload) -> bool:
    """Whether the figures were computed after an upload was merged."""
    return upload.job is not None and work_is_done(f"cycle after {upload.job.ref}")


def _said(code: str, values: Mapping[str, Any]) -> str:
    said = {name: sayable(value) for name, value in values.items()}
    return gettext(FILE_SENTENCES[code]).format(**said)
