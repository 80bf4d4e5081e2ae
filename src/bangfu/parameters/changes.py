"""Known changes of place codes: what an old code became, when, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.parameters.reading import Document, Node


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A place had ``old_code`` and ``old_name`` until the day before ``changed_on``, since then ``new_code``.

    What lay under the old code lies under the new one with the same ending, unless a change of its own says otherwise.
    """

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    changed_on: date
    source: str


def read_changes(document: Document) -> tuple[CodeChange, ...]:
    """The changes of a file ``code_changes/<scheme>.yaml``."""
    top = document.root.only("changes")
    return tuple(_change(node) for node in top.items("changes"))


def _change(node: Node) -> CodeChange:
    node.only("old_code", "old_name", "new_code", "new_name", "changed_on", "source")
    changed_on = node.day("changed_on")
    if changed_on is None:
        raise node.refuse("缺少键'changed_on'，请补上。", "the key 'changed_on' is missing.")
    return CodeChange(
        node.string("old_code"),
        node.string("old_name"),
        node.string("new_code"),
        node.string("new_name"),
        changed_on,
        node.string("source"),
    )
