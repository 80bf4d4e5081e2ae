"""A filled form made into a change of the parameters, and a rule made into what a form shows first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.lines import Line
from bangfu.parameters.loader import KINDS, OverlayItem, Parameters
from bangfu.parameters.standards import Standard, StandardVersion
from bangfu.parameters.text import Text
from bangfu.web.pages.readings import words
from bangfu.web.pages.rule_keys import RuleKey, file_of

PAIRS = ("definition", "source", "owner", "noun", "changed")
#: The title of the file that an instance's own terms stand in.
OWN_TERMS = {"zh": "本地术语", "en": "Terms of this instance"}


class DraftRefused(Exception):
    """A form that cannot become a change: the field and the sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def first_shown(kind: str, rule: Any, day: date) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields of a rule as its form shows them first, and the criteria of a standard."""
    found: dict[str, Any] = {"title_zh": rule.title.zh, "title_en": rule.title.en}
    if kind == "standards":
        version = rule.on(day) or rule.latest
        note = version.note
        found |= {"source": words(version.source), "unverified": version.unverified, "level": rule.level}
        found |= {"note_zh": note.zh, "note_en": note.en} if note else {}
        return found, [_criterion_shown(each) for each in version.criteria]
    if kind == "terms":
        return found | {"text": rule.text}, []
    if kind == "lines":
        return found, []
    for name in PAIRS[:-1]:
        text = getattr(rule, name)
        found |= {f"{name}_zh": text.zh, f"{name}_en": text.en} if text else {}
    keys = ("numerator", "denominator", "denominator_named", "additive", "group", "grain", "better")
    return found | {key: getattr(rule, key) for key in keys} | {"unit": rule.unit or ""}, []


def _criterion_shown(each: Any) -> dict[str, Any]:
    return {
        "code": each.code,
        "title_zh": each.title.zh,
        "title_en": each.title.en,
        "text": each.text or "",
        "by_people": each.text is None,
        "unverified": each.unverified,
    }


def item_of_form(
    key: RuleKey | None,
    kind: str,
    given: Mapping[str, Any],
    criteria: Sequence[Mapping[str, Any]],
    parameters: Parameters,
    scheme: str,
    today: date,
) -> tuple[RuleKey, OverlayItem]:
    """The change that a valid form means; ``key`` is None for a new rule. **Errors** ``DraftRefused``."""
    key = key or _new_key(kind, given, parameters)
    path = file_of(parameters, key)
    if kind == "standards":
        return key, OverlayItem(path, _standard(given, criteria, parameters.standards.get(key.name), scheme, today))
    if kind == "lines":
        return key, OverlayItem(path, _line(given, parameters.lines.get(key.name), scheme, today))
    if kind == "terms":
        return key, OverlayItem(path, _term(given, key, path, parameters))
    standing = parameters.indicators.get(key.name)
    if standing is None:
        path = f"indicators/{given['family']}"
    return key, OverlayItem(path, {"indicators": [_indicator(given, key, standing, path, parameters)]})


def ending_of(standing: Standard, day: date, *, backdated: bool, today: date) -> dict[str, Any]:
    """The body of the change that ends a standard on a day. **Errors** ``DraftRefused``."""
    if day < today and not backdated:
        raise DraftRefused("ends_on", _past_day(day))
    last = standing.latest
    if last.valid_from and day <= last.valid_from:
        sentence = _(
            "Its last version counts from %(day)s: choose a later day, or propose another version in its place."
        )
        raise DraftRefused("ends_on", sentence % {"day": last.valid_from.isoformat()})
    if last.valid_until and last.valid_until <= day:
        sentence = _("It ends on %(day)s already: choose an earlier day, or leave it.")
        raise DraftRefused("ends_on", sentence % {"day": last.valid_until.isoformat()})
    return {"versions": [_ended(last, day)]}


def day_of_change(body: Mapping[str, Any], key: RuleKey, standing: Parameters) -> date | None:
    """The day from which a change counts: where the last of its entries begins, or ends a version that stands.

    None where its entries count always.
    """
    days = [_day_of(entry, key, standing) for entry in body.get(KINDS[key.kind][0] or "") or []]
    return max((day for day in days if day), default=None)


def _day_of(entry: Mapping[str, Any], key: RuleKey, standing: Parameters) -> date | None:
    begins, ends = (_as_day(entry.get(name)) for name in ("valid_from", "valid_until"))
    rule = standing.standards.get(key.name) if key.kind == "standards" else None
    same = next((each for each in rule.versions if each.valid_from == begins), None) if rule else None
    if (
        same is not None
        and ends
        and entry["criteria"] == [_criterion(_criterion_shown(each)) for each in same.criteria]
    ):
        return ends
    return begins or _as_day(entry.get("since"))


def _as_day(written: Any) -> date | None:
    """A day of a body, which travels as JSON."""
    return date.fromisoformat(written) if isinstance(written, str) else written


def removal_of(key: RuleKey, parameters: Parameters) -> OverlayItem:
    """The change that takes an indicator out."""
    entry = {"code": key.name, "version": "out", "removed": True}
    return OverlayItem(file_of(parameters, key), {"indicators": [entry]})


def _new_key(kind: str, given: Mapping[str, Any], parameters: Parameters) -> RuleKey:
    name = f"{given['table']}.{given['name']}" if kind == "terms" else str(given["name"])
    taken = {
        "standards": name in parameters.standards,
        "lines": name in parameters.lines,
        "terms": str(given["name"]) in parameters.terms.get(str(given.get("table", "")), {}),
        "indicators": name in parameters.indicators,
    }
    if taken[kind]:
        raise DraftRefused(
            "name", _("“%(name)s” is there already: change it, or choose another name.") % {"name": name}
        )
    return RuleKey(kind, name)


def _text(given: Mapping[str, Any], name: str) -> dict[str, str]:
    return {"zh": given[f"{name}_zh"], "en": given[f"{name}_en"]}


def _title(given: Mapping[str, Any], standing: Any) -> dict[str, Any]:
    """The title, where it is new."""
    title = _text(given, "title")
    same = standing is not None and title == {"zh": standing.title.zh, "en": standing.title.en}
    return {} if same else {"title": title}


def _check_past(given: Mapping[str, Any], begun: date | None, there: bool, today: date) -> None:
    """Pass a day that rewrites nothing. **Errors** ``DraftRefused``."""
    start: date = given["valid_from"]
    if there and (begun is None or begun <= today):
        sentence = _("What counts since %(day)s has been used and is not rewritten. Give the change a day of its own.")
        raise DraftRefused("valid_from", sentence % {"day": start.isoformat()})
    if start < today and not given.get("backdated"):
        raise DraftRefused("valid_from", _past_day(start))


def _past_day(day: date) -> str:
    sentence = _(
        "%(day)s is past: pages that judge that time would judge otherwise. Choose a day from today, or tick that "
        "it has counted since then."
    )
    return sentence % {"day": day.isoformat()}


def _standard(
    given: Mapping[str, Any],
    criteria: Sequence[Mapping[str, Any]],
    standing: Standard | None,
    scheme: str,
    today: date,
) -> dict[str, Any]:
    start: date = given["valid_from"]
    versions = standing.versions if standing else ()
    same = next((each for each in versions if each.valid_from == start), None)
    _check_past(given, same.valid_from if same else None, same is not None, today)
    until: date | None = given.get("valid_until")
    running = next((each for each in versions if each is not same and _runs_at(each, start)), None)
    later = sorted(each.valid_from for each in versions if each.valid_from and each.valid_from > start)
    if later and (until is None or until > later[0]):
        sentence = _("Another version counts from %(day)s: end this one there at the latest.")
        raise DraftRefused("valid_until", sentence % {"day": later[0].isoformat()})
    entries = [_ended(running, start)] if running else []
    entries.append(_version(given, criteria, _named(str(given["source"]), [each.source for each in versions])))
    if standing is not None:
        return {**_title(given, standing), "versions": entries}
    fixed = {"kind": given["kind"], "scheme": scheme, "level": given["level"], "place_prefix": given["place_prefix"]}
    return {"title": _text(given, "title"), **fixed, "versions": entries}


def _runs_at(version: StandardVersion, day: date) -> bool:
    begins, ends = version.valid_from, version.valid_until
    return (begins is None or begins < day) and (ends is None or ends > day)


def _named(typed: str, known: Sequence[Text]) -> Text:
    """A document as typed; where one of the known documents is called so, its names in both languages."""
    return next((each for each in known if typed in (each.zh, each.en)), Text(typed, typed))


def _naming(text: Text) -> str | dict[str, str]:
    """The name of a document as a change holds it: plain where it is one text."""
    return text.zh if text.zh == text.en else {"zh": text.zh, "en": text.en}


def _version(given: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]], source: Text) -> dict[str, Any]:
    entry: dict[str, Any] = {
        **_days(given["valid_from"], given.get("valid_until")),
        "source": _naming(source),
        "criteria": [_criterion(each) for each in criteria],
    }
    entry |= {"unverified": True} if given.get("unverified") else {}
    return entry | ({"note": _text(given, "note")} if given.get("note_zh") else {})


def _criterion(each: Mapping[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": each["code"], "title": _text(each, "title")}
    entry |= {"by_people": True} if each.get("by_people") else {"text": each["text"]}
    return entry | ({"unverified": True} if each.get("unverified") else {})


def _days(start: date | None, end: date | None) -> dict[str, str]:
    days = {"valid_from": start, "valid_until": end}
    return {key: day.isoformat() for key, day in days.items() if day}


def _ended(version: StandardVersion, day: date) -> dict[str, Any]:
    """An earlier version, ended where the new one begins."""
    shown = [_criterion_shown(each) for each in version.criteria]
    note = {"note_zh": version.note.zh, "note_en": version.note.en} if version.note else {}
    given = {"valid_from": version.valid_from, "valid_until": day, **note}
    return _version(given | {"unverified": version.unverified}, shown, version.source)


def _line(given: Mapping[str, Any], standing: Line | None, scheme: str, today: date) -> dict[str, Any]:
    prefix, start = given["place_prefix"], given["valid_from"]
    values = standing.values if standing else ()
    same = next((each for each in values if (each.place_prefix, each.valid_from) == (prefix, start)), None)
    _check_past(given, same.valid_from if same else None, same is not None, today)
    value: Decimal = given["value"]
    entry: dict[str, Any] = {
        "place_prefix": prefix,
        **_days(start, given.get("valid_until")),
        "value": int(value) if value == value.to_integral_value() else float(value),
        "reference": _naming(_named(str(given["reference"]), [each.reference for each in values])),
    }
    entry |= {"unverified": True} if given.get("unverified") else {}
    if standing is not None:
        return {**_title(given, standing), "values": [entry]}
    top = {"title": _text(given, "title"), "scheme": scheme, "kind": "number"}
    return {**top, **({"unit": given["unit"]} if given.get("unit") else {}), "values": [entry]}


def _term(given: Mapping[str, Any], key: RuleKey, path: str, parameters: Parameters) -> dict[str, Any]:
    table, _dot, name = key.name.partition(".")
    entry = {"name": name, "table": table, "title": _text(given, "title"), "text": given["text"]}
    top = {} if path in parameters.documents else {"title": OWN_TERMS}
    return {**top, "terms": [entry]}


def _indicator(
    given: Mapping[str, Any], key: RuleKey, standing: Indicator | None, path: str, parameters: Parameters
) -> dict[str, Any]:
    """The next version of an indicator; what the form does not show stays as it is."""
    entry: dict[str, Any] = {"kind": str(IndicatorKind.EXPRESSION), "version": "1"}
    if standing is not None:
        body = parameters.documents[path].body
        raw = [each for each in body["indicators"] if each["code"] == key.name and not each.get("removed")]
        entry = {**(body.get("defaults") or {}), **raw[-1], "version": _next_version(raw, body)}
        entry.pop("changed", None)
    entry |= {"code": key.name, "title": _text(given, "title"), "since": given["since"].isoformat()}
    for name in PAIRS:
        if given.get(f"{name}_zh"):
            entry[name] = _text(given, name)
    for name in ("grain", "better", "additive", "numerator", "denominator", "denominator_named", "group", "unit"):
        if name in given:
            entry.pop(name, None)
            entry |= {name: given[name]} if given[name] else {}
    return entry


def _next_version(raw: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> str:
    default = (body.get("defaults") or {}).get("version", "1")
    numbers = [int(found) for each in raw if (found := str(each.get("version", default))).isdecimal()]
    return str(max(numbers, default=len(raw)) + 1)


def fault_on(form: forms.Form, refusal: DraftRefused) -> None:
    """Put a refusal beside its field, or above the form where the form does not show it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
