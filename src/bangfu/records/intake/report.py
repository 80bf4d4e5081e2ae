"""What a check found, as values and as stored rows: personal values are masked before they leave DuckDB's hands."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bangfu.records.intake.cells.clean import Sheet
from bangfu.records.intake.checking import Checked
from bangfu.records.intake.findings import sql
from bangfu.records.intake.matching import sql as matching_sql
from bangfu.records.intake.merging import Span
from bangfu.records.intake.messages import ASK, NOTICE, REFUSED, Finding, masked
from bangfu.records.intake.models import Batch, StagingRow
from bangfu.records.intake.sealed_rows import seal_cells
from bangfu.records.intake.wording import Words

#: Findings whose value or detail is a number of a household or person although no personal column is named.
PERSONAL_VALUES = {
    "place_missing",
    "place_differs",
    "duplicate_household",
    "household_elsewhere",
    "household_refused",
    "household_outside",
}
PERSONAL_DETAILS = {"id_in_register", "person_elsewhere"}
GRAVEST = (REFUSED, ASK, NOTICE)
ROWS_AT_ONCE = 5000
#: Notices of one kind about one column that are listed row by row; the rest is counted.
LISTED_NOTICES = 50


@dataclass
class Found:
    """Findings row by row, and notes about notices that are too many to list."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[tuple[str, dict[str, str | Words]]] = field(default_factory=list)


def findings_of(checked: Checked) -> Found:
    """What is said of the rows, in order of sheet and row; of a notice on very many rows only the first ones.

    A row that comes back has no notices: they say of what a row was taken with.
    """
    found = Found()
    sheets = {sheet.number: sheet for sheet in checked.sheets}
    checked.con.execute(sql.TOLD)
    for number, raw in checked.con.execute(sql.SHOWN_COLUMNS, [LISTED_NOTICES]).fetchall():
        checked.con.execute(sql.show_as_sent(number, raw), [sheets[number].rows_path, LISTED_NOTICES])
    for number, row, path, raw, code, detail, value in checked.con.execute(sql.LISTED, [LISTED_NOTICES]).fetchall():
        found.findings.append(_finding(checked, sheets[number], row, path, raw, code, detail or "", value or ""))
    for path, count in checked.con.execute(sql.UNLISTED, [LISTED_NOTICES]).fetchall():
        title = checked.targets[path].title if path in checked.targets else path
        found.notes.append(("notices_more", {"column": Words((title,)), "count": str(count)}))
    return found


def _finding(
    checked: Checked, sheet: Sheet, row: int, path: str, raw: int, code: str, detail: str, value: str
) -> Finding:
    bound = next((each for each in sheet.plan.bound if each.target.path == path or each.index == raw), None)
    target = checked.targets.get(path)
    personal = (target is not None and target.personal) or code in PERSONAL_VALUES
    return Finding(
        sheet=sheet.read.name,
        row=row,
        code=code,
        column=bound.heading if bound and path else "",
        index=bound.index if bound and path else None,
        value=masked(value) if personal and value else value[:80],
        detail=masked(detail) if code in PERSONAL_DETAILS else detail,
    )


def count_rows(checked: Checked) -> dict[str, int]:
    """Rows by what becomes of them; they add up to ``rows``."""
    by_verdict = dict(checked.con.execute(sql.ROWS_BY_VERDICT).fetchall())
    total = sum(checked.rows.values())
    counts = {verdict: int(by_verdict.get(verdict, 0)) for verdict in GRAVEST}
    return {"rows": total, "sound": total - sum(counts.values()), **counts}


def write_rows(checked: Checked, findings: Sequence[Finding], pairs: Sequence[tuple[Batch, Span]]) -> None:
    """Store the rows that did not simply go in, each with its cells as one encrypted value."""
    numbers = {sheet.number: sheet.read.name for sheet in checked.sheets}
    found = checked.con.execute(matching_sql.ABOUT).fetchall()
    abouts = {(numbers[sheet], row): about for sheet, row, about in found}
    for batch, rows in _by_batch(checked, findings, pairs):
        raws = _raw_rows(checked, batch, [row for row, _ in rows if _verdict(_) != NOTICE])
        made = [_staging_row(batch, row, each, raws.get(row), abouts) for row, each in rows]
        StagingRow.objects.bulk_create(made, batch_size=1000)


def _by_batch(
    checked: Checked, findings: Sequence[Finding], pairs: Sequence[tuple[Batch, Span]]
) -> Iterator[tuple[Batch, list[tuple[int, list[Finding]]]]]:
    rows: dict[int, list[tuple[int, list[Finding]]]] = {}
    starts: dict[str, list[tuple[int, int, Batch]]] = {}
    for batch, span in pairs:
        starts.setdefault(span.sheet_name, []).append((span.first, span.last, batch))
    batches = {batch.number: batch for batch, _ in pairs}
    for (sheet, row), group in groupby(findings, key=lambda finding: (finding.sheet, finding.row)):
        spans = starts.get(sheet, [])
        position = bisect.bisect_right([first for first, _, _ in spans], row) - 1
        if position >= 0 and row <= spans[position][1]:
            rows.setdefault(spans[position][2].number, []).append((row, list(group)))
    for number, found in rows.items():
        yield batches[number], found


def _verdict(findings: Sequence[Finding]) -> str:
    verdicts = {finding.verdict.value for finding in findings}
    return next(verdict for verdict in GRAVEST if verdict in verdicts)


def _staging_row(
    batch: Batch, row: int, findings: Sequence[Finding], raw: bytes | None, abouts: Mapping[tuple[str, int], str]
) -> StagingRow:
    return StagingRow(
        batch=batch,
        sheet=batch.sheet,
        row=row,
        verdict=_verdict(findings),
        findings=[finding.to_json() for finding in findings],
        raw=raw,
        about=abouts.get((findings[0].sheet, row), ""),
    )


def _raw_rows(checked: Checked, batch: Batch, rows: Sequence[int]) -> dict[int, bytes]:
    sheet = next(sheet for sheet in checked.sheets if sheet.read.name[:100] == batch.sheet)
    headings = {bound.index: bound.heading for bound in sheet.plan.bound}
    raws: dict[int, bytes] = {}
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = list(rows[start : start + ROWS_AT_ONCE])
        for row, *cells in checked.con.execute(sql.raw_rows(list(headings)), [sheet.rows_path, part]).fetchall():
            kept = {heading: cell for heading, cell in zip(headings.values(), cells, strict=True) if cell is not None}
            raws[row] = seal_cells(batch.id, row, kept)
    return raws
