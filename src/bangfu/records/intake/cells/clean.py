"""From the text of a sheet to typed values and findings, a column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bangfu.analytics.workbooks import MergedCells, SheetRead
from bangfu.records.intake.cells import columns, sql
from bangfu.records.intake.cells.rules import Rules
from bangfu.records.intake.cells.words import answer_of
from bangfu.records.intake.findings import sql as finding_sql
from bangfu.records.intake.headings import Bound, SheetPlan
from bangfu.records.intake.messages import VERDICTS
from bangfu.records.intake.targets import CellForm
from bangfu.records.threads import in_order

#: The kinds of ID that are neither an identity card nor a disability certificate: their numbers have no fixed form.
OTHER_IDS = ("03", "04", "05", "99")
#: Forms whose cells keep their width: words and names.
KEPT_WIDE = {CellForm.TEXT, CellForm.NAME, CellForm.CODE, CellForm.FLAG}
_WIDE_DIGITS = "[０-９Ｘｘ]"
#: What a number looks like that Excel has cut.
CUT = "1E+17"
#: What may be cut, in a column of which some is: more digits than Excel keeps, the last ones 000; and what surely is.
_MAY_BE_CUT = r"^['’‘＇]?(\d[\d \-]{12,}000|\d(\.\d+)?[Ee]\+?\d+)$"
#: How many chunks of a sheet are typed at once: Arrow and DuckDB work outside of the interpreter's lock.
AT_ONCE = 2
#: The faults of a column: its path, its place in the sheet, and the rows with their faults.
Noted = tuple[str, int, pa.Table]


@dataclass(frozen=True)
class Sheet:
    """A sheet that is taken in: its number, its rows and how they are read."""

    number: int
    read: SheetRead
    plan: SheetPlan
    left_out: tuple[int, ...] = ()

    @cached_property
    def cut(self) -> Mapping[int, list[int]]:
        """Rows by column whose cells lost digits because they were stored as numbers."""
        found: dict[int, list[int]] = {}
        for each in self.read.faults() if self.read.n_faults else ():
            if each.code == "number_precision_lost":
                found.setdefault(each.column, []).append(each.row)
        return found

    @property
    def typed(self) -> str:
        """The table of its typed values."""
        return f"typed_{self.number}"

    @property
    def rows_path(self) -> str:
        """Where its rows lie."""
        return str(self.read.rows_path)


def prepare(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make the tables that all sheets share."""
    con.execute(finding_sql.FACTS, [rules.today])
    con.execute(finding_sql.FINDINGS)
    _with_given(con, pa.table({"code": list(VERDICTS), "verdict": list(VERDICTS.values())}), finding_sql.VERDICTS)


def clean_sheet(con: duckdb.DuckDBPyConnection, sheet: Sheet, rules: Rules) -> int:
    """Type the cells of a sheet and note what is wrong with them; returns how many rows it has."""
    wanted = sorted({bound.index for bound in sheet.plan.bound})
    count, cut = 0, _columns_cut(con, sheet)

    def typed(chunk: tuple[pa.Array, dict[int, pa.Array]]) -> tuple[pa.Table, list[Noted]]:
        with con.cursor() as own:
            one = _Chunk(own, sheet, rules, cut, *chunk)
            return one.typed(), one.noted

    chunks = _filled(sheet, columns.chunks(sheet.read.rows_path, wanted, sheet.plan.top, sheet.left_out))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for number, (table, noted) in enumerate(in_order(pool, typed, chunks, ahead=AT_ONCE)):
            _with_given(con, table, finding_sql.append(sheet.typed, first=number == 0))
            for path, index, faults in noted:
                _with_given(con, faults, finding_sql.note_faults(sheet.number, path, index))
            count += len(table)
    _note_reader_faults(con, sheet)
    return count


def rows_beside_data(con: duckdb.DuckDBPyConnection, read: SheetRead, plan: SheetPlan) -> tuple[int, ...]:
    """The numbers of rows below the headings that are no data: sums, signatures, units."""
    names = [name for name in pq.ParquetFile(read.rows_path).schema_arrow.names if name != "row"]
    spoken = {"household.household_no", "household.head_name", "person.name", "row.village", "row.township"}
    looked_at = {f"c{bound.index}" for bound in plan.bound if bound.target.path in spoken} | set(names[:3])
    file = {"file": str(read.rows_path)}
    ((last,),) = con.execute(sql.LAST_ROW, file).fetchall()
    statement = sql.rows_beside_data(names, [name for name in names if name in looked_at])
    return tuple(row for (row,) in con.execute(statement, file | {"top": plan.top, "last": last or 0}).fetchall())


def _with_given(con: duckdb.DuckDBPyConnection, given: pa.Table, statement: str) -> None:
    con.register("given", given)
    con.execute(statement)
    con.unregister("given")


def _columns_cut(con: duckdb.DuckDBPyConnection, sheet: Sheet) -> frozenset[int]:
    """The columns of ID numbers of which Excel has cut some, anywhere in the sheet."""
    bound = {"file": sheet.rows_path, "top": sheet.plan.top, "left": list(sheet.left_out)}
    found = {each.index for each in sheet.plan.bound if each.target.form is CellForm.ID and each.index in sheet.cut}
    for each in sheet.plan.bound:
        if each.target.form is CellForm.ID and each.index not in found:
            ((cut,),) = con.execute(sql.holds_cut_id(f"c{each.index}"), bound).fetchall()
            found |= {each.index} if cut else set()
    return frozenset(found)


def _filled(
    sheet: Sheet, chunks: Iterator[tuple[pa.Array, dict[int, pa.Array]]]
) -> Iterator[tuple[pa.Array, dict[int, pa.Array]]]:
    """The chunks with merged blocks filled, in order, since a block may lie across two of them."""
    blocks: dict[int, list[MergedCells]] = {}
    for block in sheet.read.merged:
        if block.first_column == block.last_column and block.first_row > sheet.plan.top:
            blocks.setdefault(block.first_column, []).append(block)
    columns_filled = {index: columns.FilledDown(of_column) for index, of_column in blocks.items()}
    for rows, cells in chunks:
        filled = {index: columns_filled[index].fill(rows, cells[index]) for index in cells.keys() & columns_filled}
        yield rows, cells | filled


@dataclass(frozen=True)
class _Chunk:
    """Some rows of a sheet while their columns are typed."""

    con: duckdb.DuckDBPyConnection
    sheet: Sheet
    rules: Rules
    columns_cut: frozenset[int]
    rows: pa.Array
    cells: Mapping[int, pa.Array]
    noted: list[Noted] = field(default_factory=list)

    def typed(self) -> pa.Table:
        """The typed values of the rows; faults are noted on the way."""
        bound = self.sheet.plan.bound
        years = self._years(next((each for each in bound if each.target.path == "row.year"), None))
        made: dict[str, Any] = {"row": self.rows, "year": years}
        # The kind of ID decides how its number is judged, so codes come first.
        for each in sorted(bound, key=lambda each: each.target.form is not CellForm.CODE):
            if each.target.table == "row":
                continue
            if each.target.form is CellForm.CODE:
                made[each.target.path] = self._coded(each, years)
            else:
                made |= self._read(each, made.get("person.id_type"))
        return pa.table(made | self._placed())

    def _years(self, bound: Bound | None) -> pa.Array:
        given = pa.nulls(len(self.rows), pa.int16())
        if bound is not None:
            given = self._read(bound, None)["row.year"].cast(pa.int16())
        if self.rules.year is None:
            return given
        return pc.fill_null(given, pa.scalar(self.rules.year, pa.int16()))

    def _read(self, bound: Bound, id_types: Any) -> dict[str, Any]:
        texts = self._uncut(bound)
        reading = sql.reading_of(bound.target, bound.factor)
        narrow = bound.target.form not in KEPT_WIDE and not columns.is_ascii(texts)
        query = sql.read_cells(reading, narrow=narrow)
        if bound.target.form is CellForm.ID and id_types is not None:
            other = pc.fill_null(pc.is_in(_array(id_types), pa.array(OTHER_IDS)), False)
            # A number of another kind has no fixed form, but no digits that Excel made.
            other = pc.and_(other, pc.fill_null(pc.not_equal(texts, CUT), True))
            found = self._query(query, texts, narrow, other)
        else:
            found = columns.by_word(texts, lambda words: self._query(query, words, narrow, None))
        self.note(bound.target.path, bound.index, found.column("fault"))
        return _named(bound, found)

    def _uncut(self, bound: Bound) -> pa.Array:
        """The texts of a column; an ID that Excel has cut stands as what it is, so nothing matches it.

        Where some of a column is cut, one that ends in 000 is cut too, even if its check digit is right by chance.
        """
        texts = self.cells[bound.index]
        if bound.target.form is not CellForm.ID or bound.index not in self.columns_cut:
            return texts
        rows = pa.array(self.sheet.cut.get(bound.index, ()), pa.int32())
        suspect = pc.fill_null(pc.match_substring_regex(texts, _MAY_BE_CUT), False)
        return pc.if_else(pc.or_(pc.is_in(self.rows, rows), suspect), pa.scalar(CUT), texts)

    def _query(self, query: str, texts: pa.Array, narrow: bool, other: pa.Array | None) -> pa.Table:
        none = pa.repeat(pa.scalar(False), len(texts))
        wide = pc.fill_null(pc.match_substring_regex(texts, _WIDE_DIGITS), False) if narrow else none
        self.con.register("given", pa.table({"n": texts, "w": wide, "o": none if other is None else other}))
        try:
            return self.con.execute(query).to_arrow_table()
        finally:
            self.con.unregister("given")

    def _coded(self, bound: Bound, years: pa.Array) -> pa.Array:
        """Codes of the words, judged by the list of each row's year; a word without code is a fault."""
        texts = self.cells[bound.index]
        encoded = texts.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        codes = pa.nulls(len(texts), pa.string())
        faults = pa.nulls(len(texts), pa.string())
        for year in years.unique().to_pylist():
            meant = [answer_of(word, bound, self.rules, year) for word in words]
            of_year = pc.fill_null(pc.equal(years, year), False) if year is not None else pc.is_null(years)
            codes = pc.if_else(of_year, pa.array([code for code, _ in meant], pa.string()).take(encoded.indices), codes)
            faults = pc.if_else(
                of_year, pa.array([wrong for _, wrong in meant], pa.string()).take(encoded.indices), faults
            )
        self.note(bound.target.path, bound.index, faults)
        return codes

    def _placed(self) -> dict[str, Any]:
        named = {
            each.target.name: self.cells[each.index]
            for each in self.sheet.plan.bound
            if each.target.table == "row" and each.target.path != "row.year"
        }
        if not named:
            found = self.rules.find_place({})
            size = len(self.rows)
            return {
                "place_id": pa.repeat(pa.scalar(found.place_id, pa.int64()), size),
                "place_code": pa.repeat(pa.scalar(found.place_code, pa.string()), size),
            }
        joined = pc.binary_join_element_wise(*(pc.fill_null(texts, "") for texts in named.values()), "\x1f")
        encoded = joined.dictionary_encode()
        ways = [dict(zip(named, way.split("\x1f"), strict=True)) for way in encoded.dictionary.to_pylist()]
        meant = [self.rules.find_place({name: text or None for name, text in way.items()}) for way in ways]
        for said_in in dict.fromkeys(found.said_in for found in meant if found.fault):
            of_cell = [found.fault if found.said_in == said_in else None for found in meant]
            self.note("place", self._index_of_place(said_in), pa.array(of_cell, pa.string()).take(encoded.indices))
        return {
            "place_id": pa.array([found.place_id for found in meant], pa.int64()).take(encoded.indices),
            "place_code": pa.array([found.place_code for found in meant], pa.string()).take(encoded.indices),
        }

    def _index_of_place(self, said_in: str) -> int:
        """The column of a cell that names a place; that of the closest one where no cell is meant alone."""
        found = next((each for each in self.sheet.plan.bound if each.target.path == f"row.{said_in}"), None)
        column = found or place_column(self.sheet.plan)
        return column.index if column else -1

    def note(self, path: str, index: int, faults: Any) -> None:
        """Note the faults of a column."""
        faults = _array(faults)
        if faults.null_count < len(faults):
            mask = faults.is_valid()
            given = pa.table({"row": self.rows.filter(mask), "fault": faults.filter(mask)})
            self.noted.append((path, index, given))


def _array(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _named(bound: Bound, found: pa.Table) -> dict[str, Any]:
    """The columns that a reading gives, under the names of the typed table."""
    path, table = bound.target.path, bound.target.table
    named: dict[str, Any] = {path: found.column("value")}
    if bound.target.form is CellForm.PHONE:
        named[f"{table}.phone_valid"] = found.column("valid")
    if bound.target.form is CellForm.ID:
        named |= {"person.id_kind": found.column("kind"), "person.id_valid": found.column("valid")}
        named |= {"id_birth": found.column("birth"), "id_sex": found.column("sex"), "id_region": found.column("region")}
    return named


def place_column(plan: SheetPlan) -> Bound | None:
    """The column that names a row's place most closely: its code, else the lowest name."""
    order = ("place_name", "village", "township", "county", "prefecture", "province")
    wanted = [f"row.{name}" for name in ("place_code", *order)]
    bound = {each.target.path: each for each in plan.bound}
    return next((bound[path] for path in wanted if path in bound), None)


#: Faults of the reader that spoil a cell of any kind, and forms of text, which lose digits where numbers do not matter.
SPOILT = {"formula_without_value", "error_value", "date_out_of_range"}
TEXTS = {CellForm.TEXT, CellForm.NUMBER_TEXT, CellForm.NAME, CellForm.CODE, CellForm.PHONE}


def _note_reader_faults(con: duckdb.DuckDBPyConnection, sheet: Sheet) -> None:
    """Findings of the cells that the reader could not give as they stand; they replace what was found of their text."""
    by_index = {bound.index: bound for bound in sheet.plan.bound}
    left_out = frozenset(sheet.left_out)
    found: list[Sequence[Any]] = []
    for each in sheet.read.faults() if sheet.read.n_faults else ():
        bound = by_index.get(each.column)
        code = _meaning(each.code, bound)
        if code and each.row > sheet.plan.top and each.row not in left_out:
            path = bound.target.path if bound else ""
            found.append((sheet.number, each.row, path, each.column, code, None, each.value, VERDICTS[code]))
    if found:
        con.executemany(finding_sql.DROP_CELL_FINDINGS, [(row[0], row[1], row[3]) for row in found])
        con.executemany(finding_sql.ADD_FINDING, found)


def _meaning(code: str, bound: Bound | None) -> str | None:
    """What a fault of the reader means for the column it stands in; None where it does no harm there."""
    if code == "cell_beyond_header":
        return code
    if bound is None:
        return None
    if code in SPOILT:
        return code
    if code == "date_empty_1900":
        return "date_empty"
    if code == "number_precision_lost" and bound.target.form is CellForm.ID:
        return "id_precision"
    return "precision_lost" if code == "number_precision_lost" and bound.target.form in TEXTS else None
