"""All parameters as one frozen value with a content hash: the package's files, and what an instance lays over them.

An overlay item says which file it changes and how: its keys replace the file's, except that the dated lists
(``entries``, ``values``, ``places``, ``changes``, ``indicators``) are joined entry by entry, and an entry without a
day takes the item's. The hash covers the joined documents, so a figure's hash pins what it was computed with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from bangfu.parameters.changes import CodeChange, read_changes
from bangfu.parameters.codes import CodeList, read_codes
from bangfu.parameters.indicators import Family, Indicator, read_family
from bangfu.parameters.lines import Line, LineRow, read_line
from bangfu.parameters.mappings import Form
from bangfu.parameters.mappings import Mapping as IntakeMapping
from bangfu.parameters.reading import Document, ParameterError, read_document
from bangfu.parameters.schemes import PlaceScheme, read_scheme
from bangfu.parameters.standards import Standard, read_standard
from bangfu.parameters.terms import Terms, by_table, read_terms
from bangfu.parameters.text import Text

FOLDER = Path(__file__).resolve().parent
#: Folders of the package and what makes two entries of their dated list the same entry.
KINDS = {
    "codes": ("entries", ("code", "valid_from")),
    "lines": ("values", ("place_prefix", "valid_from")),
    "schemes": ("places", ("code",)),
    "code_changes": ("changes", ("old_code", "changed_on")),
    "indicators": ("indicators", ("code", "version")),
    "terms": ("terms", ("table", "name")),
    "standards": ("versions", ("valid_from",)),
    "forms": (None, ()),
    "mappings": (None, ()),
}
#: Kinds whose entries carry days of their own.
DATED = frozenset({"codes", "lines"})
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class OverlayItem:
    """A reviewed change of one parameter file (``lines/monitoring_line``) by an instance."""

    path: str
    body: Mapping[str, Any]
    valid_from: date | None = None


@dataclass(frozen=True)
class Parameters:
    """Every parameter by kind and name. Equal content has equal ``content_hash``."""

    documents: Mapping[str, Document] = field(repr=False)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical form of all documents, in hex."""
        bodies = {name: document.body for name, document in self.documents.items()}
        canonical = json.dumps(bodies, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def codes(self) -> Mapping[str, CodeList]:
        """Code lists by name."""
        return self._read("codes", read_codes)

    @cached_property
    def schemes(self) -> Mapping[str, PlaceScheme]:
        """Place schemes by name."""
        return self._read("schemes", read_scheme)

    @cached_property
    def lines(self) -> Mapping[str, Line]:
        """Dated values by name."""
        return self._read("lines", read_line)

    @cached_property
    def code_changes(self) -> Mapping[str, tuple[CodeChange, ...]]:
        """Known changes of place codes by scheme."""
        return self._read("code_changes", read_changes)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """Dated forms by name."""
        return self._read("forms", lambda document: _from_yaml(Form.from_yaml, document))

    @cached_property
    def mappings(self) -> Mapping[str, IntakeMapping]:
        """Mappings of the intake by name."""
        return self._read("mappings", lambda document: _from_yaml(IntakeMapping.from_yaml, document))

    @cached_property
    def families(self) -> Mapping[str, Family]:
        """Files of indicators by what they are about."""
        return self._read("indicators", read_family)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Indicators by code; of several versions the last in the file counts."""
        listed = [found for family in self.families.values() for found in family.indicators]
        out = {found.code for found in listed if found.removed}
        return MappingProxyType({found.code: found for found in listed if found.code not in out})

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """Standards by name."""
        return self._read("standards", read_standard)

    @cached_property
    def terms(self) -> Terms:
        """Terms by table and name."""
        files = self._read("terms", read_terms)
        return MappingProxyType(by_table(found for part in files.values() for found in part))

    def line_rows(self, scheme: str) -> tuple[LineRow, ...]:
        """The rows of ``parameter_values`` for instances of a scheme."""
        lines = (line for line in self.lines.values() if line.scheme == scheme)
        return tuple(row for line in lines for row in line.as_rows())

    def with_overlay(self, items: Iterable[OverlayItem]) -> Parameters:
        """These parameters with an instance's reviewed items laid over, in order. **Errors** ``ParameterError``."""
        documents = dict(self.documents)
        for item in items:
            documents[item.path] = _laid_over(documents.get(item.path), item)
        joined = Parameters(MappingProxyType(documents))
        joined.check()
        return joined

    def check(self) -> None:
        """Read everything now, so that what is wrong is said at once. **Errors** ``ParameterError``."""
        for name in (*KINDS, "families", "content_hash"):
            getattr(self, name)
        for standard in self.standards.values():
            standard.check_level(self.schemes)
        for found in self.indicators.values():
            for other in found.beside:
                if other.indicator not in self.indicators:
                    raise ParameterError(
                        Text(
                            f"指标{other.indicator}是{found.code}的另一种算法；请先在{found.code}里去掉这一行。",
                            f"The indicator {other.indicator} stands beside {found.code}; take that line out first.",
                        )
                    )

    def _read(self, kind: str, read: Callable[[Document], Value]) -> Mapping[str, Value]:
        inside = sorted(name for name in self.documents if name.partition("/")[0] == kind)
        return MappingProxyType({name.partition("/")[2]: read(self.documents[name]) for name in inside})


@lru_cache(maxsize=1)
def load_package() -> Parameters:
    """The parameters that the package carries, read once. **Errors** ``ParameterError`` names file and line."""
    return load_folder(FOLDER)


def load_folder(folder: Path) -> Parameters:
    """The parameters of a folder laid out like the package's: the YAML read now, each kind when first asked for."""
    documents = {}
    for path in sorted(folder.glob("*/*.yaml")):
        name = f"{path.parent.name}/{path.stem}"
        if path.parent.name in KINDS:
            documents[name] = read_document(name, path.read_text(encoding="utf-8"))
    return Parameters(MappingProxyType(documents))


def digest_of_changed(standing: Parameters, item: OverlayItem) -> str:
    """SHA-256 of what an item would replace, as it stands now: its keys, and of dated lists the same entries only."""
    below = standing.documents.get(item.path)
    entries_key, identity = KINDS.get(item.path.partition("/")[0], (None, ()))
    body = dict(below.body) if below else {}
    found: dict[str, Any] = {}
    for key, value in item.body.items():
        found[key] = body.get(key)
        if key == entries_key:
            same = {_identity(_dated(entry, None), identity) for entry in value}
            found[key] = [entry for entry in body.get(key) or [] if _identity(entry, identity) in same]
    canonical = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _laid_over(below: Document | None, item: OverlayItem) -> Document:
    kind = item.path.partition("/")[0]
    if kind not in KINDS or item.path.count("/") != 1:
        raise ParameterError(
            Text(
                f"改动只能针对lines/poverty_line这样的文件，不能针对{item.path!r}。",
                f"An overlay changes a file such as lines/poverty_line, not {item.path!r}.",
            )
        )
    entries_key, identity = KINDS[kind]
    body = deepcopy(dict(below.body)) if below else {}
    for key, value in item.body.items():
        if key == entries_key:
            dated = [_dated(entry, item.valid_from if kind in DATED else None) for entry in value]
            body[key] = _joined(body.get(key) or [], dated, identity)
        else:
            body[key] = deepcopy(value)
    # Lines of the package's file would point at other values now, so the document names paths instead.
    return Document(item.path, body)


def _dated(entry: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    days = {key: _as_day(entry[key]) for key in ("valid_from", "valid_until", "checked", "since") if entry.get(key)}
    dated = {**entry, **days}
    if day is not None:
        dated.setdefault("valid_from", day)
    return dated


def _as_day(value: Any) -> Any:
    """Overlay bodies travel as JSON, where a date is text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _joined(below: list[Any], above: list[dict[str, Any]], identity: tuple[str, ...]) -> list[Any]:
    replaced = {_identity(entry, identity) for entry in above}
    return [entry for entry in below if _identity(entry, identity) not in replaced] + above


def _identity(entry: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(entry.get(key) or "" for key in keys)


def _from_yaml(read: Callable[[Any], Value], document: Document) -> Value:
    try:
        return read(document.body)
    except ParameterError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as refusal:
        raise ParameterError(Text(f"{document.name}.yaml：{refusal}", f"{document.name}.yaml: {refusal}")) from refusal


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A parameter document holds {type(value).__name__}, which has no canonical form.")
