"""Rules as addresses name them: kind and name, where each stands, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.loader import KINDS, Parameters
from bangfu.parameters.text import Text
from bangfu.records.instance.models import ParameterOverlay

#: The kinds that the editor edits, in the order of the list.
EDITED = ("standards", "indicators", "lines", "terms")
#: The kinds of which one is taken out as a whole: an indicator at once, a standard on a day.
OUT = ("standards", "indicators")


@dataclass(frozen=True, slots=True)
class RuleKey:
    """A rule by kind and name; a term's name has its table before it: ``households.poor_now``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def href(self) -> str:
        """The address of its page."""
        return reverse("rule", args=[self])


class RuleConverter:
    """``standards/yunnan_household_exit`` in an address."""

    regex = r"(?:standards|indicators|lines|terms)/[\w.-]+"

    def to_python(self, value: str) -> RuleKey:
        """The key that an address names."""
        kind, _slash, name = value.partition("/")
        return RuleKey(kind, name)

    def to_url(self, value: RuleKey | str) -> str:
        """The address of a key."""
        return str(value)


class KindConverter:
    """A kind of rule in an address."""

    regex = "standards|indicators|lines|terms"

    def to_python(self, value: str) -> str:
        """The kind."""
        return value

    def to_url(self, value: str) -> str:
        """The kind."""
        return value


def kind_words(kind: str) -> str:
    """What a kind of rule is called."""
    return {
        "standards": _("Standard"),
        "indicators": _("Indicator"),
        "lines": _("Line"),
        "terms": _("Term"),
    }[kind]


def kinds_words(kind: str) -> str:
    """What the rules of a kind are called."""
    return {
        "standards": _("Standards"),
        "indicators": _("Indicators"),
        "lines": _("Lines"),
        "terms": _("Terms"),
    }[kind]


def rules_of(parameters: Parameters, scheme: str, kind: str) -> dict[str, Any]:
    """The rules of a kind by name, of a place scheme."""
    if kind == "terms":
        return {f"{table}.{name}": term for table, terms in parameters.terms.items() for name, term in terms.items()}
    if kind == "indicators":
        return dict(parameters.indicators)
    found: Mapping[str, Any] = parameters.standards if kind == "standards" else parameters.lines
    return {name: each for name, each in found.items() if each.scheme == scheme}


def rule_or_404(parameters: Parameters, scheme: str, key: RuleKey) -> Any:
    """The rule of an address."""
    found = rules_of(parameters, scheme, key.kind).get(key.name)
    if found is None:
        raise Http404
    return found


def file_of(parameters: Parameters, key: RuleKey) -> str:
    """The file that a rule stands in, or would stand in."""
    if key.kind in ("standards", "lines"):
        return str(key)
    if key.kind == "indicators" and key.name in parameters.indicators:
        return f"indicators/{parameters.indicators[key.name].family}"
    if key.kind == "terms":
        table, _dot, name = key.name.partition(".")
        for path, document in parameters.documents.items():
            if path.startswith("terms/") and any(
                (each.get("table"), each.get("name")) == (table, name) for each in document.body.get("terms") or ()
            ):
                return path
    return f"{key.kind}/instance"


def key_of(row: ParameterOverlay) -> RuleKey | None:
    """The rule that a proposal changes; None where it changes several or something else."""
    kind, _slash, name = row.path.partition("/")
    if kind in ("standards", "lines"):
        return RuleKey(kind, name)
    if kind not in ("indicators", "terms"):
        return None
    entries = row.body.get(KINDS[kind][0] or "") or []
    if len(entries) != 1:
        return None
    entry = entries[0]
    return RuleKey(kind, entry["code"] if kind == "indicators" else f"{entry['table']}.{entry['name']}")


def title_of(parameters: Parameters, scheme: str, key: RuleKey) -> Text | None:
    """What a rule is called; None where it does not stand."""
    found = rules_of(parameters, scheme, key.kind).get(key.name)
    return None if found is None else found.title


def title_proposed(row: ParameterOverlay, key: RuleKey) -> Text:
    """What a proposal calls its rule; the rule's name where it gives no title."""
    entries_key = KINDS[key.kind][0] if key.kind in ("indicators", "terms") else None
    body = row.body[entries_key][0] if entries_key else row.body
    title = body.get("title") or {}
    return Text(title.get("zh") or key.name, title.get("en") or key.name)
