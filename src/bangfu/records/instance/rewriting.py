"""Whether a change of dated rules would rewrite what has already counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bangfu.parameters.lines import LineValue
from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.standards import StandardVersion
from bangfu.parameters.text import Text

REWRITTEN = Text(
    "{day}起的内容已经用过，不能改写。请给改动另写一个日子，不早于{latest}。",
    "What counts since {day} has been used and is not rewritten. Give the change a day of its own, not before "
    "{latest}.",
)
TOO_EARLY = Text(
    "{latest}起的内容正在使用，{day}比它早，会改写已经用过的。请写{latest}之后的日子；依据写明从那天起已经有效的，请在规则页面提出并勾选。",
    "What counts since {latest} is in use; a change from {day} would rewrite what has been used. Give a day after "
    "{latest}, or tick on the page of the rule that it has counted since then, as its source says.",
)
FIXED = Text(
    "「{name}」的级别、类型、单位、地区和区划方案不能改，以前的判断都以它们为准。请另建一条规则。",
    "Level, kind, unit, area and place scheme of “{name}” stay as they are, since past judgements rest on them. Make "
    "another rule.",
)
#: The kinds of rules whose entries hold from a day on, with what a rule keeps for good.
KEPT = {"standards": ("kind", "scheme", "level", "place_prefix"), "lines": ("kind", "unit", "scheme")}
Entry = StandardVersion | LineValue


def rewrites(
    standing: Parameters, changed: Parameters, item: OverlayItem, today: date, *, backdated: bool
) -> Text | None:
    """Why an item may not be laid over: it changes what has begun, or begins before what is in use. None where it may.

    Ending what is in use is no rewriting: a new version ends the one before it. ``backdated``: that it has counted
    since its first day already, as its source says, so it may begin before what is in use.
    """
    kind, _, name = item.path.partition("/")
    if kind not in KEPT:
        return None
    old, new = (getattr(each, kind).get(name) for each in (standing, changed))
    if old is None or new is None:
        return None
    if any(getattr(old, key) != getattr(new, key) for key in KEPT[kind]):
        return FIXED.format(name=name)
    before, after = (_by_area(each.versions if kind == "standards" else each.values) for each in (old, new))
    found = (_of_area(before[area], after.get(area, {}), today, backdated) for area in before)
    return next((sentence for sentence in found if sentence is not None), None)


def _by_area(entries: Iterable[Entry]) -> dict[str, dict[date, Entry]]:
    """Entries by place prefix (versions of a standard have one for all) and first day."""
    found: dict[str, dict[date, Entry]] = {}
    for each in entries:
        found.setdefault(getattr(each, "place_prefix", ""), {})[each.valid_from or date.min] = each
    return found


def _of_area(before: Mapping[date, Entry], after: Mapping[date, Entry], today: date, backdated: bool) -> Text | None:
    begun = sorted(day for day in before if day <= today)
    for day in begun:
        entry = after.get(day)
        if entry is None or replace(entry, valid_until=before[day].valid_until) != before[day]:
            return REWRITTEN.format(day=day, latest=begun[-1])
    early = min((day for day in after if day not in before), default=None)
    if early is not None and begun and not backdated and early < begun[-1]:
        return TOO_EARLY.format(day=early, latest=begun[-1])
    return None
