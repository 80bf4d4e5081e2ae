"""Locks: every pinned package carries a hash, every dependency is pinned, and no lock names where to download from.

The addresses of package registries differ between networks; a lock that names one works in one network only.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.findings import ROOT, Finding, report

ADDRESS = re.compile(r"\w+://| @ |^-(?:i|f)\b|--(?:extra-)?index-url|--find-links|--trusted-host")
NAME = re.compile(r"^[A-Za-z0-9._-]+")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==\S+")


def check_requirements(path: Path, text: str) -> Iterator[Finding]:
    """Faults of a pip lock: an address, or a pin whose next line is no hash."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if ADDRESS.search(line):
            yield Finding(path, number, "A lock names no download address; make it again with `make lock`.")
        following = lines[number] if number < len(lines) else ""
        if PIN.match(line) and not following.strip().startswith("--hash=sha256:"):
            yield Finding(path, number, f"{line.split()[0]} has no hash; make the lock again with `make lock`.")


def check_packages(path: Path, text: str) -> Iterator[Finding]:
    """Faults of an npm lock: an address, or a package without an integrity hash."""
    for name, package in json.loads(text)["packages"].items():
        if "resolved" in package:
            yield Finding(path, 1, f"{name} names a download address (`resolved`); make it again with `make lock`.")
        if name and "integrity" not in package:
            yield Finding(path, 1, f"{name} has no integrity hash; make the lock again with `make lock`.")


def check_pinned(path: Path, text: str, project: dict[str, Any]) -> Iterator[Finding]:
    """Dependencies, those of the extra that the lock is named after included, that the lock does not pin."""
    table = project["project"]
    wanted = {*table["dependencies"], *table["optional-dependencies"][path.stem]}
    names = {NAME.match(one).group().lower() for one in wanted} - {"bangfu"}  # type: ignore[union-attr]
    pinned = {matched["name"].lower() for line in text.splitlines() if (matched := PIN.match(line))}
    for name in names - pinned:
        yield Finding(path, 1, f"{name} of pyproject.toml is not pinned; make the lock again with `make lock`.")


def main() -> int:
    """The check over all locks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    findings = [
        finding
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        for check in (check_requirements(path, path.read_text()), check_pinned(path, path.read_text(), project))
        for finding in check
    ]
    packages = ROOT / "package-lock.json"
    return report([*findings, *check_packages(packages, packages.read_text())])


if __name__ == "__main__":
    raise SystemExit(main())
