"""Boundaries of places from GeoJSON files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from shapely.geometry import mapping

from bangfu.analytics.geometry import Boundaries, GeometryError, boundaries
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.instance.actions import draw_ids
from bangfu.records.places.files import BoundaryFile, PlacesRefused
from bangfu.records.places.index import PlaceIndex, place_index
from bangfu.records.places.models import Boundary

#: Properties that may carry the place code, the first that the file's first feature has.
CODE_PROPERTIES = ("code", "adcode", "ad_code", "区划代码", "代码", "CODE", "ADCODE", "gb", "id")
NO_PROPERTY = Text(
    "{file}：要素没有区划代码属性（{known}之一）。",
    "{file}: the features have no property with the place code (one of {known}).",
)
UNKNOWN = Text("{file}：没有代码为“{code}”的地点。", "{file}: there is no place with the code “{code}”.")


@dataclass(frozen=True, slots=True)
class Bounded:
    """How many boundaries a file brought, how many of them are new, and what was mended on the way."""

    places: int
    changed: int
    notes: tuple[Text, ...]


@transaction.atomic
def load_boundaries(given: BoundaryFile, *, valid_from: date | None = None, by: User | None = None) -> Bounded:
    """Take a file's boundaries, all or none; one that differs closes the one before. The same file changes nothing.

    **Errors** ``PlacesRefused`` with a sentence for every fault.
    """
    index = place_index()
    found = _read(given)
    shapes = _by_place(found, given.file, index)
    standing = {b.place_id: b for b in Boundary.objects.filter(place__in=list(shapes), valid_until__isnull=True)}
    changed = {key: shape for key, shape in shapes.items() if key not in standing or standing[key].geometry != shape}
    _close([standing[key] for key in changed if key in standing], valid_from)
    rows = zip(changed.items(), draw_ids(len(changed)) if changed else (), strict=True)
    Boundary.objects.bulk_create(
        Boundary(id=row_id, place_id=key, geometry=shape, source=given.file[:200], valid_from=valid_from)
        for (key, shape), row_id in rows
    )
    if changed:
        audit.record(action="places.boundaries", by=by, subject="place", facts={"count": len(changed)})
    return Bounded(len(shapes), len(changed), found.notes)


def _read(given: BoundaryFile) -> Boundaries:
    try:
        return boundaries(given.body, _code_property(given))
    except GeometryError as refusal:
        raise PlacesRefused(*refusal.texts) from refusal


def _code_property(given: BoundaryFile) -> str:
    features = given.body.get("features") if isinstance(given.body, Mapping) else None
    first = features[0] if isinstance(features, list) and features else given.body
    properties = first.get("properties") if isinstance(first, Mapping) else None
    if not isinstance(properties, Mapping):
        return CODE_PROPERTIES[0]
    found = next((name for name in CODE_PROPERTIES if name in properties), None)
    if found is None:
        raise PlacesRefused(NO_PROPERTY.format(file=given.file, known=", ".join(CODE_PROPERTIES)))
    return found


def _by_place(found: Boundaries, file: str, index: PlaceIndex) -> dict[int, dict[str, Any]]:
    """GeoJSON geometry by place id; codes of old are followed."""
    shapes: dict[int, dict[str, Any]] = {}
    faults: list[Text] = []
    for code, area in found.areas.items():
        ref = index.by_code(code)
        if ref is None:
            faults.append(UNKNOWN.format(file=file, code=code))
        else:
            shapes[ref.id] = _plain(mapping(area))
    if faults:
        raise PlacesRefused(*faults)
    return shapes


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what is stored equals what is read again."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _close(old: list[Boundary], day: date | None) -> None:
    """End old boundaries where the new ones begin; without a day they were wrong and go."""
    keys = [boundary.pk for boundary in old]
    if day is None:
        Boundary.objects.filter(pk__in=keys).delete()
    else:
        Boundary.objects.filter(pk__in=keys).update(valid_until=day)
