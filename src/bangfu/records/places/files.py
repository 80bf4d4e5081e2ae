"""What files of places say: divisions (code and name), points (degrees), yearly sheets, boundaries (GeoJSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics.workbooks import read_file
from bangfu.analytics.workbooks.limits import DEFAULT_LIMITS, MB
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.text import text_form, text_rows
from bangfu.parameters.text import Text
from bangfu.records.places.facts import FACTS, headings_of

CODE, NAME, ENGLISH = ("code", "代码", "区划代码"), ("name", "名称", "地名"), ("name_en", "english", "英文名")
LATITUDE, LONGITUDE = ("lat", "latitude", "纬度"), ("lon", "lng", "longitude", "经度")
OTHER_NAMES = ("alt_zh", "alt_names", "alternatenames", "别名")
COUNTY, PREFECTURE = ("county_code", "县代码"), ("pref_code", "prefecture_code", "州市代码")
#: Columns of yearly sheets, besides the facts that a sheet has.
SHEET_CODE, YEAR = ("place_code", *CODE), ("year", "年度", "年份")
FACT_HEADINGS = {name: tuple(headings_of(column)) for name, column in FACTS.items()}
#: What is told where a sheet has none: the first few, since there are many.
FACTS_NAMED = "/".join(list(FACTS)[:4]) + "/…"
#: Endings of files that are read as workbooks.
WORKBOOKS = frozenset({".xlsx", ".xls"})
#: Faults shown at most; a wrong column gives one fault a row.
MOST_FAULTS = 20

FILE_REFUSED = Text("{file}：{zh}", "{file}: {en}")
NO_COLUMNS = Text(
    "{file}：表头里没有“code”和“name”，没有“lat”和“lon”，也没有“place_code”和“year”。表头是：{found}。",
    "{file}: the heading has neither “code” and “name”, nor “lat” and “lon”, nor “place_code” and “year”. "
    "It is: {found}.",
)
NO_SHEET_COLUMN = Text(
    "{file}：年度表缺少“{missing}”列。表头是：{found}。",
    "{file}: a yearly sheet needs the column “{missing}”. The heading is: {found}.",
)
NAMED_TWICE = Text(
    "{file}：有几列说同一件事（{fact}）：{found}。请只留一列。",
    "{file}: several columns say the same ({fact}): {found}. Leave one.",
)
TOO_MANY_CELLS = Text(
    "{file} 第{line}行：格数比表头多：{value}。数字里的逗号要去掉，或给这一格加引号。",
    "{file} line {line}: more cells than the heading has: {value}. Leave commas out of numbers, or quote the cell.",
)
NO_ROWS = Text("{file}：文件里没有一行地点。", "{file}: the file holds no place.")
NO_SHEETS = Text("{file}：表头之下没有一行。", "{file}: the file holds no row below its heading.")
NOT_A_NUMBER = Text(
    "{file} 第{line}行：{column}“{value}”不是经纬度。",
    "{file} line {line}: {column} “{value}” is not a coordinate in degrees.",
)
NOT_JSON = Text("{file} 第{line}行：不是有效的 JSON。", "{file} line {line}: this is not valid JSON.")
MORE = Text("……另有{count}处同类问题。", "… and {count} more faults.")


class PlacesRefused(Exception):
    """Files of places that cannot be taken; nothing was written. ``sentences`` say file, line and value."""

    def __init__(self, *sentences: Text) -> None:
        super().__init__(" ".join(sentence.en for sentence in sentences[:MOST_FAULTS]))
        left = len(sentences) - MOST_FAULTS
        shown = sentences[:MOST_FAULTS]
        self.sentences = (*shown, MORE.format(count=left)) if left > 0 else shown


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as a file says it; ``code`` may still carry zero padding."""

    code: str
    name: str
    name_en: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point as a file says it: by code, or by names and the codes of the areas that it is said to lie in."""

    latitude: float
    longitude: float
    names: tuple[str, ...]
    code: str = ""
    county_code: str = ""
    prefecture_code: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A place's yearly sheet as a file says it; ``facts`` are the cells that are filled, by fact and heading."""

    code: str
    year: str
    facts: Mapping[tuple[str, str], str]
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class BoundaryFile:
    """A GeoJSON file as read."""

    file: str
    body: Any


@dataclass
class PlaceFiles:
    """Everything that some files say, each kind by itself, in the order of the files."""

    places: list[PlaceRow] = field(default_factory=list)
    points: list[PointRow] = field(default_factory=list)
    sheets: list[SheetRow] = field(default_factory=list)
    boundaries: list[BoundaryFile] = field(default_factory=list)


def read_files(paths: Sequence[Path]) -> PlaceFiles:
    """What the files say; a file with codes, names and coordinates says places and points.

    **Errors** ``PlacesRefused`` naming file, line and value, for all files at once.
    """
    found = PlaceFiles()
    faults: list[Text] = []
    for path in paths:
        try:
            _read(path, found)
        except PlacesRefused as refusal:
            faults.extend(refusal.sentences)
        except FileRefused as refusal:
            faults.append(FILE_REFUSED.format(file=path.name, zh=refusal.text.zh, en=refusal.text.en))
    if faults:
        raise PlacesRefused(*faults)
    return found


def _read(path: Path, found: PlaceFiles) -> None:
    if path.suffix.lower() in {".json", ".geojson"}:
        found.boundaries.append(_geojson(path))
        return
    if path.stat().st_size == 0:
        raise FileRefused("empty_file")
    with _rows(path) as rows:
        _, heading = next(rows, (1, []))
        columns = _Columns(path.name, heading)
        columns.check()
        filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
        before = len(found.places) + len(found.points) + len(found.sheets)
        if columns.has_sheets:
            sheets = (columns.sheet(cells, line) for line, cells in filled)
            # A template names every village; of a line with nothing else in it nobody has said anything.
            found.sheets.extend(sheet for sheet in sheets if sheet.year or sheet.facts)
        else:
            _collect(columns, filled, found)
    if len(found.places) + len(found.points) + len(found.sheets) == before:
        raise PlacesRefused((NO_SHEETS if columns.has_sheets else NO_ROWS).format(file=path.name))


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The rows of a CSV file, or of the first sheet of a workbook, with their numbers."""
    if path.suffix.lower() not in WORKBOOKS:
        form = text_form(path)
        with path.open(encoding=form.encoding, newline="") as lines:
            yield text_rows(lines, form, DEFAULT_LIMITS.cell_characters, first=1)
        return
    with TemporaryDirectory(prefix="bangfu-places-") as folder:
        sheets = read_file(path, Path(folder), name=path.stem).sheets
        if not sheets:
            raise FileRefused("empty_file")
        batches = pq.ParquetFile(sheets[0].rows_path).iter_batches()
        yield ((row, [cell or "" for cell in cells]) for batch in batches for row, *cells in _lines_of(batch))


def _lines_of(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _collect(columns: _Columns, rows: Iterator[tuple[int, list[str]]], found: PlaceFiles) -> None:
    faults: list[Text] = []
    for line, cells in rows:
        if columns.has_places:
            found.places.append(columns.place(cells, line))
        try:
            point = columns.point(cells, line) if columns.has_points else None
        except PlacesRefused as refusal:
            faults.extend(refusal.sentences)
            continue
        if point is not None:
            found.points.append(point)
    if faults:
        raise PlacesRefused(*faults)


class _Columns:
    """Where the columns of a file stand."""

    def __init__(self, file: str, heading: list[str]) -> None:
        self.file = file
        self.heading = [cell.strip().lower() for cell in heading]
        self.code, self.name, self.english = self._at(CODE), self._at(NAME), self._at(ENGLISH)
        self.latitude, self.longitude = self._at(LATITUDE), self._at(LONGITUDE)
        self.others, self.county, self.prefecture = self._at(OTHER_NAMES), self._at(COUNTY), self._at(PREFECTURE)
        self.sheet_code, self.year = self._at(SHEET_CODE), self._at(YEAR)
        self.facts = {fact: at for fact, titles in FACT_HEADINGS.items() if (at := self._at(titles)) is not None}

    def _at(self, known: tuple[str, ...]) -> int | None:
        return next((self.heading.index(name) for name in known if name in self.heading), None)

    @property
    def has_places(self) -> bool:
        return self.code is not None and self.name is not None

    @property
    def has_points(self) -> bool:
        named = self.code is not None or self.name is not None
        return self.latitude is not None and self.longitude is not None and named

    @property
    def has_sheets(self) -> bool:
        """Facts of a year; a file of places may bear them beside the names, but a year makes it a sheet."""
        if self.facts and (self.year is not None or not self.has_places):
            return True
        return self.year is not None and "place_code" in self.heading

    def _check_row(self, cells: list[str], line: int) -> None:
        """Refuse a row with more cells than the heading has: a comma within a number has cut it in two."""
        if any(cell.strip() for cell in cells[len(self.heading) :]):
            raise PlacesRefused(TOO_MANY_CELLS.format(file=self.file, line=line, value=",".join(cells)))

    def check(self) -> None:
        """Pass a heading that says what kind of file it is. **Errors** ``PlacesRefused`` with the heading."""
        shown = ", ".join(self.heading) or "—"
        if self.has_sheets:
            needed = {"place_code": self.sheet_code, "year": self.year, FACTS_NAMED: next(iter(self.facts), None)}
            missing = [name for name, found in needed.items() if found is None]
            for fact, titles in FACT_HEADINGS.items():
                named = [name for name in self.heading if name in titles]
                if len(named) > 1:
                    raise PlacesRefused(NAMED_TWICE.format(file=self.file, fact=fact, found=", ".join(named)))
            if missing:
                raise PlacesRefused(NO_SHEET_COLUMN.format(file=self.file, missing=missing[0], found=shown))
        elif not self.has_places and not self.has_points:
            raise PlacesRefused(NO_COLUMNS.format(file=self.file, found=shown))

    def sheet(self, cells: list[str], line: int) -> SheetRow:
        self._check_row(cells, line)
        texts = {(fact, self.heading[at]): _cell(cells, at) for fact, at in self.facts.items()}
        filled = {named: text for named, text in texts.items() if text}
        return SheetRow(_cell(cells, self.sheet_code), _cell(cells, self.year), filled, self.file, line)

    def place(self, cells: list[str], line: int) -> PlaceRow:
        return PlaceRow(_cell(cells, self.code), _cell(cells, self.name), _cell(cells, self.english), self.file, line)

    def point(self, cells: list[str], line: int) -> PointRow | None:
        """The point of a row; None where both coordinates are empty."""
        if not _cell(cells, self.latitude) and not _cell(cells, self.longitude):
            return None
        names = (_cell(cells, self.name), *_cell(cells, self.others).replace(",", "|").split("|"))
        return PointRow(
            self._degrees(cells, line, self.latitude, 90),
            self._degrees(cells, line, self.longitude, 180),
            tuple(dict.fromkeys(name.strip() for name in names if name.strip())),
            _cell(cells, self.code),
            _cell(cells, self.county),
            _cell(cells, self.prefecture),
            self.file,
            line,
        )

    def _degrees(self, cells: list[str], line: int, column: int | None, largest: int) -> float:
        text = _cell(cells, column)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        # Written so that a value that is not a number is refused too.
        if not -largest <= value <= largest:
            name = self.heading[column or 0]
            raise PlacesRefused(NOT_A_NUMBER.format(file=self.file, line=line, column=name, value=text))
        return value


def _cell(cells: list[str], position: int | None) -> str:
    return cells[position].strip() if position is not None and position < len(cells) else ""


def _geojson(path: Path) -> BoundaryFile:
    if path.stat().st_size > 512 * MB:
        size = path.stat().st_size // MB
        raise FileRefused("file_too_large", size_mb=size, limit_mb=512)
    try:
        return BoundaryFile(path.name, json.loads(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as damage:
        line = damage.object[: damage.start].count(b"\n") + 1
        raise FileRefused("encoding_damaged", encoding="UTF-8", line=line, position=damage.start + 1) from None
    except json.JSONDecodeError as broken:
        raise PlacesRefused(NOT_JSON.format(file=path.name, line=broken.lineno)) from None
