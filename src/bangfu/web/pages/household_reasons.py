"""An explanation of the language as a page shows it: phrases and values in the reader's language, as a tree."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.analytics.language import Explanation
from bangfu.web.pages.readings import words


@dataclass(frozen=True, slots=True)
class Reason:
    """One node: what is meant, what it came to, and why it is unknown where it is the cause."""

    phrase: str
    shown: str
    unknown: bool
    cause: str
    below: tuple[Reason, ...]


def reason_of(node: Explanation) -> Reason:
    """The tree of an explanation in the active language."""
    return Reason(
        phrase=words(node.phrase),
        shown=words(node.shown),
        unknown=node.value is None,
        cause=words(node.reason) if node.reason else "",
        below=tuple(reason_of(child) for child in node.children),
    )
