"""What is done to the overlay: propose a change of a parameter file, and review it as a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bangfu.parameters.loader import OverlayItem
from bangfu.parameters.reading import ParameterError
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.models import ParameterOverlay
from bangfu.records.instance.parameters import current, item_of
from bangfu.records.instance.soundness import Unsound, check_soundness


class OverlayRefused(Exception):
    """An overlay item cannot be proposed or reviewed; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


OWN_PROPOSAL = Text(
    "自己提出的改动不能自己复核，请另一个人复核。", "Nobody reviews a proposal of their own; ask a second person."
)
REVIEWED = Text("这项改动已经复核过。", "This proposal is reviewed already.")


@transaction.atomic
def propose_overlay(
    *,
    path: str,
    body: Mapping[str, Any],
    reason: str,
    by: User,
    source: str = "",
    valid_from: date | None = None,
) -> ParameterOverlay:
    """Propose a change of one parameter file; it counts once another person has reviewed it.

    **Errors** ``OverlayRefused`` where the parameters would not be sound with it.
    """
    _check_overlay(OverlayItem(path, body, valid_from))
    row = ParameterOverlay.objects.create(
        path=path, body=body, reason=reason, source=source, valid_from=valid_from, proposed_by=by
    )
    audit.record(
        action="parameters.propose", by=by, subject="parameter_overlay", subject_id=row.pk, facts={"path": path}
    )
    return row


@transaction.atomic
def review_overlay(row: ParameterOverlay, *, by: User, at: datetime) -> ParameterOverlay:
    """Let a proposed change count. **Errors** ``OverlayRefused`` for one's own proposal or one already reviewed."""
    row = ParameterOverlay.objects.select_for_update().get(pk=row.pk)
    if row.proposed_by_id == by.pk:
        raise OverlayRefused(OWN_PROPOSAL)
    if row.reviewed_at is not None:
        raise OverlayRefused(REVIEWED)
    _check_overlay(item_of(row))
    row.reviewed_by, row.reviewed_at = by, at
    row.save(update_fields=["reviewed_by", "reviewed_at"])
    facts = {"path": row.path, "parameters_hash": current().content_hash}
    audit.record(action="parameters.review", by=by, subject="parameter_overlay", subject_id=row.pk, facts=facts)
    return row


def _check_overlay(item: OverlayItem) -> None:
    try:
        check_soundness(current().with_overlay([item]), current_instance().scheme)
    except ParameterError as refusal:
        raise OverlayRefused(Text(str(refusal), str(refusal))) from refusal
    except Unsound as refusal:
        raise OverlayRefused(refusal.sentence) from refusal
