"""SQL: its text stands only where it may (DESIGN.md, 2), and is run only by modules that take it from there.

SQL text may stand in ``records/*/sql.py``, in the engine files under ``analytics/engines`` and in the places listed
below. Elsewhere a string, f-string or joined string that is an SQL statement is a fault. So are Django's doors to raw
SQL, and running a statement in a module that imports none. Docstrings are prose and are not looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.findings import PACKAGE, Finding, python_files, report

#: Files outside the two rooms of SQL that may hold SQL text, each with its reason.
LISTED = {
    "config/environment.py": "the pragmas with which Django opens SQLite stand beside the other database settings",
    "records/bulk.py": "one writer of row sets for all apps: COPY or INSERT over the tables and columns of the models",
}
STATEMENT = re.compile(
    r"""^[\s(]*(?:
      select\b.*\bfrom\b | select\s+(?:distinct\s+)?[\w."(*] .* (?:\bas\b|\() | with\s+(?:recursive\s+)?\w+\s+as\s*\(
    | insert\s+(?:or\s+\w+\s+)?into\s | replace\s+into\s | update\s+\S+\s+set\s | delete\s+from\s | merge\s+into\s
    | (?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:unlogged\s+|temp(?:orary)?\s+|unique\s+|virtual\s+)?
      (?:table|index|view|trigger|function|schema|sequence|extension|database|role|macro|secret)\s
    | copy\s+\S.*\s(?:from|to)\s | truncate\s+(?:table\s+)?\w+\s*(?:;|$) | vacuum\s+into\b | attach\s+(?:database\s+)?'
    | pragma\s+\w+\s*[=(;] | set\s+(?:local\s+|session\s+)?\w+\s*(?:=|to)\s | install\s+\w+\s*(?:;|$)
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
RAW_ATTRIBUTES = {"raw", "extra", "RawSQL", "RunSQL"}
RUNNING = {"execute", "executemany", "executescript"}


def may_hold_sql(path: Path) -> bool:
    """Whether SQL text may stand in this file."""
    inside = path.relative_to(PACKAGE)
    engine = inside.parts[:2] == ("analytics", "engines")
    own = inside.parts[0] == "records" and inside.name == "sql.py"
    return engine or own or inside.as_posix() in LISTED


def check_module(path: Path, text: str) -> Iterator[Finding]:
    """The faults of one module that may not hold SQL."""
    tree = ast.parse(text)
    yield from _texts(path, tree)
    takes_sql = _imports_sql(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(path, node, takes_sql)


def _texts(path: Path, tree: ast.Module) -> Iterator[Finding]:
    prose = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}  # type: ignore[attr-defined]
    parts: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in prose or id(node) in parts:
            continue
        built = _text_of(node)
        if built is not None:
            parts |= {id(child) for child in ast.walk(node)}
            if STATEMENT.match(built):
                beginning = " ".join(built.split())[:40]
                yield Finding(path, node.lineno, f"SQL text {beginning!r}… belongs in records/*/sql.py or an engine.")  # type: ignore[attr-defined]


def _has_docstring(node: ast.AST) -> bool:
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if not documented or not node.body:  # type: ignore[attr-defined]
        return False
    first = node.body[0]  # type: ignore[attr-defined]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)


def _text_of(node: ast.AST) -> str | None:
    """The text that an expression writes down, with ``?`` where a value comes in; None where it is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text_of(value) or " ? " for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            texts = (_text_of(left), _text_of(right))
            return None if texts == (None, None) else " ".join(text or "?" for text in texts)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _text_of(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join")):
            return _text_of(value)
    return None


def _imports_sql(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            whole = (node.module or "").split(".")
            if whole[-1] == "sql" or "engines" in whole or any(name.name == "sql" for name in node.names):
                return True
        if isinstance(node, ast.Import) and any(name.name.endswith(".sql") for name in node.names):
            return True
    return False


def _call(path: Path, node: ast.Call, takes_sql: bool) -> Iterator[Finding]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in RAW_ATTRIBUTES:
        yield Finding(path, node.lineno, f"{name}() opens a door to raw SQL: use the ORM, or a statement of sql.py.")
    if name in RUNNING and isinstance(node.func, ast.Attribute) and not takes_sql:
        yield Finding(path, node.lineno, f".{name}() runs a statement, but this module imports none from a sql.py.")


def main() -> int:
    """The check over the package."""
    paths = [path for path in python_files(PACKAGE) if not may_hold_sql(path)]
    return report(finding for path in paths for finding in check_module(path, path.read_text()))


if __name__ == "__main__":
    raise SystemExit(main())
