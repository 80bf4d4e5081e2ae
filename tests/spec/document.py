"""The reference of the language, rendered from its grammar and its specification.

Write it anew, from the root of the repository: ``python -m tests.spec.document``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.analytics.language.calls import SPELLINGS
from bangfu.analytics.language.parse import DEEPEST_TREE, GRAMMAR, LONGEST_TEXT
from bangfu.analytics.language.units import TITLES, WRITTEN

from .chapters import CHAPTERS, Case, Chapter

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "language.md"

_OPENING = f"""# The language of rules and figures

Standards, quality rules, warnings, eligibility and indicators are written in one small language. A text is checked
against a table before it runs: unknown names, wrong kinds, wrong units and unknown codes are refused with a sentence
and the place in the text. It then runs on DuckDB or Spark, explains itself row by row, and has a slow oracle in memory.
A text has at most {LONGEST_TEXT} characters and is nested at most {DEEPEST_TREE} levels deep.

```python
from bangfu.analytics.language import check_text, explain
from bangfu.analytics.engines.duckdb import compile_rows

rule = check_text("income_fen < poverty_line", table=table, parameters=types, codes=codes)
sql = compile_rows({{"is_poor": rule}}, table=table, scope=scope, keep=["household_id"])
tree = explain(rule, row, members, values)
```

Every example below is a test: it is run on every engine, and this page is rendered from it
(`python -m tests.spec.document`). *unknown* is `None` in Python and `NULL` in SQL.

## Scope

`compile_rows(…, scope=)` has no default. A `RowFilter` is written into the text and filters the table and its members;
a filter with neither prefix nor household matches nothing. `scope=DEFERRED` leaves the scope open: the text then reads
`scope_rows(prefix)` and `scope_households(household_id)`, which `bind_scope(connection, scope)` fills on a connection.
Without these relations such a text does not run at all, so a forgotten scope shows nothing rather than everything.

## Terms

`check_text(…, terms=)` takes named texts (`parameters/terms`): a text over the same table may write a term's name, or
its Chinese title, in place of its text. A name means a column first, then a parameter, then a term. One that leads to
itself is refused with the ring of names; an explanation shows a term by its title, and what it comes to below.
"""


def rendered() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *(_chapter(chapter) for chapter in CHAPTERS), _functions(), _units(), _grammar()])


def _chapter(chapter: Chapter) -> str:
    return "\n".join([f"## {chapter.title}", "", chapter.text, "", *(_case(case) for case in chapter.cases)])


def _case(case: Case) -> str:
    table = "" if case.table == "households" else f" (over {case.table})"
    names = list(dict.fromkeys(name for row in case.rows for name in row))
    body = [
        [*(_shown(row.get(name)) for name in names), _shown(answer)]
        for row, answer in zip(case.rows, case.expected, strict=True)
    ]
    head = [f"**{case.promise}**{table}", "", "```text", case.expression, "```", ""]
    return "\n".join([*head, _table([*names, "answer"], body), ""])


def _table(head: Iterable[str], body: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return "*unknown*"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(_person(person) for person in value) or "nobody"
    return value.isoformat() if isinstance(value, date) else str(value)


def _person(person: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in person.items())


def _functions() -> str:
    spellings: dict[str, list[str]] = {}
    for spelling, name in SPELLINGS.items():
        spellings.setdefault(name, []).append(spelling)
    body = [[f"`{name}`", " ".join(f"`{other}`" for other in found[1:])] for name, found in spellings.items()]
    return "\n".join(["## Functions and quantifiers", "", _table(["name", "also written"], body), ""])


def _units() -> str:
    body = [
        [
            f"`{unit}`",
            TITLES[unit].zh,
            " ".join(f"`{written}`" for written, (name, _) in WRITTEN.items() if name == unit),
        ]
        for unit in TITLES
        if unit is not None
    ]
    return "\n".join(["## Units", "", _table(["unit", "名称", "written behind a number"], body), ""])


def _grammar() -> str:
    return "\n".join(["## Grammar", "", "```text", GRAMMAR.read_text(encoding="utf-8").rstrip(), "```", ""])


if __name__ == "__main__":
    REFERENCE.write_text(rendered(), encoding="utf-8")
