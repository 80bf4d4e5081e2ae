"""Rows beside each other and beside the register: duplicates, contradictions, and who is who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from bangfu.records.intake.cells.clean import Sheet
from bangfu.records.intake.cells.sql import INVENTED, PROVINCES, literal, quote
from bangfu.records.intake.findings import sql as finding_sql
from bangfu.records.intake.matching import sql
from bangfu.records.intake.messages import VERDICTS
from bangfu.records.intake.targets import HOUSEHOLD_TABLES

#: Columns that the matching statements name, so they exist even where no sheet has them.
HOME_COLUMNS = (
    ("year", "SMALLINT"),
    ("place_id", "BIGINT"),
    ("place_code", "VARCHAR"),
    ("household.household_no", "VARCHAR"),
)
PERSON_COLUMNS = (
    *HOME_COLUMNS,
    ("person.person_no", "VARCHAR"),
    ("person.id_no", "VARCHAR"),
    ("person.name", "VARCHAR"),
    ("person.birth_date", "DATE"),
)
OTHER_CAUSES = ("household_year.other_cause_1", "household_year.other_cause_2")
STORY_YEARS = ("household.identified_year", "household.exited_year")
RISKS = tuple(f"household_year.risk_{number}" for number in range(1, 6))
#: Columns of the decisions: the finding, the choice, what it rested on, and the decider's area (missing: everywhere).
DECIDED = (
    ("sheet", pa.int8()),
    ("row", pa.int32()),
    ("code", pa.string()),
    ("choice", pa.string()),
    ("about", pa.string()),
    ("prefixes", pa.list_(pa.string())),
)
RISK_REMARK = "household_year.risk_remark"
#: What code lists call "other".
OTHER = "99"


class Note(Protocol):
    """Notes rows that meet a condition: code, path of the cell, condition, and what the check found."""

    def __call__(self, code: str, path: str, condition: str, detail: str = "NULL") -> None:
        """Note them."""


@dataclass(frozen=True)
class RegisterKeys:
    """What the register knows by key, as Arrow tables: ``households`` and ``persons``, and hashes of the file's IDs."""

    households: Callable[[Sequence[str]], pa.Table]
    persons: Callable[[pa.Table], pa.Table]
    hashes: Callable[[Sequence[str]], Sequence[bytes | None]]


def note_row_rules(con: duckdb.DuckDBPyConnection, sheet: Sheet, *, synthetic: bool = False) -> None:
    """What a row must have, and what its own cells say against each other.

    The people of a ``synthetic`` instance have ID numbers of regions that do not exist, so that is no fault there.
    """
    bound = {each.target.path: each for each in sheet.plan.bound}

    def note(code: str, path: str, condition: str, detail: str = "NULL") -> None:
        raw = bound[path].index if path in bound else -1
        con.execute(finding_sql.note_rows(sheet.number, sheet.typed, path, raw, code, condition, detail))

    for path, each in bound.items():
        if each.column.required and each.target.table != "row":
            note(
                "required_blank", path, f"t.{quote(path)} IS NULL AND {finding_sql.without_finding(sheet.number, path)}"
            )
    note("year_missing", "row.year", f"t.year IS NULL AND {finding_sql.without_finding(sheet.number, 'row.year')}")
    if sheet.plan.person_rows:
        _note_person_rules(sheet, note, synthetic=synthetic)
    _note_household_rules(sheet, note)


def _note_person_rules(sheet: Sheet, note: Note, *, synthetic: bool) -> None:
    has = sheet.plan.has
    identity = [path for path in ("person.person_no", "person.id_no", "person.name") if has(path)]
    empty = [f"t.{quote(path)} IS NULL AND {finding_sql.without_finding(sheet.number, path)}" for path in identity]
    kind = ['t."person.id_kind" IS NULL'] if has("person.id_no") else []
    note("no_identity", "", " AND ".join([*empty, *kind]))
    if has("person.id_no"):
        known = f"{PROVINCES} AND t.id_region NOT IN {INVENTED}" if synthetic else PROVINCES
        note("id_prefix_unknown", "person.id_no", f"t.id_region NOT IN {known}")
        if has("person.birth_date"):
            note("id_birth_differs", "person.birth_date", 't.id_birth <> t."person.birth_date"')
        if has("person.sex"):
            note("id_sex_differs", "person.sex", "t.\"person.sex\" IN ('1', '2') AND t.id_sex <> t.\"person.sex\"")
    if has("person.phone"):
        note("phone_odd", "person.phone", 'NOT t."person.phone_valid"')


def _note_household_rules(sheet: Sheet, note: Note) -> None:
    has = sheet.plan.has
    if has("household.phone"):
        note("phone_odd", "household.phone", 'NOT t."household.phone_valid"')
    for path in OTHER_CAUSES:
        if has(path) and has("household_year.main_cause"):
            note("cause_repeated", path, f't.{quote(path)} = t."household_year.main_cause"')
    if all(map(has, STORY_YEARS)):
        first, last = map(quote, STORY_YEARS)
        note("years_contradict", STORY_YEARS[1], f"t.{last} < t.{first}", f"CAST(t.{first} AS VARCHAR)")
    if all(map(has, OTHER_CAUSES)):
        first, second = map(quote, OTHER_CAUSES)
        note("cause_twice", OTHER_CAUSES[1], f"t.{first} = t.{second}")
    for path in filter(has, RISKS):
        wordless = f"t.{quote(RISK_REMARK)} IS NULL" if has(RISK_REMARK) else "true"
        note("risk_remark_missing", path, f"t.{quote(path)} = {literal(OTHER)} AND {wordless}")


def gather(
    con: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], columns_of: Callable[[Sheet, bool], Sequence[str]]
) -> None:
    """Make ``home_rows`` and ``people`` out of the typed sheets."""
    homes = [(sheet.number, sheet.typed, columns_of(sheet, False)) for sheet in sheets if not sheet.plan.person_rows]
    people = [(sheet.number, sheet.typed, columns_of(sheet, True)) for sheet in sheets if sheet.plan.person_rows]
    con.execute(sql.union("home_rows", homes, HOME_COLUMNS))
    con.execute(sql.union("people", people, PERSON_COLUMNS))


def match(
    con: duckdb.DuckDBPyConnection, keys: RegisterKeys, household_columns: Sequence[str], prefixes: Sequence[str] | None
) -> None:
    """Set the rows beside each other and the register; leaves ``good_homes`` and ``persons``, and findings."""

    def note(code: str, body: str) -> None:
        con.execute(sql.add_findings(code, VERDICTS[code], body))

    def settle() -> None:
        con.execute(sql.REFUSED)

    settle()
    note("duplicate_household", sql.DUPLICATE_HOUSEHOLD)
    settle()
    con.execute(sql.member_homes(household_columns))
    _match_households(con, keys, note, prefixes)
    settle()
    con.execute(sql.GOOD)
    note("household_refused", sql.HOUSEHOLD_REFUSED)
    settle()
    for code, body in (
        ("duplicate_id", sql.DUPLICATE_ID),
        ("duplicate_person_no", sql.DUPLICATE_NUMBER),
        ("duplicate_row", sql.DUPLICATE_ROW),
        ("duplicate_row", sql.DUPLICATE_PERSON_NO_ROW),
    ):
        note(code, body)
        settle()
    _match_persons(con, keys, note, prefixes)
    settle()
    con.execute(sql.PERSONS)
    if con.execute(sql.SOME_TWICE).fetchall()[0][0]:
        note("duplicate_row", sql.SAME_PERSON_TWICE)
        settle()
        con.execute(sql.PERSONS)
    con.execute(sql.DROP_EMPTY_HOMES)
    con.execute(sql.DROP_DECIDED)


def note_differing(con: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet]) -> None:
    """Note members of one household whose rows carry different values for it; the first row's were taken."""
    if not con.execute(sql.SOME_DIFFER).fetchall()[0][0]:
        return
    for sheet in sheets:
        for each in sheet.plan.bound:
            if each.target.table in HOUSEHOLD_TABLES and not each.target.extension:
                con.execute(sql.household_differs(sheet.number, each.target.path, each.index))


def keep_decided(con: duckdb.DuckDBPyConnection, decided: Sequence[Sequence[Any]]) -> None:
    """Make ``decided``: the findings (sheet, row, code) that a person has decided about, how, on what, and where."""
    columns = list(zip(*decided, strict=True)) or [()] * len(DECIDED)
    arrays = [pa.array(values, kind) for values, (_, kind) in zip(columns, DECIDED, strict=True)]
    _keep(con, "decided", pa.table(arrays, names=[name for name, _ in DECIDED]))


def _match_households(
    con: duckdb.DuckDBPyConnection,
    keys: RegisterKeys,
    note: Callable[[str, str], None],
    prefixes: Sequence[str] | None,
) -> None:
    numbers = [row[0] for row in con.execute(sql.HOUSEHOLD_NUMBERS).fetchall()]
    _keep(con, "known_households", keys.households(numbers))
    con.execute(sql.HOMES)
    note("place_differs", sql.PLACE_DIFFERS)
    note("place_missing", sql.PLACE_MISSING)
    note("household_elsewhere", sql.HOUSEHOLD_ELSEWHERE)
    if prefixes is not None:
        _keep(con, "prefixes", pa.table({"prefix": pa.array(list(prefixes), pa.string())}))
        note("household_outside", sql.HOUSEHOLD_OUTSIDE)


def _match_persons(
    con: duckdb.DuckDBPyConnection,
    keys: RegisterKeys,
    note: Callable[[str, str], None],
    prefixes: Sequence[str] | None,
) -> None:
    numbers = [row[0] for row in con.execute(sql.ID_NUMBERS).fetchall()]
    hashes = keys.hashes(numbers)
    _keep(
        con, "id_hashes", pa.table({"id_no": pa.array(numbers, pa.string()), "id_hash": pa.array(hashes, pa.binary())})
    )
    wanted = con.execute(sql.WANTED_PERSONS).to_arrow_table()
    _keep(con, "known_persons", keys.persons(wanted))
    con.execute(sql.MATCHED)
    con.execute(sql.NAMESAKES)
    for code, body in (
        ("steps_disagree", sql.STEPS_DISAGREE),
        ("number_differs", sql.NUMBER_DIFFERS),
        ("id_changes", sql.ID_CHANGES),
        ("person_elsewhere", sql.PERSON_ELSEWHERE),
        ("id_in_register", sql.ID_IN_REGISTER),
        ("perhaps_same", sql.PERHAPS_SAME),
    ):
        note(code, body)
    if prefixes is not None:
        note("person_outside", sql.PERSON_OUTSIDE)
    con.execute(sql.ABOUTS)
    con.execute(sql.DROP_STALE)
    con.execute(sql.NUMBERED)


def _keep(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("given", table)
    con.execute(sql.keep(name))
    con.unregister("given")
