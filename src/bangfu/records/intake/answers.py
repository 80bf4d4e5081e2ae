"""The answer to a file: the same rows in a workbook, faulty cells marked, a sentence for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import override

from bangfu.analytics.workbooks import Mark, mark_workbook, write_answer_from_rows
from bangfu.parameters.text import Text
from bangfu.records.intake.checking import Checked
from bangfu.records.intake.messages import NOTICE, Finding

#: A longer CSV is answered with its faulty rows only: nobody mends a million rows in a sheet.
WHOLE_ROWS = 100_000


def write(checked: Checked, findings: Sequence[Finding], source: Path, target: Path, language: str) -> None:
    """Write the answer workbook: a workbook keeps its sender's formats, CSV and old .xls are answered as .xlsx."""
    marks = list(_marks(findings))
    headers = {sheet.read.name: sheet.plan.top for sheet in checked.sheets}
    if checked.read.kind == "xlsx":
        mark_workbook(source, target, marks, language=language, header_rows=headers)
    else:
        only_faulty = sum(checked.rows.values()) > WHOLE_ROWS
        write_answer_from_rows(
            checked.read, target, marks, language=language, header_rows=headers, only_faulty=only_faulty
        )


def _marks(findings: Sequence[Finding]) -> Iterator[Mark]:
    for finding in findings:
        yield Mark(finding.sheet, finding.row, finding.index, _in_both(finding), finding.verdict == NOTICE)


def _in_both(finding: Finding) -> Text:
    with override("zh-hans"):
        chinese = finding.sentence()
    with override("en"):
        english = finding.sentence()
    return Text(chinese, english)
