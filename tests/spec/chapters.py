"""The specification of the language: chapters of cases read from YAML, each with rows, an expression, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bangfu.analytics.language import ParameterValue

CASES = Path(__file__).with_name("cases")


@dataclass(frozen=True)
class Case:
    """One promise: what an expression comes to for each of some rows."""

    promise: str
    expression: str
    table: str
    rows: Sequence[Mapping[str, Any]]
    expected: Sequence[Any]
    parameters: Sequence[ParameterValue]


@dataclass(frozen=True)
class Chapter:
    """Promises that belong together, and the text before them."""

    title: str
    text: str
    cases: Sequence[Case]


def _chapter(path: Path) -> Chapter:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parameters = [ParameterValue(**row) for row in content.get("parameters", ())]
    cases = [Case(parameters=parameters, **({"table": "households"} | case)) for case in content["cases"]]
    return Chapter(content["chapter"], content["text"].strip(), cases)


CHAPTERS = [_chapter(path) for path in sorted(CASES.glob("*.yaml"))]
EVERY_CASE = [case for chapter in CHAPTERS for case in chapter.cases]
