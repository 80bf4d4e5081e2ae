"""Indicators: the dictionary of figures. Each says what it counts, how, in which unit, and who stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from bangfu.parameters.reading import Document, Node
from bangfu.parameters.schema import UNITS
from bangfu.parameters.text import Text


class IndicatorKind(StrEnum):
    """``EXPRESSION`` is written in the language; ``MEASURE`` is a named function of ``analytics.poverty``."""

    EXPRESSION = "expression"
    MEASURE = "measure"


class Grain(StrEnum):
    """The table that an indicator reads."""

    HOUSEHOLDS = "households"
    PERSONS = "persons"
    VILLAGES = "villages"


class Direction(StrEnum):
    """Which way is better; ``NEITHER`` where a figure only describes."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure. Columns that it does not name (income, weight, design) are those of the form's survey.

    ``line`` is a parameter's name; a relative line is ``line_share`` of the ``line_of`` (``median`` or ``mean``).
    ``levels`` are the place levels for which the design allows an estimate; empty is the root alone.
    """

    name: str
    variant: str | None = None
    income: str | None = None
    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    line: str | None = None
    line_share: float | None = None
    line_of: str | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Another way of counting the same thing, and why the two differ."""

    indicator: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in one version. ``denominator_named`` is a column of the place-year sheet."""

    code: str
    version: str
    title: Text
    definition: Text
    kind: IndicatorKind
    grain: Grain
    unit: str | None
    source: Text
    #: The office that stands for it.
    owner: Text
    numerator: str | None = None
    denominator: str | None = None
    denominator_named: str | None = None
    additive: bool = False
    group: str | None = None
    measure: Measure | None = None
    breaks: tuple[float, ...] = ()
    #: What a count counts, as it stands behind the number: 户, households.
    noun: Text | None = None
    better: Direction = Direction.NEITHER
    #: Schemes in which the indicator is computed; empty is every scheme.
    schemes: tuple[str, ...] = ()
    #: Extension columns (``x_…``) without which the indicator does not apply.
    needs: tuple[str, ...] = ()
    #: The file that it stands in: what it is about.
    family: str = ""
    #: Other ways of counting the same.
    beside: tuple[Beside, ...] = ()
    #: Since which day this version counts, and what changed against the one before.
    since: date | None = None
    changed: Text | None = None
    #: An indicator that an instance has taken out.
    removed: bool = False

    @property
    def decimals(self) -> int:
        """The decimals that people read: a share has one as percent, a mean one more than what it is of, the rest none.

        Money is read in whole units of its currency.
        """
        ratio = self.denominator is not None or self.denominator_named is not None
        return 1 if self.unit == "share" or self.unit in MEASURED or (ratio and self.unit == "count") else 0

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Indicator:
        """An indicator out of what ``dataclasses.asdict`` made of it, as JSON keeps it; further keys are left out."""
        found = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        if isinstance(found.get("owner"), str):  # as formulas of earlier versions have it
            found["owner"] = {"zh": found["owner"], "en": found["owner"]}
        found |= {
            name: Text(**found[name]) for name in ("title", "definition", "source", "owner", "noun") if found.get(name)
        }
        found |= {name: tuple(found[name]) for name in ("breaks", "schemes", "needs") if name in found}
        found["beside"] = tuple(Beside(each["indicator"], Text(**each["reason"])) for each in found.get("beside") or ())
        found["changed"] = Text(**found["changed"]) if found.get("changed") else None
        found["since"] = date.fromisoformat(found["since"]) if found.get("since") else None
        if found.get("measure"):
            found["measure"] = Measure(**found["measure"] | {"levels": tuple(found["measure"]["levels"])})
        kinds = {"kind": IndicatorKind, "grain": Grain, "better": Direction}
        return cls(**found | {name: kind(found[name]) for name, kind in kinds.items() if name in found})


#: Units of measure, of which a tenth is still read.
MEASURED = frozenset({"mu", "m2", "km", "months", "years"})
Choice = TypeVar("Choice", bound=StrEnum)
KEYS = (
    *("code", "version", "title", "definition", "kind", "grain", "unit", "source", "owner", "numerator"),
    *("denominator", "denominator_named", "additive", "group", "measure", "breaks", "better", "schemes", "needs"),
    *("noun", "beside", "since", "changed"),
)
#: What the indicators of a file have in common may be said once for all of them.
DEFAULTS = ("version", "kind", "grain", "source", "owner", "schemes")


@dataclass(frozen=True, slots=True)
class Family:
    """What a file of indicators is about, and its indicators in order."""

    name: str
    title: Text
    indicators: tuple[Indicator, ...]


def read_family(document: Document) -> Family:
    """The indicators of a file ``indicators/<family>.yaml``: ``title:``, ``defaults:`` and a list ``indicators:``."""
    top = document.root.only("title", "defaults", "indicators")
    name = document.name.rpartition("/")[2]
    defaults = top.child("defaults").only(*DEFAULTS).value if top.has("defaults") else {}
    read = tuple(_indicator(node, defaults, name) for node in top.items("indicators"))
    return Family(name, top.text("title") if top.has("title") else Text(name, name), read)


def _indicator(given: Node, defaults: Mapping[str, Any], family: str) -> Indicator:
    if given.value.get("removed"):
        return _removed(given, family)
    node = Node(given.document, given.path, {**defaults, **given.value}).only(*KEYS)
    unit = node.optional("unit")
    if unit is not None and unit not in UNITS:
        raise node.child("unit").refuse(
            f"没有单位{unit!r}；有的是{', '.join(sorted(UNITS))}。",
            f"the unit {unit!r} is not known; known are {', '.join(sorted(UNITS))}.",
        )
    found = Indicator(
        code=node.string("code"),
        version=node.string("version"),
        title=node.text("title"),
        definition=node.text("definition"),
        kind=_one_of(node, "kind", IndicatorKind),
        grain=_one_of(node, "grain", Grain),
        unit=unit,
        source=node.text("source"),
        owner=node.text("owner"),
        numerator=node.optional("numerator"),
        denominator=node.optional("denominator"),
        denominator_named=node.optional("denominator_named"),
        additive=node.boolean("additive"),
        group=node.optional("group"),
        measure=_measure(node.child("measure")) if node.has("measure") else None,
        breaks=_breaks(node),
        noun=node.text("noun") if node.has("noun") else None,
        better=_one_of(node, "better", Direction) if node.has("better") else Direction.NEITHER,
        schemes=node.strings("schemes"),
        needs=node.strings("needs"),
        family=family,
        beside=tuple(Beside(each.string("indicator"), each.text("reason")) for each in node.items("beside")),
        since=node.day("since"),
        changed=node.text("changed") if node.has("changed") else None,
    )
    _check(found, node)
    return found


def _removed(node: Node, family: str) -> Indicator:
    """The mark that an indicator is taken out: nothing but its code is left of it."""
    code = node.only("code", "version", "removed").string("code")
    nothing = Text(code, code)
    return Indicator(
        code=code,
        version="",
        title=nothing,
        definition=nothing,
        kind=IndicatorKind.EXPRESSION,
        grain=Grain.HOUSEHOLDS,
        unit=None,
        source=nothing,
        owner=nothing,
        family=family,
        removed=True,
    )


def _check(found: Indicator, node: Node) -> None:
    if found.kind is IndicatorKind.EXPRESSION and found.numerator is None:
        raise node.refuse(
            f"指标{found.code}用公式计算，要写分子。",
            f"the indicator {found.code} is an expression and needs a numerator.",
        )
    if found.kind is IndicatorKind.MEASURE and found.measure is None:
        raise node.refuse(
            f"指标{found.code}是统计量，要有键'measure'。",
            f"the indicator {found.code} is a measure and needs the key 'measure'.",
        )
    if found.denominator is not None and found.denominator_named is not None:
        raise node.refuse(
            f"指标{found.code}写了两个分母，请留一个。", f"the indicator {found.code} names two denominators; keep one."
        )


def _measure(node: Node) -> Measure:
    texts = ("variant", "income", "weight", "stratum", "psu", "line", "line_of")
    node.only("name", *texts, "line_share", "levels")
    found = Measure(
        node.string("name"),
        **{key: node.optional(key) for key in texts},
        line_share=node.number("line_share"),
        levels=node.strings("levels"),
    )
    if (found.line_share is None) != (found.line_of is None) or (found.line and found.line_of):
        raise node.refuse(
            "标准线只能写'line'（参数名），或者写'line_share'和'line_of'。",
            "a line is either 'line', a parameter's name, or 'line_share' with 'line_of'.",
        )
    return found


def _breaks(node: Node) -> tuple[float, ...]:
    values = [item.value for item in node.items("breaks")]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values) or values != sorted(
        values
    ):
        raise node.child("breaks").refuse(
            f"分级点是从小到大的数字，却是{values}。", f"breaks are numbers in growing order, found {values}."
        )
    return tuple(float(value) for value in values)


def _one_of(node: Node, key: str, choices: type[Choice]) -> Choice:
    given = node.string(key)
    try:
        return choices(given)
    except ValueError:
        known = ", ".join(choices)
        raise node.child(key).refuse(
            f"{key}只能是{known}，却是{given!r}。", f"{key} is one of {known}, found {given!r}."
        ) from None
