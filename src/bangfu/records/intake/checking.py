"""One file checked: read, planned, typed, matched. Nothing is written; what is found stays in memory until merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bangfu.analytics.workbooks import SheetRead, WorkbookRead
from bangfu.analytics.workbooks.values import LIST_SHEET
from bangfu.parameters.loader import Parameters
from bangfu.parameters.mappings import Mapping as FileMapping
from bangfu.parameters.mappings import RowKey
from bangfu.records.intake.cells import clean
from bangfu.records.intake.cells.clean import Sheet
from bangfu.records.intake.cells.rules import Rules
from bangfu.records.intake.cells.sql import literal, quote
from bangfu.records.intake.findings import sql as finding_sql
from bangfu.records.intake.headings import SEARCHED_ROWS, SheetMisfit, SheetPlan, plan_sheet
from bangfu.records.intake.income import complete_income, derived_income
from bangfu.records.intake.matching import match as matching
from bangfu.records.intake.matching import register
from bangfu.records.intake.matching import sql as match_sql
from bangfu.records.intake.places import PlaceFinder
from bangfu.records.intake.reading import read_upload
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, Target, targets_of
from bangfu.records.intake.wording import Words
from bangfu.records.personal import keyring

MEMORY_LIMIT = "3GB"
HEAD, NAME, RELATION = "household.head_name", "person.name", "person.relation"
#: Numbers of rows that were left out, as many as are told.
LEFT_OUT_SHOWN = 20
#: The relation to the head of whoever is the head.
OF_HEAD = "01"


class IntakeRefused(Exception):
    """A whole file is refused; ``code`` and ``values`` make the sentence (messages.FILE_SENTENCES)."""

    def __init__(self, code: str, **values: str | Words) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Decided:
    """What a person decided about a finding: name of the sheet, number of the row, code, and the choice.

    ``about`` is a digest of what the finding rested on; ``prefixes`` are the decider's area, None for everywhere.
    """

    sheet: str
    row: int
    code: str
    choice: str
    about: str
    prefixes: tuple[str, ...] | None


@dataclass(frozen=True)
class Question:
    """What is asked of a file: mapping, year and place that count, the asker's area, what is decided of its rows.

    ``synthetic``: the people of the instance are invented.
    """

    path: Path
    mapping: FileMapping
    parameters: Parameters
    today: date
    scheme: str
    year: int | None = None
    prefixes: tuple[str, ...] | None = None
    decided: tuple[Decided, ...] = ()
    synthetic: bool = False


@dataclass
class Checked:
    """A checked file: its sheets, targets, notes about whole sheets, and the DuckDB connection that holds its rows.

    ``empty`` are the names of sheets that have headings and nothing below them, ``other`` of those of no use here.
    """

    con: duckdb.DuckDBPyConnection
    read: WorkbookRead
    sheets: list[Sheet]
    targets: Mapping[str, Target]
    key_id: int
    empty: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    rows: dict[int, int] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, str | Words]]] = field(default_factory=list)

    def paths(self, table: str) -> list[str]:
        """The targets of a table that any sheet carries, in order."""
        found = dict.fromkeys(
            bound.target.path for sheet in self.sheets for bound in sheet.plan.bound if bound.target.table == table
        )
        return list(found)


@contextmanager
def check_file(question: Question, finder: PlaceFinder, folder: Path, name: str) -> Iterator[Checked]:
    """The checked file. **Errors** ``FileRefused`` for what is no table, ``IntakeRefused`` for a table of no use."""
    read = read_upload(question.path, folder, name)
    forms = tuple(form for form in question.parameters.forms.values() if form.scheme == question.scheme)
    targets = targets_of(forms)
    con = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(folder / "spill"), "threads": 2})
    try:
        sheets, empty, other = _sheets(con, read, question, targets)
        checked = Checked(con, read, sheets, targets, keyring().active, empty, other)
        _note_sheets(checked)
        rules = Rules(question.parameters.codes, question.today, question.year, finder)
        clean.prepare(con, rules)
        for sheet in checked.sheets:
            checked.rows[sheet.number] = clean.clean_sheet(con, sheet, rules)
            _give_row_numbers(con, sheet, question)
            complete_income(con, sheet.number, sheet.typed, sheet.plan)
            matching.note_row_rules(con, sheet, synthetic=question.synthetic)
        _match(checked, question)
        yield checked
    finally:
        con.close()


def _sheets(
    con: duckdb.DuckDBPyConnection, read: WorkbookRead, question: Question, targets: Mapping[str, Target]
) -> tuple[list[Sheet], tuple[str, ...], tuple[str, ...]]:
    """The sheets to take in, and the names of those without a row and of other ones. **Errors** ``IntakeRefused``."""
    planned: list[tuple[SheetRead, SheetPlan, tuple[int, ...]]] = []
    empty: list[str] = []
    misfits: list[tuple[str, SheetMisfit]] = []
    for sheet in (sheet for sheet in read.sheets if sheet.name != LIST_SHEET):
        first = _first_rows(sheet)
        plan = plan_sheet(sheet.name, first, question.mapping, targets, sheet.merged)
        if not isinstance(plan, SheetPlan):
            misfits.append((sheet.name, plan))
            continue
        left_out = clean.rows_beside_data(con, sheet, plan)
        if sheet.n_rows - sum(row <= plan.top for row, _ in first) > len(left_out):
            planned.append((sheet, plan, left_out))
        else:
            empty.append(sheet.name)
    _check_sheets([plan for _, plan, _ in planned], empty, misfits, question)
    planned.sort(key=lambda each: each[1].person_rows)
    sheets = [Sheet(number, *each) for number, each in enumerate(planned)]
    return sheets, tuple(empty), tuple(name for name, _ in misfits)


def _check_sheets(
    plans: Sequence[SheetPlan], empty: Sequence[str], misfits: Sequence[tuple[str, SheetMisfit]], question: Question
) -> None:
    """Raise ``IntakeRefused`` where no sheet has rows, none says the year, or one lacks what its name promises."""
    if not plans and empty:
        raise IntakeRefused("no_rows", sheet=empty[0])
    if not plans:
        raise _refusal(misfits)
    if question.year is None and not all(plan.has("row.year") for plan in plans):
        raise IntakeRefused("year_needed")
    named = {name for layout in question.mapping.layouts for name in layout.sheets}
    broken = [(name, misfit) for name, misfit in misfits if name in named]
    if broken:
        raise _refusal(broken)


def _refusal(misfits: Sequence[tuple[str, SheetMisfit]]) -> IntakeRefused:
    if not misfits:
        return IntakeRefused("no_sheet_fits")
    name, misfit = min(misfits, key=lambda pair: len(pair[1].missing))
    return IntakeRefused("missing_column", sheet=name, missing=Words(misfit.missing), found=Words(misfit.found))


def _first_rows(sheet: SheetRead) -> list[tuple[int, list[str | None]]]:
    """The rows among which the headings are looked for."""
    batch = next(pq.ParquetFile(sheet.rows_path).iter_batches(batch_size=SEARCHED_ROWS), None)
    if batch is None:
        return []
    columns = [column.to_pylist() for column in batch.columns]
    return [(row, list(cells)) for row, *cells in zip(*columns, strict=True)]


def _note_sheets(checked: Checked) -> None:
    checked.notes += [("empty_sheet", {"sheet": name}) for name in checked.empty]
    if checked.other:
        checked.notes.append(("sheets_left", {"found": Words(checked.other)}))
    for sheet in checked.sheets:
        if sheet.left_out:
            shown = [f"{row:,}" for row in sheet.left_out[:LEFT_OUT_SHOWN]]
            shown += ["…"] if len(sheet.left_out) > LEFT_OUT_SHOWN else []
            checked.notes.append(("rows_left", {"sheet": sheet.read.name, "found": Words(tuple(shown))}))
        if sheet.plan.unknown:
            checked.notes.append(("unknown_columns", {"sheet": sheet.read.name, "found": Words(sheet.plan.unknown)}))
        if sheet.plan.repeated:
            checked.notes.append(("repeated_columns", {"sheet": sheet.read.name, "found": Words(sheet.plan.repeated)}))
        if sheet.read.hidden_rows:
            checked.notes.append(("hidden_rows", {"sheet": sheet.read.name, "count": str(sheet.read.hidden_rows)}))


def _give_row_numbers(con: duckdb.DuckDBPyConnection, sheet: Sheet, question: Question) -> None:
    """Where sheet and row are the key, they make the household's number."""
    if question.mapping.key is RowKey.SHEET_ROW and not sheet.plan.has("household.household_no"):
        name = "" if question.path and sheet.number == 0 else f"{sheet.number}:"
        con.execute(finding_sql.number_by_row(sheet.typed, f"{question.mapping.name}:", f":{name}"))


def _match(checked: Checked, question: Question) -> None:
    keys = matching.RegisterKeys(register.known_households, register.known_persons, register.hashes)
    matching.gather(checked.con, checked.sheets, lambda sheet, people: _columns(sheet, question, people=people))
    people = [sheet for sheet in checked.sheets if sheet.plan.person_rows]
    homes = [path for table in HOUSEHOLD_TABLES for path in stored_paths(people, table)]
    numbers = {sheet.read.name: sheet.number for sheet in checked.sheets}
    decided = [
        (numbers[each.sheet], each.row, each.code, each.choice, each.about, each.prefixes)
        for each in question.decided
        if each.sheet in numbers
    ]
    matching.keep_decided(checked.con, decided)
    matching.match(checked.con, keys, homes, question.prefixes)
    matching.note_differing(checked.con, people)


def stored_paths(sheets: Sequence[Sheet], table: str) -> list[str]:
    """The value columns of one target over all sheets, derived ones included."""
    found: dict[str, None] = {}
    for sheet in sheets:
        for name in _values(sheet):
            if name.startswith(f"{table}."):
                found[name] = None
    return list(found)


def _values(sheet: Sheet) -> list[str]:
    bound = [each.target for each in sheet.plan.bound if each.target.table != "row"]
    names = [target.path for target in bound if not target.extension]
    names += [
        f"{table}.x"
        for table in ("household_year", "person_year")
        if any(t.extension and t.table == table for t in bound)
    ]
    return [*dict.fromkeys([*names, *derived_paths(sheet.plan)])]


def derived_paths(plan: SheetPlan) -> list[str]:
    """The columns that a sheet's cells lead to beyond those they name."""
    found = [HEAD] if _names_head(plan) else []
    found += [f"{table}.phone_valid" for table in ("person", "household") if plan.has(f"{table}.phone")]
    if plan.has("person.id_no"):
        found += ["person.id_kind", "person.id_valid", "person.birth_date", "person.sex"]
    return [*found, *derived_income(plan)]


def _columns(sheet: Sheet, question: Question, *, people: bool) -> list[str]:
    """The expressions that a sheet gives to the gathered table."""
    extensions = [each.target for each in sheet.plan.bound if each.target.extension]
    listed = ["t.year", "t.place_id", "t.place_code"]
    names = _values(sheet)
    if question.mapping.key is RowKey.SHEET_ROW and "household.household_no" not in names:
        names = ["household.household_no", *names]
    for name in names:
        if name.endswith(".x"):
            table = name.split(".")[0]
            pairs = [(target.name, target.path) for target in extensions if target.table == table]
            listed.append(f"{match_sql.as_json(pairs)} AS {quote(name)}")
        elif name == "person.birth_date" and sheet.plan.has("person.id_no"):
            listed.append(f"{match_sql.known_or(name, 'id_birth', has=sheet.plan.has(name))} AS {quote(name)}")
        elif name == "person.sex" and sheet.plan.has("person.id_no"):
            listed.append(f"{match_sql.known_or(name, 'id_sex', has=sheet.plan.has(name))} AS {quote(name)}")
        elif name == HEAD and _names_head(sheet.plan):
            listed.append(
                f"CASE WHEN t.{quote(RELATION)} = {literal(OF_HEAD)} THEN t.{quote(NAME)} END AS {quote(HEAD)}"
            )
        else:
            listed.append(f"t.{quote(name)}")
    return listed


def _names_head(plan: SheetPlan) -> bool:
    """Whether the head of a household is known by one of its members only."""
    return plan.person_rows and plan.has(NAME) and plan.has(RELATION) and not plan.has(HEAD)


def csv_sheet_name(file_name: str) -> str:
    """What the one sheet of a CSV file is called: the file."""
    return Path(file_name).stem[:31] or "CSV"


__all__ = ["Checked", "IntakeRefused", "Question", "check_file", "csv_sheet_name", "stored_paths"]
