"""Standards: dated lists of criteria by which a household or place is judged, each with its legal source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bangfu.parameters.dates import holds, overlaps
from bangfu.parameters.reading import Document, Node, ParameterError
from bangfu.parameters.schemes import PlaceScheme
from bangfu.parameters.text import Text

#: The level that is no level of places.
HOUSEHOLD = "household"


class StandardKind(StrEnum):
    """What is decided by a standard."""

    IDENTIFICATION = "identification"
    EXIT = "exit"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. Without a ``text`` people decide it, since no fact of it is kept: to the machine it is unknown."""

    code: str
    title: Text
    text: str | None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """What a standard asks from a day until the day before another; ``unverified`` is a source that nobody has read."""

    valid_from: date | None
    valid_until: date | None
    source: Text
    criteria: tuple[Criterion, ...]
    unverified: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard for one level (``household`` or a level of the place scheme) under a place prefix."""

    name: str
    title: Text
    kind: StandardKind
    scheme: str
    level: str
    place_prefix: str
    versions: tuple[StandardVersion, ...]

    def on(self, day: date) -> StandardVersion | None:
        """The version of a day; None where none holds."""
        return next((each for each in self.versions if holds(each.valid_from, each.valid_until, day)), None)

    @property
    def latest(self) -> StandardVersion:
        """The version that begins last; an instance's own versions stand behind the file's, whatever their days."""
        return max(self.versions, key=lambda each: each.valid_from or date.min)

    def check_level(self, schemes: Mapping[str, PlaceScheme]) -> None:
        """Pass a level that the scheme has. **Errors** ``ParameterError`` with the levels there are."""
        if self.scheme not in schemes:
            raise ParameterError(
                Text(
                    f"standards/{self.name}.yaml：没有区划方案「{self.scheme}」。",
                    f"standards/{self.name}.yaml: there is no place scheme “{self.scheme}”.",
                )
            )
        known = [HOUSEHOLD, *(level.code for level in schemes[self.scheme].levels)]
        if self.level not in known:
            listed = ", ".join(known)
            raise ParameterError(
                Text(
                    f"standards/{self.name}.yaml：方案{self.scheme}没有级别「{self.level}」；有的是{listed}。",
                    f"standards/{self.name}.yaml: the scheme {self.scheme} has no level “{self.level}”; "
                    f"it has {listed}.",
                )
            )


def read_standard(document: Document) -> Standard:
    """The standard of a file ``standards/<name>.yaml``. **Errors** ``ParameterError`` where two versions overlap."""
    top = document.root.only("title", "kind", "scheme", "level", "place_prefix", "versions")
    kind = top.string("kind")
    if kind not in [*StandardKind]:
        listed = ", ".join(StandardKind)
        raise top.child("kind").refuse(
            f"kind只能是{listed}，却是{kind!r}。", f"kind is one of {listed}, found {kind!r}."
        )
    versions = tuple(_version(node) for node in top.items("versions"))
    for position, first in enumerate(versions):
        if any(_contradict(first, second) for second in versions[position + 1 :]):
            raise top.refuse(
                "有两个版本在同一天有效；请让前一个在后一个开始的那天结束。",
                "two versions hold on one day; end the earlier one where the later begins.",
            )
    return Standard(
        document.name.rpartition("/")[2],
        top.text("title"),
        StandardKind(kind),
        top.string("scheme"),
        top.string("level"),
        top.string("place_prefix", ""),
        versions,
    )


def _version(node: Node) -> StandardVersion:
    node.only("valid_from", "valid_until", "source", "unverified", "note", "criteria")
    criteria = tuple(_criterion(each) for each in node.items("criteria"))
    codes = [each.code for each in criteria]
    if not criteria or len(codes) != len(set(codes)):
        raise node.refuse(
            "一个版本要有条件，每个条件要有自己的代码。", "a version needs criteria, each with a code of its own."
        )
    return StandardVersion(
        node.day("valid_from"),
        node.day("valid_until"),
        node.naming("source"),
        criteria,
        node.boolean("unverified"),
        node.text("note") if node.has("note") else None,
    )


def _criterion(node: Node) -> Criterion:
    node.only("code", "title", "text", "by_people", "unverified")
    text, by_people = node.optional("text"), node.boolean("by_people")
    if (text is None) != by_people:
        raise node.refuse(
            "一个条件要么写算式，要么写明由人判断（by_people: true）。",
            "a criterion has either a text or 'by_people: true'.",
        )
    return Criterion(node.string("code"), node.text("title"), text, node.boolean("unverified"))


def _contradict(first: StandardVersion, second: StandardVersion) -> bool:
    return overlaps(first.valid_from, first.valid_until, second.valid_from, second.valid_until)
