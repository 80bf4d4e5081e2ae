"""The yearly sheets of places, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.instance.actions import draw_ids
from bangfu.records.places.facts import FACTS, Value, value_of
from bangfu.records.places.files import PlacesRefused, SheetRow
from bangfu.records.places.index import PlaceIndex, place_index
from bangfu.records.places.models import PlaceYear
from bangfu.records.places.years import possible_years

UNKNOWN_PLACE = Text("没有代码为“{code}”的地点。", "There is no place with the code “{code}”.")
#: The facts of a sheet.
SHEET = tuple(FACTS)
ROW_KEYS = frozenset({"place_code", "place_id", "year", "x", "collected", *SHEET})
NO_SUCH_PLACE = Text(
    "{file} 第{line}行：没有代码为“{code}”的地点。", "{file} line {line}: there is no place with the code “{code}”."
)
NOT_A_YEAR = Text(
    "{file} 第{line}行：年份“{year}”不对，应在{first}和{last}之间。",
    "{file} line {line}: the year “{year}” cannot be; name one from {first} to {last}.",
)
TWICE = Text(
    "{file} 第{line}行和{other_file} 第{other_line}行都是“{name}”{year}年的表，而内容不同。请留一行。",
    "{file} line {line} and {other_file} line {other_line} are both the sheet of “{name}” for {year} and differ; "
    "leave one.",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of yearly sheets: how many are new, changed, or as they stood."""

    new: int
    changed: int
    same: int


@transaction.atomic
def load_sheets(rows: Sequence[SheetRow], *, today: date, by: User | None = None) -> Recorded:
    """Take in the yearly sheets of files, all or none; an empty cell says nothing, so what stands there stays.

    The same rows twice change nothing. **Errors** ``PlacesRefused`` with file, line and value of every fault.
    """
    index = place_index()
    found: dict[tuple[int, int], tuple[SheetRow, dict[str, Value]]] = {}
    faults: list[Text] = []
    for row in rows:
        wrong, key, facts = _read(row, index, possible_years(today))
        earlier = found.get(key)
        if not wrong and earlier is not None and (earlier[0].code, earlier[1]) != (row.code, facts):
            wrong = [_twice(row, earlier[0], index.refs[key[0]].name)]
        faults.extend(wrong)
        if not wrong:
            found.setdefault(key, (row, facts))
    if faults:
        raise PlacesRefused(*faults)
    said = [
        {"place_id": place_id, "year": year, "collected": list(facts), **facts}
        for (place_id, year), (_, facts) in found.items()
        if facts
    ]
    return record_place_year(said, by=by)


def _read(row: SheetRow, index: PlaceIndex, years: range) -> tuple[list[Text], tuple[int, int], dict[str, Value]]:
    """The faults of a row, the place and year that it speaks of, and its facts."""
    where = {"file": row.file, "line": row.line}
    ref = index.by_code(row.code) if row.code else None
    year = _year(row.year)
    faults = [] if ref else [NO_SUCH_PLACE.format(**where, code=row.code)]
    if year not in years:
        faults.append(NOT_A_YEAR.format(**where, year=row.year, first=years[0], last=years[-1]))
    facts: dict[str, Value] = {}
    for (fact, heading), text in row.facts.items():
        value = value_of(FACTS[fact], heading, text)
        if isinstance(value, Text):
            faults.append(value.format(**where, column=heading, value=text))
        else:
            facts[fact] = value
    return faults, (ref.id if ref else 0, year or 0), facts


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _twice(row: SheetRow, earlier: SheetRow, name: str) -> Text:
    where = {"file": row.file, "line": row.line, "other_file": earlier.file, "other_line": earlier.line}
    return TWICE.format(**where, name=name, year=row.year)


@transaction.atomic
def record_place_year(rows: Sequence[Mapping[str, Any]], *, by: User | None = None, reason: str = "") -> Recorded:
    """Write yearly sheets; a standing sheet takes the facts that a row names and keeps its others.

    A row has ``place_code`` (or ``place_id``), ``year``, any of ``SHEET``, and perhaps ``x`` (extension facts) and
    ``collected`` (names of facts that were asked, not derived). Rows that say what stands already change nothing.
    **Errors** ``PlacesRefused`` for an unknown place, ``KeyError`` for a fact that no sheet has; nothing is written
    then.
    """
    index = place_index()
    given = {_key(row, index): row for row in rows}
    standing = _standing(given)
    fresh = [_sheet(key, row, index) for key, row in given.items() if key not in standing]
    changed = [sheet for key, sheet in standing.items() if _takes(sheet, given[key])]
    for sheet, drawn in zip(fresh, draw_ids(len(fresh)) if fresh else (), strict=True):
        sheet.id = drawn
    PlaceYear.objects.bulk_create(fresh, batch_size=2000)
    PlaceYear.objects.bulk_update(changed, [*SHEET, "collected", "x"], batch_size=500)
    if fresh or changed:
        facts = {"count": len(fresh) + len(changed), "years": sorted({sheet.year for sheet in (*fresh, *changed)})}
        audit.record(action="places.record_year", by=by, subject="place_year", reason=reason, facts=facts)
    return Recorded(len(fresh), len(changed), len(standing) - len(changed))


def _key(row: Mapping[str, Any], index: PlaceIndex) -> tuple[int, int]:
    unknown = set(row) - ROW_KEYS
    if unknown:
        raise KeyError(f"A place sheet has no {sorted(unknown)}.")
    place_id = row.get("place_id")
    if place_id is None:
        ref = index.by_code(str(row.get("place_code")))
        place_id = ref.id if ref else None
    if place_id not in index.codes:
        raise PlacesRefused(UNKNOWN_PLACE.format(code=row.get("place_code") or place_id))
    return int(place_id), int(row["year"])


def _standing(keys: Mapping[tuple[int, int], Any]) -> dict[tuple[int, int], PlaceYear]:
    sheets = PlaceYear.objects.filter(year__in={year for _, year in keys})
    return {(sheet.place_id, sheet.year): sheet for sheet in sheets if (sheet.place_id, sheet.year) in keys}


def _sheet(key: tuple[int, int], row: Mapping[str, Any], index: PlaceIndex) -> PlaceYear:
    place_id, year = key
    sheet = PlaceYear(place_id=place_id, place_code=index.codes[place_id], year=year, x={}, collected=[])
    _takes(sheet, row)
    return sheet


def _takes(sheet: PlaceYear, row: Mapping[str, Any]) -> bool:
    """Put a row's facts into a sheet; whether that changed anything."""
    said = {name: row[name] for name in SHEET if name in row}
    said["x"] = {**sheet.x, **row.get("x", {})}
    said["collected"] = sorted({*sheet.collected, *row.get("collected", [])})
    differs = any(getattr(sheet, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(sheet, name, value)
    return differs
