"""Messages: collected, complete and set with Chinese punctuation.

Collecting them again makes no difference; every message has its Chinese, none is fuzzy; no half-width comma, colon,
semicolon, mark or bracket stands next to Chinese characters, in catalogues, in parameter files and in ``Text`` values.
"""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.catalogues import read_catalogue
from tools.findings import PACKAGE, Finding, python_files, report
from tools.messages import CATALOGUE, apps, collect_all

HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
#: Values and tags that stand in a sentence are no part of its punctuation.
INSERTED = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}|<[^<>]*>|&\w+;")
HALF_WIDTH = re.compile(
    rf"(?<={HAN})\s?[,;:?!]\s?(?={HAN}|□)|(?<={HAN})[,;:?!]$|(?<=□)[,;:?!]\s?(?={HAN})|\((?={HAN})|(?<={HAN})\)"
)


def half_width(text: str) -> str | None:
    """The first half-width mark next to Chinese, with what stands around it; None where all is well."""
    plain = INSERTED.sub("□", text)
    found = HALF_WIDTH.search(plain)
    return None if found is None else plain[max(0, found.start() - 4) : found.end() + 4]


def check_catalogue(path: Path, text: str) -> Iterator[Finding]:
    """What is fuzzy, missing or set with the wrong marks in one catalogue."""
    for message in read_catalogue(text):
        if "fuzzy" in message.flags:
            yield Finding(
                path, message.line, f"The translation of {message.msgid!r} is a guess: check it, remove fuzzy."
            )
        if not all(message.translations) or not message.translations:
            yield Finding(path, message.line, f"{message.msgid!r} has no Chinese.")
        for translation in message.translations:
            yield from _punctuation(path, message.line, translation)


def check_parameters(path: Path, text: str) -> Iterator[Finding]:
    """Wrong marks in the ``zh`` texts of a parameter file."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for line, chinese in _chinese_values(node):
        yield from _punctuation(path, line, chinese)


def check_code(path: Path, text: str) -> Iterator[Finding]:
    """Wrong marks in the Chinese of ``Text("…", "…")`` and ``Text(zh="…", en="…")``; messages that nobody collects."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from _renamed(path, node)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
            chinese = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "zh")]
            for value in chinese:
                if isinstance(value, ast.Constant):
                    yield from _punctuation(path, value.lineno, str(value.value))


def _renamed(path: Path, node: ast.ImportFrom) -> Iterator[Finding]:
    """Functions under names by which their messages are not collected."""
    for name in node.names:
        if name.asname not in (None, "_"):
            yield Finding(path, node.lineno, f"Messages of {name.asname}(…) are not collected: call it {name.name}.")


def _punctuation(path: Path, line: int, chinese: str) -> Iterator[Finding]:
    around = half_width(chinese)
    if around is not None:
        yield Finding(path, line, f"A half-width mark stands in Chinese, near “{around}”: use ，；：？！（）.")


def _chinese_values(node: Any) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "zh" and isinstance(value, yaml.ScalarNode):
                yield value.start_mark.line + 1, value.value
            yield from _chinese_values(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _chinese_values(value)


def check_collected(package: Path) -> Iterator[Finding]:
    """Catalogues that differ from what the code says now; collected in a copy, so that nothing here is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "vendor", "*.mo", "migrations"))
        collect_all(copy)
        for app in apps(copy):
            own = package / app.relative_to(copy) / CATALOGUE
            fresh = app / CATALOGUE
            if fresh.exists() and (not own.exists() or own.read_text() != fresh.read_text()):
                yield Finding(own, 1, "The messages differ from the code: run `make messages` and translate.")


def main() -> int:
    """The check over the package."""
    findings = list(check_collected(PACKAGE))
    for path in PACKAGE.rglob(CATALOGUE.name):
        findings += check_catalogue(path, path.read_text())
    for path in (PACKAGE / "parameters").rglob("*.yaml"):
        findings += check_parameters(path, path.read_text())
    for path in python_files(PACKAGE):
        findings += check_code(path, path.read_text())
    return report(findings)


if __name__ == "__main__":
    raise SystemExit(main())
