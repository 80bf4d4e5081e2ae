"""What a check found, and how it says so."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "bangfu"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: the file, the line and a sentence that says the way out."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        shown = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{shown}:{self.line}: {self.sentence}"


def report(findings: Iterable[Finding]) -> int:
    """Print the findings in order; the exit code of the check."""
    found = sorted(set(findings))
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


def python_files(*folders: Path) -> Iterator[Path]:
    """Every Python file below the folders that people wrote: migrations are generated."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)
