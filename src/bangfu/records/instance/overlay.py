"""What is done to the overlay: propose a change of a parameter file, withdraw it, review it as a second person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bangfu.parameters.loader import OverlayItem, Parameters, digest_of_changed
from bangfu.parameters.reading import ParameterError
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.access.policies import can_now
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.models import Instance, ParameterOverlay
from bangfu.records.instance.parameters import asked_anew, item_of
from bangfu.records.instance.rewriting import rewrites
from bangfu.records.instance.soundness import Unsound, check_soundness


class OverlayRefused(Exception):
    """An overlay item cannot be proposed or reviewed; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


OWN_PROPOSAL = Text(
    "自己提出的改动不能自己复核，请另一个人复核。", "Nobody reviews a proposal of their own; ask a second person."
)
NOT_OWN = Text("只有提出的人能撤回改动。", "Only whoever proposed a change withdraws it.")
REVIEWED = Text("这项改动已经复核过。", "This proposal is reviewed already.")
ENDED = Text("这项改动已经退回或撤回，请重新提出。", "This proposal was returned or withdrawn; propose it anew.")
NO_REASON = Text("请写明理由，至少两个字。", "Give the reason, in at least two characters.")
PERSONAL = Text("理由里不要写身份证号、电话或账号。", "Leave ID, phone and account numbers out of the reason.")
AS_IT_IS = Text(
    "没有改动：和现在的规则一样。改了再提出。", "Nothing changes: the rule is so already. Change it, then propose."
)
ALREADY = Text(
    "同样的改动已经提出过（第{number}号），正在等复核，不用再提。",
    "The same change is proposed already (number {number}) and waits for its review; there is no need for another.",
)
OVERTAKEN = Text(
    "提出以后，另一项改动已经改了同一处并且生效。请退回或撤回这一项，照现在的规则重新提出。",
    "Since this was proposed another change of the same thing has come to count. Return or withdraw this one and "
    "propose it anew from the rule as it is now.",
)


@transaction.atomic
def propose_overlay(
    *,
    path: str,
    body: Mapping[str, Any],
    reason: str,
    by: User,
    source: str = "",
    valid_from: date | None = None,
    backdated: bool = False,
) -> ParameterOverlay:
    """Propose a change of one parameter file; it counts once another person has reviewed it.

    ``backdated``: that it has counted since its first day already, as its source says.
    **Errors** ``OverlayRefused`` where the parameters would not be sound with it, or the past would be rewritten.
    """
    _check_plain(reason, source)
    item = OverlayItem(path, body, valid_from)
    standing = asked_anew()
    _check_past(standing, item, timezone.localdate(), backdated=backdated)
    changed = check_change(standing, item)
    if changed.content_hash == standing.content_hash:
        raise OverlayRefused(AS_IT_IS)
    _check_new(item)
    row = ParameterOverlay.objects.create(
        path=path,
        body=body,
        reason=reason,
        source=source,
        valid_from=valid_from,
        proposed_by=by,
        base=digest_of_changed(standing, item),
    )
    audit.record(
        action="parameters.propose", by=by, subject="parameter_overlay", subject_id=row.pk, facts={"path": path}
    )
    return row


def _check_new(item: OverlayItem) -> None:
    """Pass a change that nobody has proposed and that still waits. **Errors** ``OverlayRefused`` with its number."""
    waiting = ParameterOverlay.objects.waiting().filter(path=item.path, valid_from=item.valid_from)
    same = next((row for row in waiting if row.body == item.body), None)
    if same is not None:
        raise OverlayRefused(Text(ALREADY.zh.format(number=same.pk), ALREADY.en.format(number=same.pk)))


@transaction.atomic
def review_overlay(row: ParameterOverlay, *, by: User, at: datetime) -> ParameterOverlay:
    """Let a proposed change count; two reviews never run beside each other.

    **Errors** ``OverlayRefused`` for one's own proposal, for one that has ended, and where what it changes is no
    longer what it was when it was proposed.
    """
    row = _locked(row)
    if row.proposed_by_id == by.pk:
        raise OverlayRefused(OWN_PROPOSAL)
    _check_open("parameters.review", row)
    # What a page has kept was read before the lock was ours.
    standing = asked_anew()
    item = item_of(row)
    if row.base and row.base != digest_of_changed(standing, item):
        raise OverlayRefused(OVERTAKEN)
    # Whether its first day may be past was asked when it was proposed; who reviews it sees that day.
    _check_past(standing, item, timezone.localdate(at), backdated=True)
    row.reviewed_by, row.reviewed_at = by, at
    row.save(update_fields=["reviewed_by", "reviewed_at"])
    facts = {"path": row.path, "parameters_hash": asked_anew().content_hash}
    audit.record(action="parameters.review", by=by, subject="parameter_overlay", subject_id=row.pk, facts=facts)
    return row


@transaction.atomic
def return_overlay(row: ParameterOverlay, *, by: User, at: datetime, answer: str) -> ParameterOverlay:
    """Send a proposed change back. **Errors** ``OverlayRefused`` as of a review, or without a reason."""
    row = _locked(row)
    if row.proposed_by_id == by.pk:
        raise OverlayRefused(OWN_PROPOSAL)
    _check_open("parameters.return", row)
    if len(answer.strip()) < audit.SHORTEST_REASON:
        raise OverlayRefused(NO_REASON)
    _check_plain(answer)
    row.returned_by, row.returned_at, row.answer = by, at, answer.strip()
    row.save(update_fields=["returned_by", "returned_at", "answer"])
    audit.record(
        action="parameters.return", by=by, subject="parameter_overlay", subject_id=row.pk, facts={"path": row.path}
    )
    return row


@transaction.atomic
def withdraw_overlay(row: ParameterOverlay, *, by: User, at: datetime) -> ParameterOverlay:
    """Take back a proposal of one's own before it counts. **Errors** ``OverlayRefused``."""
    row = _locked(row)
    if row.proposed_by_id != by.pk:
        raise OverlayRefused(NOT_OWN)
    _check_open("parameters.withdraw", row)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.record(
        action="parameters.withdraw", by=by, subject="parameter_overlay", subject_id=row.pk, facts={"path": row.path}
    )
    return row


def _locked(row: ParameterOverlay) -> ParameterOverlay:
    """The row as it is once nobody else decides about any proposal."""
    list(Instance.objects.select_for_update().values_list("id"))
    return ParameterOverlay.objects.select_for_update().get(pk=row.pk)


def _check_plain(*said: str) -> None:
    try:
        for each in said:
            audit.check_reason(each)
    except audit.FactRefused as refusal:
        raise OverlayRefused(PERSONAL) from refusal


def _check_open(action: str, row: ParameterOverlay) -> None:
    if not can_now(action, row.state):
        raise OverlayRefused(REVIEWED if row.reviewed_at is not None else ENDED)


def _check_past(standing: Parameters, item: OverlayItem, today: date, *, backdated: bool) -> None:
    """Pass a sound change that rewrites nothing that has counted. **Errors** ``OverlayRefused``."""
    sentence = rewrites(standing, check_change(standing, item), item, today, backdated=backdated)
    if sentence is not None:
        raise OverlayRefused(sentence)


def check_change(standing: Parameters, item: OverlayItem) -> Parameters:
    """The parameters with a change laid over. **Errors** ``OverlayRefused`` where they do not hold together."""
    scheme = current_instance().scheme
    key = (
        standing.content_hash,
        scheme,
        item.path,
        item.valid_from,
        json.dumps(item.body, sort_keys=True, default=str),
    )
    if key in _CHECKED:
        return _CHECKED[key]
    try:
        changed = standing.with_overlay([item])
        check_soundness(changed, scheme)
    except ParameterError as refusal:
        raise OverlayRefused(refusal.sentence) from refusal
    except Unsound as refusal:
        raise OverlayRefused(refusal.sentence) from refusal
    if len(_CHECKED) >= MOST_CHECKED:
        _CHECKED.clear()
    _CHECKED[key] = changed
    return changed


#: Changes that were checked last: a preview, its proposal and its review ask for the same, and checking takes a second.
MOST_CHECKED = 8
_CHECKED: dict[tuple[object, ...], Parameters] = {}
