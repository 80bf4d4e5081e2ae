"""An export set beside the register: what both have, what one has, and every column on which they do not agree.

The file is read, its headings and cells understood, by the intake itself; only the comparison is made here, as sets in
DuckDB. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bangfu.parameters.codes import CodeList
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schemes import PlaceScheme
from bangfu.records.exchange import fields, sql
from bangfu.records.intake.cells.sql import DOTS
from bangfu.records.intake.checking import Checked, IntakeRefused, Question, check_file, csv_sheet_name
from bangfu.records.intake.findings.sql import raw_rows
from bangfu.records.intake.headings import Bound
from bangfu.records.intake.places import PlaceFinder
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, PERSON_TABLES, CellForm, Target
from bangfu.records.personal import keyring
from bangfu.records.places.index import PlaceIndex

#: Steps to which an export may have rounded its amounts, in fen, largest first.
STEPS = (1_000_000, 100_000, 10_000, 1_000, 100)
MOST_DECIMALS = 4
LONGEST_NAME = 40
ID_KIND = "person.id_kind"
STANDING = pa.schema(
    [
        ("id", pa.int64()),
        ("key", pa.string()),
        ("path", pa.string()),
        ("kind", pa.string()),
        ("ours", pa.string()),
        ("theirs", pa.string()),
        ("place_code", pa.string()),
        ("now_in", pa.string()),
        ("household_id", pa.int64()),
        ("person_id", pa.int64()),
        ("name", pa.string()),
        ("state", pa.string()),
        ("side", pa.string()),
        ("reopened", pa.int64()),
    ]
)


class NothingToCompare(Exception):
    """The export has no row of the year and area, so nothing can be said; ``code`` and ``values`` make the sentence."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Asked:
    """What is compared: an area and a year, by the parameters of the instance."""

    area: str
    year: int
    parameters: Parameters
    scheme: PlaceScheme


class Compared:
    """A comparison in memory: what was found, and what stands of earlier ones."""

    def __init__(self, con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
        self.con = con
        self._values: dict[str, Any] = {"year": asked.year, "area": asked.area, "length": _village_length(asked.scheme)}
        self.paths: list[str] = []
        self.targets: dict[str, Target] = {}
        self.left_out: list[str] = []
        self.counts: dict[str, int] = {}

    def run(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Run a statement with those of its values that it names."""
        return self.con.execute(statement, {name: v for name, v in self._values.items() if f"${name}" in statement})

    def one(self, statement: str) -> tuple[Any, ...]:
        """The one row of a statement."""
        return tuple(self.run(statement).fetchall()[0])

    def keep(self, name: str, table: pa.Table) -> None:
        """Keep an Arrow table."""
        self.con.register("given", table)
        self.con.execute(sql.keep(name))
        self.con.unregister("given")

    def keys(self) -> list[str]:
        """The keys of what was found."""
        return [row[0] for row in self.run(sql.FOUND_KEYS).fetchall()]

    def beside(self, standing: pa.Table) -> tuple[pa.Table, pa.Table, list[int]]:
        """What is new, what is found again, and what is gone, against the differences that stand."""
        self.keep("x_standing", standing)
        self._values["paths"] = self.paths
        gone = [row[0] for row in self.run(sql.GONE).fetchall()]
        return self.run(sql.NEW).to_arrow_table(), self.run(sql.AGAIN).to_arrow_table(), gone


@contextmanager
def compared(question: Question, asked: Asked, index: PlaceIndex, folder: Path, name: str) -> Iterator[Compared]:
    """The comparison of a file. **Errors** ``FileRefused``, ``IntakeRefused``, ``NothingToCompare``."""
    given = index.by_code(asked.area)
    if given is None:
        raise IntakeRefused("unknown_place", detail=asked.area)
    finder = PlaceFinder(index, given=given, prefixes=(asked.area,))
    with check_file(question, finder, folder, csv_sheet_name(name)) as checked:
        result = Compared(checked.con, asked)
        _Work(result, checked, asked).compare()
        yield result


def _village_length(scheme: PlaceScheme) -> int:
    village = scheme.by_code.get("village")
    return village.length if village else max(level.length for level in scheme.levels)


@dataclass
class _Work:
    """The steps of one comparison."""

    result: Compared
    checked: Checked
    asked: Asked

    def compare(self) -> None:
        homes, people = self._columns(HOUSEHOLD_TABLES), self._columns(PERSON_TABLES)
        run = self.result.run
        self.result.keep("x_ours", fields.our_homes(self.asked.area, self.asked.year, homes))
        run(sql.PLACES)
        run(sql.BAD_CELLS)
        run(sql.all_rows(self._sources(homes)))
        self._check_places()
        run(sql.their_homes([each.path for each in homes]))
        run(sql.COVERED)
        run(sql.BAD_HOMES)
        self._hash([each for each in (*homes, *people) if each.sealed])
        self._match_people(people)
        self._count()
        run(sql.FOUND)
        homes, people = self._with_values(homes, "x_theirs"), self._with_values(people, "x_matched")
        self._note_meanings([*homes, *people])
        for each in homes:
            run(sql.compare_homes(each.path, *self._sides(each, homes, "x_theirs")))
        for each in people:
            run(sql.compare_people(each.path, *self._sides(each, people, "x_matched")))
        self._whole_rows()
        self.result.paths = [each.path for each in (*homes, *people)] + list(self._own_paths())
        self.result.targets = {each.path: each for each in (*homes, *people)}

    def _columns(self, tables: Sequence[str]) -> list[Target]:
        bound = {each.target.path: each.target for each in self._bound() if each.target.table in tables}
        return fields.comparable(bound.values())

    def _bound(self) -> Iterator[Bound]:
        for sheet in self.checked.sheets:
            yield from sheet.plan.bound

    def _sources(self, homes: Sequence[Target]) -> list[tuple[str, list[str]]]:
        """The tables of the intake's rows, each with the columns of households that it has."""
        has = {
            table: {row[0] for row in self.result.run(sql.columns_of(table)).fetchall()}
            for table in ("home_rows", "people")
        }
        return [(table, [each.path for each in homes if each.path in names]) for table, names in has.items()]

    def _check_places(self) -> None:
        """Raise ``NothingToCompare`` where the export names places and none of them lies in the area.

        The numbers of households are no proof: without this, households that bear the same number by chance, or by a
        wrong choice of the area, would be compared with those of another county.
        """
        if self.result.one(sql.ANY_INSIDE)[0]:
            return
        first = self.result.run(sql.NAMED_ELSEWHERE).fetchone()
        if first is None:
            return
        number, row, column = first
        rows_path = next(sheet.rows_path for sheet in self.checked.sheets if sheet.number == number)
        cells = self.result.con.execute(raw_rows([column]), [rows_path, [row]]).fetchone()
        named = str(cells[1]) if cells and cells[1] is not None else ""
        raise NothingToCompare("another_area", place=self.asked.area, row=str(row), named=named[:LONGEST_NAME])

    def _has_people(self) -> bool:
        return any(sheet.plan.person_rows for sheet in self.checked.sheets)

    def _has(self, path: str) -> bool:
        return any(each.target.path == path for each in self._bound())

    def _own_paths(self) -> tuple[str, ...]:
        kept = ("household", "row.place")
        return fields.OWN_PATHS if self._has_people() else kept

    def _hash(self, targets: Sequence[Target]) -> None:
        """The keyed hashes of what the export says in personal fields, by the register's keys."""
        paths: list[str] = []
        values: list[str] = []
        hashes: list[bytes | None] = []
        for target in targets:
            table = "x_theirs" if target.table in HOUSEHOLD_TABLES else "people"
            found = [row[0] for row in self.result.run(sql.distinct(target.path, table)).fetchall()]
            paths += [target.path] * len(found)
            values += found
            hashes += keyring().hash_many(f"households_{target.table}", target.name, found)
        given = [pa.array(paths, pa.string()), pa.array(values, pa.string()), pa.array(hashes, pa.binary())]
        self.result.keep("x_hashes", pa.Table.from_arrays(given, names=["path", "value", "hash"]))

    def _match_people(self, people: Sequence[Target]) -> None:
        # The three that identity rests on are there in any case.
        names = [
            each.path for each in people if each.path not in ("person.person_no", "person.name", "person.birth_date")
        ]
        extra = [ID_KIND] if self._has("person.id_no") else []
        self.result.keep("x_our_people", fields.our_people(self.asked.area, self.asked.year, people))
        self.result.run(sql.people([*names, *extra], has_id=self._has("person.id_no")))
        self.result.run(sql.MATCHED)
        self.result.run(sql.UNCLEAR_PERSONS)

    def _count(self) -> None:
        found = self.result.run(sql.COUNTS).fetchone() or ()
        names = ("theirs", "ours", "both", "uncovered", "other_year", "outside", "repeated", "persons")
        self.result.counts = {name: int(count or 0) for name, count in zip(names, found, strict=True)}
        if not self.result.counts["theirs"]:
            code = "only_other_years" if self.result.counts["other_year"] else "nothing_of_the_area"
            raise NothingToCompare(code, year=str(self.asked.year), place=self.asked.area)

    def _with_values(self, targets: Sequence[Target], table: str) -> list[Target]:
        """The targets in which the export says anything; a column without any value is taken for one it lacks."""
        kept = [each for each in targets if self.result.one(sql.some(each.path, table))[0]]
        self.result.left_out += [each.path for each in targets if each not in kept]
        return kept

    def _note_meanings(self, targets: Sequence[Target]) -> None:
        lists = {each.codes for each in targets if each.codes}
        rows = [
            (name, code, meaning)
            for name in lists
            for code, meaning in meanings(self.asked.parameters.codes[name]).items()
        ]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        arrays = [pa.array(values, pa.string()) for values in columns]
        self.result.keep("x_meanings", pa.Table.from_arrays(arrays, names=["list", "code", "meaning"]))

    def _sides(self, target: Target, beside: Sequence[Target], table: str) -> tuple[str, str]:
        """What is selected of a column, and the condition of each kind of difference."""
        if target.sealed:
            of_id = target.form is CellForm.ID
            unread = sql.UNREAD_ID if of_id else sql.UNREAD
            return sql.sealed(target.path, of_id=of_id), sql.kinds(sql.SAME, sql.NEVER, unread)
        if target.codes:
            select, kind = sql.coded(target.path, target.codes), sql.kinds(sql.SAME, sql.NEVER, sql.UNREAD)
            group = next((group for group in fields.ANSWERS if target.path in group), ())
            present = [path for path in group if any(each.path == path for each in beside)]
            if len(present) > 1:
                return sql.with_answers(select, present), sql.unless_same_answers(kind)
            return select, kind
        spelled = sql.spelled_alike(DOTS + "·") if target.form in (CellForm.NAME, CellForm.TEXT) else sql.NEVER
        return sql.plain(target.path), sql.kinds(self._same(target, table), spelled, sql.UNREAD)

    def _same(self, target: Target, table: str) -> str:
        """When two values are the same: amounts and measures as far as the export writes them out."""
        if target.form is CellForm.FEN:
            found = self.result.one(sql.whole_steps(target.path, table, STEPS))
            factor = max(each.factor for each in self._bound() if each.target.path == target.path)
            allowed = [step for step, whole in zip(STEPS, found, strict=True) if whole and step <= max(factor, 1)]
            return sql.rounded_alike(allowed[0]) if allowed else sql.SAME
        if target.form is CellForm.DECIMAL:
            found = self.result.one(sql.decimals(target.path, table, MOST_DECIMALS))
            digits = next((digits for digits, fits in enumerate(found) if fits), 6)
            return sql.at_most_apart(0.5 * 10**-digits + 1e-9)
        return sql.SAME

    def _whole_rows(self) -> None:
        """Households and persons that one side has alone, and those that stand elsewhere."""
        run = self.result.run
        run(sql.ONLY_OURS)
        run(sql.ONLY_THEIRS)
        named = any(each.target.table == "row" and each.target.path != "row.year" for each in self._bound())
        run(sql.place_differs(named=named))
        if self._has_people():
            theirs = sql.persons_only_theirs(has_id=self._has("person.id_no"))
            for statement in (sql.PERSONS_ONLY_OURS, theirs, sql.UNCLEAR, sql.ELSEWHERE):
                run(statement)


def meanings(codes: CodeList) -> Mapping[str, str]:
    """For each code of a list the first one with the same name: codes that changed their number mean the same."""
    first: dict[str, str] = {}
    for code, title in codes.titles.items():
        first.setdefault(title.zh, code)
    return {code: first[title.zh] for code, title in codes.titles.items()}
