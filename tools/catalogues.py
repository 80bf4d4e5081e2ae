"""Reads gettext catalogues: as much of the PO format as checks need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Message:
    """One entry: the line it starts at, its id, its translations (several for plurals) and its flags."""

    line: int
    flags: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def msgid(self) -> str:
        return self.fields.get("msgid", "")

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.fields.items() if name.startswith("msgstr")]


def read_catalogue(text: str) -> Iterator[Message]:
    """The entries of a catalogue in their order, the header and obsolete entries left out."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append((number, line))
        elif block:
            message = _message(block)
            if message.msgid:
                yield message
            block = []


def _message(block: list[tuple[int, str]]) -> Message:
    message = Message(block[0][0])
    name = ""
    for _, line in block:
        if line.startswith("#,"):
            message.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif not line.startswith("#"):
            keyword, _, rest = line.partition('"')
            name = keyword.strip() or name
            message.fields[name] = message.fields.get(name, "") + str(ast.literal_eval('"' + rest))
    return message
