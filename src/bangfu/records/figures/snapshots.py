"""Snapshots: one consistent state of the register in Parquet, and the one way to open it.

Snapshots hold no names and no personal fields. Rows are households and persons by year, own facts beside those of
the year, joined once here so that no reader joins again (docs/decisions/0010-snapshots-store-analytic-tables.md).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from bangfu.analytics.engines.duckdb import bind_scope
from bangfu.parameters.loader import Parameters
from bangfu.parameters.mappings import Survey
from bangfu.parameters.schema import Column, FieldClass, Kind, Table
from bangfu.records.access.gate import Scope
from bangfu.records.figures import sources, sql, stores
from bangfu.records.figures.formulas import survey_of
from bangfu.records.figures.models import Snapshot, SnapshotState
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.actions import current_instance
from bangfu.records.places.models import PlaceYear
from bangfu.records.places.queries import current_scheme
from bangfu.records.rows import new_ref
from bangfu.records.schema import columns_of, households_table, persons_table
from bangfu.records.scratch import scratch

Progress = Callable[[str, int, int], None]
Extra = dict[str, tuple[Column, ...]]


@dataclass(frozen=True)
class Moment:
    """The two times of a state: what had happened by a day, as known at a time. ``known_now`` spares the history."""

    happened: date
    known: datetime
    known_now: bool = True


def extension_columns(parameters: Parameters, scheme: str) -> Extra:
    """The extension columns of a scheme's forms, by table; a field in two forms counts once."""
    forms = [form for form in parameters.forms.values() if form.scheme == scheme]
    tables = ("household_year", "person_year")
    named = {table: {c.name: c for form in forms for c in form.columns_of(table)} for table in tables}
    return {table: tuple(columns.values()) for table, columns in named.items()}


def take_snapshot(
    *, moment: Moment, parameters: Parameters, place_prefix: str = "", progress: Progress | None = None
) -> Snapshot:
    """Export the register as of a moment; the snapshot counts once it is whole.

    A part's snapshot holds the rows under its place and the whole sample of the survey besides: what is relative to
    the whole (a line at a share of the median) is the same in it as in the snapshot of the root.

    **Shape** files ``households`` and ``persons`` by year, ``places``, ``place_years``, ``parameter_values``.
    """
    scheme = current_instance().scheme
    extra = extension_columns(parameters, scheme)
    with scratch(stores.folder()) as drafts, sources.consistent_source() as source:
        where = _rows_of_part(place_prefix, survey_of(parameters, scheme))
        export = _Export(source, drafts, moment, where, scheme, extra, progress or (lambda *_: None))
        files = export.all_files(parameters)
    return _keep_snapshot(files, extra, moment, parameters, place_prefix)


def _rows_of_part(prefix: str, survey: Survey | None) -> dict[str, str]:
    """The condition on the rows of each table that belong to the snapshot of a part."""
    conditions = dict.fromkeys(("households", "persons"), sql.under(prefix, "y.place_code"))
    if survey is not None and survey.own_columns:
        sampled = sql.has_extension("y", survey.own_columns)
        conditions[survey.grain] = f"({conditions[survey.grain]} OR {sampled})"
    return conditions


class _Export:
    """One export at work: the source, where drafts go, the moment, and which rows of each table are wanted."""

    def __init__(
        self,
        source: duckdb.DuckDBPyConnection,
        scratch: Path,
        moment: Moment,
        where: Mapping[str, str],
        scheme: str,
        extra: Extra,
        progress: Progress,
    ) -> None:
        self.source, self.scratch, self.moment, self.scheme = source, scratch, moment, scheme
        self.where, self.extra, self.progress = where, extra, progress
        self.newer: dict[str, bool] = {}

    def all_files(self, parameters: Parameters) -> list[stores.StoredFile]:
        """Every file of the snapshot, stored."""
        files = [*self._by_year("households", HouseholdYear), *self._by_year("persons", PersonYear)]
        files.append(self._keep("places", None, self._write(sql.PLACES)))
        sheets = sql.place_years(self.moment.happened.year, columns_of(PlaceYear))
        files.append(self._keep("place_years", None, self._write(sheets)))
        files.append(self._keep("parameter_values", None, self._write_parameters(parameters)))
        return files

    def _by_year(self, table: str, model: type[Any]) -> Iterator[stores.StoredFile]:
        found = self.source.execute(sql.years(model._meta.db_table), [self.moment.happened.year]).fetchall()
        for position, (year,) in enumerate(found):
            self.progress(table, position, len(found))
            where = f"{self.where[table]} AND {sql.year_is(year)}"
            query = self._households(where) if table == "households" else self._persons(where)
            yield self._keep(table, year, self._write(query))

    def _households(self, where: str) -> str:
        columns = (_plain(Household), _plain(HouseholdYear), self.extra["household_year"])
        status = sql.status_at(self.moment.happened, self.moment.known)
        return sql.households(self._rows(Household), self._rows(HouseholdYear), status, columns, where)

    def _persons(self, where: str) -> str:
        columns = (_plain(Person), _plain(PersonYear), self.extra["person_year"])
        return sql.persons(self._rows(Person), self._rows(PersonYear), columns, where)

    def _rows(self, model: type[Any]) -> str:
        """Current rows where nothing later is stored, else the versions of the moment from the history."""
        table = str(model._meta.db_table)
        if self.moment.known_now and not self._is_newer(table):
            return sql.current(table)
        return sql.as_of(table, self.moment.happened, self.moment.known)

    def _is_newer(self, table: str) -> bool:
        """Whether a table holds rows of a later day; looked up once, since it reads the whole table."""
        if table not in self.newer:
            (latest,) = self.source.execute(sql.latest(table)).fetchall()[0]
            self.newer[table] = latest is not None and latest > self.moment.happened
        return self.newer[table]

    def _write(self, query: str) -> Path:
        draft = self.scratch / f"{new_ref()}.parquet"
        self.source.execute(sql.copy_to(query, draft))
        return draft

    def _write_parameters(self, parameters: Parameters) -> Path:
        draft = self.scratch / f"{new_ref()}.parquet"
        schema = pa.schema(
            [
                ("name", pa.string()),
                ("place_prefix", pa.string()),
                ("valid_from", pa.date32()),
                ("valid_until", pa.date32()),
                ("value", pa.float64()),
            ]
        )
        rows = [dict(zip(schema.names, row, strict=True)) for row in parameters.line_rows(self.scheme)]
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), draft)
        return draft

    def _keep(self, table: str, year: int | None, draft: Path) -> stores.StoredFile:
        rows, upper, lower = self.source.execute(sql.content(draft)).fetchall()[0]
        digest = sha256(f"{rows}:{upper}:{lower}".encode()).hexdigest()
        name, size = stores.keep(draft)
        return stores.StoredFile(table, year, name, rows, size, digest)


def _plain(model: type[Any]) -> tuple[Column, ...]:
    return tuple(column for column in columns_of(model) if column.field_class is not FieldClass.PERSONAL)


def _keep_snapshot(
    files: Sequence[stores.StoredFile], extra: Extra, moment: Moment, parameters: Parameters, prefix: str
) -> Snapshot:
    digest = sha256("".join(sorted(file.content_digest for file in files)).encode()).hexdigest()
    manifest = {
        "happened": moment.happened.isoformat(),
        "known": moment.known.isoformat(),
        "place_prefix": prefix,
        "parameters": parameters.content_hash,
        "duckdb": duckdb.__version__,
        "content_digest": digest,
        "files": [asdict(file) for file in files],
        "extensions": {table: [stores.column_to_json(c) for c in columns] for table, columns in extra.items()},
        "schema": {
            "households": [stores.column_to_json(c) for c in households_table(extra["household_year"]).columns],
            "persons": [stores.column_to_json(c) for c in persons_table(extra["person_year"]).columns],
        },
    }
    ref = new_ref()
    with transaction.atomic():
        return Snapshot.objects.create(
            ref=ref,
            happened=moment.happened,
            known=moment.known,
            place_prefix=prefix,
            state=SnapshotState.READY,
            folder=stores.write_manifest(ref, manifest),
            manifest=manifest,
            content_digest=digest,
            parameters_hash=parameters.content_hash,
        )


@dataclass(frozen=True)
class OpenSnapshot:
    """A snapshot as one reader may see it: views ``households``, ``persons``, ``villages``, ``places``,
    ``place_years`` and ``parameter_values``, already cut to the reader's scope."""

    connection: duckdb.DuckDBPyConnection
    households: Table
    snapshot: Snapshot

    @property
    def persons(self) -> Table:
        """The member table of persons."""
        return self.households.members[0].table


@contextmanager
def open_snapshot(
    snapshot_id: int, scope: Scope, *, for_formula: bool = False, handed_out: bool = False
) -> Iterator[OpenSnapshot]:
    """Open a snapshot within a scope: the only way to its tables.

    Rows outside the scope and columns of classes that the scope lacks are not there. ``for_formula`` keeps all
    columns, because a stored formula may weigh a fact that its reader may not list; its caller shows only what
    ``scope.classes`` allows. ``handed_out`` is for tables that leave the platform row by row: of a day of birth only
    the year is there (``birth_year``). **Errors** ``Snapshot.DoesNotExist``; FileNotFoundError names a lost file by
    hash.
    """
    snapshot = Snapshot.objects.get(id=snapshot_id, state=SnapshotState.READY)
    extensions = {
        table: tuple(stores.column_from_json(column) for column in columns)
        for table, columns in snapshot.manifest["extensions"].items()
    }
    table = households_table(extensions["household_year"], extensions["person_year"])
    with sources.connect() as opened:
        for whole in (table, table.members[0].table):
            seen = whole if for_formula else _seen(whole, scope)
            days = {column.name for column in seen.columns if column.age} if handed_out else set()
            _view(opened, snapshot, seen, sql.row_filter(scope.rows, "household_id"), days)
        bind_scope(opened, scope.rows)
        for name in ("places", "place_years", "parameter_values"):
            opened.execute(sql.view(name, _files(snapshot, name), None, "TRUE"))
        village = current_scheme().village
        # A scheme without villages has no rows of them: no code has the length 0.
        length = village.length if village else 0
        opened.execute(sql.villages(snapshot.happened, length, sql.row_filter(scope.rows, None)))
        yield OpenSnapshot(opened, table, snapshot)


def _seen(table: Table, scope: Scope) -> Table:
    columns = tuple(column for column in table.columns if column.field_class in scope.classes)
    return Table(table.name, table.title, columns, table.key, table.members)


def _view(
    opened: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: Table, where: str, days: Container[str]
) -> None:
    """The view of a table; of the columns ``days`` it has the year alone."""
    files = _files(snapshot, table.name)
    years = {column.name: column.name.replace("_date", "_year") for column in table.columns if column.name in days}
    if files:
        opened.execute(sql.view(table.name, files, [column.name for column in table.columns], where, years))
    else:
        kept = (
            replace(column, name=years[column.name], kind=Kind.INTEGER) if column.name in years else column
            for column in table.columns
        )
        opened.execute(sql.empty_view(table.name, tuple(kept)))


def _files(snapshot: Snapshot, table: str) -> list[Path]:
    paths = [stores.path_of(file["name"]) for file in snapshot.manifest["files"] if file["table"] == table]
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"Snapshot {snapshot.ref} lacks its file {path.name} of {table}.")
    return paths
