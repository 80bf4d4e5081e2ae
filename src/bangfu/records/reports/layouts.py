"""What offices confirmed of layouts, and whether it still means what it meant."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.records.instance.parameters import current
from bangfu.records.reports.answers import indicator_of
from bangfu.records.reports.models import Filling, KnownLayout


def layout_of(filling: Filling, digest: str) -> KnownLayout | None:
    """What the office of a filling confirmed for a layout, if it ever did."""
    return KnownLayout.objects.filter(digest=digest, place_code=filling.place_code).first()


def outdated(answers: Mapping[str, str], versions: Mapping[str, str]) -> dict[str, str]:
    """The headings whose indicator is gone (``removed``) or defined anew since they were confirmed (``changed``)."""
    known = current().indicators
    found = {}
    for key, answer in answers.items():
        code = indicator_of(answer)
        if code is None:
            continue
        if code not in known or known[code].removed:
            found[key] = "removed"
        elif versions.get(code, known[code].version) != known[code].version:
            found[key] = "changed"
    return found


def versions_of(answers: Mapping[str, str]) -> dict[str, str]:
    """The versions of today of the indicators that answers name."""
    known = current().indicators
    codes = {code for answer in answers.values() if (code := indicator_of(answer)) and code in known}
    return {code: known[code].version for code in sorted(codes)}
