"""The yearly sheets of places: rural base, households, persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.instance.actions import draw_ids
from bangfu.records.places.files import PlacesRefused
from bangfu.records.places.index import PlaceIndex, place_index
from bangfu.records.places.models import PlaceYear

UNKNOWN_PLACE = Text("没有代码为“{code}”的地点。", "There is no place with the code “{code}”.")
#: The facts of a sheet.
SHEET = ("rural_households", "rural_persons", "rural_base_households", "rural_base_persons")
ROW_KEYS = frozenset({"place_code", "place_id", "year", "x", "collected", *SHEET})


@transaction.atomic
def record_place_year(rows: Sequence[Mapping[str, Any]], *, by: User | None = None, reason: str = "") -> int:
    """Write yearly sheets; a standing sheet takes the facts that a row names and keeps its others.

    A row has ``place_code`` (or ``place_id``), ``year``, any of ``SHEET``, and perhaps ``x`` (extension facts) and
    ``collected`` (names of facts that were asked, not derived). Returns how many rows were given. **Errors**
    ``PlacesRefused`` for an unknown place, ``KeyError`` for a fact that no sheet has; nothing is written then.
    """
    index = place_index()
    given = {_key(row, index): row for row in rows}
    standing = _standing(given)
    fresh = [_sheet(key, row, index) for key, row in given.items() if key not in standing]
    changed = [_changed(standing[key], row) for key, row in given.items() if key in standing]
    for sheet, drawn in zip(fresh, draw_ids(len(fresh)) if fresh else (), strict=True):
        sheet.id = drawn
    PlaceYear.objects.bulk_create(fresh, batch_size=2000)
    PlaceYear.objects.bulk_update(changed, [*SHEET, "collected", "x"], batch_size=500)
    facts = {"count": len(given), "years": sorted({year for _, year in given})}
    audit.record(action="places.record_year", by=by, subject="place_year", reason=reason, facts=facts)
    return len(given)


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
    return _changed(sheet, row)


def _changed(sheet: PlaceYear, row: Mapping[str, Any]) -> PlaceYear:
    for name in SHEET:
        if name in row:
            setattr(sheet, name, row[name])
    sheet.x = {**sheet.x, **row.get("x", {})}
    sheet.collected = sorted({*sheet.collected, *row.get("collected", [])})
    return sheet
