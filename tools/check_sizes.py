"""Sizes: functions, classes and modules that have grown too long to be read at one sitting (STYLE.md, 2).

A function above the limit passes where a comment inside it or right above it starts with ``# Long:`` and says why.
Prints the medians, so that a slow drift is seen.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.findings import ROOT, Finding, python_files, report

FUNCTION_LINES = 60
CLASS_LINES = 250
MODULE_LINES = 500
REASON = "# Long:"
FOLDERS = tuple(ROOT / name for name in ("src", "tools", "benchmarks", "tests"))

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Measured:
    """A definition and how many lines it spans, decorators included."""

    node: Definition
    first: int
    lines: int

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


def definitions(tree: ast.Module) -> Iterator[Measured]:
    """Every function, method and class of a module."""
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Measured(node, first, (node.end_lineno or node.lineno) - first + 1)


def check_module(path: Path, text: str) -> Iterator[Finding]:
    """What is too long in one module."""
    lines = text.splitlines()
    if len(lines) > MODULE_LINES:
        yield Finding(path, 1, f"The module has {len(lines)} lines, the limit is {MODULE_LINES}: split it by noun.")
    for measured in definitions(ast.parse(text)):
        limit = CLASS_LINES if measured.is_class else FUNCTION_LINES
        if measured.lines > limit and (measured.is_class or not _says_why(measured, lines)):
            kind = "class" if measured.is_class else "function"
            way_out = (
                "split it" if measured.is_class else f"split it, or say why in a comment that starts with {REASON}"
            )
            sentence = f"The {kind} {measured.node.name} has {measured.lines} lines, the limit is {limit}: {way_out}."
            yield Finding(path, measured.first, sentence)


def _says_why(measured: Measured, lines: Sequence[str]) -> bool:
    around = lines[max(0, measured.first - 2) : measured.first - 1 + measured.lines]
    return any(line.strip().startswith(REASON) and len(line.strip()) > len(REASON) + 10 for line in around)


def medians(paths: Sequence[Path]) -> str:
    """The medians of functions and modules in one line."""
    texts = [path.read_text() for path in paths]
    functions = [m.lines for text in texts for m in definitions(ast.parse(text)) if not m.is_class]
    modules = [len(text.splitlines()) for text in texts]
    return (
        f"median function {statistics.median(functions or [0]):g} lines of {len(functions)}, "
        f"median module {statistics.median(modules or [0]):g} lines of {len(modules)}"
    )


def main() -> int:
    """The check over the whole tree."""
    paths = list(python_files(*FOLDERS))
    print(medians([path for path in paths if path.is_relative_to(ROOT / "src")]))
    return report(finding for path in paths for finding in check_module(path, path.read_text()))


if __name__ == "__main__":
    raise SystemExit(main())
