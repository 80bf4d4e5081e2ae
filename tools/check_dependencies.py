"""Dependencies: each one that pyproject.toml or package.json names has a line with its why, and no line is left over.

The lines are the first cells of the tables in ``docs/decisions/0001-dependencies.md``, in backquotes.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.findings import ROOT, Finding, report

RECORD = ROOT / "docs" / "decisions" / "0001-dependencies.md"
NAME = re.compile(r"^[A-Za-z0-9._-]+")
ROW = re.compile(r"^\| (?P<names>`[^|]+`) \| (?P<why>[^|]{10,}) \| (?P<licence>[^|]{3,}) \|$", re.MULTILINE)


def named_dependencies(project: dict[str, Any], packages: dict[str, Any]) -> set[str]:
    """The names of all direct dependencies, extras included, our own package left out."""
    optional = project["project"]["optional-dependencies"].values()
    requirements = [*project["project"]["dependencies"], *(one for extra in optional for one in extra)]
    names = {matched.group().lower() for one in requirements if (matched := NAME.match(one))}
    scripts = {*packages.get("dependencies", {}), *packages.get("devDependencies", {})}
    return (names | scripts) - {"bangfu"}


def explained_dependencies(record: str) -> set[str]:
    """The names that the record gives a why and a licence."""
    return {name for row in ROW.finditer(record) for name in re.findall(r"`([^`]+)`", row["names"])}


def check(path: Path, named: set[str], explained: set[str]) -> Iterator[Finding]:
    """What is named and not explained, or explained and not named."""
    for name in named - explained:
        yield Finding(path, 1, f"{name} is a dependency without a row | `{name}` | why | licence |.")
    for name in explained - named:
        yield Finding(path, 1, f"{name} is explained but no longer a dependency: remove its row.")


def main() -> int:
    """The check over pyproject.toml, package.json and the record."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = json.loads((ROOT / "package.json").read_text())
    return report(check(RECORD, named_dependencies(project, packages), explained_dependencies(RECORD.read_text())))


if __name__ == "__main__":
    raise SystemExit(main())
