"""Messages: collect what the apps say into ``locale/zh_Hans/LC_MESSAGES/django.po``, and compile it.

Each folder of the package that has a ``locale`` folder gets the messages below it. ``python -m tools.messages make``
collects, ``compile`` compiles. Files name their sources without line numbers and carry no creation date, so that
collecting twice changes nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.findings import PACKAGE

LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
OPTIONS = ("--locale", LANGUAGE, "--add-location", "file", "--no-wrap", "--no-obsolete", "--verbosity", "0")
DATES = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|X-Generator): .*\n', re.MULTILINE)


def apps(package: Path) -> Iterator[Path]:
    """The folders that keep messages of their own."""
    yield from sorted(path.parent for path in package.rglob("locale") if path.is_dir())


def collect(app: Path) -> None:
    """Bring the catalogue of one app up to date with its code and templates."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["PYTHONWARNINGS"] = "ignore"
    program = str(Path(sys.executable).with_name("django-admin"))
    inner = [path.parent.relative_to(app) for path in app.rglob("locale") if path.parent != app]
    ignored = [argument for path in inner for argument in ("--ignore", f"{path}/*")]
    command = [program, "makemessages", *OPTIONS, *ignored]
    done = subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"Collecting the messages of {app.name} failed:\n{done.stderr}")
    catalogue = app / CATALOGUE
    if catalogue.exists():
        catalogue.write_text(DATES.sub("", catalogue.read_text()))


def collect_all(package: Path) -> None:
    """Collect the messages of every app; two at a time, as each one starts a process."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(collect, apps(package)))


def compile_all(package: Path) -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for catalogue in sorted(package.rglob(CATALOGUE.name)):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            subprocess.run(["msgfmt", "--check-format", "-o", compiled, catalogue], check=True)


def main() -> int:
    """The command line."""
    actions = {"make": collect_all, "compile": compile_all}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(f"usage: python -m tools.messages {'|'.join(actions)}", file=sys.stderr)
        return 2
    actions[sys.argv[1]](PACKAGE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
