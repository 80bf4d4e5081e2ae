"""Reading of parameter files: YAML with refusals that name file and line, and typed access to what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from bangfu.parameters.text import Text

type_names = {
    str: Text("引号里的文字", "text in quotes"),
    int: Text("整数", "a whole number"),
    bool: Text("true或false", "true or false"),
    date: Text("日期", "a date"),
    list: Text("列表", "a list"),
    dict: Text("键和值", "a mapping"),
}
#: Where a value stands in a document: keys and positions from the top.
Path = tuple[str | int, ...]


class ParameterError(ValueError):
    """A parameter file says something that cannot be; the sentence names the file and, where known, the line."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True)
class Document:
    """A parameter file as read: its name without ending (``codes/sex``), its body, the line of each value."""

    name: str
    body: Any
    lines: Mapping[Path, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def root(self) -> Node:
        """The top of the body."""
        return Node(self, (), self.body)


@dataclass(frozen=True)
class Node:
    """A value in a document, with typed access to what lies under it. Every refusal names its line."""

    document: Document
    path: Path
    value: Any

    def refuse(self, zh: str, en: str) -> ParameterError:
        """The error that this value deserves, for ``raise``: what is wrong, in both languages."""
        where = _where(self.document, self.path)
        return ParameterError(Text(f"{where.zh}：{zh}", f"{where.en}: {en}"))

    def only(self, *known: str) -> Node:
        """This node, which must be a mapping with no key but the known ones."""
        if not isinstance(self.value, dict):
            listed = ", ".join(known)
            raise self.refuse(
                f"这里要有键{listed}，却是{self.value!r}。", f"expected a mapping with {listed}, found {self.value!r}."
            )
        for key in self.value:
            if key not in known:
                listed = ", ".join(known)
                raise self.child(key).refuse(
                    f"这里没有键{key!r}；有的是{listed}。",
                    f"the key {key!r} is not known here; known are {listed}.",
                )
        return self

    def child(self, key: str | int) -> Node:
        """What lies under a key or position."""
        return Node(self.document, (*self.path, key), self.value[key])

    def has(self, key: str) -> bool:
        """Whether the key is there and says something."""
        return self.value.get(key) is not None

    def _take(self, key: str, kind: type, default: Any) -> Any:
        if not self.has(key):
            if default is REQUIRED:
                raise self.refuse(f"缺少键{key!r}，请补上。", f"the key {key!r} is missing.")
            return default
        value = self.value[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            wanted = type_names[kind]
            raise self.child(key).refuse(
                f"{key}要写成{wanted.zh}，却是{value!r}。", f"{key} must be {wanted.en}, found {value!r}."
            )
        return value

    def string(self, key: str, default: Any = ...) -> str:
        """A text; numbers and dates must stand in quotes to be one."""
        return str(self._take(key, str, default))

    def optional(self, key: str) -> str | None:
        """A text, or None where the key is absent."""
        return self.string(key) if self.has(key) else None

    def integer(self, key: str, default: Any = ...) -> int:
        """A whole number."""
        return int(self._take(key, int, default))

    def boolean(self, key: str, default: bool = False) -> bool:
        """True or false; absent is ``default``."""
        return bool(self._take(key, bool, default))

    def number(self, key: str) -> int | float | None:
        """A number as written, or None where the key is absent."""
        value = self.value.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.child(key).refuse(f"{key}要写数字，却是{value!r}。", f"{key} must be a number, found {value!r}.")
        return value

    def day(self, key: str) -> date | None:
        """A date, or None where the key is absent."""
        value: date | None = self._take(key, date, None)
        return value

    def text(self, key: str) -> Text:
        """A ``{zh, en}`` phrase."""
        self._take(key, dict, REQUIRED)
        part = self.child(key).only("zh", "en")
        return Text(part.string("zh"), part.string("en"))

    def naming(self, key: str) -> Text:
        """A ``{zh, en}`` phrase, or one plain text for both languages: a document, as somebody typed it."""
        return self.text(key) if isinstance(self.value.get(key), dict) else Text(*[self.string(key)] * 2)

    def items(self, key: str) -> Iterator[Node]:
        """The nodes of a list; an absent list is empty."""
        self._take(key, list, [])
        for position in range(len(self.value.get(key) or [])):
            yield self.child(key).child(position)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent list is empty."""
        return tuple(_text_of(item) for item in self.items(key))

    def entries(self, key: str) -> Iterator[tuple[str, Node]]:
        """The keys and nodes of a mapping; an absent mapping is empty."""
        self._take(key, dict, {})
        for name in self.value.get(key) or {}:
            yield str(name), self.child(key).child(name)


REQUIRED = ...


def read_document(name: str, source: str) -> Document:
    """Read YAML text. **Errors** ``ParameterError`` for broken YAML and for a key that stands twice."""
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    try:
        top = yaml.compose(source, Loader=loader)
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        sentence = Text(
            f"{name}.yaml第{line}行：不是YAML：{broken.problem}。",
            f"{name}.yaml line {line}: this is not YAML: {broken.problem}.",
        )
        raise ParameterError(sentence) from None
    if top is None:
        raise ParameterError(Text(f"{name}.yaml是空的。", f"{name}.yaml is empty."))
    lines: dict[Path, int] = {}
    return Document(name, _Builder(name, lines).build(top, ()), lines)


class _Builder:
    """Builds plain values from YAML nodes and keeps the line of each."""

    def __init__(self, name: str, lines: dict[Path, int]) -> None:
        self.name = name
        self.lines = lines
        self.scalars = yaml.constructor.SafeConstructor()

    def build(self, node: Any, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, position)) for position, item in enumerate(node.value)]
        return self.scalars.construct_object(node)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in built:
                line = key_node.start_mark.line + 1
                raise ParameterError(
                    Text(
                        f"{self.name}.yaml第{line}行：键{key!r}写了两次，请留一个。",
                        f"{self.name}.yaml line {line}: the key {key!r} stands twice; keep one.",
                    )
                )
            built[key] = self.build(value_node, (*path, key))
        return built


def _text_of(node: Node) -> str:
    if not isinstance(node.value, str):
        raise node.refuse(f"这里要写文字，却是{node.value!r}。", f"expected text in quotes, found {node.value!r}.")
    return node.value


def _where(document: Document, path: Path) -> Text:
    line = document.lines.get(path)
    if line is not None:
        return Text(f"{document.name}.yaml第{line}行", f"{document.name}.yaml line {line}")
    place = "/".join(map(str, path))
    return Text(f"{document.name}.yaml的{place or '开头'}", f"{document.name}.yaml at {place or 'the top'}")
