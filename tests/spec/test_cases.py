"""Every promise of the language, on every engine."""

from __future__ import annotations

import pytest

from bangfu.analytics.language import check_text

from .chapters import EVERY_CASE, Case
from .engines import ENGINES
from .tables import CODES, PARAMETERS, TABLES


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: f"{case.expression} | {case.promise}")
def test_an_expression_comes_to_what_its_case_says(case: Case, engine: str) -> None:
    table = TABLES[case.table]
    expr = check_text(case.expression, table=table, parameters=PARAMETERS, codes=CODES)

    answers = ENGINES[engine](table, case.rows, {"answer": expr}, case.parameters)

    assert answers["answer"] == list(case.expected)
    assert [type(answer) for answer in answers["answer"]] == [type(expected) for expected in case.expected]
