"""Every component by name with how to use it, read from the first comment of its template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "components"
COMMENT = re.compile(r"\{#\s*(.+?)\s*#\}")


@dataclass(frozen=True, slots=True)
class Usage:
    """A component and what its template says of itself."""

    name: str
    usage: str


@cache
def usages() -> tuple[Usage, ...]:
    """The components in the order of their names. **Errors** ``ValueError`` where one says nothing of itself."""
    return tuple(_usage(path) for path in sorted(FOLDER.glob("*.html")))


def _usage(path: Path) -> Usage:
    found = COMMENT.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path.name} does not say in a comment what it takes.")
    return Usage(path.name.removesuffix(".html"), found.group(1))
