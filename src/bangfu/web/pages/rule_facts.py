"""What a rule says, field by field, and what of it a change makes different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bangfu.parameters.lines import LineValue
from bangfu.parameters.loader import Parameters
from bangfu.parameters.standards import Criterion, Standard, StandardVersion
from bangfu.parameters.text import Text
from bangfu.records.figures.texts import UNIT_WORDS
from bangfu.records.places.queries import current_scheme
from bangfu.web import numbers
from bangfu.web.dates import day as day_words
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_forms import DIRECTIONS, GRAINS, STANDARD_KINDS
from bangfu.web.pages.rule_keys import RuleKey, rules_of

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a change makes different."""

    name: str
    before: str
    after: str


def both(text: Text | None) -> str:
    """A text in both languages: a change in either counts."""
    return f"{text.zh} / {text.en}" if text else ""


def naming(text: Text) -> str:
    """A document by its name: in both languages, or once where somebody typed it as one text."""
    return text.zh if text.zh == text.en else both(text)


def level_word(level: str) -> str:
    """The name of a level in the reader's language."""
    found = next((each for each in current_scheme().levels if each.code == level), None)
    return words(found.title) if found else _("Household")


def period(start: date | None, end: date | None) -> str:
    """From when until when something counts."""
    if start is None:
        return _("until %(end)s") % {"end": day_words(end)} if end else _("always")
    if end is None:
        return _("since %(start)s") % {"start": day_words(start)}
    return _("%(start)s until %(end)s") % {"start": day_words(start), "end": day_words(end)}


def facts_of(parameters: Parameters, scheme: str, key: RuleKey, day: date | None, prefix: str = "") -> dict[str, str]:
    """What a rule says on a day, field by field; empty where it does not stand."""
    rule = rules_of(parameters, scheme, key.kind).get(key.name)
    if rule is None:
        return {}
    facts = {_("Title"): both(rule.title)}
    if key.kind == "standards":
        return facts | _standard(rule, day)
    if key.kind == "lines":
        found = rule.on(day, prefix) if day else (rule.values[-1] if rule.values else None)
        return facts | (_value(found, rule.unit) if found else {})
    if key.kind == "terms":
        return facts | {_("Text"): rule.text}
    return facts | _indicator(rule)


def _standard(rule: Standard, day: date | None) -> dict[str, str]:
    facts = {
        _("What it decides"): str(STANDARD_KINDS[rule.kind]),
        _("Level that is judged"): level_word(rule.level),
        _("Code of the region"): rule.place_prefix,
    }
    version = (rule.on(day) if day else None) or (None if day else rule.latest)
    return facts | (_version(version) if version else {})


def _version(version: StandardVersion) -> dict[str, str]:
    facts = {
        _("Counts"): period(version.valid_from, version.valid_until),
        _("Legal source"): naming(version.source),
        _("Unverified"): _("Yes") if version.unverified else "",
        _("Note"): both(version.note),
    }
    order = _(", ").join(each.code for each in version.criteria)
    return facts | {_("Order of criteria"): order} | {_heading(each): _criterion(each) for each in version.criteria}


def _heading(criterion: Criterion) -> str:
    return _("Criterion %(code)s") % {"code": criterion.code}


def _criterion(criterion: Criterion) -> str:
    text = criterion.text or _("People decide this: the register keeps no fact of it.")
    mark = "\n" + _("Unverified") if criterion.unverified else ""
    return f"{both(criterion.title)}\n{text}{mark}"


def _value(value: LineValue, unit: str | None) -> dict[str, str]:
    return {
        _("Value"): numbers.with_unit(numbers.exact(value.value), words(UNIT_WORDS[unit])),
        _("Counts"): period(value.valid_from, value.valid_until),
        _("Code of the region"): value.place_prefix,
        _("Legal source"): naming(value.reference),
        _("Unverified"): _("Yes") if value.unverified else "",
    }


def _indicator(rule: Any) -> dict[str, str]:
    return {
        _("Definition"): both(rule.definition),
        _("Version"): rule.version,
        _("Counts from"): day_words(rule.since) if rule.since else "",
        _("What changed"): both(rule.changed),
        _("Table"): str(GRAINS[rule.grain]),
        _("Numerator"): rule.numerator or "",
        _("Denominator"): rule.denominator or rule.denominator_named or "",
        _("By group"): rule.group or "",
        _("Unit"): words(UNIT_WORDS[rule.unit]),
        _("Adds up from place to place"): _("Yes") if rule.additive else "",
        _("What is counted"): both(rule.noun),
        _("Which way is better"): str(DIRECTIONS[rule.better]),
        _("Source"): both(rule.source),
        _("Responsible office"): both(rule.owner),
    }


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """The fields that differ, in the order of the one after; what is nowhere is a dash."""
    names = dict.fromkeys((*after, *before))
    return tuple(
        Difference(name, before.get(name) or NOTHING, after.get(name) or NOTHING)
        for name in names
        if (before.get(name) or "") != (after.get(name) or "")
    )
